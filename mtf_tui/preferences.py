"""How the UI looks and what it remembers: the user's ``tui.toml`` over the state of the last session."""

from __future__ import annotations

from pathlib import Path

from mtf_tui import config as configs
from mtf_tui.glyphs import glyph_set
from mtf_tui.state import StateStore
from mtf_tui.terminal import Terminal, config_file, state_directory
from mtf_tui.themes import DEFAULT_THEME, TOKENS, Look


class Preferences:
    """Read once, at the start; what is wrong with a file is kept to be told.

    Parameters
    ----------
    terminal : Terminal
        Decides what the user left open.
    state_home : Path, optional
        Where the UI's own state is kept.
    """

    def __init__(self, terminal: Terminal, state_home: Path | None) -> None:
        self._terminal = terminal
        self.store = StateStore(state_home or state_directory())
        loaded = configs.load(config_file())
        self.config = loaded.config
        remembered = self.store.load()
        self.problems = (*loaded.problems, *filter(None, [remembered.problem]))
        chosen = self.config.theme or remembered.state.theme
        self.theme = chosen if chosen in TOKENS else DEFAULT_THEME
        """Theme to begin with."""

        self._glyphs = glyph_set(self.config.glyphs or ("ascii" if terminal.ascii_only else "unicode"))

    def look(self, theme: str) -> Look:
        """What painters need to know, under a theme."""
        return Look(TOKENS.get(theme, TOKENS[DEFAULT_THEME]), self._glyphs, self._terminal.colour)

    def next_theme(self, theme: str) -> str:
        """The theme after one, and remember it."""
        names = list(TOKENS)
        following = names[(names.index(theme) + 1) % len(names)] if theme in names else DEFAULT_THEME
        self.store.remember(theme=following)
        return following
