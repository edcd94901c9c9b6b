"""The pipes: one line in, one line out, whatever happens in between."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from engine.session.harness import HOSTILE, Helper, Project, start

from mtf_engine.domain.views import ViewKind
from mtf_engine.session import methods, protocol


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Helper]:
    found = start(tmp_path / "home", tmp_path, tmp_path / "log")
    yield found
    found.kill()


def test_answers_a_ping_before_anything_heavy_is_loaded(fresh: Helper) -> None:
    fresh.ask("ping")
    if Path("/proc/self/maps").exists():
        loaded = Path(f"/proc/{fresh.process.pid}/maps").read_text()
        assert not re.findall(r"site-packages/(numpy|pandas|pyarrow|scipy|sklearn)\b", loaded)
    fresh.ask("ping")
    assert fresh.close() == 0


def test_the_helper_starts_light() -> None:
    code = (
        "import sys; import mtf_engine.session.protocol, mtf_engine.session.status, mtf_engine.domain.views, "
        "mtf_engine.domain.outlines, mtf_engine.domain.forms, mtf_engine.domain.sources; "
        "print([name for name in ('numpy', 'pandas', 'scipy', 'sklearn', 'pyarrow', 'pydantic', 'ruamel') "
        "if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"


def test_every_method_can_be_found_and_asked_wrongly(helper: Helper) -> None:
    for name in methods.names():
        error = helper.error(name, no_such_parameter=1)
        assert "no_such_parameter" in error["problems"][0]["message"], name
    assert helper.error("pign")["hint"] == "Did you mean 'ping'?"
    assert "path" in helper.error("plan", path=3)["problems"][0]["message"]


@pytest.mark.parametrize(
    "line", [b"nonsense", b"[]", b'{"id": 1}', b'{"id": 1, "method": 2}', b'{"id": {}, "method": "ping"}', b"\xff\xfe"]
)
def test_a_broken_request_is_an_answer(helper: Helper, line: bytes) -> None:
    helper.send(line)
    assert "no request" in helper.read()["error"]["message"]
    assert helper.ask("ping")


def test_a_request_without_end_is_refused_and_passed_over(fresh: Helper) -> None:
    fresh.send(b'{"id": 1, "method": "ping", "params": {"x": "' + b"a" * (protocol.MAX_REQUEST + 10_000) + b'"}}')
    assert "bytes" in fresh.read()["error"]["message"]
    assert fresh.ask("ping")
    fresh.close()


def test_requests_that_wait_are_all_answered_before_the_end(fresh: Helper) -> None:
    for number in range(5):
        fresh.send(json.dumps({"id": number, "method": "ping"}).encode())
    assert fresh.process.stdin is not None
    fresh.process.stdin.close()
    assert [fresh.read()["id"] for _ in range(5)] == list(range(5))
    assert fresh.process.wait(60) == 0


def test_what_user_code_prints_or_reads_never_meets_the_protocol(
    helper: Helper, project: Project, tmp_path: Path
) -> None:
    (tmp_path / "noisy.py").write_text(
        "import os, subprocess, sys\n"
        "print('printed by user code')\n"
        "os.write(1, b'written to fd 1\\n')\n"
        "sys.__stdout__.write('more\\n')\n"
        "subprocess.run([sys.executable, '-c', 'print(\"from a child\")'])\n"
        "print('read:', repr(sys.stdin.read()))\n"
        "import dataclasses\n"
        "from mtf_engine.metrics import regression\n"
        "noisy = dataclasses.replace(regression.mae, name='noisy_mae', aliases=())\n"
    )
    text = "version: 1\ndatasets: [sklearn:diabetes]\nmodels: [ridge]\nmetrics: [noisy_mae]\nplugins: [noisy.py]\n"
    found = helper.ask("validate", text=text, path=str(tmp_path / "settings.yaml"))
    assert found["problems"] == [], found["problems"]
    assert helper.ask("ping")
    log = (project.folder / "helper.log").read_text()
    for told in ("printed by user code", "written to fd 1", "more", "from a child", "read: ''"):
        assert told in log


def test_user_code_that_exits_does_not_end_the_helper(helper: Helper, project: Project, tmp_path: Path) -> None:
    (tmp_path / "exits.py").write_text("raise SystemExit(7)\n")
    text = "version: 1\ndatasets: [sklearn:iris]\nmodels: [ridge]\nplugins: [exits.py]\n"
    assert "SystemExit: 7" in helper.error("validate", text=text, path=str(tmp_path / "settings.yaml"))["message"]
    assert helper.ask("ping")
    assert "Traceback" in (project.folder / "helper.log").read_text()


def test_ctrl_c_in_the_terminal_is_not_for_the_helper(fresh: Helper) -> None:
    fresh.ask("ping")
    fresh.process.send_signal(signal.SIGINT)
    assert fresh.ask("ping")
    fresh.close()


def test_a_killed_helper_is_started_again(project: Project, tmp_path: Path) -> None:
    first = start(project.home, project.folder, tmp_path / "log")
    first.send(json.dumps({"id": 1, "method": "plan", "params": {"path": str(project.settings)}}).encode())
    time.sleep(0.3)
    assert first.kill() == -signal.SIGKILL
    second = start(project.home, project.folder, tmp_path / "log")
    assert second.ask("inspect", source="customers.csv")["rows"] == 240
    assert second.close() == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="pipes are polled on POSIX only")
def test_a_helper_whose_interface_died_ends_in_the_middle_of_its_work(fresh: Helper, tmp_path: Path) -> None:
    (tmp_path / "slow.py").write_text("import time\ntime.sleep(200)\n")
    text = "version: 1\ndatasets: [sklearn:iris]\nmodels: [ridge]\nplugins: [slow.py]\n"
    params = {"text": text, "path": str(tmp_path / "settings.yaml")}
    fresh.send(json.dumps({"id": 1, "method": "validate", "params": params}).encode())
    assert fresh.process.stdin is not None
    assert fresh.process.stdout is not None
    fresh.process.stdin.close()
    fresh.process.stdout.close()
    assert fresh.process.wait(60) == 0


def test_text_that_is_no_unicode_is_repaired() -> None:
    line = protocol.encode({"id": 1, "result": {"a\udc80": ["\ud800x", HOSTILE]}})
    assert msgspec.json.decode(line) == {"id": 1, "result": {"a?": ["?x", HOSTILE]}}
    assert line.count(b"\n") == 1


def test_numbers_that_json_lacks_are_null() -> None:
    assert protocol.encode({"id": 1, "result": [float("nan"), float("inf")]}) == b'{"id":1,"result":[null,null]}\n'


def test_every_method_view_and_edit_is_documented() -> None:
    page = (Path(__file__).parents[3] / "docs/reference/session.md").read_text()
    for name in (*methods.names(), *ViewKind, "insert", "remove", "replace", "move", "switch", "set", "unset"):
        assert f"`{name}`" in page, name


def test_a_failure_of_the_helper_itself_is_told_with_the_place_of_its_details(tmp_path: Path) -> None:
    log = tmp_path / "kept" / "helper.log"
    failing = (
        "import sys; from pathlib import Path; from mtf_engine.session import protocol, status; "
        "from mtf_engine.session.methods import Method; "
        "status.METHODS['ping'] = Method(status.Ping, lambda asked, progress: 1 / 0); "
        "protocol.serve(Path(sys.argv[1]))"
    )
    for size in (0, 2_000_000):
        if size:
            log.write_bytes(b"x" * size)
        done = subprocess.run(
            [sys.executable, "-c", failing, str(log)],
            input=b'{"id": 1, "method": "ping"}\n',
            capture_output=True,
            timeout=120,
            check=True,
        )
        error = json.loads(done.stdout)["error"]
        assert error["message"] == "The engine's helper could not answer: ZeroDivisionError: division by zero"
        assert error["hint"] == f"The details are in {log}."
        assert "ZeroDivisionError" in log.read_text()
        assert log.stat().st_size < 100_000
