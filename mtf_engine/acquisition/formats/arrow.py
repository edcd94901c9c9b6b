"""Arrow IPC files and streams, and Feather of both versions."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.ipc as ipc

from mtf_engine.acquisition.formats.limits import most_bytes
from mtf_engine.acquisition.interfaces import AcquiredFile, FormatSpec, Monitor, Parsed
from mtf_engine.errors import FormatError
from mtf_engine.text_safety import line

_FILE = b"ARROW1"
_FEATHER_1 = b"FEA1"
_STREAM = b"\xff\xff\xff\xff"


def read(file: AcquiredFile, options: Mapping[str, object], monitor: Monitor) -> Parsed:
    """Read an Arrow or Feather file, every value checked.

    Raises
    ------
    FormatError
        The file is damaged, or would not fit into memory.
    """
    name = line(file.facts.name)
    most = most_bytes(file.facts.size, options)
    try:
        with open(file.path, "rb") as source:
            head = source.read(len(_FILE))
        if head.startswith(_FEATHER_1):
            table = feather.read_table(file.path, memory_map=False)
        else:
            table = _read_ipc(file, head, most, monitor)
        table.validate(full=True)
    except (pa.ArrowException, OSError, MemoryError, ValueError, OverflowError) as error:
        message = f"{name} is no Arrow or Feather file that can be read: {line(str(error), 300)}"
        raise FormatError(message, hint="The file may be cut short or damaged; get it again.") from error
    return Parsed(table.replace_schema_metadata(None))


def _read_ipc(file: AcquiredFile, head: bytes, most: int, monitor: Monitor) -> pa.Table:
    name = line(file.facts.name)
    batches: list[pa.RecordBatch] = []
    held = 0
    with pa.OSFile(str(file.path)) as source:
        if head == _FILE:
            reader = ipc.open_file(source)
            stored = (reader.get_batch(index) for index in range(reader.num_record_batches))
        else:
            reader = ipc.open_stream(source)
            stored = iter(reader)
        for batch in stored:
            monitor.check(name)
            held += batch.nbytes
            if held > most:
                message = f"{name}: {file.facts.size:,} bytes unpack to more than {most:,}"
                raise FormatError(message, hint="If the file is genuine, raise the reader option `max_bytes`.")
            batches.append(batch)
        return pa.Table.from_batches(batches, reader.schema)


FORMAT = FormatSpec(
    name="arrow",
    summary="Apache Arrow IPC and Feather",
    extensions=(".feather", ".arrow", ".ipc", ".arrows", ".ftr"),
    read=read,
    options={"max_bytes": "most bytes of memory that the file may take when read"},
    matches=lambda head: head.startswith((_FILE, _FEATHER_1, _STREAM)),
    columnar=True,
)
