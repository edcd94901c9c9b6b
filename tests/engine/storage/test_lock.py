"""One owner at a time, judged by the kernel on one host and by the heartbeat across hosts."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from mtf_engine import environment
from mtf_engine.errors import RunLocked
from mtf_engine.storage import lock

_HOLD = "import sys,time; from pathlib import Path; from mtf_engine.storage import lock; "
_HOLD += "held = lock.acquire(Path(sys.argv[1])); print(held.owner.token, flush=True); time.sleep(60)"


@pytest.fixture
def holder(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(tmp_path / "run.lock")], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process
        process.kill()


def test_a_second_owner_is_refused_and_told_who_has_it(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    with pytest.raises(RunLocked, match=f"process {holder.pid} on"):
        lock.acquire(tmp_path / "run.lock")
    owner = lock.inspect(tmp_path / "run.lock")
    assert owner is not None
    assert owner.pid == holder.pid


def test_a_killed_owner_is_gone_at_once(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert lock.inspect(tmp_path / "run.lock") is None
    lock.acquire(tmp_path / "run.lock").release()


def test_a_suspended_owner_keeps_its_lock(tmp_path: Path, holder: subprocess.Popen[str]) -> None:
    os.kill(holder.pid, signal.SIGSTOP)
    with pytest.raises(RunLocked):
        lock.acquire(tmp_path / "run.lock")
    assert lock.inspect(tmp_path / "run.lock") is not None


def test_where_the_file_system_keeps_no_locks_the_process_decides(
    tmp_path: Path, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(_: int) -> bool:
        raise environment.LocksUnsupported

    monkeypatch.setattr(environment, "try_lock", unsupported)
    with pytest.raises(RunLocked):
        lock.acquire(tmp_path / "run.lock")
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    lock.acquire(tmp_path / "run.lock").release()


def test_a_released_lock_has_no_owner(tmp_path: Path) -> None:
    held = lock.acquire(tmp_path / "run.lock", token="t1")
    assert held.owner.token == "t1"
    held.check()
    held.release()
    assert lock.inspect(tmp_path / "run.lock") is None


def _write_owner(path: Path, **changes: object) -> None:
    owner = lock.Owner("other", 1, environment.process_start(1) or "", environment.boot_id(), environment.host())
    path.write_bytes(msgspec.json.encode({**msgspec.to_builtins(owner), **changes}))


def test_another_hosts_fresh_heartbeat_keeps_it(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    _write_owner(path, host="elsewhere", boot_id="another")
    with pytest.raises(RunLocked, match="elsewhere"):
        lock.acquire(path)


def test_another_hosts_stale_heartbeat_gives_it_up(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    _write_owner(path, host="elsewhere", boot_id="another")
    old = time.time() - lock.STALE_SECONDS - 5
    os.utime(path, (old, old))
    assert lock.inspect(path) is None
    held = lock.acquire(path)
    held.check()
    held.release()


def test_between_containers_of_one_machine_the_kernel_decides(
    tmp_path: Path, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.lock"
    monkeypatch.setattr(environment, "host", lambda: "another-container")
    assert lock.inspect(path) is not None
    with pytest.raises(RunLocked):
        lock.acquire(path)
    os.kill(holder.pid, signal.SIGKILL)
    holder.wait()
    assert lock.inspect(path) is None
    lock.acquire(path).release()


def test_an_owner_of_an_earlier_boot_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    _write_owner(path, boot_id="earlier")
    assert lock.inspect(path) is None


def test_a_reused_process_number_is_no_owner(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    _write_owner(path, process_start="long ago")
    assert lock.inspect(path) is None


def test_an_owner_that_was_replaced_notices(tmp_path: Path) -> None:
    path = tmp_path / "run.lock"
    held = lock.acquire(path)
    _write_owner(path, host="elsewhere", boot_id="another")
    with pytest.raises(RunLocked, match="took over"):
        held.check()
    held.release()
    assert b"elsewhere" in path.read_bytes(), "the new owner's token must survive the old owner's end"


def test_a_short_lock_makes_the_second_wait(tmp_path: Path) -> None:
    path = tmp_path / "some" / ".lock"
    with lock.held(path), pytest.raises(RunLocked, match="has held"), lock.held(path, patience=0.1):
        pass
    with lock.held(path, patience=0.1):
        pass
