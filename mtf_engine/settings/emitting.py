"""Values written as YAML that the reader reads back as the same values: plain where that is safe, else quoted."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

_PLAIN = re.compile(r"(?:\.{1,2}/|/)?[A-Za-z_][\w./+@%=*?()~-]*(?:[ :][\w./+@%=*?()~-]+)*", re.ASCII)
_LISTED = frozenset({"datasets", "models", "checks", "pipeline"})
"""Lists that are written line by line."""
_KEYWORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def scalar(value: object) -> str:
    """Write one value on one line, for any place in a settings file.

    Examples
    --------
    >>> [scalar(value) for value in ("sklearn:iris", "yes", "a, b", 0.5, None, True)]
    ['sklearn:iris', '"yes"', '"a, b"', '0.5', 'null', 'true']
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    if isinstance(value, int | float):
        return repr(value)
    text = str(value)
    is_plain = _PLAIN.fullmatch(text) is not None and text.casefold() not in _KEYWORDS
    return text if is_plain else quoted(text)


def quoted(text: str) -> str:
    """Write text between double quotes; what cannot be printed is escaped."""
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    known = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}
    if character in known:
        return known[character]
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:
        return "?"
    if character.isprintable():
        return character
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"


def literal(value: object) -> object:
    """Keep names that come from data from being read as references to the environment.

    Examples
    --------
    >>> literal(["${HOME}"])
    ['$${HOME}']
    """
    if isinstance(value, str):
        return value.replace("${", "$${")
    if isinstance(value, Mapping):
        return {literal(key): literal(item) for key, item in value.items()}
    return [literal(item) for item in value] if isinstance(value, list | tuple) else value


def flow(value: object) -> str:
    """Write a value on one line, mappings and lists between brackets.

    Examples
    --------
    >>> flow({"numeric": "median", "columns": ["a", "b c"]})
    '{numeric: median, columns: [a, b c]}'
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{scalar(str(key))}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    return scalar(value)


def entry(value: object, indent: int) -> list[str]:
    """Write an entry of a list as lines: a mapping of several keys takes one line a key.

    Examples
    --------
    >>> entry({"source": "a.csv", "target": "churned"}, 2)
    ['  - source: a.csv', '    target: churned']
    """
    margin = " " * indent
    if isinstance(value, Mapping) and value:
        keys = [f"{scalar(str(key))}: {flow(item)}" for key, item in value.items()]
        return [f"{margin}- {keys[0]}", *(f"{margin}  {line}" for line in keys[1:])]
    return [f"{margin}- {flow(value)}"]


def keyed(key: str, value: object, indent: int) -> list[str]:
    """Write a key with its value as lines: a list of entries takes lines of its own, all else stays on one."""
    margin = " " * indent
    if isinstance(value, list | tuple) and value and (key in _LISTED or any(isinstance(one, Mapping) for one in value)):
        return [f"{margin}{scalar(key)}:", *(line for item in value for line in entry(item, indent + 2))]
    return [f"{margin}{scalar(key)}: {flow(value)}"]
