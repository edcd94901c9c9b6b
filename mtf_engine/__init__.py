"""The engine of MTF, the Model Testing Framework: data in, defensible results out."""

__version__ = "0.1.0"
