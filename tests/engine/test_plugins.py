"""Names lead to objects; listing imports nothing; a broken plugin is an error that names whose it is."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from mtf_engine import plugins
from mtf_engine.errors import PluginError

METRIC = '''
from mtf_engine.domain.dataset import Task
from mtf_engine.metrics.spec import Metric
from neighbour import LIMIT

def share_of_large(sample):
    """Share of rows whose truth is large."""
    return sample.mean(sample.truth > LIMIT)

LARGE = Metric(name="{name}", function=share_of_large, tasks=frozenset({{Task.REGRESSION}}))
'''


@pytest.fixture(autouse=True)
def fresh_registry() -> Iterator[None]:
    saved = dict(plugins._local)
    yield
    plugins._local.clear()
    plugins._local.update(saved)


def write(folder: Path, name: str = "large_share", file: str = "mine.py") -> Path:
    (folder / "neighbour.py").write_text("LIMIT = 3\n")
    path = folder / file
    path.write_text(METRIC.format(name=name))
    return path


def test_names_import_nothing() -> None:
    code = (
        "import sys; from mtf_engine import plugins; plugins.names('mtf.metrics'); plugins.names('mtf.models');"
        "print(*{name.partition('.')[0] if name[:4] != 'mtf_' else name for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True)
    loaded = set(done.stdout.split())
    assert not loaded & {"numpy", "pandas", "pyarrow", "scipy", "sklearn", "pydantic"}
    assert not any(name.startswith(("mtf_engine.metrics", "mtf_engine.models")) for name in loaded)


@pytest.mark.parametrize("group", plugins.GROUPS)
def test_every_declared_name_loads_and_knows_its_owner(group: str) -> None:
    for name in plugins.names(group):
        assert plugins.load(group, name) is not None
        assert plugins.distribution_of(group, name) == "mtf-tui"


def test_unknown_names_get_the_nearest_spelling() -> None:
    with pytest.raises(PluginError, match="no step named 'standardise'"):
        plugins.load("mtf.steps", "standardise")
    with pytest.raises(PluginError) as caught:
        plugins.load("mtf.models", "random-forrest")
    assert caught.value.hint is not None
    assert "'random_forest'" in caught.value.hint


@pytest.mark.parametrize(
    ("name", "candidates", "expected"),
    [
        ("Logistic-Regression", ["logistic_regression", "ridge"], "logistic_regression"),
        ("impte", ["impute", "encode"], "impute"),
        ("zzzz", ["impute", "encode"], None),
        ("a", [], None),
    ],
)
def test_nearest(name: str, candidates: list[str], expected: str | None) -> None:
    assert plugins.nearest(name, candidates) == expected


def test_a_broken_distribution_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = tmp_path / "bad_plugin-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bad-plugin\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[mtf.steps]\nbroken = bad_plugin:STEP\nscale = bad_plugin:SCALE\n")
    (tmp_path / "bad_plugin.py").write_text("raise RuntimeError('no licence')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    plugins._entry_points.cache_clear()
    try:
        assert "broken" in plugins.names("mtf.steps")
        with pytest.raises(PluginError, match=r"'bad-plugin'.*RuntimeError: no licence") as caught:
            plugins.load("mtf.steps", "broken")
        assert caught.value.hint == "Reinstall or uninstall bad-plugin."
        with pytest.raises(PluginError, match="several distributions: bad-plugin, mtf-tui"):
            plugins.load("mtf.steps", "scale")
        assert plugins.load("mtf.steps", "encode") is not None
    finally:
        plugins._entry_points.cache_clear()


def test_a_local_file_registers_its_specifications(tmp_path: Path) -> None:
    path = write(tmp_path)
    (registered,) = plugins.register_file(path)
    assert registered.name == "large_share"
    assert "large_share" in plugins.names("mtf.metrics")
    assert plugins.load("mtf.metrics", "large_share") is registered.value
    assert plugins.distribution_of("mtf.metrics", "large_share") == str(path)
    assert str(tmp_path) not in sys.path
    plugins.register_file(path)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    path = write(tmp_path)
    first = plugins.import_file(path)
    assert plugins.import_file(path) is first
    path.write_text(path.read_text().replace("is large", "is small"))
    assert plugins.import_file(path) is not first


def test_names_that_are_taken(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match="taken by mtf-tui"):
        plugins.register_file(write(tmp_path, name="accuracy"))
    plugins.register_file(write(tmp_path))
    with pytest.raises(PluginError, match="taken by"):
        plugins.register_file(write(tmp_path, file="other.py"))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("x = 1\n", "defines no step, model, metric or check"),
        ("import nothing_like_this\n", "ModuleNotFoundError"),
        ("def broken(:\n", "SyntaxError"),
        ("raise SystemError('x')\n", "SystemError: x"),
    ],
)
def test_files_that_are_no_plugins(tmp_path: Path, content: str, says: str) -> None:
    path = tmp_path / "mine.py"
    path.write_text(content)
    with pytest.raises(PluginError, match=says):
        plugins.register_file(path)
    with pytest.raises(PluginError, match="does not exist"):
        plugins.register_file(tmp_path / "absent.py")


def test_equal_file_names_in_two_folders_are_two_modules(tmp_path: Path) -> None:
    modules = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "model.py").write_text(f"import beside\nHOME = {folder!r} + beside.HOME\n")
        (tmp_path / folder / "beside.py").write_text(f"HOME = {folder!r}\n")
        modules.append(plugins.import_file(tmp_path / folder / "model.py"))
    assert [module.HOME for module in modules] == ["aa", "bb"]
    assert sys.modules["beside"].HOME == "b"


def test_installed_packages_below_a_users_folder_are_no_neighbours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = tmp_path / ".venv" / "site-packages"
    site.mkdir(parents=True)
    (site / "installed_there.py").write_text("")
    monkeypatch.syspath_prepend(str(site))
    (tmp_path / "model.py").write_text("import installed_there\n")
    plugins.import_file(tmp_path / "model.py")
    with plugins.folder_on_path(tmp_path / "elsewhere"):
        assert "installed_there" in sys.modules


def test_a_local_plugin_may_import_what_it_builds_on(tmp_path: Path) -> None:
    file = tmp_path / "own.py"
    file.write_text(
        "from dataclasses import replace\n"
        "from mtf_engine.metrics.regression import mae\n"
        'OWN = replace(mae, name="own_mae", aliases=())\n'
    )
    assert [entry.name for entry in plugins.register_file(file)] == ["own_mae"]
