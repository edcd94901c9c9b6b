"""The scripts that people, the image and CI call."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted([*ROOT.glob("scripts/*.sh"), *ROOT.glob("docker/*.sh")])
POWERSHELL = sorted(ROOT.glob("scripts/*.ps1"))
WITH_HELP = sorted(ROOT.glob("scripts/*.sh"))

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts are for POSIX systems")


def run(*words: str | Path, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **variables}
    return subprocess.run([*words], cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_the_syntax_is_posix(script: Path) -> None:
    assert script.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    assert "\r" not in script.read_text(encoding="utf-8")
    shell = shutil.which("dash") or "sh"
    checked = run(shell, "-n", script, cwd=ROOT)
    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("script", WITH_HELP, ids=lambda path: path.name)
def test_help_says_what_it_does_and_does_nothing(script: Path, tmp_path: Path) -> None:
    asked = run("sh", script, "--help", cwd=tmp_path)
    assert asked.returncode == 0, asked.stderr
    assert f"Usage: scripts/{script.name}" in asked.stdout
    assert "Example: " in asked.stdout
    assert not list(tmp_path.iterdir())


def test_shellcheck_finds_nothing() -> None:
    beside = shutil.which("shellcheck", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if beside is None:
        pytest.skip("shellcheck is not installed; scripts/check-delivery.sh installs it")
    checked = run(beside, *SCRIPTS, cwd=ROOT)
    assert checked.returncode == 0, checked.stdout


@pytest.mark.parametrize("script", POWERSHELL, ids=lambda path: path.name)
def test_the_syntax_of_powershell_scripts(script: Path) -> None:
    tree_sitter = pytest.importorskip("tree_sitter", reason="scripts/check-delivery.sh installs tree-sitter")
    grammar = pytest.importorskip("tree_sitter_powershell")
    parser = tree_sitter.Parser(tree_sitter.Language(grammar.language()))
    assert parser.parse(b"if ($x { 1 }\n").root_node.has_error, "the parser can tell"
    assert not parser.parse(script.read_bytes()).root_node.has_error


def test_powershell_twins_take_what_their_siblings_take() -> None:
    assert {path.stem for path in POWERSHELL} == {"run", "setup", "test"}
    for path in POWERSHELL:
        assert path.with_suffix(".sh").exists()
        assert ".EXAMPLE" in path.read_text(encoding="utf-8")
    twin = re.search(r"-Groups @\((.*?)\)", (ROOT / "scripts/test.ps1").read_text(encoding="utf-8"))
    sibling = re.search(r"setup\.sh (.*)", (ROOT / "scripts/test.sh").read_text(encoding="utf-8"))
    assert twin
    assert sibling
    assert re.findall(r"\w+", twin[1]) == sibling[1].split()


@pytest.mark.parametrize("name", ["docker-build.sh", "docker-run.sh", "docker-plan.sh"])
def test_without_docker_they_say_what_to_install(name: str, tmp_path: Path) -> None:
    (tmp_path / "settings.yaml").touch()
    words = ["settings.yaml"] if name == "docker-plan.sh" else []
    tried = run("sh", ROOT / "scripts" / name, *words, cwd=tmp_path, DOCKER="no-such-program")
    assert tried.returncode == 2
    assert tried.stderr.startswith("no-such-program is not installed")


def test_quoting_holds_for_folders_with_spaces(tmp_path: Path) -> None:
    """A stand-in for docker writes its words one a line; the folder must stay one word."""
    docker = tmp_path / "docker"
    docker.write_text('#!/bin/sh\nprintf "%s\\n" "$@" >>"$0.log"\n', encoding="utf-8")
    docker.chmod(0o755)
    place = tmp_path / "my 'tables' $HOME"
    place.mkdir()
    (place / "set tings.yaml").touch()
    ran = run(
        "sh", ROOT / "scripts/docker-plan.sh", place / "set tings.yaml", "--json", cwd=tmp_path, DOCKER=str(docker)
    )
    assert ran.returncode == 0, ran.stderr
    words = (tmp_path / "docker.log").read_text(encoding="utf-8").splitlines()
    assert f"{place}:/app/config" in words
    assert words[-4:] == ["mtf", "run", "/app/config/set tings.yaml", "--json"]
    assert "--publish" not in words


def test_what_tests_drive_is_named_where_it_is_missing(tmp_path: Path) -> None:
    """An ordinary user of a machine with Python and nothing else."""
    (tmp_path / "id").write_text("#!/bin/sh\necho 1000\n", encoding="utf-8")
    (tmp_path / "id").chmod(0o755)
    (tmp_path / "python3").symlink_to(sys.executable)
    tried = run("/bin/sh", ROOT / "scripts/test-tools.sh", cwd=ROOT, PATH=str(tmp_path))
    assert tried.returncode == 0, tried.stderr
    assert tried.stderr.startswith("not installed: git tmux openssh-client ")
    assert tried.stderr.endswith(" chromium; tests that need them are skipped\n")


def test_an_unknown_group_is_named() -> None:
    tried = run("sh", ROOT / "scripts/setup.sh", "tset", cwd=ROOT)
    assert tried.returncode == 2
    assert "'tset' is no dependency group" in tried.stderr


@pytest.fixture
def installed() -> str:
    """PATH on which the scripts find the program and the Python that these tests run with."""
    folder = Path(sys.executable).parent
    if not (folder / "mtf").exists():
        pytest.skip("the command mtf is not installed beside this Python")
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


def make_run(home: Path, name: str) -> None:
    (home / "runs" / name / "cells").mkdir(parents=True)
    (home / "runs" / name / "events.jsonl").write_text("{}\n", encoding="utf-8")
    (home / "runs" / name / "cells" / "a file").write_text(name, encoding="utf-8")


def test_runs_come_back_from_a_backup(tmp_path: Path, installed: str) -> None:
    make_run(tmp_path / "old", "20260101T000000Z-one-0001")
    make_run(tmp_path / "old", "20260101T000000Z-two-0002")
    archive = tmp_path / "a backup.tar.gz"
    old = {"PATH": installed, "MTF_HOME": str(tmp_path / "old")}
    new = {"PATH": installed, "MTF_HOME": str(tmp_path / "new")}

    saved = run("sh", ROOT / "scripts/backup.sh", archive, cwd=tmp_path, **old)
    assert saved.returncode == 0, saved.stderr
    again = run("sh", ROOT / "scripts/backup.sh", archive, cwd=tmp_path, **old)
    assert again.returncode == 2
    assert "is there already" in again.stderr

    make_run(tmp_path / "new", "20260101T000000Z-two-0002")
    kept = tmp_path / "new/runs/20260101T000000Z-two-0002/cells/a file"
    kept.write_text("mine", encoding="utf-8")
    restored = run("sh", ROOT / "scripts/restore.sh", archive, cwd=tmp_path, **new)
    assert restored.returncode == 0, restored.stderr
    assert "skipped 20260101T000000Z-two-0002" in restored.stderr
    assert kept.read_text(encoding="utf-8") == "mine"
    assert (
        (tmp_path / "new/runs/20260101T000000Z-one-0001/cells/a file").read_text(encoding="utf-8").endswith("one-0001")
    )
    assert not list((tmp_path / "new/runs").glob(".restore-*"))


@pytest.mark.parametrize("kind", ["symlink", "hard link", "device"])
def test_an_archive_with_other_things_than_files_is_refused(tmp_path: Path, installed: str, kind: str) -> None:
    member = tarfile.TarInfo("20260101T000000Z-one-0001/events.jsonl")
    member.type = {"symlink": tarfile.SYMTYPE, "hard link": tarfile.LNKTYPE, "device": tarfile.FIFOTYPE}[kind]
    member.linkname = "../../../outside"
    with tarfile.open(tmp_path / "evil.tar.gz", "w:gz") as archive:
        archive.addfile(member)
    home = tmp_path / "home"
    tried = run(
        "sh", ROOT / "scripts/restore.sh", tmp_path / "evil.tar.gz", cwd=tmp_path, PATH=installed, MTF_HOME=str(home)
    )
    assert tried.returncode != 0
    assert "can't be unpacked" in tried.stderr
    assert not list((home / "runs").iterdir())


def test_runs_that_share_a_cell_come_back(tmp_path: Path, installed: str) -> None:
    make_run(tmp_path / "old", "20260101T000000Z-one-0001")
    make_run(tmp_path / "old", "20260101T000000Z-two-0002")
    shared = tmp_path / "old/runs/20260101T000000Z-two-0002/cells/a file"
    shared.unlink()
    os.link(tmp_path / "old/runs/20260101T000000Z-one-0001/cells/a file", shared)
    archive = tmp_path / "all.tar.gz"
    old = {"PATH": installed, "MTF_HOME": str(tmp_path / "old")}
    assert run("sh", ROOT / "scripts/backup.sh", archive, cwd=tmp_path, **old).returncode == 0
    new = {"PATH": installed, "MTF_HOME": str(tmp_path / "new")}
    restored = run("sh", ROOT / "scripts/restore.sh", archive, cwd=tmp_path, **new)
    assert restored.returncode == 0, restored.stderr
    assert (tmp_path / "new/runs/20260101T000000Z-two-0002/cells/a file").read_text(encoding="utf-8").endswith("0001")


def test_an_archive_that_reaches_out_is_refused(tmp_path: Path, installed: str) -> None:
    (tmp_path / "outside").write_text("x", encoding="utf-8")
    (tmp_path / "in").mkdir()
    packed = run("tar", "-P", "-czf", tmp_path / "evil.tar.gz", "-C", tmp_path / "in", "../outside", cwd=tmp_path)
    assert packed.returncode == 0, packed.stderr
    home = tmp_path / "home"
    tried = run(
        "sh", ROOT / "scripts/restore.sh", tmp_path / "evil.tar.gz", cwd=tmp_path, PATH=installed, MTF_HOME=str(home)
    )
    assert tried.returncode != 0
    assert "can't be unpacked" in tried.stderr
    assert not list((home / "runs").glob("*outside*"))


def test_a_release_is_refused_where_the_tree_is_dirty(tmp_path: Path) -> None:
    """In a repository of its own: a version, a script, and a file that is not committed."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "mtf_engine").mkdir()
    shutil.copy(ROOT / "scripts/release.sh", tmp_path / "scripts")
    (tmp_path / "mtf_engine/__init__.py").write_text('__version__ = "1.2.3"\n', encoding="utf-8")
    assert run("git", "init", "--quiet", "--initial-branch", "main", ".", cwd=tmp_path).returncode == 0
    tried = run("sh", "scripts/release.sh", "--dry-run", cwd=tmp_path)
    assert tried.returncode == 1
    assert "not committed" in tried.stderr
    (tmp_path / "mtf_engine/__init__.py").write_text('__version__ = "1.2"\n', encoding="utf-8")
    assert "no semantic version" in run("sh", "scripts/release.sh", cwd=tmp_path).stderr


@pytest.fixture
def released(tmp_path: Path) -> Path:
    """A repository with all that a release asks for, whose checks, tests and build are stand-ins that succeed."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "mtf_engine").mkdir()
    (tmp_path / "changelog.d").mkdir()
    shutil.copy(ROOT / "scripts/release.sh", tmp_path / "scripts")
    for name in ("check.sh", "test.sh", "build.sh"):
        (tmp_path / "scripts" / name).write_text('echo "$0 $*" >>../asked\n', encoding="utf-8")
    (tmp_path / "mtf_engine/__init__.py").write_text('__version__ = "1.2.3"\n', encoding="utf-8")
    (tmp_path / "CHANGELOG.md").write_text("## 1.2.3 (2026-01-01)\n", encoding="utf-8")
    assert run("git", "init", "--quiet", "--initial-branch", "main", ".", cwd=tmp_path).returncode == 0
    commit(tmp_path)
    return tmp_path


def commit(folder: Path) -> None:
    identity = ("-c", "user.name=tester", "-c", "user.email=tester@example.org")
    assert run("git", "add", "-A", cwd=folder).returncode == 0
    assert run("git", *identity, "commit", "--quiet", "--allow-empty", "-m", "x", cwd=folder).returncode == 0


def tags(folder: Path) -> str:
    return run("git", "tag", cwd=folder).stdout.strip()


@pytest.mark.parametrize("failing", ["check.sh", "test.sh", "build.sh"])
def test_a_release_is_refused_where_something_fails(released: Path, failing: str) -> None:
    (released / "scripts" / failing).write_text("exit 1\n", encoding="utf-8")
    commit(released)
    tried = run("sh", "scripts/release.sh", cwd=released)
    assert tried.returncode == 1
    assert failing in tried.stderr
    assert tags(released) == ""


def test_a_release_is_refused_off_main_and_with_fragments_left(released: Path) -> None:
    (released / "changelog.d/1.added.md").write_text("x\n", encoding="utf-8")
    commit(released)
    assert "fragments are not collected" in run("sh", "scripts/release.sh", cwd=released).stderr
    assert run("git", "switch", "--quiet", "-c", "aside", cwd=released).returncode == 0
    assert "not the branch main" in run("sh", "scripts/release.sh", cwd=released).stderr
    assert tags(released) == ""


def test_a_release_is_tagged_once(released: Path) -> None:
    assert "v1.2.3 could be released" in run("sh", "scripts/release.sh", "--dry-run", cwd=released).stdout
    assert tags(released) == ""
    identity = {"GIT_COMMITTER_NAME": "tester", "GIT_COMMITTER_EMAIL": "tester@example.org"}
    done = run("sh", "scripts/release.sh", cwd=released, **identity)
    assert done.returncode == 0, done.stderr
    assert tags(released) == "v1.2.3"
    assert (released.parent / "asked").read_text(encoding="utf-8").splitlines()[-2:] == [
        "scripts/test.sh --all",
        "scripts/build.sh --reproducible",
    ]
    assert "is there already" in run("sh", "scripts/release.sh", cwd=released, **identity).stderr
