"""Content hashes: of values, and of files.

Equal content gives an equal hash on every host and in every process, so hashes name cells, plans and caches. A value
is brought into one canonical JSON form first: keys sorted, no blanks, enums by value, dataclasses by type name and
fields, and floats by their shortest exact decimal.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import time
from collections.abc import Mapping, Sequence, Set
from enum import Enum
from pathlib import Path, PurePath

import msgspec

from mtf_engine.storage import atomic, paths

_CHUNK = 1 << 20
_SETTLED_SECONDS = 2.0


def canonical_json(value: object) -> bytes:
    """Bring a value into the one form that is hashed.

    Parameters
    ----------
    value : object
        None, bool, int, float, str, bytes, paths, enums, dataclasses, and sequences, sets and mappings of these.

    Raises
    ------
    TypeError
        For anything else: a hash of an object's address would differ from run to run.

    Examples
    --------
    >>> canonical_json({"b": (1, 2.5), "a": None})
    b'{"a":null,"b":[1,2.5]}'
    """
    return msgspec.json.encode(_plain(value), order="deterministic")


def fingerprint(*values: object) -> str:
    """Hash values to 64 hexadecimal digits (SHA-256 of their canonical JSON).

    Examples
    --------
    >>> fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    True
    """
    return hashlib.sha256(canonical_json(values)).hexdigest()


def file_sha256(path: Path) -> str:
    """Hash a file's bytes, or remember the hash when the file has not changed since.

    A file counts as unchanged when its path, size, modification time and inode are what they were. One that was
    modified less than two seconds before it was hashed is not remembered, because a clock's tick is no proof.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    path = path.absolute()
    before = os.stat(path)
    identity = [str(path), before.st_size, before.st_mtime_ns, before.st_ino]
    memo = paths.fingerprints() / f"{hashlib.sha256(os.fsencode(path)).hexdigest()[:32]}.json"
    known = _read_memo(memo)
    if known is not None and known[:-1] == identity:
        return str(known[-1])
    digest = hash_file(path)
    after = os.stat(path)
    settled = time.time() - after.st_mtime > _SETTLED_SECONDS
    if settled and [str(path), after.st_size, after.st_mtime_ns, after.st_ino] == identity:
        _write_memo(memo, [*identity, digest])
    return digest


def hash_file(path: Path) -> str:
    """Hash a file's bytes to 64 hexadecimal digits, always reading them."""
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _read_memo(memo: Path) -> list[object] | None:
    try:
        known = msgspec.json.decode(memo.read_bytes(), type=list[object])
    except (OSError, msgspec.DecodeError):
        return None
    return known if len(known) == 5 else None


def _write_memo(memo: Path, content: list[object]) -> None:
    try:
        atomic.write_bytes_atomic(memo, msgspec.json.encode(content), durable=False)
    except OSError:
        return  # a memo saves time; without one the file is read again


def _plain(value: object) -> object:
    match value:
        case Enum():
            return _plain(value.value)
        case None | bool() | int() | str():
            return value
        case float():
            return value if value - value == 0.0 else {"float": repr(value)}
        case bytes():
            return {"bytes": value.hex()}
        case PurePath():
            return {"path": value.as_posix()}
        case Mapping():
            return {str(key): _plain(item) for key, item in value.items()}
        case Set():
            return sorted((_plain(item) for item in value), key=msgspec.json.encode)
        case Sequence():
            return [_plain(item) for item in value]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"type": type(value).__name__, **fields}
    raise TypeError(f"cannot hash a {type(value).__name__}: it has no canonical form")
