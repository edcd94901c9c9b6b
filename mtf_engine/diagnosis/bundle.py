"""One text file that says what was installed, what was asked and what happened, fit to be attached to an issue.

It is plain text, so that it can be read before it is given away. Data and predictions are not in it.
"""

from __future__ import annotations

import importlib.metadata
import re
import sys
import sysconfig
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from mtf_engine import environment, text_safety
from mtf_engine.diagnosis.installation import diagnose
from mtf_engine.diagnosis.redaction import Redactor, redactor
from mtf_engine.errors import RunNotFound
from mtf_engine.runs import catalogue
from mtf_engine.runs import state as states
from mtf_engine.runs.directory import RunDirectory
from mtf_engine.storage import paths

_FILE_BYTES = 200_000
"""Of each file; beyond it the middle is left out, because the beginning and the end explain most."""

_READ_BYTES = 4_000_000
_MENTIONED = re.compile(r"\$\{([A-Za-z_]\w*)")
_SHOWN_VARIABLES = re.compile(r"(MTF_\w+|\w+_NUM_THREADS|LANG|LC_\w+|TERM|COLORTERM|NO_COLOR|TZ|PYTHON\w+)")
_PRESENT_VARIABLES = re.compile(r"((HTTPS?|ALL|NO)_PROXY|SSL_CERT_(FILE|DIR)|REQUESTS_CA_BUNDLE)", re.IGNORECASE)
_UNTELLING_USERS = frozenset({"root", "mtf"})
_HEAD = """\
MTF bundle of {time}

Made by `mtf doctor --bundle` to be attached to an issue. Values that look like secrets, user names and folders were
taken out. Names of columns, models and classes, messages of your models and hosts of addresses were not: read the
file before you give it away, and replace what should stay with you.
"""


def compose(run: str = "last") -> str:
    """Write the bundle's text.

    Parameters
    ----------
    run : str, default "last"
        The run to tell about; without any run the bundle tells about the installation only.

    Raises
    ------
    RunNotFound
        There is no such run.
    """
    directory = _find(run)
    clean = _redactor(directory)
    time = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    sections = [*_installation(), *(_run(directory) if directory else [("run", "no run yet")])]
    parts = [_HEAD.format(time=time)]
    for title, body in sections:
        shown = text_safety.output(clean(body), _FILE_BYTES).rstrip("\n")
        parts.append(f"{'=' * 20} {text_safety.line(clean(title))}\n{shown}\n")
    return "\n".join(parts)


def _find(run: str) -> RunDirectory | None:
    try:
        return catalogue.find(run)
    except RunNotFound:
        if run == "last":
            return None
        raise


def _installation() -> Iterator[tuple[str, str]]:
    yield "mtf doctor", "\n".join(f"{one.level:8}{one.topic:15}{one.what}" for one in diagnose())
    installed = {f"{each.metadata['Name']}=={each.version}" for each in importlib.metadata.distributions()}
    yield "installed packages", "\n".join(sorted(installed, key=str.lower))
    yield "environment variables", "\n".join(_variables())


def _variables() -> Iterator[str]:
    """Yield what changes how the program works, and not what else happens to be set."""
    for name, value in sorted(environment.all_variables().items()):
        if _SHOWN_VARIABLES.fullmatch(name):
            yield f"{name}={value}"
        elif _PRESENT_VARIABLES.fullmatch(name):
            yield f"{name} is set"


def _run(directory: RunDirectory) -> Iterator[tuple[str, str]]:
    state = states.read(directory)
    yield f"run {directory.id}", f"{state.status.value}, {state.done} of {state.total_cells} cells"
    for path in (directory.settings, directory.request, directory.env, directory.log, directory.events):
        yield path.name, _read(path)


def _read(path: Path) -> str:
    """Read a file, its middle left out where it is too large to be looked through."""
    try:
        with path.open("rb") as file:
            data = file.read(_READ_BYTES)
            if size := max(path.stat().st_size - len(data), 0):
                file.seek(-min(size, _READ_BYTES), 2)
                data += b"\n... left out ...\n" + file.read().partition(b"\n")[2]
    except OSError as error:
        return f"can't be read: {error.strerror}"
    return data.decode("utf-8", errors="replace")


def _redactor(directory: RunDirectory | None) -> Redactor:
    places = {
        sysconfig.get_path("purelib"): "<site-packages>",
        sys.prefix: "<environment>",
        sys.base_prefix: "<python>",
        str(Path(__file__).parents[2]): "<program>",
        str(paths.cache()): "<cache>",
        str(environment.home()): "<MTF_HOME>",
        str(Path.cwd()): "<folder>",
        str(Path.home()): "~",
    }
    mentioned: set[str] = set()
    if directory is not None:
        mentioned = set(_MENTIONED.findall(_read(directory.settings)))
        places[str(directory.path.parent)] = "<runs>"
    user = environment.user()
    people = {environment.host(): "<host>"}
    if user and user not in _UNTELLING_USERS:
        people[user] = "<user>"
    return redactor(environment.all_variables(), mentioned=mentioned, places=places, people=people)
