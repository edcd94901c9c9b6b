"""Work done before it is asked for, while the UI waits for a key: a first visit costs what every visit costs."""

from __future__ import annotations

import asyncio
import gc
import time
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from textual import events
from textual.widget import Widget

from mtf_tui import rooms
from mtf_tui.themes import TOKENS

if TYPE_CHECKING:
    from textual.screen import Screen

    from mtf_tui.app import MTFApp
    from mtf_tui.screens.page import Page

_BETWEEN = 0.1
"""Seconds between two screens, in which keys are answered."""

_LULL = 0.1
"""Seconds after a key in which nothing is done: it is answered in many steps, and would wait between them."""

_LAYOUTS = 2
"""What is laid out for the first time may find that there is room for more."""


async def prepare(app: MTFApp) -> None:
    """Load all screens, then mount those that were not shown yet behind the one that is."""
    await asyncio.to_thread(rooms.warm)
    for name in rooms.PAGES:
        await _pause(app, _BETWEEN)
        page = cast("Page", app.get_screen(name))
        if not page.is_running:
            # it lies in the stack of the first picture, which is never shown again, until its own mode takes it
            await app.push_screen(page, mode=app.DEFAULT_MODE)
            await _style(app, page)
            page.post_message(events.ScreenResume())
        await page.prepare(partial(_pause, app, _BETWEEN / 5))
        await _foresee(app, page)
    for dialog in app.kept.dialogs:
        await _pause(app, _BETWEEN)
        await app.push_screen(dialog, mode=app.DEFAULT_MODE)
        await _style(app, dialog)
        dialog.post_message(events.ScreenResume())
    await _parse(app)
    gc.freeze()  # what was mounted stays, too


async def _parse(app: MTFApp) -> None:
    """Read the stylesheets for the themes that are not on."""
    for theme in TOKENS:
        if theme != app.theme:
            for _ in app.stylesheet.parse_by_parts(app.css_variables_of(theme)):
                await _pause(app, _BETWEEN / 10)


async def _foresee(app: MTFApp, page: Page) -> None:
    """Fill, lay out and render the views of a screen while another is seen, so that their pictures are nearly there."""
    for fill in page.faces():
        for _ in range(_LAYOUTS):
            if page is app.page:
                return
            fill()
            page.post_message(events.Resize(app.size, app.size))
            await _pause(app, _BETWEEN / 5)
        for widget in list(page.walk_children(Widget, with_self=True)):
            if page is not app.page and widget.is_attached and widget.region:
                widget.render_lines(widget.size.region)
                await _pause(app, _BETWEEN / 50)


async def _pause(app: MTFApp, seconds: float) -> None:
    """Let keys be answered: as long as that, and until one that came meanwhile was."""
    await asyncio.sleep(seconds)
    while (left := app.last_key + _LULL - time.monotonic()) > 0:
        await asyncio.sleep(left)


async def _style(app: MTFApp, page: Screen[Any]) -> None:
    for _ in app.stylesheet.update_by_parts(page):
        await _pause(app, _BETWEEN / 10)


def foresee(app: MTFApp, name: str) -> None:
    """Make ready what has just come, where the screen that shows it is not seen."""
    page = cast("Page", app.get_screen(name))
    if page.is_running and page is not app.page:
        app.work_on(partial(_foresee, app, page), group=f"foresee {name}")


def restyle(app: MTFApp) -> None:
    """Give the screens that are not seen a new theme, one after the other."""
    app.work_on(partial(_restyle, app), group="restyle")


async def _restyle(app: MTFApp) -> None:
    for page in unseen(app):
        await _pause(app, _BETWEEN)
        await _style(app, page)
        await _foresee(app, page)
    for dialog in app.kept.dialogs:
        if dialog.is_running:
            await _style(app, dialog)


def unseen(app: MTFApp) -> list[Page]:
    """Numbered screens that are mounted and not shown."""
    pages = [cast("Page", app.get_screen(name)) for name in rooms.PAGES]
    return [page for page in pages if page.is_running and page is not app.page]
