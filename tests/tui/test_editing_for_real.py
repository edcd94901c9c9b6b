"""The settings are edited on the screen by the real engine, and what is written runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from textual.worker import WorkerCancelled

from mtf_engine import api
from mtf_tui.app import MTFApp
from mtf_tui.engine_client import LocalEngine
from mtf_tui.engine_protocol import SettingsEdit
from mtf_tui.terminal import Terminal

pytestmark = pytest.mark.anyio

TEXT = """version: 1
datasets:
  - sklearn:wine
pipeline:
  - scale: standard  # as agreed
models:
  - logistic_regression
  - decision_tree
"""


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_what_is_edited_on_the_screen_is_what_would_run(tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text(TEXT)
    app = MTFApp(LocalEngine(), settings=settings, terminal=Terminal(), state_home=tmp_path / "state")
    async with app.run_test(size=(100, 30)) as pilot:
        await _planned(pilot, app)
        for edit in (
            SettingsEdit("switch", ("models",), 1, on=False),
            SettingsEdit("insert", ("pipeline",), 0, value="drop_duplicates"),
            SettingsEdit("parameters", ("models",), 0, value={"C": 0.5}),
        ):
            assert await app.editing.apply(lambda _, edit=edit: edit, "edit")
        await _planned(pilot, app)
        assert app.workspace.outline is not None
        assert [m.name for m in app.workspace.outline.models if not m.added] == ["logistic_regression"]
        steps = app.workspace.outline.pipelines[0].steps
        assert [step.name for step in steps] == ["drop_duplicates", "scale"]
        assert settings.read_text() == TEXT
        assert await app.saving.save()
    written = settings.read_text()
    assert "- scale: standard  # as agreed" in written
    assert "#off - decision_tree" in written
    assert "logistic_regression: {C: 0.5}" in written
    assert {cell.model for cell in api.plan(settings).cells} == {"logistic_regression", "baseline"}


async def test_what_is_typed_into_forms_and_text_is_what_would_run(tmp_path: Path) -> None:
    settings = tmp_path / "settings.yaml"
    settings.write_text(TEXT)
    app = MTFApp(LocalEngine(), settings=settings, terminal=Terminal(), state_home=tmp_path / "state")
    async with app.run_test(size=(120, 40)) as pilot:
        await _planned(pilot, app)
        for keys in (
            ("2", "enter", "enter", *["backspace"] * 8, *"robust", "enter"),
            ("3", "enter", "enter", *"0.25", "enter"),
            ("comma", "down", "enter", *"7", "enter"),
            ("tab", "G", "enter", "enter", *"metrics: [f1_macro]", "escape"),
        ):
            for key in keys:
                await pilot.press(key)
                if key in ("2", "3", "comma", "enter", "tab", "escape"):
                    await _planned(pilot, app)
        await _planned(pilot, app)
        assert app.workspace.draft is not None
        assert app.workspace.draft.problems == ()
        await pilot.press("w")
        await _planned(pilot, app)
        assert settings.read_text() == TEXT
        await pilot.press("w")
        await _planned(pilot, app)
    written = settings.read_text()
    assert "- scale: robust" in written
    assert "# as agreed" in written
    plan = api.plan(settings)
    assert plan.resolved.seed == 7
    assert plan.resolved.metrics == ("f1_macro",)
    assert next(model for model in plan.resolved.models if not model.added).parameters == {"C": 0.25}


async def _planned(pilot: object, app: MTFApp) -> None:
    for _ in range(3):
        await pilot.pause()  # type: ignore[attr-defined]
        try:
            await app.workers.wait_for_complete()
        except WorkerCancelled:
            continue
