"""A stylesheet that does nothing twice."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from weakref import WeakKeyDictionary

from textual.app import App
from textual.cache import LRUCache
from textual.css.model import RuleSet
from textual.css.stylesheet import CssSource, Stylesheet
from textual.css.types import CSSLocation
from textual.dom import DOMNode

_PART = 4
"""Widgets that are styled in one go: a key waits for no more of them."""

_MOST_SOURCES = 512
"""Sources whose rules are kept for one theme: all there are, for a cache with too little room would have none of them
when they are read in turn."""

_Variables = frozenset[tuple[str, str]]
_Parsed = LRUCache[tuple[object, ...], list[RuleSet]]
_Edition = tuple[Mapping[str, str], Mapping[CSSLocation, CssSource]]


class LastingStylesheet(Stylesheet):
    """Parses a source once for each set of variables, and styles a screen once for one set of sources.

    Textual parses all sources anew, and styles all that is on the screen anew, twice when a screen is shown for the
    first time and once when it was not seen since the theme changed: 20 to 50 ms of a key for what is not different.
    """

    def __init__(self, *, variables: dict[str, str]) -> None:
        super().__init__(variables=variables)
        self._given = variables
        self._parse_cache: _Parsed = LRUCache(_MOST_SOURCES)
        self._parsed: dict[_Variables, _Parsed] = {}
        """What was parsed with variables that are not in use."""

        self._styled: WeakKeyDictionary[DOMNode, _Edition] = WeakKeyDictionary()

    def set_variables(self, variables: dict[str, str]) -> None:
        """Put aside what was parsed, unless it was parsed with the same variables."""
        if variables != self._given:
            self._parsed[frozenset(self._given.items())] = self._parse_cache
            self._parse_cache = LRUCache(_MOST_SOURCES)
            super().set_variables(variables)  # it empties the one that is in its place
            self._given = variables
            self._parse_cache = self._parsed.pop(frozenset(variables.items()), self._parse_cache)

    def parse_by_parts(self, variables: dict[str, str]) -> Iterator[None]:
        """Parse all sources for variables that may come, with pauses, in which keys can be answered."""
        other = LastingStylesheet(variables=variables)
        for at, source in list(self.source.items()):
            yield
            other.add_source(source.content, at, source.is_defaults, source.tie_breaker, source.scope)
            other.parse()
        if variables != self._given:
            self._parsed[frozenset(variables.items())] = other._parse_cache

    def reparse(self) -> None:
        """Put the rules together again; only sources that are new are parsed."""
        self.parse()

    def update(self, root: DOMNode, animate: bool = False) -> None:
        """Style a screen, or the one that the app shows, unless it was styled by the same variables and files.

        What a kind of widget brings with it is about that kind alone, and is used when the first one is mounted.
        """
        screen = root.screen_stack[-1] if isinstance(root, App) and root.screen_stack else root
        edition = self._edition()
        if self._styled.get(screen) != edition:
            super().update(root, animate)
            self._styled[screen] = edition

    def update_by_parts(self, screen: DOMNode) -> Iterator[None]:
        """Style a screen with pauses, in which keys can be answered."""
        edition = self._edition()
        if self._styled.get(screen) != edition:
            nodes = list(screen.walk_children(with_self=True))
            for at in range(0, len(nodes), _PART):
                yield
                self.update_nodes(node for node in nodes[at : at + _PART] if node.is_attached)
            self._styled[screen] = edition

    def _edition(self) -> _Edition:
        return self._given, {at: source for at, source in self.source.items() if not source.is_defaults}
