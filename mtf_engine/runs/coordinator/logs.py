"""The log for people: run.log, and a file of the user's choice, as text or as JSON lines. Nothing parses it."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path

from mtf_engine import settings
from mtf_engine.runs.directory import RunDirectory

_TEXT = "%(asctime)s %(levelname)-7s %(message)s"


class _JsonFormatter(logging.Formatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        entry = {
            "at": f"{time.strftime('%Y-%m-%dT%H:%M:%S', time.gmtime(record.created))}.{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            entry["traceback"] = self.formatException(record.exc_info)
        return json.dumps(entry, ensure_ascii=False)


def configure(directory: RunDirectory) -> None:
    """Set logging up as the run's settings say; wrong settings leave the defaults, and are reported by planning.

    Parameters
    ----------
    directory : RunDirectory
        The run; the process's standard error is its ``run.log`` already.
    """
    wanted = settings.inspect_bytes(directory.settings.read_bytes()).settings.logging
    handlers: list[logging.Handler] = [logging.StreamHandler(sys.stderr)]
    problem: OSError | None = None
    if wanted.file is not None:
        path = Path(directory.read_request().base) / os.path.expanduser(wanted.file)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            handlers.append(logging.FileHandler(path, encoding="utf-8"))
        except OSError as error:
            problem = error
    text = logging.Formatter(_TEXT, "%Y-%m-%dT%H:%M:%SZ")
    text.converter = time.gmtime
    for handler in handlers:
        handler.setFormatter(_JsonFormatter() if wanted.format == "json" else text)
    logging.basicConfig(level=wanted.level.upper(), handlers=handlers, force=True)
    logging.captureWarnings(True)
    if problem is not None:
        logging.getLogger("mtf.run").warning("the log file cannot be written: %s", problem)
