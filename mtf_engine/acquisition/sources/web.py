"""Files of the web: fetched once, verified, revalidated, and there without a network afterwards.

A copy in the cache is used as it is when the settings pin its SHA-256 or MTF_OFFLINE is set. Otherwise the server is
asked whether it is current; when the server cannot be asked, the copy is used with a note. Nothing that goes wrong
takes a good copy away.
"""

from __future__ import annotations

import time
import zlib
from dataclasses import replace
from pathlib import Path

from mtf_engine import environment
from mtf_engine.acquisition import blobs, tables, transport
from mtf_engine.acquisition.addresses import without_credentials
from mtf_engine.acquisition.blobs import BlobRecord
from mtf_engine.acquisition.formats.content import head
from mtf_engine.acquisition.formats.detect import is_html
from mtf_engine.acquisition.formats.limits import most_bytes
from mtf_engine.acquisition.interfaces import Acquired, AcquiredFile, Monitor, SourceSpec
from mtf_engine.domain.dataset import DatasetRef, SourceFile
from mtf_engine.errors import FetchError, IntegrityError
from mtf_engine.storage import atomic
from mtf_engine.storage.fingerprint import hash_file
from mtf_engine.text_safety import line

_CHUNK = 1 << 20
_POLL_SECONDS = 0.2
_DEFAULT = transport.Budget()


def acquire(ref: DatasetRef, monitor: Monitor, *, budget: transport.Budget = _DEFAULT) -> Acquired:
    """Make a file of the web available.

    Raises
    ------
    FetchError
        It could not be had and is not in the cache, or a web page came instead of data.
    IntegrityError
        It has another SHA-256 than the settings pin.
    """
    url, pin = ref.source, ref.sha256.strip().lower() if ref.sha256 else None
    record = blobs.find_record(url)
    cached = blobs.find_blob(record) if record else None
    if record and cached and record.sha256 == pin:
        return _acquired(url, record, cached, ())
    if environment.offline():
        if record is None or cached is None:
            message = f"{_shown(url)} is not in the cache, and MTF_OFFLINE forbids the network"
            raise FetchError(message, hint="Fetch it once without MTF_OFFLINE: `mtf data fetch URI`.")
        _checked(url, record, pin)
        return _acquired(url, record, cached, ("offline: the copy in the cache is used",))
    try:
        return _fetched(url, record if cached else None, pin, monitor, budget)
    except FetchError:
        if record is None or cached is None or monitor.cancelled():
            raise
        _checked(url, record, pin)
        return _acquired(url, record, cached, ("the server could not confirm it: the copy in the cache is used",))


def _fetched(
    url: str, record: BlobRecord | None, pin: str | None, monitor: Monitor, budget: transport.Budget
) -> Acquired:
    """Ask the server; receive the file unless it is current or another process has just fetched it."""
    latest = _await_other(url, monitor, budget)
    path = blobs.find_blob(latest) if latest else None
    if latest and path:
        return _acquired(url, _checked(url, latest, pin), path, ())
    partial = blobs.claim_partial(url)
    keep = True
    try:
        known = transport.Known(record.etag, record.last_modified) if record else None
        received = _receive(url, partial, known, monitor, budget)
        if received.changed:
            digest = hash_file(partial.path)
            if received.resumed and pin not in (None, digest):  # the server's validator lied: once more from the start
                received = _receive(url, replace(partial, validator=None), None, monitor, budget)
            keep = False
            record = _publish(url, partial.path, received, pin)
        elif record is not None:
            record = replace(record, fetched=time.time())
            blobs.write_record(record, url)
    except OSError as error:
        raise FetchError(f"{_shown(url)} cannot be stored: {error.strerror or error}") from error
    finally:
        blobs.release_partial(partial.path, keep=keep)
    if record is None:
        raise FetchError(f"{_shown(url)}: the server calls a file current that was never fetched")
    notes = () if received.verified or not received.changed else ("the server did not say how many bytes there are",)
    return _acquired(url, _checked(url, record, pin), blobs.object_path(record.sha256), notes)


def _await_other(url: str, monitor: Monitor, budget: transport.Budget) -> BlobRecord | None:
    """Wait while another process fetches the same address; return its record when it was fresh.

    Nothing is wrong when two fetch at once: waiting only saves the work.
    """
    started = time.time()
    until = time.monotonic() + budget.total_seconds
    while blobs.is_fetched_elsewhere(url) and time.monotonic() < until:
        monitor.check(_shown(url))
        time.sleep(_POLL_SECONDS)
    record = blobs.find_record(url)
    return record if record is not None and record.fetched >= started else None


def _receive(
    url: str,
    partial: blobs.Partial,
    known: transport.Known | None,
    monitor: Monitor,
    budget: transport.Budget,
) -> transport.Received:
    return transport.fetch(
        url,
        partial.path,
        validator=partial.validator,
        known=known,
        monitor=monitor,
        budget=budget,
        note_validator=blobs.set_validator,
    )


def _publish(url: str, path: Path, received: transport.Received, pin: str | None) -> BlobRecord:
    """Verify what arrived and give it its place in the cache."""
    if received.encoding not in (None, "", "identity") and not received.name.lower().endswith((".gz", ".tgz")):
        _decode(url, path, received.encoding or "")
    if path.stat().st_size == 0:
        raise FetchError(f"{_shown(url)}: the server sent an empty file", hint="Look at the address in a browser.")
    if is_html(head(path)):
        message = f"{_shown(url)}: the server sent a web page instead of data"
        raise FetchError(message, hint="Open the address in a browser: it may ask for a login or a licence.")
    record = BlobRecord(
        url=without_credentials(url),
        sha256=hash_file(path),
        size=path.stat().st_size,
        name=received.name,
        media_type=received.media_type,
        etag=received.etag,
        last_modified=received.last_modified,
        fetched=time.time(),
    )
    _checked(url, record, pin)
    blobs.keep_blob(path, record.sha256)
    blobs.write_record(record, url)
    return record


def _decode(url: str, path: Path, encoding: str) -> None:
    """Take a content coding off that was not asked for."""
    if encoding not in ("gzip", "x-gzip", "deflate"):
        raise FetchError(f"{_shown(url)}: the server sent the coding {line(encoding)!r}, which was not asked for")
    most = most_bytes(path.stat().st_size, {})
    plain = atomic.temporary_sibling(path)
    decoder = zlib.decompressobj(zlib.MAX_WBITS | 32)
    try:
        with open(path, "rb") as source, open(plain, "xb") as target:
            while chunk := source.read(_CHUNK):
                while chunk:
                    target.write(decoder.decompress(chunk, _CHUNK))
                    chunk = decoder.unconsumed_tail
                if target.tell() > most:
                    raise FetchError(f"{_shown(url)} unpacks to more than {most:,} bytes, like a bomb")
        if not decoder.eof:
            raise FetchError(f"{_shown(url)}: the server's {encoding} coding is cut short")
        atomic.replace(plain, path)
    except zlib.error as error:
        raise FetchError(f"{_shown(url)}: the server's {encoding} coding is damaged: {error}") from error
    finally:
        plain.unlink(missing_ok=True)


def _checked(url: str, record: BlobRecord, pin: str | None) -> BlobRecord:
    """Hold the settings' ``sha256`` against what there is."""
    if pin not in (None, record.sha256):
        message = f"{_shown(url)} is not the file that the settings pin: its SHA-256 is {record.sha256}"
        raise IntegrityError(message, hint=f"Expected {pin}. Correct `sha256` if the new file is meant.")
    return record


def _acquired(url: str, record: BlobRecord, path: Path, notes: tuple[str, ...]) -> Acquired:
    facts = SourceFile(record.name, record.sha256, record.size)
    tables.touch(blobs.record_path(url))
    return Acquired(without_credentials(url), (AcquiredFile(path, facts, record.media_type),), notes=notes)


def _shown(url: str) -> str:
    return line(without_credentials(url))


HTTP = SourceSpec("http", "a file of the web, such as http://host/table.csv", acquire)
HTTPS = SourceSpec("https", "a file of the web, such as https://host/table.csv", acquire)
