"""The command line of the terminal UI: arguments first, the app only when it is wanted, so ``--help`` is instant."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from mtf_engine import __version__
from mtf_engine.errors import MTFError

DEFAULT_SETTINGS = Path("settings.yaml")

_EPILOG = """examples:
  mtf-tui                     open ./settings.yaml, or the history when there is none
  mtf-tui churn.yaml          open a settings file; r runs it
  mtf-tui demo                bundled data sets and models, no network
  mtf-tui attach              follow the run that is live, or the last one
"""


def parse(arguments: list[str] | None = None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(
        prog="mtf-tui",
        description="Test models in the terminal: is this one good enough, which is better, where does it fail?",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--version", action="version", version=f"mtf-tui {__version__}")
    parser.add_argument("--config", metavar="SETTINGS", type=Path, help="settings file to open")
    parser.add_argument("what", nargs="?", metavar="SETTINGS | demo | attach", help="what to open")
    parser.add_argument("run", nargs="?", metavar="RUN", help="with attach: an id, a unique prefix, a name or a path")
    found = parser.parse_args(arguments)
    if found.run is not None and found.what != "attach":
        parser.error(f"unexpected {found.run!r}: only attach takes a run")
    if found.config is not None and found.what not in (None, "demo", "attach"):
        parser.error(f"two settings files: {found.config} and {found.what}")
    return found


def main(arguments: list[str] | None = None) -> None:
    """Open the UI."""
    found = parse(arguments)
    from mtf_tui import terminal

    terminal.prepare(terminal.detect())
    from mtf_tui.launch import open_app

    try:
        code = open_app(found.what, settings=_settings(found), run=found.run)
    except MTFError as error:
        hint = f"\n{error.hint}" if error.hint else ""
        sys.stderr.write(f"mtf-tui: {error.message}{hint}\n")
        code = 2
    sys.exit(code)


def _settings(found: argparse.Namespace) -> Path | None:
    if found.config is not None:
        return Path(found.config)
    if found.what not in (None, "demo", "attach"):
        return Path(found.what)
    return DEFAULT_SETTINGS if DEFAULT_SETTINGS.exists() else None
