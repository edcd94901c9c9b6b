"""Which format a file has: what the user says, else what its content shows, else what its name says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePath

from mtf_engine import plugins
from mtf_engine.acquisition.formats.content import head
from mtf_engine.acquisition.interfaces import AcquiredFile, FormatSpec
from mtf_engine.errors import FormatError, PluginError, SettingsError
from mtf_engine.text_safety import line

FORMATS = "mtf.formats"
_DEFAULT = "csv"
_HTML = re.compile(rb"^\s*(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_FOREIGN = {
    b"PK\x03\x04": "a zip archive or a spreadsheet",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook",
    b"%PDF": "a PDF document",
    b"\x89HDF": "an HDF5 file",
    b"SQLite format 3": "an SQLite database",
    b"\x80\x04\x95": "a Python pickle",
    b"\xfd7zXZ": "an xz archive",
    b"7z\xbc\xaf": "a 7-Zip archive",
    b"\x7fELF": "a program",
    b"\x93NUMPY": "a NumPy array",
    b"<?xml": "an XML document",
}
_ARFF = re.compile(rb"^(\s|%[^\n]*\n)*@relation\b", re.IGNORECASE)


def detect_format(files: tuple[AcquiredFile, ...], options: Mapping[str, object]) -> FormatSpec:
    """Find the one format that files have.

    Raises
    ------
    FormatError
        A web page or another kind of file that no reader reads, or files of several formats.
    SettingsError
        The option ``format`` names none.
    """
    chosen = options.get("format")
    if chosen is not None:
        return _named(chosen)
    found = [_detect(file) for file in files]
    odd = next((index for index, spec in enumerate(found) if spec.name != found[0].name), None)
    if odd is not None:
        message = (
            f"{line(files[odd].facts.name)} is {found[odd].name}, but {line(files[0].facts.name)} is {found[0].name}"
        )
        raise FormatError(message, hint="Narrow the pattern to files of one format.")
    return found[0]


def is_html(start: bytes) -> bool:
    """Whether a file that begins so is a web page."""
    return _HTML.match(start.removeprefix(b"\xef\xbb\xbf")[:4096]) is not None


def _named(chosen: object) -> FormatSpec:
    known = plugins.names(FORMATS)
    if not isinstance(chosen, str) or chosen not in known:
        nearest = plugins.nearest(str(chosen), known)
        hint = f"Did you mean {nearest}?" if nearest else f"There are {', '.join(known)}."
        raise SettingsError(f"`format` {line(repr(chosen), 60)} is not known", hint=hint)
    return _load(chosen)


def _load(name: str) -> FormatSpec:
    spec = plugins.load(FORMATS, name)
    if not isinstance(spec, FormatSpec):
        raise PluginError(f"the format {name!r} of {plugins.distribution_of(FORMATS, name)} is broken")
    return spec


def _detect(file: AcquiredFile) -> FormatSpec:
    name = line(file.facts.name)
    try:
        start = head(file.path)
    except OSError as error:
        raise FormatError(f"{name} cannot be read: {error.strerror or error}") from error
    specs = [_load(format_name) for format_name in plugins.names(FORMATS)]
    certain = next((spec for spec in specs if spec.matches(start)), None)
    if certain is not None:
        return certain
    if is_html(start):
        message = f"{name} is a web page, not data"
        raise FormatError(message, hint="Open the address in a browser: it may ask for a login or a licence.")
    foreign = next((what for magic, what in _FOREIGN.items() if start.startswith(magic)), None)
    if _ARFF.match(start):
        foreign = "an ARFF file"
    if foreign is not None:
        readable = ", ".join(spec.name for spec in specs)
        raise FormatError(f"{name} is {foreign}, which no reader here reads", hint=f"Convert it to {readable}.")
    return _by_name(file.facts.name, specs)


def _by_name(name: str, specs: list[FormatSpec]) -> FormatSpec:
    path = PurePath(name.lower())
    suffix = path.suffix
    if suffix in (".gz", ".zst", ".bz2"):
        suffix = PurePath(path.stem).suffix
    named = next((spec for spec in specs if suffix in spec.extensions), None)
    if named is None:
        return next(spec for spec in specs if spec.name == _DEFAULT)
    if named.columnar:
        message = f"{line(name)} is no {named.summary} file, whatever its name says"
        raise FormatError(message, hint="Set the reader option `format`, or get the file again.")
    return named
