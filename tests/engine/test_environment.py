"""The machine as a run sees it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mtf_engine import environment
from mtf_engine.environment import versions


def test_mtf_home_moves_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MTF_HOME", str(tmp_path))
    assert environment.home() == tmp_path
    assert environment.cache_home() == tmp_path / "cache"
    monkeypatch.delenv("MTF_HOME")
    assert environment.home() != tmp_path


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("true", True), ("0", False), ("", False), (None, False)])
def test_offline(monkeypatch: pytest.MonkeyPatch, value: str | None, expected: bool) -> None:
    monkeypatch.delenv("MTF_OFFLINE", raising=False)
    if value is not None:
        monkeypatch.setenv("MTF_OFFLINE", value)
    assert environment.offline() is expected


def test_the_machine_has_a_size() -> None:
    assert 1 <= environment.cpu_count() <= (os.cpu_count() or 1)
    assert environment.memory_limit() > 1 << 20
    assert environment.boot_id() == environment.boot_id()
    assert environment.memory_kills() >= 0


def test_a_process_is_told_from_a_later_one_with_its_number() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        start = environment.process_start(process.pid)
        assert start is not None
        assert start != environment.process_start(os.getpid())
        process.kill()
        deadline = time.monotonic() + 60
        while environment.process_start(process.pid) is not None:
            assert time.monotonic() < deadline, "a zombie must not count as alive"
            time.sleep(0.01)


class _Held(subprocess.Popen):
    """A process of Windows, started within a job that lets nobody out."""

    refused = 0

    def __init__(self, command: list[str], *, creationflags: int, **options: object) -> None:
        if creationflags & 0x01000000:
            type(self).refused += 1
            raise PermissionError(13, "Access is denied")
        super().__init__(command, **options)


def test_a_process_is_detached_where_windows_lets_nobody_out_of_a_job(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "is_windows", lambda: True)
    monkeypatch.setattr(subprocess, "Popen", _Held)
    with open(tmp_path / "log", "wb") as log:
        code = "import os; print(os.getcwd())"
        process = environment.start_detached([sys.executable, "-c", code], output=log, folder=str(tmp_path))
    assert process.wait(60) == 0
    assert _Held.refused == 1
    assert (tmp_path / "log").read_text().strip() == str(tmp_path.resolve())


def test_a_boot_has_no_name_where_only_its_time_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert environment.boot_id.__wrapped__() == "unknown"


_FAMILY = """
import subprocess, sys
block = bytearray(30_000_000)
for i in range(0, len(block), 4096):
    block[i] = 1
depth = int(sys.argv[1])
if depth:
    code = open(sys.argv[2]).read()
    child = subprocess.Popen([sys.executable, "-c", code, str(depth - 1), sys.argv[2]])
print("up", flush=True)
import time; time.sleep(60)
"""


def test_a_tree_is_measured_and_ended_whole(tmp_path: Path) -> None:
    script = tmp_path / "family.py"
    script.write_text(_FAMILY)
    command = [sys.executable, "-c", _FAMILY, "2", str(script)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
        tree = environment.process_tree(process.pid)
        assert len(tree) == 3
        assert environment.process_memory(process.pid) > 3 * 30_000_000
        environment.kill_tree(process.pid)
        process.wait(timeout=120)
    deadline = time.monotonic() + 60
    while any(environment.process_start(member) for member in tree):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_mapped_files_do_not_count_as_private_memory(tmp_path: Path) -> None:
    path = tmp_path / "big"
    path.write_bytes(b"\1" * 50_000_000)
    code = f"import mmap; m = mmap.mmap(open({str(path)!r}, 'rb').fileno(), 0, access=mmap.ACCESS_READ); "
    code += "sum(m[::4096]); print('up', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert environment.process_memory(process.pid) < 40_000_000
        process.kill()


def test_a_snapshot_names_versions_and_the_commit(tmp_path: Path) -> None:
    snapshot = versions.snapshot(tmp_path)
    assert snapshot["git"] is None
    packages = snapshot["packages"]
    assert isinstance(packages, dict)
    assert packages["numpy"] == versions.package_version("numpy")
    assert versions.package_version("no-such-distribution") is None


def test_nothing_heavy_is_loaded() -> None:
    code = "import sys, mtf_engine.environment, mtf_engine.storage.lock, mtf_engine.storage.fingerprint, "
    code += "mtf_engine.runs.catalogue, mtf_engine.runs.control; "
    code += "print(sorted({'numpy','pandas','pyarrow','scipy','sklearn','pydantic'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
