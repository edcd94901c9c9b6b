"""The settings file: from hostile bytes to typed, frozen values, or to all that is wrong with them at once.

``reader`` is the only reader of YAML, ``shorthand`` writes short forms out, ``model`` says what each key may hold,
``validation`` and ``entries`` find what is wrong and go on with the rest. Planning adds to the same list of
problems, so a user sees one report. Nothing here loads numpy or pandas: an unchanged run is recognised without them.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from mtf_engine.errors import SettingsError
from mtf_engine.settings.entries import Declared, check_entries, declared
from mtf_engine.settings.model import (
    CheckSettings,
    DatasetSettings,
    ExecutionSettings,
    LoggingSettings,
    ModelSettings,
    ReportSettings,
    Settings,
    SplitSettings,
    StepSettings,
)
from mtf_engine.settings.problems import KeyPath, Positions, ProblemList, quote, suggestion
from mtf_engine.settings.reader import MAX_BYTES, read
from mtf_engine.settings.shorthand import DEFAULT_PIPELINE, ShortForms
from mtf_engine.settings.validation import validate

__all__ = [
    "DEFAULT_PIPELINE",
    "CheckSettings",
    "DatasetSettings",
    "Declared",
    "ExecutionSettings",
    "Inspection",
    "KeyPath",
    "LoggingSettings",
    "ModelSettings",
    "Positions",
    "ProblemList",
    "ReportSettings",
    "Settings",
    "SplitSettings",
    "StepSettings",
    "canonical",
    "inspect",
    "inspect_bytes",
    "load",
    "quote",
    "suggestion",
    "template",
]

_PACKAGE = Path(__file__).parent.parent
_NOT_IN_IDENTITY = {"execution", "logging", "report"}


@dataclass(frozen=True, slots=True)
class Inspection:
    """A settings file looked through to its end."""

    settings: Settings
    """What is right in it: wrong values have their defaults, wrong entries are left out."""

    problems: ProblemList
    """What is wrong; later stages add to it."""

    declared: Declared
    """Names that the file gives to its entries, right or wrong."""

    @classmethod
    def of(cls, settings: Settings) -> Inspection:
        """Wrap settings whose file is not at hand: problems then name keys and no lines."""
        return cls(settings, ProblemList(), declared(settings.model_dump(mode="json")))


def inspect(path: Path) -> Inspection:
    """Read a settings file without stopping at its first mistake.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    SettingsError
        The file cannot be read at all.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        hint = "`mtf init` writes one that runs as it is."
        raise SettingsError(f"The settings file '{path}' is not there.", hint=hint) from None
    except OSError as error:
        reason = error.strerror or str(error)
        raise SettingsError(f"The settings file '{path}' cannot be read: {reason}.", hint="Name a file.") from None
    return inspect_bytes(data)


def inspect_bytes(data: bytes) -> Inspection:
    """Look through the content of a settings file, as `inspect` does."""
    problems = ProblemList()
    tree = read(data, problems)
    names = declared(tree)
    if not tree and problems:
        return Inspection(Settings(), problems, names)
    settings = validate(ShortForms(problems).write_out(tree), problems)
    check_entries(settings, problems)
    return Inspection(settings, problems, names)


def load(path: Path) -> Settings:
    """Read a settings file that must be right.

    Parameters
    ----------
    path : Path
        The file.

    Raises
    ------
    SettingsError
        With every problem that the settings alone show.
    """
    found = inspect(path)
    if found.problems:
        raise SettingsError(found.problems.sorted(), source=str(path))
    return found.settings


def canonical(settings: Settings) -> dict[str, object]:
    """Reduce settings to what decides a plan: defaults filled in, nothing about execution, logging or reports.

    Returns
    -------
    dict
        JSON values only; equal for settings that differ in comments, order of keys or short forms (but for the lone
        value of a step, whose parameter only the step knows).
    """
    return settings.model_dump(mode="json", exclude=_NOT_IN_IDENTITY)


def template() -> str:
    """Return the text of a commented settings file that runs as it is, for ``mtf init``."""
    return (_PACKAGE / "settings_template.yaml").read_text(encoding="utf-8")
