"""What the clipboard cannot take, in a file."""

from __future__ import annotations

from pathlib import Path


def write_copy(text: str, suffix: str) -> Path:
    """Write what the clipboard cannot take to a new file in the working directory.

    Raises
    ------
    OSError
        It could not be written.
    """
    number = 1
    while True:
        path = Path(f"mtf-copy{'' if number == 1 else f'-{number}'}.{suffix}")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            number += 1
            continue
        return path
