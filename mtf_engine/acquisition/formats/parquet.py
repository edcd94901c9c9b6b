"""Parquet: typed columns, read as declared."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.parquet as pq

from mtf_engine.acquisition.formats.limits import require_room
from mtf_engine.acquisition.interfaces import AcquiredFile, FormatSpec, Monitor, Parsed
from mtf_engine.errors import FormatError
from mtf_engine.text_safety import line


def read(file: AcquiredFile, options: Mapping[str, object], monitor: Monitor) -> Parsed:
    """Read a Parquet file, every value checked.

    Raises
    ------
    FormatError
        The file is damaged, or would not fit into memory.
    """
    name = line(file.facts.name)
    monitor.check(name)
    try:
        with pq.ParquetFile(file.path, memory_map=False) as source:
            groups = range(source.metadata.num_row_groups)
            declared = sum(source.metadata.row_group(index).total_byte_size for index in groups)
            require_room(name, declared, file.facts.size, options)
            table = source.read()
            if table.num_rows != source.metadata.num_rows:
                rows = source.metadata.num_rows
                raise FormatError(
                    f"{name}: the file declares {rows} rows and holds {table.num_rows}",
                    hint="The file may be cut short or damaged; get it again.",
                )
        table.validate(full=True)
    except (pa.ArrowException, OSError, MemoryError, ValueError, OverflowError) as error:
        message = f"{name} is no Parquet file that can be read: {line(str(error), 300)}"
        raise FormatError(message, hint="The file may be cut short or damaged; get it again.") from error
    return Parsed(table.replace_schema_metadata(None))


FORMAT = FormatSpec(
    name="parquet",
    summary="Apache Parquet",
    extensions=(".parquet", ".pq", ".parq"),
    read=read,
    options={"max_bytes": "most bytes of memory that the file may take when read"},
    matches=lambda head: head.startswith(b"PAR1"),
    columnar=True,
)
