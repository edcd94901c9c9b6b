"""Boxes that hold panes beside and below each other, and show nothing but their ground."""

from __future__ import annotations

from textual.containers import Horizontal, Vertical

from mtf_tui.sparing import Ground


class Column(Ground, Vertical):
    """Panes below each other."""


class Row(Ground, Horizontal):
    """Panes beside each other."""
