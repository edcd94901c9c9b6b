"""The headless program ``mtf``: one module per command group, thin over `mtf_engine.api`."""

from mtf_engine.cli.main import main

__all__ = ["main"]
