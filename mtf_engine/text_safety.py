"""The only way from data to a terminal, HTML, Markdown, CSV, XML, a shell or a file name.

Names, labels, messages and captured output come from data, models and servers, and all of them are hostile until
proven otherwise: they may hold terminal escapes, text that runs backwards, characters without a look, spreadsheet
formulas or markup. Every function here turns such text into something that can only be read, never obeyed. What it
takes away it spells out (``␛``, ``\\u202e``), so that two different names never look the same by accident.

The result of :func:`terminal`, :func:`line` and :func:`output` is text and not console markup: hand it to
``rich.text.Text`` (or print with ``markup=False``), where ``[/]`` is three characters.
"""

from __future__ import annotations

import re
import shlex
import unicodedata

__all__ = [
    "csv_cell",
    "filename",
    "html",
    "json",
    "line",
    "markdown_cell",
    "output",
    "shell",
    "terminal",
    "visible",
    "width",
    "xml",
]

_ELLIPSIS = "…"
_ISOLATE, _POP = "\u2068", "\u2069"
_JOINERS = "\u200c\u200d"
_MARKS = 4  # combining marks on one character; more only serve to deface the lines above and below
_LOOKLESS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
_IN_JSON = re.compile("[\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\ufff9-\ufffb]")
_COLOURS = re.compile(r"\x1b\[[0-9;:]*m")
_MARKDOWN = re.compile(r"[\\`*<&|~$]|^\[|\](?=[(\[])|(?<![^\W_])_|_(?![^\W_])|^[#+=>-]|(?<=^\d)[.)]|(?<=^\d\d)[.)]")
_REFERENCE = re.compile(r"@|#|://|www\.|\bGH-\d", re.IGNORECASE)
_RESERVED = frozenset(
    {"CON", "PRN", "AUX", "NUL", *(f"{port}{digit}" for port in ("COM", "LPT") for digit in "123456789")}
)
_IN_HTML = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#x27;"})
_IN_XML = {**_IN_HTML, ord("\n"): "&#10;", ord("\t"): "&#9;"}


class _Spelling(dict[int, str | int]):
    """Code point → itself or its spelled-out form, filled in as characters turn up."""

    def __missing__(self, code: int) -> str | int:
        spelled = _spell(code)
        self[code] = spelled
        return spelled


def _spell(code: int) -> str | int:
    if code in (0x09, 0x0A):
        return code
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    character = chr(code)
    if character in _LOOKLESS or not (character.isprintable() or unicodedata.category(character) == "Zs"):
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
    return code


_SPELLING = _Spelling()


def _joins(before: str, after: str) -> bool:
    """Whether a joiner between two characters is part of how a script or an emoji is written."""
    written = {"Lo", "So"}
    return unicodedata.category(after) in written and unicodedata.category(before) in written | {"Mn", "Mc", "Sk"}


def _spell_unicode(text: str) -> str:
    pieces: list[str] = []
    marks = 0
    for position, character in enumerate(text):
        if character in _JOINERS and 0 < position < len(text) - 1:
            keep = _joins(text[position - 1], text[position + 1])
            pieces.append(character if keep else f"\\u{ord(character):04x}")
            continue
        marks = marks + 1 if unicodedata.category(character) in ("Mn", "Me") else 0
        if marks <= _MARKS:
            pieces.append(character.translate(_SPELLING))
    return "".join(pieces)


def visible(text: str) -> str:
    """Spell out every character that a reader could not see or a device would obey.

    Line feeds and tabs stay. All other control, format (bidirectional, zero-width), private, unassigned and
    surrogate characters become ``␛`` or ``\\u202e``; joiners stay where a script or an emoji needs them, and of more
    than four combining marks in a row the rest goes. The result can be encoded as UTF-8.

    Parameters
    ----------
    text : str
        Any text.

    Returns
    -------
    str
        Text of printable characters, line feeds and tabs.

    Examples
    --------
    >>> visible("a\\x1b[31mb\\u202e")
    'a␛[31mb\\\\u202e'
    """
    if text.isascii():
        return text if text.isprintable() else text.translate(_SPELLING)
    return _spell_unicode(text)


def width(text: str) -> int:
    """Count the terminal cells that a text without control characters takes.

    Wide characters count two, combining marks and joiners none.

    Examples
    --------
    >>> width("模型 A")
    6
    """
    if text.isascii():
        return len(text)
    return sum(map(_cell_width, text))


def _cell_width(character: str) -> int:
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _cut(text: str, limit: int) -> str:
    """Shorten to `limit` cells with an ellipsis."""
    if len(text) <= limit // 2 or width(text) <= limit:
        return text
    room = max(limit, 1) - 1
    for position, character in enumerate(text):
        room -= _cell_width(character)
        if room < 0:
            return text[:position] + _ELLIPSIS
    return text


def _isolate(text: str) -> str:
    """Keep right-to-left text from reordering what stands beside it."""
    if text.isascii() or not any(unicodedata.bidirectional(character) in ("R", "AL", "AN") for character in text):
        return text
    return f"{_ISOLATE}{text}{_POP}"


def terminal(text: str, *, limit: int = 200) -> str:
    """Make text fit for one cell or one line of a terminal, line breaks and tabs spelled out.

    Parameters
    ----------
    text : str
        Any text.
    limit : int, default=200
        Most terminal cells that the result may take; what is cut off is shown as ``…``.

    Returns
    -------
    str
        One line without control codes. Right-to-left text is wrapped in U+2068 and U+2069.

    Examples
    --------
    >>> terminal("\\x1b]0;owned\\x07 [/] \\n")
    '␛]0;owned␇ [/] ␊'
    >>> terminal("x" * 300, limit=5)
    'xxxx…'
    """
    if len(text) <= limit and text.isascii() and text.isprintable():
        return text
    spelled = visible(text[: 8 * limit + 8]).replace("\n", "\u240a").replace("\t", "\u2409")
    return _isolate(_cut(spelled, limit))


def line(text: str, limit: int = 1000) -> str:
    """Fold a message into one safe line: runs of white space become one space.

    Parameters
    ----------
    text : str
        Any text, such as the message of an exception.
    limit : int, default=1000
        Most terminal cells that the result may take.

    Examples
    --------
    >>> line("could not convert\\n\\tstring")
    'could not convert string'
    """
    return terminal(" ".join(text[: 8 * limit + 8].split()), limit=limit)


def output(data: bytes | str, limit: int = 1_000_000) -> str:
    """Make captured output of a program safe to store and to show, line by line.

    Bytes that are not UTF-8 become ``\\xff``, colours are dropped, a carriage return starts a new line.

    Parameters
    ----------
    data : bytes or str
        What the program wrote.
    limit : int, default=1_000_000
        Most UTF-8 bytes of the result. Beyond it the middle is left out and said so, because the first and the last
        lines explain most.

    Examples
    --------
    >>> output(b"\\x1b[31mred\\x1b[0m\\r\\n\\xff\\x00")
    'red\\n\\\\xff␀'
    """
    half = max(limit // 2 - 40, 0)
    size = len(data)
    head, tail = (data, data[:0]) if size <= limit else (data[:half], data[size - half :])
    first, last = _printed(head), _printed(tail)
    whole = (first + last).encode()
    if size <= limit and len(whole) <= limit:
        return first
    encoded = (first.encode(), (last or first).encode())
    left_out = size - len(head) - len(tail)
    note = f"\n… {left_out:,} bytes left out …\n" if left_out else "\n… cut …\n"
    start = encoded[0][:half].decode(errors="ignore")
    end = encoded[1][-half:].decode(errors="ignore") if half else ""
    return start + note + end


def _printed(data: bytes | str) -> str:
    text = data.decode("utf-8", errors="backslashreplace") if isinstance(data, bytes) else data
    return visible(_COLOURS.sub("", text).replace("\r\n", "\n").replace("\r", "\n"))


def html(text: str) -> str:
    """Escape text for HTML, as the content of an element or the value of a quoted attribute.

    Examples
    --------
    >>> html('<b onclick="x">\\x00')
    '&lt;b onclick=&quot;x&quot;&gt;␀'
    """
    return _isolate(visible(text)).translate(_IN_HTML)


def xml(text: str) -> str:
    """Escape text for XML 1.0, as the content of an element or the value of a quoted attribute.

    Characters that XML forbids are spelled out; line feeds and tabs become references, so that attributes keep them.

    Examples
    --------
    >>> xml("]]>\\x0b\\n")
    ']]&gt;␋&#10;'
    """
    return visible(text).translate(_IN_XML)


def json(document: str) -> str:
    """Escape in a JSON document what a terminal would obey; a parser reads the same values from it.

    Half a surrogate pair, which parsers refuse, becomes the text ``\\udcff``.

    Parameters
    ----------
    document : str
        Valid JSON, in which such characters can stand only within strings.

    Examples
    --------
    >>> print(json('{"name": "a\u202eb"}'))
    {"name": "a\\u202eb"}
    """
    return _IN_JSON.sub(_json_escape, document)


def _json_escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\\\u{code:04x}" if 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"


def csv_cell(value: object) -> str | int | float:
    """Make a value safe for a CSV file that a spreadsheet may open.

    Parameters
    ----------
    value : object
        None becomes an empty cell, truth values ``true`` and ``false``; numbers pass in full precision; text that a
        spreadsheet would run as a formula gets an apostrophe in front.

    Returns
    -------
    str, int or float
        For ``csv.writer`` with ``QUOTE_NONNUMERIC``, which also keeps ``;`` from splitting cells in some locales.

    Examples
    --------
    >>> csv_cell("=HYPERLINK(A1)"), csv_cell(-0.5), csv_cell("-1.5"), csv_cell(None)
    ("'=HYPERLINK(A1)", -0.5, '-1.5', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return value
    text = visible(str(value))
    lead = text.lstrip(" \u00a0\u3000")[:1]
    risky = lead in _FORMULA and lead != "" and not _NUMBER.fullmatch(text)
    return f"'{text}" if risky else text


def shell(text: str) -> str:
    """Quote text as one word of a POSIX shell command that is safe to show and to paste.

    Text with characters that cannot be shown is written in ``$'…'`` quotes (bash, zsh, ksh), so that pasting it
    gives the original bytes. NUL, which no argument can hold, becomes U+FFFD.

    Examples
    --------
    >>> shell("my file"), shell("a\\x1b")
    ("'my file'", "$'a\\\\x1b'")
    """
    if "\n" not in text and "\t" not in text and visible(text) == text:
        return shlex.quote(text)
    pieces = []
    for character in text.replace("\0", "\ufffd"):
        if character in "\\'":
            pieces.append(f"\\{character}")
        elif character.isprintable() and _SPELLING[ord(character)] == ord(character):
            pieces.append(character)
        else:
            pieces.extend(f"\\x{byte:02x}" for byte in _argument_bytes(character))
    return f"$'{''.join(pieces)}'"


def _argument_bytes(character: str) -> bytes:
    """The bytes that a character stands for in a file name."""
    if "\udc80" <= character <= "\udcff":
        return character.encode("utf-8", errors="surrogateescape")
    return character.encode("utf-8", errors="replace")


def markdown_cell(text: str, *, limit: int = 200) -> str:
    """Escape text for a cell of a Markdown table, or any other inline place of a Markdown document.

    Text that a forge would turn into a mention, a reference or a link is put into ``<code>``, where it does not.

    Examples
    --------
    >>> markdown_cell("a|b `c` my_model"), markdown_cell("@everyone")
    ('a&#124;b &#96;c&#96; my_model', '<code>@everyone</code>')
    """
    plain = line(text, limit)
    escaped = _MARKDOWN.sub(lambda match: f"&#{ord(match[0])};", plain)
    return f"<code>{escaped}</code>" if _REFERENCE.search(plain) else escaped


def filename(text: str, *, limit: int = 100) -> str:
    """Turn text into a file name that every platform accepts and no shell trips over.

    Letters and digits of any script stay, everything else becomes ``-``. Two texts may give the same name.

    Parameters
    ----------
    text : str
        Any text.
    limit : int, default=100
        Most UTF-8 bytes of the result, but for the ``-`` that a device name gets.

    Examples
    --------
    >>> filename("../../etc/passwd"), filename("CON"), filename("")
    ('etc-passwd', 'CON-', 'unnamed')
    """
    normal = unicodedata.normalize("NFC", "".join(c for c in text if not "\ud800" <= c <= "\udfff"))
    words = re.sub(r"[^\w.]+|\.{2,}", "-", normal)
    words = re.sub(r"-{2,}", "-", words).strip("-. ")
    words = words.encode()[:limit].decode(errors="ignore").strip("-. ")
    stem, dot, suffix = words.partition(".")
    if stem.upper() in _RESERVED:
        words = f"{stem}-{dot}{suffix}"
    return words or "unnamed"
