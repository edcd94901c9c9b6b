"""What the user set about the UI itself, in ``tui.toml``: theme, glyphs and keys."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from mtf_tui.actions import ACTIONS
from mtf_tui.glyphs import GLYPH_SETS
from mtf_tui.themes import TOKENS


@dataclass(frozen=True, slots=True)
class Config:
    """All settings of the UI; None leaves the choice to the program."""

    theme: str | None = None
    """``mtf-dark``, ``mtf-light`` or ``mtf-cvd`` (for colour-blind eyes)."""

    glyphs: str | None = None
    """``unicode``, ``blocks`` or ``ascii``."""

    keys: Mapping[str, str] = field(default_factory=dict)
    """Action id → keys, separated by commas."""


@dataclass(frozen=True, slots=True)
class LoadedConfig:
    """The settings and what is wrong with the file."""

    config: Config
    problems: tuple[str, ...] = ()


def load(path: Path) -> LoadedConfig:
    """Read the file; what is wrong in it is told and left at its default."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return LoadedConfig(Config())
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        return LoadedConfig(Config(), (f"{path} cannot be read: {error}",))
    problems = [f"{path}: unknown key {key!r}" for key in raw if key not in ("theme", "glyphs", "keys")]
    theme = _choice(raw, "theme", tuple(TOKENS), path, problems)
    glyphs = _choice(raw, "glyphs", GLYPH_SETS, path, problems)
    return LoadedConfig(Config(theme, glyphs, _keys(raw.get("keys"), path, problems)), tuple(problems))


def _choice(
    raw: Mapping[str, object], key: str, choices: tuple[str, ...], path: Path, problems: list[str]
) -> str | None:
    value = raw.get(key)
    if value is None or value in choices:
        return value if isinstance(value, str) else None
    problems.append(f"{path}: {key} is {value!r}, not one of {', '.join(choices)}")
    return None


def _keys(value: object, path: Path, problems: list[str]) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        problems.append(f"{path}: keys is not a table")
        return {}
    known = {action.id for action in ACTIONS}
    problems += [f"{path}: keys has no action {name!r}" for name in value if name not in known]
    return {name: keys for name, keys in value.items() if name in known and isinstance(keys, str)}
