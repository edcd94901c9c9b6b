"""How names, sentences and errors of plugins read, since lists, messages and pages are made of them."""

from __future__ import annotations

import re
from collections.abc import Callable

from mtf_engine.errors import MTFError
from mtf_engine.text_safety import terminal

NAME = re.compile(r"[a-z][a-z0-9_]*")
"""What settings can name without quotes."""


def require_name(name: str) -> None:
    """Fail unless a name can stand in settings."""
    assert NAME.fullmatch(name), f"the name {name!r} is not lower-case letters, digits and underscores"


def require_sentence(text: str, what: str, *, endings: str = ".") -> None:
    """Fail unless a text is one line that ends like a sentence."""
    assert text.strip(), f"{what} is empty"
    assert text == text.strip(), f"{what} has space around it: {text!r}"
    assert "\n" not in text, f"{what} is more than one line: {text!r}"
    assert text[-1] in endings, f"{what} does not end with {' or '.join(endings)}: {text!r}"
    assert terminal(text, limit=10_000) == text, f"{what} holds characters that no terminal should get: {text!r}"


def require_refusal(work: Callable[[], object], kinds: tuple[type[MTFError], ...], what: str) -> None:
    """Fail unless work ends in one of these errors, with a message."""
    try:
        found = work()
    except kinds as error:
        message = error.message
    else:
        raise AssertionError(f"{what} was taken: {found!r:.200}")
    assert message.strip(), f"{what}: the error says nothing"
