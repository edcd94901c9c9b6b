"""Every exception the engine raises on purpose, split by who can fix it.

MTFError
├── SettingsError        the settings file or the command line: the user edits it
├── PluginError          a plugin that is missing, broken or named twice: its author or an install
├── AcquisitionError     data that could not be had
│   ├── FetchError       the network, the server or the file system
│   ├── IntegrityError   bytes that are not the ones promised
│   ├── FormatError      bytes that do not parse as the format they should be
│   └── SchemaError      a table without what the settings ask of it
├── ModelError           a model that could not be built, fitted or asked
└── RunError             a run that could not be carried out
    ├── RunLocked        somebody else owns the run directory
    ├── RunNotFound      no run goes by that name
    ├── RunChanged       a run whose data, files or packages are no longer those it began with
    └── RunOver          a run that has ended, of which nothing is left to pause, cancel or resume

A message says what, where and why; the hint says what to do next.
"""

from __future__ import annotations

from dataclasses import dataclass


def closed(message: str) -> str:
    """End a message with a full stop where another sentence follows it."""
    return message if message.endswith((".", "!", "?", ":", ";")) else f"{message}."


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a settings file, ready to be shown."""

    message: str
    """What is wrong and why, in one sentence that quotes the user's own words."""

    hint: str | None = None
    """What to do next."""

    line: int | None = None
    """Line in the settings file, counted from 1; None where no line is to blame."""

    key: str | None = None
    """Path of the key, such as ``datasets[1].target``."""

    def __str__(self) -> str:
        place = "".join((f"line {self.line}: " if self.line else "", f"{self.key}: " if self.key else ""))
        return f"{place}{self.text}"

    @property
    def text(self) -> str:
        """What is wrong and what to do, without the place.

        Examples
        --------
        >>> Problem("there is no file custmers.csv", "Did you mean customers.csv?").text
        'there is no file custmers.csv. Did you mean customers.csv?'
        """
        return f"{closed(self.message)} {self.hint}" if self.hint else self.message


class MTFError(Exception):
    """Base of all errors that a user may see.

    Parameters
    ----------
    message : str
        What went wrong, where and why.
    hint : str, optional
        What to do next.
    """

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the hint when the error crosses a process boundary."""
        return (_rebuild, (type(self), self.message, self.hint, self.__dict__))


def _rebuild(kind: type[MTFError], message: str, hint: str | None, state: dict[str, object]) -> MTFError:
    error = kind.__new__(kind)
    Exception.__init__(error, message)
    error.message, error.hint = message, hint
    error.__dict__.update(state)
    return error


class SettingsError(MTFError):
    """The settings or the command line are wrong; carries every problem at once.

    Parameters
    ----------
    problems : list of Problem
        All that was found, in the order of the file.
    source : str, optional
        The settings file as the user named it.
    """

    def __init__(self, problems: list[Problem] | str, *, source: str | None = None, hint: str | None = None):
        self.problems = [Problem(problems, hint)] if isinstance(problems, str) else list(problems)
        self.source = source
        where = f"{source}: " if source else ""
        count = len(self.problems)
        message = f"{where}{self.problems[0].message}" if count == 1 else f"{where}{count} problems in the settings"
        super().__init__(message, hint=hint or (self.problems[0].hint if count == 1 else None))


class PluginError(MTFError):
    """A plugin is missing, broken or named twice."""


class AcquisitionError(MTFError):
    """Data could not be had."""


class FetchError(AcquisitionError):
    """The network, the server or the file system did not deliver."""


class IntegrityError(AcquisitionError):
    """The bytes are not the ones that were promised."""


class FormatError(AcquisitionError):
    """The bytes do not parse as the format they should be."""


class SchemaError(AcquisitionError):
    """The table lacks what the settings ask of it."""


class ModelError(MTFError):
    """A model could not be built, fitted or asked."""


class RunError(MTFError):
    """A run could not be carried out."""


class RunLocked(RunError):
    """Somebody else owns the run directory."""


class RunNotFound(RunError):
    """No run goes by that name."""


class RunChanged(RunError):
    """What decides a run's numbers is no longer what it began with, so that it cannot be resumed."""


class RunOver(RunError):
    """A run has ended: nothing of it is left to pause, cancel or resume."""
