"""What the headers of an HTTP answer say: lengths, ranges, validators, pauses and names. Headers are hostile text."""

from __future__ import annotations

import contextlib
import email.utils
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from urllib.parse import unquote

from mtf_engine.text_safety import filename

_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-(\d{1,18})/(\d{1,18}|\*)")
_DISPOSITION = re.compile(r"filename\*?=(?:UTF-8'[^']*')?\"?([^\";]+)\"?", re.IGNORECASE)
_MOST_DIGITS = 18


@dataclass(frozen=True, slots=True)
class ContentRange:
    """Which bytes a partial answer holds."""

    start: int
    total: int | None
    """Bytes of the whole; None when the server does not say."""


def declared_length(headers: Mapping[str, str]) -> int | None:
    """Read how many bytes the body has; None when that is not said."""
    return _count(headers.get("Content-Length", ""))


def content_range(headers: Mapping[str, str]) -> ContentRange | None:
    """Read which bytes a partial answer holds; None when that is not said as it must be."""
    match = _CONTENT_RANGE.fullmatch(headers.get("Content-Range", "").strip())
    return ContentRange(int(match[1]), _count(match[3])) if match else None


def validator(headers: Mapping[str, str]) -> str | None:
    """Pick what identifies the bytes for a later continuation: a strong ETag, else the modification date."""
    etag = headers.get("ETag", "")
    if etag.startswith('"'):
        return etag
    return headers.get("Last-Modified") if not etag else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Read how many seconds the server asks to wait; None when it does not ask."""
    asked = headers.get("Retry-After", "").strip()
    seconds = _count(asked)
    if seconds is not None:
        return float(seconds)
    with contextlib.suppress(ValueError, TypeError, OverflowError):
        return max(0.0, (email.utils.parsedate_to_datetime(asked) - datetime.now(UTC)).total_seconds())
    return None


def file_name(headers: Mapping[str, str], *addresses: str) -> str:
    """Choose a file's name: what the server calls it, else the last part of an address; never a path.

    Parameters
    ----------
    headers : mapping
        ``Content-Disposition`` is used.
    *addresses : str
        Paths of the addresses that were asked, the user's first. A name with an extension is preferred.
    """
    disposition = _DISPOSITION.search(headers.get("Content-Disposition", ""))
    said = unquote(disposition[1]) if disposition else ""
    names = [PurePosixPath(unquote(path).replace("\\", "/")).name for path in (said, *addresses)]
    chosen = next((name for name in names if PurePosixPath(name).suffix), next(filter(None, names), "data"))
    return filename(chosen)


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None
