"""The reference page lists every public name of the statistics room, and none that is gone."""

import inspect
import re
from pathlib import Path

from mtf_engine import statistics as st

DOCS = Path(__file__).parents[3] / "docs"
ROW = re.compile(r"^\| `(\w+)` \| (.+) \|$", re.MULTILINE)


def rows() -> list[tuple[str, str]]:
    """Names and their lines, as the reference page lists them."""
    return ROW.findall((DOCS / "reference" / "statistics.md").read_text(encoding="utf-8"))


def test_every_public_name_is_on_the_reference_page() -> None:
    missing = sorted(set(st.__all__) - {name for name, _ in rows()})
    assert missing == [], "add a line for each to docs/reference/statistics.md"


def test_no_listed_name_is_gone_or_listed_twice() -> None:
    names = [name for name, _ in rows()]
    assert sorted(set(names) - set(st.__all__)) == []
    assert len(names) == len(set(names))


def test_all_names_are_there_once() -> None:
    assert len(st.__all__) == len(set(st.__all__))
    assert all(hasattr(st, name) for name in st.__all__)


def test_functions_named_in_the_explanation_exist() -> None:
    text = (DOCS / "explanation" / "statistics.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([a-z]\w+)`", text))
    assert named
    assert sorted(named - set(st.__all__)) == []


def test_public_functions_say_what_they_take_and_return() -> None:
    incomplete = []
    for name in st.__all__:
        thing = getattr(st, name)
        if inspect.isfunction(thing):
            text = inspect.getdoc(thing) or ""
            missing = [part for part in ("Parameters", "Returns", "Examples") if f"{part}\n---" not in text]
            incomplete += [f"{name}: {part}" for part in missing]
    assert incomplete == []
