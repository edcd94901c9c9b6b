"""What the server sends besides the terminal itself: its page, its assets, and the pages that say no.

Every address in them is relative, so the same page works behind any name, port or proxy, and nothing is fetched from
elsewhere; the policy in the headers makes the browser hold that.
"""

from __future__ import annotations

import html
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Sent with every answer."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file the page refers to."""

    place: Traversable
    content_type: str

    def read(self) -> bytes:
        """Read the file from the installed package."""
        return self.place.read_bytes()


_OURS = files("mtf_tui") / "serving"
_TERMINAL = files("textual_serve") / "static"
PAGE = Asset(_OURS / "page.html", "text/html")
ASSETS = {
    "page.css": Asset(_OURS / "page.css", "text/css"),
    "page.js": Asset(_OURS / "page.js", "text/javascript"),
    "xterm.css": Asset(_TERMINAL / "css" / "xterm.css", "text/css"),
    "textual.js": Asset(_TERMINAL / "js" / "textual.js", "text/javascript"),
}
"""By the name they are served under."""

_FORM = """<form method="get" action="./">
<label>Token <input name="token" type="password" autocomplete="current-password" autofocus required></label>
<button type="submit">Open</button>
</form>"""
_MESSAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>MTF: {title}</title>
<link rel="icon" href="data:,">
<style>
body {{ margin: 3rem auto; padding: 0 1rem; max-width: 40rem; background: #101418; color: #d8dee6;
  font: 16px/1.5 ui-monospace, "DejaVu Sans Mono", "Cascadia Mono", Menlo, Consolas, monospace; }}
input, button {{ font: inherit; padding: .3rem .6rem; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>{text}</p>
{form}
</body>
</html>
"""


def sign_in(*, wrong: bool) -> str:
    """The page that asks for the token."""
    text = "It is in the address that mtf-tui serve printed when it started, or the one that was given to it."
    return _message("This is not the token" if wrong else "MTF asks for its token", text, form=_FORM)


def full(limit: int) -> str:
    """The page beyond the last session."""
    text = f"{limit} screens are open, and each is a process of its own. Close a tab and reload this page; runs go on."
    return _message("All screens are taken", text)


def refused(what: str, hint: str) -> str:
    """The page for a name that is not allowed."""
    return _message(what, hint)


def _message(title: str, text: str, *, form: str = "") -> str:
    return _MESSAGE.format(title=html.escape(title), text=html.escape(text), form=form)
