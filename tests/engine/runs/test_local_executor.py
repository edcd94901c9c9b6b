"""The local executor against jobs that hang, eat, crash, print and litter: real processes, really killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import executor_jobs as jobs
import pytest

from mtf_engine import environment
from mtf_engine.domain.cell import Cause, Limits
from mtf_engine.runs.executors.capture import LIMIT_BYTES
from mtf_engine.runs.executors.local import LocalExecutor
from mtf_engine.runs.executors.protocol import Ended, Job, Started

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and forkserver")

MEBIBYTE = 1 << 20


@pytest.fixture
def executor(tmp_path: Path) -> Iterator[LocalExecutor]:
    (tmp_path / "work").mkdir()
    made = LocalExecutor(2, working_directory=tmp_path / "work", scratch=tmp_path)
    yield made
    made.close()


def run(executor: LocalExecutor, *work: Job, seconds: float = 120.0) -> dict[str, Ended]:
    for job in work:
        executor.submit(job)
    ended: dict[str, Ended] = {}
    deadline = time.monotonic() + seconds
    while len(ended) < len(work):
        assert time.monotonic() < deadline, f"only {sorted(ended)} ended"
        ended.update({news.job: news for news in executor.poll(0.5) if isinstance(news, Ended)})
    return ended


def one(executor: LocalExecutor, function: Callable[[Any], object], argument: object = None, **options: Any) -> Ended:
    return run(executor, Job("one", function, argument, **options))["one"]


def wait_until(condition: Callable[[], bool], seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def is_gone(pid: int) -> bool:
    return environment.process_start(pid) is None


def test_jobs_give_values_and_warm_workers_are_used_again(executor: LocalExecutor) -> None:
    ended = run(executor, *(Job(str(n), jobs.double, n) for n in range(50)))
    assert {int(job): news.value for job, news in ended.items()} == {n: 2 * n for n in range(50)}
    pids = {news.value[0] for news in run(executor, *(Job(str(n), jobs.whoami) for n in range(20))).values()}  # type: ignore[index]
    assert len(pids) <= 2


def test_isolated_jobs_share_no_process(executor: LocalExecutor) -> None:
    work = [Job(str(n), jobs.whoami, isolated=n % 2 == 0) for n in range(10)]
    pids = {job: news.value[0] for job, news in run(executor, *work).items()}  # type: ignore[index]
    isolated = [pids[str(n)] for n in range(0, 10, 2)]
    assert len(set(isolated)) == 5
    assert not set(isolated) & {pids[str(n)] for n in range(1, 10, 2)}
    wait_until(lambda: all(is_gone(pid) for pid in isolated))


def test_each_job_finds_the_process_as_the_first_did(tmp_path: Path, executor: LocalExecutor) -> None:
    run(executor, Job("a", jobs.spoil), Job("b", jobs.spoil), Job("c", jobs.spoil))
    _, folder, variables, first, second = one(executor, jobs.whoami, seed=7).value  # type: ignore[misc]
    assert folder == str(tmp_path / "work")
    assert "SPOILED" not in variables
    assert variables.get("HOME") == os.environ.get("HOME")
    again = one(executor, jobs.whoami, seed=7).value
    assert (first, second) == again[3:]  # type: ignore[index]
    assert one(executor, jobs.whoami, seed=8).value[3:] != (first, second)  # type: ignore[index]
    assert one(executor, jobs.warn).failure is None


@pytest.mark.parametrize(
    ("function", "argument", "cause", "words"),
    [
        (jobs.exit_hard, 7, Cause.CRASH, "ended with exit code 7"),
        (jobs.exit_hard, 0, Cause.CRASH, "ended with exit code 0"),
        (jobs.crash, signal.SIGSEGV, Cause.CRASH, "signal 11 (SIGSEGV)"),
        (jobs.crash, signal.SIGKILL, Cause.CRASH, "signal 9 (SIGKILL)"),
        (jobs.close_everything, None, Cause.CRASH, "its process"),
        (jobs.raise_memory_error, None, Cause.MEMORY, "Unable to allocate"),
        (jobs.eat_memory, None, Cause.MEMORY, "more than its limit of 400 MiB"),
        (jobs.eat_memory_in_child, None, Cause.MEMORY, "more than its limit of 400 MiB"),
        (jobs.exit_softly, 3, Cause.EXCEPTION, "SystemExit: 3"),
        (jobs.refuse, "no way", Cause.EXCEPTION, "ValueError: no way"),
        (jobs.raise_hostile, None, Cause.EXCEPTION, "Hostile: (its message cannot be read)"),
        (jobs.interrupt, None, Cause.EXCEPTION, "KeyboardInterrupt"),
        (jobs.return_unpicklable, None, Cause.EXCEPTION, "return_unpicklable.<locals>"),
    ],
)
def test_a_bad_job_costs_only_itself(
    executor: LocalExecutor, function: Callable[[Any], object], argument: object, cause: Cause, words: str
) -> None:
    limits = Limits(60.0, 400 * MEBIBYTE)
    ended = run(executor, Job("bad", function, argument, limits), *(Job(str(n), jobs.double, n) for n in range(5)))
    failure = ended["bad"].failure
    assert failure is not None
    assert failure.cause is cause
    assert words in failure.message
    assert [ended[str(n)].value for n in range(5)] == [0, 2, 4, 6, 8]


def test_a_traceback_ends_in_the_jobs_own_line(executor: LocalExecutor) -> None:
    failure = one(executor, jobs.refuse, "no").failure
    assert failure is not None
    assert "in refuse" in failure.traceback
    assert "_call" not in failure.traceback


def test_a_segfault_leaves_its_stack_in_the_output(executor: LocalExecutor) -> None:
    assert "executor_jobs.py" in one(executor, jobs.crash, signal.SIGSEGV).output


@pytest.mark.parametrize("sleeper", [jobs.announce_and_sleep, jobs.sleep_deaf])
def test_a_job_that_hangs_is_ended_in_time(
    tmp_path: Path, executor: LocalExecutor, sleeper: Callable[[str], None]
) -> None:
    ended = one(executor, sleeper, str(tmp_path / "pid"), limits=Limits(0.5))
    assert ended.failure is not None
    assert ended.failure.cause is Cause.TIMEOUT
    assert "0.5 s" in ended.failure.message
    assert 0.4 < ended.seconds < 60
    assert is_gone(int((tmp_path / "pid").read_text()))


def test_the_clock_does_not_run_while_a_process_starts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    variables = jobs.SlowToArrive(environment.all_variables())
    monkeypatch.setattr(environment, "all_variables", lambda: variables)
    executor = LocalExecutor(2, working_directory=tmp_path, scratch=tmp_path)
    limits = Limits(jobs.SlowToArrive.SECONDS - 1)
    try:
        ended = run(executor, *(Job(str(n), jobs.double, n, limits, isolated=True) for n in range(2)))
    finally:
        executor.close()
    assert all(news.failure is None and news.seconds < jobs.SlowToArrive.SECONDS for news in ended.values())


def test_killing_a_job_kills_its_children(tmp_path: Path, executor: LocalExecutor) -> None:
    path = tmp_path / "pids"
    executor.submit(Job("family", jobs.with_child_and_sleep, str(path)))
    while not path.exists() or not path.read_text():
        executor.poll(0.05)
    executor.cancel("family")
    ended: list[Ended] = []
    while not ended:
        ended.extend(news for news in executor.poll(0.5) if isinstance(news, Ended))
    assert ended[0].failure is not None
    assert ended[0].failure.cause is Cause.CANCELLED
    wait_until(lambda: all(is_gone(int(pid)) for pid in path.read_text().split()))


@pytest.mark.parametrize("family", [jobs.with_child_and_sleep, jobs.with_stray_and_sleep])
def test_a_worker_that_is_killed_leaves_nothing_behind(
    tmp_path: Path, executor: LocalExecutor, family: Callable[[str], None]
) -> None:
    path = tmp_path / "pids"
    executor.submit(Job("family", family, str(path)))
    while not path.exists() or not path.read_text():
        executor.poll(0.05)
    pids = [int(pid) for pid in path.read_text().split()]
    os.kill(pids[0], signal.SIGKILL)
    ended: list[Ended] = []
    while not ended:
        ended.extend(news for news in executor.poll(0.5) if isinstance(news, Ended))
    assert ended[0].failure is not None
    assert ended[0].failure.cause is Cause.CRASH
    wait_until(lambda: all(map(is_gone, pids)))


def test_a_queued_job_can_be_cancelled_and_an_unknown_one_is_ignored(executor: LocalExecutor) -> None:
    for name in ("a", "b", "c"):
        executor.submit(Job(name, jobs.sleep, 0.3))
    executor.cancel("c")
    executor.cancel("nobody")
    ended: dict[str, Ended] = {}
    while len(ended) < 3:
        ended.update({news.job: news for news in executor.poll(0.5) if isinstance(news, Ended)})
    assert ended["a"].failure is ended["b"].failure is None
    assert ended["c"].failure is not None
    assert ended["c"].failure.cause is Cause.CANCELLED


@pytest.mark.parametrize("leave", [jobs.leave_thread, jobs.leave_child])
def test_a_worker_that_a_job_soiled_is_not_used_again(
    executor: LocalExecutor, leave: Callable[[object], object]
) -> None:
    value = one(executor, leave).value
    left = [value] if isinstance(value, int) else list(value)  # type: ignore[call-overload]
    later = {news.value[0] for news in run(executor, *(Job(str(n), jobs.whoami) for n in range(6))).values()}  # type: ignore[index]
    assert left[0] not in later
    wait_until(lambda: all(is_gone(pid) for pid in left))


def test_output_is_captured_at_the_descriptors_and_made_safe(executor: LocalExecutor) -> None:
    output = one(executor, jobs.speak, "from Python").output
    assert "from Python" in output
    assert "from C" in output
    assert "raw" in output
    assert "\x1b" not in output
    assert one(executor, jobs.double, 1).output == ""


def test_a_flood_never_blocks_and_is_cut_at_a_megabyte(executor: LocalExecutor) -> None:
    ended = one(executor, jobs.flood, 50, limits=Limits(30.0))
    assert ended.value == 50
    assert 100_000 < len(ended.output.encode()) <= LIMIT_BYTES


def test_places_are_numbered_and_starts_are_told(executor: LocalExecutor, tmp_path: Path) -> None:
    folder = tmp_path / "met"
    folder.mkdir()
    for number in range(4):
        executor.submit(Job(str(number), jobs.meet, str(folder)))
    told: list[Started | Ended] = []
    while sum(isinstance(news, Ended) for news in told) < 4:
        told.extend(executor.poll(0.5))
    assert {news.worker for news in told} == {1, 2}
    for number in range(4):
        assert [type(news) for news in told if news.job == str(number)] == [Started, Ended]


@pytest.fixture
def lone(tmp_path: Path) -> Iterator[LocalExecutor]:
    """An executor with one worker."""
    made = LocalExecutor(1, working_directory=tmp_path, scratch=tmp_path)
    yield made
    made.close()


def test_brief_jobs_wait_in_their_worker_and_start_one_by_one(lone: LocalExecutor) -> None:
    for n in range(50):
        lone.submit(Job(str(n), jobs.double, n, brief=True))
    told: list[Started | Ended] = []
    while sum(isinstance(news, Ended) for news in told) < 50:
        told.extend(lone.poll(5.0))
    assert [(type(news), news.job) for news in told] == [(kind, str(n)) for n in range(50) for kind in (Started, Ended)]
    assert [news.value for news in told if isinstance(news, Ended)] == [2 * n for n in range(50)]


@pytest.mark.parametrize(
    ("function", "argument", "limits"),
    [
        (jobs.crash, signal.SIGKILL, Limits()),
        (jobs.exit_hard, 3, Limits()),
        (jobs.leave_thread, None, Limits()),
        (jobs.sleep, 60.0, Limits(seconds=0.5)),
        (jobs.refuse, "no", Limits()),
    ],
)
def test_a_job_that_waits_in_a_worker_survives_the_one_before_it(
    lone: LocalExecutor, function: Callable[[Any], object], argument: object, limits: Limits
) -> None:
    before = Job("before", function, argument, limits=limits, brief=True)
    ended = run(lone, before, *(Job(str(n), jobs.double, n, brief=True) for n in range(5)))
    assert {job: news.value for job, news in ended.items() if job != "before"} == {str(n): 2 * n for n in range(5)}


def test_a_job_that_waits_in_a_worker_can_be_cancelled(lone: LocalExecutor, tmp_path: Path) -> None:
    path = tmp_path / "pid"
    lone.submit(Job("before", jobs.write_and_wait, str(path), brief=True))
    lone.submit(Job("waiting", jobs.announce_and_sleep, str(tmp_path / "other"), brief=True))
    wait_until(lambda: not lone.poll(0.01) and path.exists() and bool(path.read_text()))
    lone.cancel("waiting")
    lone.submit(Job("after", jobs.whoami))
    path.with_name("pid.go").touch()
    ended: dict[str, Ended] = {}
    while len(ended) < 3:
        ended.update({news.job: news for news in lone.poll(5.0) if isinstance(news, Ended)})
    assert ended["waiting"].failure is not None
    assert ended["waiting"].failure.cause is Cause.CANCELLED
    assert ended["before"].value == int(path.read_text())
    assert ended["after"].value[0] != ended["before"].value  # type: ignore[index]


@pytest.mark.parametrize("count", [1, 2])
def test_numeric_libraries_use_as_many_threads_as_asked(tmp_path: Path, count: int) -> None:
    executor = LocalExecutor(1, threads=count, working_directory=tmp_path, scratch=tmp_path)
    try:
        pools, variable = one(executor, jobs.threads).value  # type: ignore[misc]
    finally:
        executor.close()
    assert set(pools) == {count}
    assert variable == str(count)


def test_spawned_workers_with_files_behave_alike(tmp_path: Path) -> None:
    executor = LocalExecutor(1, working_directory=tmp_path, scratch=tmp_path, start_method="spawn")
    try:
        first = one(executor, jobs.speak, "hello", isolated=True, affinity="m")
        second = one(executor, jobs.speak, "again", isolated=True, affinity="m")
        assert "hello" in first.output
        assert "hello" not in second.output
        assert first.value == second.value, "where starting costs seconds, one model's cells share a process"
        crashed = one(executor, jobs.exit_hard, 3)
        assert crashed.failure is not None
        assert crashed.failure.cause is Cause.CRASH
    finally:
        executor.close()
    assert not list(tmp_path.glob("worker-*.out"))


def test_closing_ends_everything_at_once(tmp_path: Path) -> None:
    executor = LocalExecutor(2, working_directory=tmp_path, scratch=tmp_path)
    path = tmp_path / "pids"
    executor.submit(Job("family", jobs.with_child_and_sleep, str(path)))
    while not path.exists() or not path.read_text():
        executor.poll(0.05)
    executor.close()
    wait_until(lambda: all(is_gone(int(pid)) for pid in path.read_text().split()))


_OWNER = """
import sys, tempfile
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import executor_jobs as jobs
from mtf_engine.runs.executors.local import LocalExecutor
from mtf_engine.runs.executors.protocol import Job
executor = LocalExecutor(4, working_directory=Path(sys.argv[2]), scratch=Path(sys.argv[2]))
executor.submit(Job("a", jobs.with_child_and_sleep, sys.argv[2] + "/a"))
executor.submit(Job("b", jobs.sleep_deaf, sys.argv[2] + "/b"))
executor.submit(Job("c", jobs.with_child_and_sleep_deaf, sys.argv[2] + "/c"))
executor.submit(Job("d", jobs.with_stray_and_sleep, sys.argv[2] + "/d"))
while True:
    executor.poll(0.1)
"""


def test_workers_and_all_they_started_die_with_an_owner_that_is_killed(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _OWNER, str(Path(__file__).parent), str(tmp_path)]
    with subprocess.Popen(command) as owner:
        written = [tmp_path / name for name in "abcd"]
        wait_until(lambda: all(path.exists() and path.read_text() for path in written))
        os.kill(owner.pid, signal.SIGKILL)
    pids = [int(pid) for path in written for pid in path.read_text().split()]
    assert len(pids) == 7
    wait_until(lambda: all(map(is_gone, pids)))
