"""The reference names everything that there is, and nothing that there is not."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import click
import pytest

from docs import snippets
from mtf_engine import domain, plugins
from mtf_engine.checks.registry import GROUP as CHECKS
from mtf_engine.checks.specification import CheckSpecification
from mtf_engine.cli.main import COMMANDS, program
from mtf_engine.domain.event import EVENT_TYPES

DOCS = snippets.ROOT / "docs"
REFERENCE = DOCS / "reference"
EXIT_CODES = {0, 1, 2, 3, 4, 130}
generator = plugins.import_file(DOCS / "_ext" / "generated.py")


def text(page: str) -> str:
    """Read a page of the reference."""
    return (REFERENCE / page).read_text(encoding="utf-8")


def first_column(page: str) -> list[str]:
    """List what stands in code marks in the first column of a page's tables."""
    rows = re.findall(r"^\| ([^|]+) \|", text(page), re.MULTILINE)
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row)]


def test_every_command_has_its_section_options_and_example() -> None:
    page = generator.page()
    found = dict(generator.commands())
    assert {called.split()[1] for called in found} == set(COMMANDS)
    assert generator.COMMANDS in text("cli.md")
    for called, command in found.items():
        section = page.split(f"## {called}\n")[1].split("\n## ")[0]
        assert command.help, called
        assert f"Example: `{called}" in section, called
        for option in command.params:
            if isinstance(option, click.Option):
                assert option.help, f"{called} {option.name}"
                assert all(f"`{word}`" in section for word in option.opts), called


def test_options_of_the_program_are_documented() -> None:
    page = text("cli.md")
    for option in program.params:
        assert isinstance(option, click.Option)
        assert all(f"`{word}" in page for word in option.opts), option.name


@pytest.mark.parametrize("root", ["mtf_engine", "mtf_tui"])
def test_every_variable_of_ours_is_documented(root: str) -> None:
    page = text("cli.md")
    for module in (snippets.ROOT / root).rglob("*.py"):
        for name in set(re.findall(r"""["'`](MTF_[A-Z_]+)["'`]""", module.read_text(encoding="utf-8"))):
            assert f"`{name}`" in page, f"{name} of {module}"


def test_every_event_is_documented() -> None:
    assert set(re.findall(r"^### (\w+)$", text("events.md"), re.MULTILINE)) == set(EVENT_TYPES)


@pytest.mark.parametrize("name", plugins.names(CHECKS))
def test_every_check_has_its_page(name: str) -> None:
    check = plugins.load(CHECKS, name)
    assert isinstance(check, CheckSpecification)
    page = (snippets.ROOT / check.docs).read_text(encoding="utf-8")
    assert page.startswith(f"# {check.code} `{name}`\n")
    assert all(f"| `{parameter.name}` |" in page for parameter in check.parameters)
    assert f"[{check.code}]({check.code}-{name}.md)" in text("checks/index.md")


def test_report_formats_are_the_real_ones() -> None:
    assert set(plugins.names("mtf.reports")) <= set(first_column("reports.md"))


def test_plugin_groups_are_the_real_ones() -> None:
    assert tuple(name for name in first_column("plugins.md") if name.startswith("mtf.")) == plugins.GROUPS


@pytest.mark.parametrize("page", [REFERENCE / "exit-codes.md", snippets.ROOT / "README.md"], ids=lambda page: page.name)
def test_exit_codes_are_those_of_the_contract(page: Path) -> None:
    codes = re.findall(r"^\| (?:\*\*)?(\d+)(?:\*\*)? \|", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert {int(code) for code in codes} == EXIT_CODES


def test_the_python_api_holds_the_whole_vocabulary() -> None:
    modules = {f"mtf_engine.domain.{module.name}" for module in pkgutil.iter_modules(domain.__path__)}
    assert set(re.findall(r"automodule:: ([\w.]+)", generator.vocabulary())) == modules
    assert generator.VOCABULARY in text("python-api.md")
    assert all(f"automodule:: mtf_engine.{room}\n" in text("python-api.md") for room in ("api", "errors", "statistics"))


def test_documented_objects_exist() -> None:
    module = None
    for directive, name in re.findall(r"\.\. (currentmodule|autoclass|autofunction):: ([\w.]+)", text("plugins.md")):
        if directive == "currentmodule":
            module = importlib.import_module(name)
        else:
            assert hasattr(module, name), name


@pytest.mark.parametrize("page", snippets.pages(), ids=lambda page: page.relative_to(snippets.ROOT).as_posix())
def test_links_lead_to_files(page: Path) -> None:
    for address in re.findall(r"\]\(([^)\s#]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        if "://" not in address:
            assert (page.parent / address).exists(), f"{page.name} links to {address}"


def test_every_page_is_in_the_contents() -> None:
    listed = {DOCS / "index.md"}
    for page in DOCS.rglob("*.md"):
        for contents in re.findall(r"^```\{toctree\}\n(.*?)^```$", page.read_text(encoding="utf-8"), re.M | re.S):
            names = [line for line in contents.splitlines() if line and not line.startswith(":")]
            listed |= {page.parent / f"{name}.md" for name in names}
    assert listed == {page for page in DOCS.rglob("*.md") if "_build" not in page.parts}
