"""The one way from any string to a ``rich.text.Text`` on the screen, and how texts are cut to a width.

Names, labels, messages and log lines come from data and are hostile. They pass through the engine's ``text_safety``
here, once, and become ``Text`` objects, which hold no markup.
"""

from __future__ import annotations

import rich
from rich.cells import cell_len
from rich.style import Style
from rich.text import Text
from textual.content import Content

from mtf_engine import text_safety

CELL_LIMIT = 200
LINE_LIMIT = 1000
_ISOLATE, _POP = "\u2068", "\u2069"
"""What `text_safety` puts around right-to-left text."""

_SPARE = Style(meta={"spare": True})


def safe(value: object, style: str = "", *, limit: int = CELL_LIMIT) -> Text:
    """Make text of any value: control codes visible, bidirectional controls neutralised, cut to `limit` cells.

    Parameters
    ----------
    value : object
        Shown as ``str(value)``.
    style : str
        Rich style of the whole text; what is appended later has its own.
    limit : int, default 200
        Most terminal cells.
    """
    text = Text(end="", no_wrap=True)
    text.append(text_safety.terminal(str(value), limit=limit), style)
    return text


def as_seen(text: str) -> str:
    """Show every character as one, so that a cursor in the text stands where it seems to.

    Examples
    --------
    >>> as_seen("a\x1b[31m")
    'a␛[31m'
    """
    return "".join(one if one.isprintable() else text_safety.visible(one)[:1] or " " for one in text)


def title(*parts: str | Text) -> Content:
    """A title of a box: Textual reads markup in strings, so it gets content instead."""
    return Content(own(*parts).plain)


def own(*parts: str | Text | tuple[str, str]) -> Text:
    """Assemble a line from the program's own words, styled words and safe texts."""
    line = Text(end="", no_wrap=True)
    for part in parts:
        if isinstance(part, Text):
            line.append_text(part)
        elif isinstance(part, tuple):
            line.append(part[0], part[1])
        else:
            line.append(part)
    return line


def spare(*parts: str | Text | tuple[str, str]) -> Text:
    """Assemble a part of a line that says what the screen says elsewhere too, so `fitted` may leave it out."""
    part = own(*parts)
    part.stylize(_SPARE)
    return part


def fitted(text: Text, width: int) -> Text:
    """Leave out the spare parts of a text, from the last on, until it is no wider than a width in cells.

    Examples
    --------
    >>> line = own("A wins", spare(" on iris"), " by 0.1", spare(" of 3"))
    >>> fitted(line, 21).plain, fitted(line, 14).plain
    ('A wins on iris by 0.1', 'A wins by 0.1')
    """
    shorter = text
    for span in sorted((span for span in text.spans if span.style == _SPARE), reverse=True):
        if shorter.cell_len <= width:
            break
        shorter = own(shorter[: span.start], shorter[span.end :])
    return shorter


def cut(text: Text, width: int, *, middle: bool = False, mark: str = "…") -> Text:
    """Shorten a text to a width in cells, at its end or (for paths and look-alikes) in its middle."""
    if text.cell_len <= width:
        return text
    if width <= 0:
        return own()
    if not middle or width < 5:
        return own(_closed(_head(text, width - 1)), (mark, _last_style(text)))
    left = (width - 1) // 2
    return own(_closed(_head(text, left)), (mark, _last_style(text)), _closed(_tail(text, width - 1 - left)))


def pad(text: Text, width: int, *, right: bool = False, mark: str = "…") -> Text:
    """Fit a text into exactly `width` cells, to the left or (numbers) to the right."""
    fitted = cut(text, width, mark=mark)
    space = " " * (width - fitted.cell_len)
    return own(space, fitted) if right else own(fitted, space)


def wrapped(text: Text, width: int, *, indent: int = 0) -> list[Text]:
    """Break a text between words into lines of a width; all but the first start `indent` cells in."""
    if text.cell_len <= max(20, width) and not {"\n", "\t"} & set(text.plain):
        return [text]  # most are, and Rich takes long to find that out
    free = text.copy()
    free.no_wrap = False
    lines = list(free.wrap(rich.get_console(), max(20, width)))
    if len(lines) < 2:
        return [text]
    first = lines[0]
    rest = free[len(first.plain) :]
    rest = rest[len(rest.plain) - len(rest.plain.lstrip()) :]
    rest.no_wrap = False
    below = list(rest.wrap(rich.get_console(), max(20, width - indent)))
    return [own(first), *(own(" " * indent, line) for line in below)]


def _closed(text: Text) -> Text:
    """Put back the ends of right-to-left parts that a cut took, or what follows on the screen would be turned too."""
    depth = lacking = 0
    for character in text.plain:
        if character == _ISOLATE:
            depth += 1
        elif character == _POP and depth:
            depth -= 1
        elif character == _POP:
            lacking += 1
    return own(_ISOLATE * lacking, text, _POP * depth) if depth or lacking else text


def _last_style(text: Text) -> str:
    """Style for the mark of a cut: that of the text's last span."""
    return str(text.spans[-1].style) if text.spans else str(text.style)


def _head(text: Text, width: int) -> Text:
    """The longest start that takes at most `width` cells."""
    used = 0
    for position, character in enumerate(text.plain):
        used += cell_len(character)
        if used > width:
            return text[:position]
    return text


def _tail(text: Text, width: int) -> Text:
    used = 0
    plain = text.plain
    for position in range(len(plain) - 1, -1, -1):
        used += cell_len(plain[position])
        if used > width:
            return text[position + 1 :]
    return text
