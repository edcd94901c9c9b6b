"""Source addresses: which kind of source one names, and how it is written down without its secrets.

Light on purpose: settings are checked with it before numpy or pandas are loaded.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, quote, unquote, urlsplit, urlunsplit

from mtf_engine import plugins
from mtf_engine.errors import Problem, SettingsError
from mtf_engine.text_safety import line

SOURCES = "mtf.sources"
PATH = "path"
"""The kind of an address without a scheme."""

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):(.*)", re.DOTALL)
_GLOB = re.compile(r"[*?\[]")
_LATER = {
    "openml": "OpenML data sets",
    "openml-task": "OpenML tasks",
    "hf": "Hugging Face data sets",
    "uci": "the UCI repository",
    "kaggle": "Kaggle",
    "doi": "Zenodo, figshare and Dataverse",
    "s3": "Amazon S3",
    "gs": "Google Cloud Storage",
    "az": "Azure Blob Storage",
    "rdatasets": "R's data sets",
    **dict.fromkeys(
        ("sqlite", "postgresql", "mysql", "mariadb", "mssql", "oracle", "duckdb", "snowflake"), "databases"
    ),
}
_SECRET = re.compile(
    r"x-amz-(signature|credential|security-token)|x-goog-(signature|credential)|awsaccesskeyid|signature|sig|pwd|"
    r".*(token|secret|password|passwd|api[-_]?key|auth|credential)s?|"
    r"(.*[-_])?(access|account|app|client|license|private|service|shared|subscription)[-_]?keys?",
    re.IGNORECASE,
)
_SIGNED = frozenset({"se", "sv"})
"""Of Azure, beside ``sig``; elsewhere they choose data."""

_KEY_CHARACTERS = 16
"""A ``key`` that is shorter names what is wanted; a longer one lets in."""


@dataclass(frozen=True, slots=True)
class Address:
    """A source's address, taken apart."""

    scheme: str
    """Lower case; ``path`` for a local path or glob."""

    rest: str
    """Everything after the scheme's colon; the whole path for ``path``."""


def parse_address(source: str) -> Address:
    """Take a source's address apart.

    Examples
    --------
    >>> parse_address("sklearn:iris")
    Address(scheme='sklearn', rest='iris')
    >>> parse_address("C:/data/table.csv").scheme
    'path'
    """
    match = _SCHEME.fullmatch(source.strip())
    if match is None:
        return Address(PATH, source)
    scheme = match[1].lower().partition("+")[0]
    return Address(scheme, match[2])


def check_address(source: str) -> Problem | None:
    """Find what is wrong with an address, without asking the network or the file system.

    Returns
    -------
    Problem or None
        None when a source is installed for the address.
    """
    shown = line(without_credentials(source))
    if not source.strip():
        return Problem("the source is empty", "Name a file, a glob or an address such as sklearn:iris.")
    scheme = parse_address(source).scheme
    known = plugins.names(SOURCES)
    if scheme in known:
        return None
    if scheme in _LATER:
        hint = f"Download the data and name the file; {_join(known)} are available."
        return Problem(f"{shown}: {_LATER[scheme]} ({scheme}:) are not available yet", hint)
    nearest = plugins.nearest(scheme, (*known, *_LATER))
    hint = f"Did you mean {nearest}:?" if nearest else f"Known are {_join(known)}."
    return Problem(f"{shown}: unknown kind of source {scheme!r}", f"{hint} A local file may begin with ./")


def require_known(source: str) -> Address:
    """Take an address apart whose source is installed.

    Raises
    ------
    SettingsError
        No source of that name is available.
    """
    problem = check_address(source)
    if problem is not None:
        raise SettingsError([problem])
    return parse_address(source)


def resolve_address(source: str, base: Path) -> str:
    """Make a relative local path absolute; leave other addresses as they are.

    Parameters
    ----------
    source : str
        As the settings have it.
    base : Path
        The settings file's folder.

    Examples
    --------
    >>> resolve_address("sklearn:iris", Path("/work"))
    'sklearn:iris'
    """
    address = parse_address(source)
    if address.scheme not in (PATH, "file"):
        return source
    return str(base / os.path.expanduser(local_path(source)))


def is_local(source: str) -> bool:
    """Whether the data lie on this machine, so that their absence is the user's to mend."""
    return parse_address(source).scheme in (PATH, "file", "sklearn")


def local_path(source: str) -> Path:
    """Turn a path or ``file:`` address into a path (or glob).

    Raises
    ------
    SettingsError
        A ``file:`` address names another host.
    """
    address = parse_address(source)
    if address.scheme == PATH:
        return Path(source)
    parts = urlsplit(source)
    if parts.netloc not in ("", "localhost"):
        message = f"{line(source)}: a file: address names a file of this machine, not of {line(parts.netloc)}"
        raise SettingsError(message, hint="Write file:///path/to/file, or only the path.")
    path = unquote(parts.path)
    return Path(path[1:] if re.match(r"/[A-Za-z]:", path) else path)


def is_glob(path: Path) -> bool:
    """Whether a path has wildcards."""
    return _GLOB.search(str(path)) is not None


def without_credentials(source: str) -> str:
    """Write an address without user, password, tokens and signatures.

    Examples
    --------
    >>> without_credentials("https://me:pw@host/a.csv?token=1&part=2")
    'https://host/a.csv?part=2'
    """
    if parse_address(source).scheme == PATH or "://" not in source:
        return source
    try:
        parts = urlsplit(source)
        query = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return source.partition("?")[0].rpartition("@")[2]
    signed = any(name.lower() == "sig" for name, _ in query)
    public = ((name, value) for name, value in query if not _is_secret(name, value, signed=signed))
    kept = "&".join(f"{quote(name, safe='')}={quote(value, safe='/:,')}" for name, value in public)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, kept, ""))


def _is_secret(name: str, value: str, *, signed: bool) -> bool:
    """Whether a part of a query is there to be let in; what chooses data must stay, or two addresses become one."""
    if name.lower() in _SIGNED:
        return signed
    return len(value) >= _KEY_CHARACTERS if name.lower() == "key" else _SECRET.fullmatch(name) is not None


def _join(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name}:" if name != PATH else "paths" for name in names)
