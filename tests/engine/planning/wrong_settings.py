"""Wrong settings files and what must be said of each."""

from __future__ import annotations

from engine.planning.wrong_case import Wrong
from engine.planning.wrong_files import WRONG_FILES
from engine.planning.wrong_plans import WRONG_PLANS

WRONG: tuple[Wrong, ...] = (*WRONG_FILES, *WRONG_PLANS)
