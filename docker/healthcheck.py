#!/usr/bin/env python3
"""Whether the container can do its work: its home can be written, and where the UI is served, it answers.

It needs no token: the server answers this one question to everybody. It imports nothing of the program, because it
runs every half minute beside the runs.
"""

from __future__ import annotations

import http.client
import os
import sys
import tempfile
from pathlib import Path

DEFAULT_PORT = 8080


def served_port() -> int | None:
    """Find the port of a running ``mtf-tui serve``; None when the UI is not served."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace").split("\0")
        except OSError:
            continue
        for position, word in enumerate(words[:-1]):
            if Path(word).name in ("mtf-tui", "mtf_tui") and words[position + 1] == "serve":
                return port_of(words[position + 2 :])
    return None


def port_of(options: list[str]) -> int:
    """Read ``--port 8080`` or ``--port=8080``."""
    for position, option in enumerate(options):
        name, _, value = option.partition("=")
        if name == "--port":
            return int(value or options[position + 1])
    return DEFAULT_PORT


def main() -> int:
    """Return 0 when healthy, 1 with a line that says why not."""
    home = os.environ.get("MTF_HOME", "/app/home")
    try:
        with tempfile.TemporaryFile(dir=home) as probe:
            probe.write(b"healthy")
    except OSError as error:
        print(f"{home} can't be written: {error.strerror}")
        return 1
    port = served_port()
    if port is None:
        return 0
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", "/healthz")
        status = connection.getresponse().status
    except (OSError, http.client.HTTPException) as error:
        print(f"port {port} does not answer: {error}")
        return 1
    finally:
        connection.close()
    if status != 200:
        print(f"port {port} answers {status}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
