"""The files that deliver the program: requirements, Dockerfile, Compose file, workflows."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from ruamel.yaml import YAML

import mtf_engine

ROOT = Path(__file__).parents[2]
REQUIREMENTS = sorted(ROOT.glob("requirements/*.txt"))
WORKFLOWS = sorted(ROOT.glob(".github/workflows/*.yml"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PINNED = re.compile(r"^([a-z0-9-]+)==[^ ]+( ; [^\\]+)? \\$")


def load(path: Path) -> dict:
    return YAML(typ="safe", pure=True).load(path)


def pins(path: Path) -> set[str]:
    lines = path.read_text(encoding="utf-8").splitlines()
    return {found[1] for line in lines if (found := PINNED.match(line))}


def names(dependencies: list[str]) -> set[str]:
    """Distribution names as the requirements files spell them."""
    return {re.split(r"[^A-Za-z0-9._-]", line)[0].lower().replace(".", "-") for line in dependencies}


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_requirements_are_hashed_and_name_no_host(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted-host|^\S+ @ |/opt/|/home/", text, re.M)
    blocks = re.split(r"(?m)^(?=[a-z0-9])", text)[1:]
    assert blocks
    for block in blocks:
        assert PINNED.match(block.splitlines()[0]), block.splitlines()[0]
        assert "--hash=sha256:" in block


def test_requirements_hold_what_the_project_asks_for() -> None:
    assert names(PROJECT["project"]["dependencies"]) <= pins(ROOT / "requirements/program.txt")
    for group in PROJECT["dependency-groups"].keys() - {"dev"}:
        assert names(PROJECT["dependency-groups"][group]) <= pins(ROOT / f"requirements/{group}.txt"), group


def test_requirements_agree_with_each_other() -> None:
    versions: dict[str, set[str]] = {}
    for path in REQUIREMENTS:
        for line in path.read_text(encoding="utf-8").splitlines():
            if found := PINNED.match(line):
                versions.setdefault(found[1] + (found[2] or ""), set()).add(line.split()[0])
    assert {name: found for name, found in versions.items() if len(found) > 1} == {}


def test_the_version_is_written_once() -> None:
    assert PROJECT["project"]["dynamic"] == ["version"]
    assert PROJECT["tool"]["hatch"]["version"]["path"] == "mtf_engine/__init__.py"
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", mtf_engine.__version__)
    for name in ("pyproject.toml", "Dockerfile", "compose.yaml"):
        assert mtf_engine.__version__ not in (ROOT / name).read_text(encoding="utf-8").replace(
            "docker/dockerfile:1", ""
        )


def test_textual_is_held_to_its_major_version() -> None:
    assert "textual>=8.2.8,<9" in PROJECT["project"]["dependencies"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_and_permissions_least(path: Path) -> None:
    workflow = load(path)
    assert workflow["permissions"] == {}
    text = path.read_text(encoding="utf-8")
    for used in re.findall(r"uses: (.*)", text):
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", used), used
    for job in workflow["jobs"].values():
        assert "permissions" in job
        assert job["timeout-minutes"] <= 90
        for step in job["steps"]:
            assert "${{" not in step.get("run", ""), "values come by the environment, not into the command"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_workflows_call_scripts_that_exist(path: Path) -> None:
    called = re.findall(r"(scripts/[\w.-]+\.(?:sh|ps1))", path.read_text(encoding="utf-8"))
    assert called
    assert [name for name in called if not (ROOT / name).exists()] == []


def test_compose_serves_on_loopback_and_hardened() -> None:
    services = load(ROOT / "compose.yaml")["services"]
    assert set(services) == {"ui", "run"}
    assert services["ui"]["command"][:4] == ["mtf-tui", "serve", "--host", "0.0.0.0"]
    assert services["ui"]["ports"] == ["127.0.0.1:${MTF_PORT:-8080}:8080"]
    assert services["run"]["profiles"] == ["headless"]
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["init"] is True
        assert {volume.split(":/")[1] for volume in service["volumes"]} == {"app/config", "app/data:ro", "app/home"}


def test_the_image_gets_only_files_that_exist() -> None:
    """What the Dockerfile copies from the checkout is let in by .dockerignore and is there."""
    let_in = {
        line[1:] for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line.startswith("!")
    }
    copied = re.findall(
        r"^COPY (?!--from)(?:--\S+ )*(.+) \S+$", (ROOT / "Dockerfile").read_text(encoding="utf-8"), re.M
    )
    for name in " ".join(copied).split():
        assert (ROOT / name).exists(), name
        assert name in let_in or name.split("/")[0] in let_in, name


@pytest.mark.parametrize(
    "words",
    [
        ["hadolint", "Dockerfile"],
        ["check-jsonschema", "--builtin-schema", "vendor.compose-spec", "compose.yaml"],
        ["check-jsonschema", "--builtin-schema", "vendor.github-workflows", *map(str, WORKFLOWS)],
        ["check-jsonschema", "--builtin-schema", "vendor.dependabot", ".github/dependabot.yml"],
        ["zizmor", "--offline", "--quiet", ".github"],
    ],
    ids=lambda words: f"{words[0]} {words[-1].rsplit('/', 1)[-1]}",
)
def test_linters_find_nothing(words: list[str]) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    if shutil.which(words[0], path=path) is None:
        pytest.skip(f"{words[0]} is not installed; scripts/check-delivery.sh installs it")
    environment = {**os.environ, "PATH": path}
    checked = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=250, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
