"""The bytes of a text file: unpacked, decoded to UTF-8, and free of what text cannot hold.

An encoding is never guessed: a byte order mark names it, or the file is UTF-8, or the user says what it is. The error
for anything else suggests the encodings that would fit.
"""

from __future__ import annotations

import codecs
import mmap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from mtf_engine.acquisition.formats.limits import most_bytes
from mtf_engine.acquisition.interfaces import AcquiredFile, Monitor
from mtf_engine.errors import FormatError
from mtf_engine.text_safety import line

_CHUNK = 1 << 22
_CODECS = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd", b"BZh": "bz2"}
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_GET_AGAIN = "Get it again, or write its rows."
_SUGGESTIONS = ("shift_jis", "gb18030", "euc_kr", "cp1252", "latin-1")


@dataclass(frozen=True, slots=True)
class Text:
    """A text file as UTF-8, not yet proven valid."""

    data: bytes | mmap.mmap
    start: int
    """Where the text begins, behind a byte order mark."""

    end: int
    notes: tuple[str, ...]

    def view(self) -> memoryview:
        """Give the bytes without copying them."""
        return memoryview(self.data)[self.start : self.end]

    def contains(self, byte: bytes) -> bool:
        """Whether a byte occurs."""
        return self.data.find(byte, self.start, self.end) >= 0

    def line_of(self, position: int) -> int:
        """Count the line, from 1, that a position of the data stands in."""
        before = bytes(self.data[self.start : position])
        return before.count(b"\n") + (before.count(b"\r") if b"\n" not in before else 0) + 1


def compression(head: bytes) -> str | None:
    """Name the compression that the first bytes of a file announce."""
    return next((name for magic, name in _CODECS.items() if head.startswith(magic)), None)


def head(path: Path, size: int = 1 << 16) -> bytes:
    """Read a file's first bytes, unpacked; fewer where the packing is damaged.

    Raises
    ------
    OSError
        The file cannot be read.
    """
    with open(path, "rb") as file:
        first = file.read(size)
    codec = compression(first)
    if codec is None:
        return first
    try:
        with pa.CompressedInputStream(pa.OSFile(str(path)), codec) as stream:
            return bytes(stream.read(size))
    except (pa.ArrowException, OSError):
        return b""


def read_text(file: AcquiredFile, options: Mapping[str, object], monitor: Monitor) -> Text:
    """Make a file's text available as UTF-8.

    Parameters
    ----------
    file : AcquiredFile
        Plain, or packed with gzip, zstd or bzip2.
    options : mapping
        ``encoding`` and ``max_bytes`` are used.
    monitor : Monitor
        For cancellation.

    Raises
    ------
    FormatError
        Damaged packing, a bomb, bytes that the encoding does not know, or a NUL in the text.
    """
    name = line(file.facts.name)
    notes = []
    if file.facts.size == 0:
        raise FormatError(f"{name} is empty", hint=_GET_AGAIN)
    with open(file.path, "rb") as source:
        first = source.read(8)
        codec = compression(first)
        data: bytes | mmap.mmap
        if codec is None:
            data = mmap.mmap(source.fileno(), 0, access=mmap.ACCESS_READ)
        else:
            notes.append(f"{codec} unpacked")
            data = _unpack(file, codec, options, monitor)
    chosen, start = _encoding(data[:4], options)
    if chosen not in ("utf-8", "utf-8-sig"):
        data, start = _transcode(name, data, start, chosen), 0
        notes.append(f"encoding {chosen}")
    return _without_nul(name, Text(data, start, len(data), tuple(notes)))


def encoding_error(name: str, text: Text) -> FormatError:
    """Explain which byte is no UTF-8, and which encodings would fit."""
    data = bytes(text.view())
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        place = text.line_of(text.start + error.start)
        message = f"{name} is not UTF-8: line {place} holds the byte 0x{data[error.start]:02x}"
        fitting = [codec for codec in _SUGGESTIONS if _fits(data, codec)]
        hint = f"Set the reader option `encoding`; {' or '.join(fitting)} would fit. Look at the text to decide."
        return FormatError(message, hint=hint)
    return FormatError(f"{name} holds text that is not valid UTF-8")


def _unpack(file: AcquiredFile, codec: str, options: Mapping[str, object], monitor: Monitor) -> bytes:
    name = line(file.facts.name)
    most = most_bytes(file.facts.size, options)
    unpacked = bytearray()
    try:
        with pa.CompressedInputStream(pa.OSFile(str(file.path)), codec) as stream:
            while chunk := stream.read(_CHUNK):
                monitor.check(name)
                unpacked += chunk
                if len(unpacked) > most:
                    message = f"{name}: {file.facts.size:,} bytes unpack to more than {most:,}, like a bomb"
                    raise FormatError(message, hint="If the file is genuine, raise the reader option `max_bytes`.")
    except (pa.ArrowException, OSError) as error:
        message = f"{name} cannot be unpacked as {codec}: {line(str(error))}"
        raise FormatError(message, hint="The file may be cut short or damaged; get it again.") from error
    if not unpacked:
        raise FormatError(f"{name} is empty", hint=_GET_AGAIN)
    return bytes(unpacked)


def _encoding(first: bytes, options: Mapping[str, object]) -> tuple[str, int]:
    """Name the encoding and where the text begins."""
    chosen = options.get("encoding")
    for mark, name in _MARKS:
        if first.startswith(mark):
            return name, len(mark)
    if not isinstance(chosen, str):
        return "utf-8", 0
    return codecs.lookup(chosen).name, 0


def _transcode(name: str, data: bytes | mmap.mmap, start: int, encoding: str) -> bytes:
    try:
        return b"".join(part.encode("utf-8") for part in _decoded(data, start, encoding))
    except (UnicodeError, ValueError) as error:
        message = f"{name} is not {encoding} text: {line(str(error))}"
        raise FormatError(message, hint="Set the reader option `encoding` to what the file is written in.") from error


def _decoded(data: bytes | mmap.mmap, start: int, encoding: str) -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    for position in range(start, len(data), _CHUNK):
        yield decoder.decode(data[position : position + _CHUNK])
    yield decoder.decode(b"", final=True)


def _without_nul(name: str, text: Text) -> Text:
    """Cut padding with NUL off the end; refuse NUL anywhere else."""
    first = text.data.find(b"\0", text.start, text.end)
    if first < 0:
        return text
    if not bytes(text.data[first : text.end]).strip(b"\0\r\n"):
        return Text(text.data, text.start, first, (*text.notes, f"{text.end - first} NUL bytes at the end ignored"))
    start = bytes(text.data[text.start : text.start + 4096])
    if start.count(0) * 3 >= len(start):
        order = "utf-16-le" if start[1:2] == b"\0" else "utf-16-be"
        message = f"{name} looks like {order} text without a byte order mark"
        raise FormatError(message, hint=f"Set the reader option `encoding: {order}`.")
    message = f"{name}: line {text.line_of(first)} holds a NUL byte, which no text has"
    raise FormatError(message, hint="The file may be damaged, or no text at all; get it again.")


def _fits(data: bytes, codec: str) -> bool:
    try:
        data.decode(codec)
    except UnicodeDecodeError:
        return False
    return True
