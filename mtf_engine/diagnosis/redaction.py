"""Takes secrets, and who and where one is, out of text that strangers will read.

What is known to be secret goes first: values of environment variables that are named like secrets, that the settings
read, or that hold an address with a password. Then whatever looks like a secret: values that follow a telling name,
credentials and queries of addresses, tokens of well-known shapes. Places and people come last. Rather too much is
taken than too little: a reader can ask again, a published token is published.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

REMOVED = "<removed>"
_SHORTEST_SECRET = 4
"""Shorter values stand for something else nearly everywhere."""

_TELLING = (
    r"(?:token|secret|passw(?:or)?d|passphrase|pwd|api[-_]?key|access[-_]?key|private[-_]?key|account[-_]?key|"
    r"auth(?:orization)?(?![a-z])|credential|cookie|signature|connection[-_]?string|(?<![a-z])pass(?![a-z]))"
)
_SECRET_VARIABLE = re.compile(rf"{_TELLING}|(?:^|_)(?:key|pass|dsn|sig|jwt|sas)$", re.IGNORECASE)
_NO_SECRETS = frozenset({"PWD", "OLDPWD"})
_PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", re.DOTALL)
_IN_KEY = r"[\w.-]{0,60}"
"""What stands around the telling part of a name; bounded, or a long word would be read from each of its letters on."""

_KEY_LINE = re.compile(
    rf"(?P<name>(?P<margin>[ \t]*(?:- +)?)"
    rf"(?:\"[^\"]{{0,60}}{_TELLING}[^\"]{{0,60}}\"|'[^']{{0,60}}{_TELLING}[^']{{0,60}}'|{_IN_KEY}{_TELLING}{_IN_KEY})"
    r"[ \t]*:)(?:[ \t]|$)",
    re.IGNORECASE,
)
_ASSIGNED = re.compile(
    rf"(?P<name>(?:{_TELLING}{_IN_KEY}\\?[\"']?\s*(?:(?P<colon>:)|=)\s*"  # NAME: VALUE, NAME=VALUE, "NAME": VALUE
    rf"|--[\w-]{{0,60}}?{_TELLING}[\w-]{{0,60}}\s+)"  # --name VALUE
    r"(?:(?:bearer|basic|token)\s+)?)"  # the scheme of a header
    r"(?P<value>\\?\"(?:[^\"\\\n]|\\[^\"])*\\?\"|'[^'\n]*'|\[[^\]\n]*|\{[^}\n]*"  # quoted, a list, a mapping
    r"|(?(colon)[^\s,{}\[\]\\\"'][^,{}\[\]\n\\\"]*|[^\s,;&\"'{}\[\]\\]+))",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]{0,30}://[^\s\"'<>\\`]+")
_NOT_IN_WORD = re.compile(r"[^\w~.:%=+-]")
_LONG_WORD = 20
"""Characters from which letters and digits at the end of a part of a path are a secret rather than a name."""
_KNOWN_SHAPES = re.compile(
    r"\b(?:gh[pousr]_\w{20,}|github_pat_\w{20,}|glpat-[\w-]{16,}|sk-[\w-]{16,}|xox[abeprs]-[\w-]{8,}|hf_\w{16,}|"
    r"(?:AKIA|ASIA)[0-9A-Z]{16}|AIza[\w-]{30,}|pypi-[\w-]{20,}|npm_\w{30,}|dop_v1_\w{20,}|"
    r"eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)"
)
_MAIL = re.compile(r"\b[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+\b")
_HOME_OF_SOMEBODY = re.compile(r"(?P<root>(?:/home|/Users|[A-Za-z]:(?:\\\\|\\|/)Users)(?:\\\\|\\|/))[^/\\\s\"':]+")
_UNIX_FOLDERS = re.compile(
    r"(?<![\w.~>:/\\<])/(?!(?:usr|lib|lib64|proc|sys|dev|etc|bin|opt)/)(?:(?:<user>|[^/\s\"'<>:,;()\[\]])+/)+"
)
_WINDOWS_FOLDERS = re.compile(r"(?<![\w.~>])[A-Za-z]:(?:\\\\|\\|/)(?:(?:<user>|[^\\/\"'<>:,;()\[\]\n])+(?:\\\\|\\|/))*")


@dataclass(frozen=True, slots=True)
class Redactor:
    """A function from text to text without secrets."""

    secrets: tuple[str, ...]
    """Exact texts that may appear nowhere, longest first."""

    places: tuple[tuple[str, str], ...]
    """Folder → what to call it, the deepest first."""

    people: tuple[tuple[str, str], ...]
    """Word → what to write instead."""

    def __call__(self, text: str) -> str:
        """Take out what should not be published."""
        text = _PRIVATE_KEY.sub(REMOVED, text)
        for secret in self.secrets:
            text = text.replace(secret, REMOVED)
        text = _ADDRESS.sub(_redact_address, text)
        text = "\n".join(_without_values(text.split("\n")))
        text = _ASSIGNED.sub(_redact_value, text)
        text = _KNOWN_SHAPES.sub(REMOVED, text)
        text = _MAIL.sub("<mail>", text)
        for place, name in self.places:
            text = re.sub(rf"{re.escape(place)}(?![\w.-])", name, text)
        text = _HOME_OF_SOMEBODY.sub(lambda found: f"{found['root']}<user>", text)
        text = _UNIX_FOLDERS.sub("<folder>/", text)
        text = _WINDOWS_FOLDERS.sub("<folder>/", text)
        for word, instead in self.people:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", instead, text)
        return text


def redactor(
    variables: Mapping[str, str], *, mentioned: Iterable[str], places: Mapping[str, str], people: Mapping[str, str]
) -> Redactor:
    """Make a redactor that knows this machine's secrets.

    Parameters
    ----------
    variables : mapping of str to str
        The environment.
    mentioned : iterable of str
        Names of variables that the settings read, whatever they are called.
    places : mapping of str to str
        Folders and their names, such as the home and ``~``.
    people : mapping of str to str
        User and host names and what to write instead.
    """
    secrets = {
        spelled
        for name, value in variables.items()
        for secret in _secrets_of(name, value, name in set(mentioned))
        if len(secret) >= _SHORTEST_SECRET and secret.lower() not in ("true", "false", "none", "null")
        for spelled in _spellings(secret)
    }
    folders = {spelled: name for place, name in places.items() if len(place) > 1 for spelled in _spellings(place)}
    words = {word: instead for word, instead in people.items() if len(word) > 1}
    return Redactor(
        secrets=tuple(sorted(secrets, key=len, reverse=True)),
        places=tuple(sorted(folders.items(), key=lambda item: len(item[0]), reverse=True)),
        people=tuple(sorted(words.items(), key=lambda item: len(item[0]), reverse=True)),
    )


def _secrets_of(name: str, value: str, is_mentioned: bool) -> Iterable[str]:
    """Yield what of a variable's value is secret."""
    if name in _NO_SECRETS:
        return
    if is_mentioned or _SECRET_VARIABLE.search(name):
        yield value
        yield from value.splitlines()
    for address in _ADDRESS.findall(value):
        credentials, at, _ = _split(address).rpartition("@")
        if at:
            yield from (unquote(part) for part in credentials.split(":"))
            yield credentials


def _split(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return address.partition("://")[2].partition("/")[0]


def _spellings(text: str) -> set[str]:
    """A text as it is, in JSON, and in an address."""
    return {text, json.dumps(text)[1:-1], json.dumps(text, ensure_ascii=False)[1:-1], quote(text, safe="")}


def _without_values(lines: Iterable[str]) -> Iterable[str]:
    """Leave out what stands behind a telling key at the start of a line, and the lines below that belong to it."""
    inside: int | None = None
    for line in lines:
        margin = len(line) - len(line.lstrip(" \t-"))
        if inside is not None and (not line.strip() or margin > inside):
            continue
        found = _KEY_LINE.match(line)
        inside = len(found["margin"]) if found is not None else None
        yield line if found is None else f"{found['name']} {REMOVED}"


def _redact_address(found: re.Match[str]) -> str:
    """Keep scheme, host, path and the names of parameters."""
    address, _, _ = found[0].partition("#")
    base, question, query = address.partition("?")
    scheme, _, rest = base.partition("://")
    host, slash, path = rest.partition("/")
    credentials, at, host = host.rpartition("@")
    shown = f"{REMOVED}@{host}" if at and credentials else host
    names = "&".join(f"{pair.partition('=')[0]}={REMOVED}" if "=" in pair else REMOVED for pair in query.split("&"))
    place = "/".join(map(_without_long_word, path.split("/")))
    return f"{scheme}://{shown}{slash}{place}{question}{names if question else ''}"


def _without_long_word(part: str) -> str:
    word = _NOT_IN_WORD.split(part)[-1]
    is_secret = len(word) >= _LONG_WORD and re.search(r"\d", word) and re.search(r"[A-Za-z]", word)
    return part[: -len(word)] + REMOVED if is_secret else part


def _redact_value(found: re.Match[str]) -> str:
    value = found["value"]
    mark = re.match(r"\\?[\"']", value)
    edge = mark[0] if mark else ""
    return f"{found['name']}{edge}{REMOVED}{edge}"
