"""The terminal UI of MTF, the Model Testing Framework."""
