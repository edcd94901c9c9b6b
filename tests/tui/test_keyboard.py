"""A lone `esc` is obeyed at once, and nothing else is taken for it."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Iterator

import pytest

if sys.platform == "win32":
    pytest.skip("Windows tells which key it was", allow_module_level=True)

from textual.drivers.linux_driver import LinuxDriver
from textual.drivers.web_driver import WebDriver

from mtf_tui.app import MTFApp
from mtf_tui.keyboard import ESCAPE_OF_ITS_OWN, PromptDriver
from mtf_tui.rooms import prompt
from mtf_tui.terminal import Terminal


class Typed:
    """What a driver reads from a pipe."""

    def __init__(self, patience: float) -> None:
        self._read, self._write = os.pipe()
        self._driver = PromptDriver.__new__(PromptDriver)
        self._driver.fileno, self._driver.exit_event = self._read, threading.Event()
        self._driver._patience = patience
        self._texts = self._driver._typed()

    def type(self, text: bytes) -> None:
        os.write(self._write, text)

    def next(self) -> str:
        return next(text for text in self._texts if text)

    def close(self) -> None:
        os.close(self._write)
        assert list(self._texts) == []  # it ends with the terminal
        os.close(self._read)


@pytest.fixture
def hasty() -> Iterator[Typed]:
    """Waits for nothing."""
    typed = Typed(0.0)
    yield typed
    typed.close()


@pytest.fixture
def patient() -> Iterator[Typed]:
    """Waits until the rest is there."""
    typed = Typed(30.0)
    yield typed
    typed.close()


@pytest.mark.parametrize(
    ("typed", "handed_on"),
    [
        (b"\x1b", ESCAPE_OF_ITS_OWN),
        (b"a\x1b", f"a{ESCAPE_OF_ITS_OWN}"),
        (b"\x1b\x1b", f"\x1b{ESCAPE_OF_ITS_OWN}"),
        (b"\x1b[A", "\x1b[A"),
        (b"\x1bx", "\x1bx"),
        ("é漢".encode(), "é漢"),
        (b"\xffq", "\ufffdq"),
    ],
)
def test_what_came_is_handed_on(hasty: Typed, typed: bytes, handed_on: str) -> None:
    hasty.type(typed)
    assert hasty.next() == handed_on


def test_a_key_that_comes_in_two_parts_is_one(patient: Typed) -> None:
    patient.type(b"\x1b")
    rest = threading.Timer(0.05, patient.type, [b"[A"])
    rest.start()
    assert patient.next() + patient.next() == "\x1b[A"
    rest.join()


def test_half_a_character_waits_for_its_other_half(hasty: Typed) -> None:
    hasty.type("漢".encode()[:2])
    assert next(hasty._texts) == ""
    hasty.type("漢".encode()[2:])
    assert hasty.next() == "漢"


def test_the_reader_stands_in_for_the_terminal_s_alone() -> None:
    assert MTFApp(terminal=Terminal()).driver_class is PromptDriver
    assert prompt(LinuxDriver) is PromptDriver
    assert prompt(WebDriver) is WebDriver


def test_where_it_cannot_be_imported_the_reader_of_textual_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "mtf_tui.keyboard", None)
    assert prompt(LinuxDriver) is LinuxDriver


def test_the_rest_of_a_key_has_more_time_over_a_network() -> None:
    assert Terminal(over_ssh=True).rest_of_key > Terminal().rest_of_key
