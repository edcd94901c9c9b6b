"""Jobs that behave well and badly; importable by name in worker processes."""

from __future__ import annotations

import ctypes
import os
import random
import signal
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import numpy as np
import threadpoolctl


def double(value: int) -> int:
    return 2 * value


def whoami(_: object) -> tuple[int, str, dict[str, str], float, float]:
    return os.getpid(), os.getcwd(), dict(os.environ), random.random(), float(np.random.rand())


def spoil(_: object) -> int:
    os.chdir("/")
    os.environ["SPOILED"] = "1"
    os.environ.pop("HOME", None)
    warnings.simplefilter("error")
    random.seed(1)
    sys.stdout = None  # type: ignore[assignment]
    return os.getpid()


def warn(_: object) -> int:
    warnings.warn("careful", stacklevel=1)
    return os.getpid()


def sleep(seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def sleep_deaf(path: str) -> None:
    """Sleep in C with Python's global lock held: no thread of this process can run."""
    Path(path).write_text(str(os.getpid()))
    ctypes.PyDLL(None).sleep(300)


def announce_and_sleep(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    time.sleep(300)


def write_and_wait(path: str) -> int:
    """Say who runs, and go on once there is a second file, ``path`` with ``.go``."""
    Path(path).write_text(str(os.getpid()))
    while not Path(path + ".go").exists():
        time.sleep(0.01)
    return os.getpid()


def meet(folder: str) -> None:
    """Wait until a second job is there."""
    Path(folder, str(os.getpid())).touch()
    while len(list(Path(folder).iterdir())) < 2:
        time.sleep(0.01)


class SlowToArrive(dict[str, str]):
    """Values that take their time where they are read."""

    SECONDS = 3.0

    def __reduce__(self) -> tuple[object, ...]:
        return _arrive, (dict(self),)


def _arrive(values: dict[str, str]) -> dict[str, str]:
    time.sleep(SlowToArrive.SECONDS)
    return values


def with_child_and_sleep(path: str) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
    Path(path).write_text(f"{os.getpid()} {child.pid}")
    time.sleep(300)


def with_child_and_sleep_deaf(path: str) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"])
    Path(path).write_text(f"{os.getpid()} {child.pid}")
    ctypes.PyDLL(None).sleep(300)


def with_stray_and_sleep(path: str) -> None:
    """Start a process whose parent ends, as a shell's ``&`` does."""
    subprocess.run(["sh", "-c", f"sleep 300 & echo {os.getpid()} $! > {path}"], check=True)
    time.sleep(300)


def eat_memory(_: object) -> None:
    hoard = []
    while True:
        hoard.append(np.ones(2_000_000))


def eat_memory_in_child(_: object) -> None:
    code = "x = []\nwhile True: x.append(bytearray(b'1') * 10_000_000)"
    subprocess.run([sys.executable, "-c", code], check=False)
    time.sleep(300)


def raise_memory_error(_: object) -> None:
    np.ones(1 << 45)


def exit_hard(code: int) -> None:
    os._exit(code)


def exit_softly(code: int) -> None:
    sys.exit(code)


def crash(number: int) -> None:
    if number == signal.SIGSEGV:
        ctypes.string_at(0)
    os.kill(os.getpid(), number)


def refuse(message: str) -> None:
    raise ValueError(message)


class Hostile(Exception):
    def __str__(self) -> str:
        raise RuntimeError("no text for you")


def raise_hostile(_: object) -> None:
    raise Hostile


def interrupt(_: object) -> None:
    raise KeyboardInterrupt


def speak(text: str) -> int:
    print(text)
    os.write(2, b"raw\xff\x00\x1b[31m")
    ctypes.CDLL(None).puts(b"from C")
    return os.getpid()


def flood(megabytes: int) -> int:
    block = bytes(range(256)) * 4096
    for _ in range(megabytes):
        os.write(1, block)
    return megabytes


def return_unpicklable(_: object) -> object:
    return lambda: None


def leave_thread(_: object) -> int:
    threading.Thread(target=time.sleep, args=(300,), daemon=True).start()
    return os.getpid()


def leave_child(_: object) -> tuple[int, int]:
    return os.getpid(), subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"]).pid


def close_everything(_: object) -> None:
    os.closerange(3, 256)
    time.sleep(300)


def threads(_: object) -> tuple[list[int], str | None]:
    return [pool["num_threads"] for pool in threadpoolctl.threadpool_info()], os.environ.get("OMP_NUM_THREADS")


def noop(_: object) -> None:
    return None
