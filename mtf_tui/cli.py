"""The command line of the terminal UI: arguments first, the app only when it is wanted, so ``--help`` is instant."""

from __future__ import annotations

import argparse
import gc
import sys
from pathlib import Path

from mtf_engine import __version__
from mtf_engine.errors import MTFError
from mtf_tui.places import DEFAULT_SETTINGS, is_data

_EPILOG = """examples:
  mtf-tui                     open ./settings.yaml; without one, start with your data: a adds a file
  mtf-tui customers.csv       propose settings for a file, glob, URL or sklearn:NAME; enter runs them
  mtf-tui churn.yaml          open a settings file; r runs it
  mtf-tui demo                bundled data sets and models, no network
  mtf-tui attach              follow the run that is live, or the last one
  mtf-tui serve churn.yaml    the same in a browser; mtf-tui serve --help says more
"""

_SERVE_EPILOG = """examples:
  mtf-tui serve                         print the address to open, with its token
  mtf-tui serve churn.yaml --port 9000  a settings file, on another port
  MTF_SERVE_TOKEN=... mtf-tui serve --host 0.0.0.0 --public-url https://mtf.example.org
                                        behind a proxy that adds TLS
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
    parser.add_argument("what", nargs="?", metavar="SETTINGS | DATA | demo | attach | serve", help="what to open")
    parser.add_argument("run", nargs="?", metavar="RUN", help="with attach: an id, a unique prefix, a name or a path")
    found = parser.parse_args(arguments)
    if found.run is not None and found.what != "attach":
        parser.error(f"unexpected {found.run!r}: only attach takes a run")
    if found.config is not None and found.what not in (None, "demo", "attach"):
        parser.error(f"two settings files: {found.config} and {found.what}")
    return found


def parse_serve(arguments: list[str]) -> argparse.Namespace:
    """Read what follows ``serve``."""
    parser = argparse.ArgumentParser(
        prog="mtf-tui serve",
        description="The same UI in a browser. Closing the tab ends its screen, never a run.",
        epilog=_SERVE_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("what", nargs="?", metavar="SETTINGS", help="settings file to open (./settings.yaml if there)")
    parser.add_argument("--config", metavar="SETTINGS", type=Path, help="the same")
    parser.add_argument("--host", default="127.0.0.1", help="address to bind (%(default)s)")
    parser.add_argument("--port", type=_port, default=8080, help="port to bind (%(default)s); 0 takes a free one")
    parser.add_argument("--public-url", metavar="URL", help="where a proxy in front is reached")
    parser.add_argument("--token", help="the secret to ask for; MTF_SERVE_TOKEN keeps it out of the process list")
    found = parser.parse_args(arguments)
    if found.config is not None and found.what is not None:
        parser.error(f"two settings files: {found.config} and {found.what}")
    return found


def _port(text: str) -> int:
    port = int(text)
    if not 0 <= port <= 65535:
        raise argparse.ArgumentTypeError(f"a port is a number from 0 to 65535, not {port}")
    return port


def main(arguments: list[str] | None = None) -> None:
    """Open the UI, or serve it."""
    words = sys.argv[1:] if arguments is None else arguments
    run = _serve if words[:1] == ["serve"] else _open
    try:
        code = run(words)
    except MTFError as error:
        hint = f"\n{error.hint}" if error.hint else ""
        sys.stderr.write(f"mtf-tui: {error.message}{hint}\n")
        code = 2
    except OSError as error:  # a name that is too long, a folder that is closed
        sys.stderr.write(f"mtf-tui: {str(error.filename or '')[:80]}: {error.strerror or error}\n")
        code = 2
    sys.exit(code)


def _open(words: list[str]) -> int:
    found = parse(words)
    gc.disable()  # nothing is freed while modules load; on again once there is a picture
    from mtf_tui import terminal

    terminal.prepare(terminal.detect())
    from mtf_tui.launch import open_app

    return open_app(found.what, settings=_settings(found), run=found.run)


def _serve(words: list[str]) -> int:
    found = parse_serve(words[1:])
    from mtf_tui.serving.server import Serving, serve

    return serve(
        Serving(
            settings=_settings(found),
            host=found.host,
            port=found.port,
            public_url=found.public_url,
            token=found.token,
        )
    )


def _settings(found: argparse.Namespace) -> Path | None:
    if found.config is not None:
        return Path(found.config)
    if found.what not in (None, "demo", "attach") and not is_data(found.what):
        return Path(found.what)
    if found.what is not None and is_data(found.what):
        return None
    return DEFAULT_SETTINGS if DEFAULT_SETTINGS.exists() else None
