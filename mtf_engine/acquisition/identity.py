"""What changes when a source's content may have changed, without reading a table.

Light: neither pandas nor pyarrow nor the network. An unchanged run is recognised by it in a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Iterable

from mtf_engine.acquisition import blobs
from mtf_engine.acquisition.addresses import PATH, parse_address
from mtf_engine.acquisition.local_files import find_files
from mtf_engine.domain.dataset import DatasetRef, SourceFile
from mtf_engine.environment import versions
from mtf_engine.errors import MTFError
from mtf_engine.storage.fingerprint import file_sha256, fingerprint

READER_VERSION = 1
"""Raise it when the same bytes and options would give another table."""


def source_identity(ref: DatasetRef) -> str | None:
    """Fingerprint what a source would deliver now.

    Parameters
    ----------
    ref : DatasetRef
        Relative paths already resolved.

    Returns
    -------
    str or None
        64 hexadecimal digits: of the content of local files, of the version of the package that bundles the data, of
        the cached copy of a remote file. None when it is not known without fetching, or the files are not there.
    """
    scheme = parse_address(ref.source).scheme
    try:
        if scheme in (PATH, "file"):
            return _of_files((path.name, file_sha256(path)) for path in find_files(ref.source))
        if scheme == "sklearn":
            version = versions.package_version("scikit-learn")
            return fingerprint("sklearn", READER_VERSION, version, ref.source)
        if scheme in ("http", "https"):
            record = blobs.find_record(ref.source)
            known = record is not None and blobs.find_blob(record) is not None
            return _of_blob(record.name, record.sha256) if record and known else None
    except (OSError, MTFError):
        return None
    return None


def delivered_identity(ref: DatasetRef, files: Iterable[SourceFile]) -> str | None:
    """Fingerprint what a source has delivered, which may have changed since.

    Parameters
    ----------
    ref : DatasetRef
        Relative paths already resolved.
    files : iterable of SourceFile
        What it was read from.

    Returns
    -------
    str or None
        What `source_identity` gave at that moment.
    """
    scheme = parse_address(ref.source).scheme
    read = [(file.name, file.sha256) for file in files]
    if scheme in (PATH, "file"):
        return _of_files(read)
    return _of_blob(*read[0]) if scheme in ("http", "https") and read else source_identity(ref)


def _of_files(files: Iterable[tuple[str, str]]) -> str:
    return fingerprint("files", READER_VERSION, list(files))


def _of_blob(name: str, sha256: str) -> str:
    return fingerprint("blob", READER_VERSION, name, sha256)
