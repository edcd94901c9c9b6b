"""The command group, and the one place where an error becomes a message and an exit code.

Commands are imported when they are called, so that ``mtf --help`` and a mistyped word are answered at once.
"""

from __future__ import annotations

import errno
import importlib
import logging
import sys
from collections.abc import Iterable

import click

from mtf_engine import __version__, environment
from mtf_engine.cli.output import Verbosity, note, prepare_streams, print_error, print_text, set_quiet
from mtf_engine.errors import AcquisitionError, FetchError, MTFError, PluginError, RunNotFound, RunOver, SettingsError
from mtf_engine.spelling import nearest

_log = logging.getLogger("mtf.command")

WRONG_REQUEST = 2
NOT_CARRIED_OUT = 4
INTERRUPTED = 130

COMMANDS = {
    "init": ("plan", "Write a commented settings.yaml that runs as it is."),
    "plan": ("plan", "Say what settings expand to and what that would cost; runs nothing."),
    "run": ("run", "Test the models of a settings file."),
    "demo": ("run", "Test built-in models on bundled data sets; needs no network and no file."),
    "watch": ("run", "Follow a run until it ends, then print its results."),
    "pause": ("control", "Start no new cells; running ones finish."),
    "resume": ("control", "Lift a pause, or start a run again whose process is gone."),
    "cancel": ("control", "End a run and its running cells at once; finished cells stay."),
    "runs": ("history", "List runs, live ones first, then the newest."),
    "show": ("show", "Show the results of a run (its id, a unique prefix, its name, `last` or a path)."),
    "delete": ("history", "Remove runs with their results and reports."),
    "score": ("judge", "Score a run by more metrics, from its stored predictions."),
    "compare": ("judge", "Say what changed from RUN_A to RUN_B: data, settings, scores, rows that flipped."),
    "check": ("judge", "Evaluate the checks again; the exit code is the verdict."),
    "report": ("report", "Write a report of a finished run."),
    "data": ("data", "Fetch, look at and profile one source."),
    "cache": ("cache", "Look after fetched files, tables, prepared data and stored cells."),
    "steps": ("registry", "List the steps that settings can name, or explain one."),
    "models": ("registry", "List the models that settings can name, or explain one."),
    "metrics": ("registry", "List the metrics that settings can name, or explain one."),
    "checks": ("registry", "List the checks that settings can name, or explain one."),
    "doctor": ("doctor", "Check that this installation can do its work."),
}
"""Command → module of `mtf_engine.cli` and what the listing says of it, in the order of the listing."""

_FULL = {errno.ENOSPC, errno.EDQUOT}
_PLANNED = frozenset({"export"})
_FLAGS = frozenset({"-q", "--quiet", "-v", "-vv", "-vvv", "--verbose"})
_VALUED = ("--log-level", "--log-file")
_ERROR_CODES: tuple[tuple[type[MTFError], int], ...] = (
    (SettingsError, WRONG_REQUEST),
    (PluginError, WRONG_REQUEST),
    (RunNotFound, WRONG_REQUEST),
    (RunOver, WRONG_REQUEST),
    (FetchError, NOT_CARRIED_OUT),
    (AcquisitionError, WRONG_REQUEST),
)


class Program(click.Group):
    """The group of all commands; options that belong to the program may stand behind a command too."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click gives it
        """List the commands in the order of the contract."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002 - likewise
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(importlib.import_module(f"mtf_engine.cli.{COMMANDS[cmd_name][0]}"), cmd_name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        """List the commands without importing them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Take the program's own options from wherever they stand."""
        return super().parse_args(ctx, _program_options_first(args))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Look a command up by its name; a mistyped one gets the nearest spelling."""
        if args[0] in _PLANNED:
            raise click.UsageError(f"`mtf {args[0]}` is not available yet.")
        if args[0] not in COMMANDS and not args[0].startswith("-"):
            near = nearest(args[0], COMMANDS)
            hint = f" Did you mean `mtf {near}`?" if near else " `mtf --help` lists all."
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}")
        return super().resolve_command(ctx, args)


def _program_options_first(args: Iterable[str]) -> list[str]:
    """Move the program's own options to the front, up to a bare ``--``."""
    own: list[str] = []
    rest: list[str] = []
    words = iter(args)
    for word in words:
        if word == "--":
            rest.extend((word, *words))
        elif word in _FLAGS or word.startswith(tuple(f"{option}=" for option in _VALUED)):
            own.append(word)
        elif word in _VALUED:
            own.extend((word, *([value] if (value := next(words, None)) is not None else [])))
        else:
            rest.append(word)
    return [*own, *rest]


@click.group(
    cls=Program,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Example: mtf init && mtf run settings.yaml",
)
@click.version_option(__version__, prog_name="mtf")
@click.option("-v", "--verbose", count=True, help="Say more: -v for information, -vv for everything.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but results and errors.")
@click.option(
    "--log-level",
    type=click.Choice(["debug", "info", "warning", "error"]),
    help="Level of this command's log; a run's own is in its settings.",
)
@click.option("--log-file", type=click.Path(dir_okay=False), help="Write this command's log to a file.")
@click.pass_context
def program(ctx: click.Context, verbose: int, quiet: bool, log_level: str | None, log_file: str | None) -> None:
    """Test models: is this one good enough, which is better, did it get worse, where does it fail?"""
    ctx.obj = Verbosity(verbose=verbose, quiet=quiet)
    set_quiet(quiet)
    chosen = log_level or {0: "warning", 1: "info"}.get(verbose, "debug")
    handlers = [logging.FileHandler(log_file, encoding="utf-8")] if log_file else None
    logging.basicConfig(
        level=chosen.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=handlers,
    )
    _log.info("mtf %s: %s", __version__, ctx.invoked_subcommand)


def _what_is_missing(wrong: click.MissingParameter) -> str:
    """Show the command's example, and say what a RUN can be where one is missing."""
    example = wrong.ctx.command.epilog if wrong.ctx else None
    said = [f"{example}"] if example else []
    if wrong.param and "RUN" in (wrong.param.metavar or wrong.param.name or "").upper():
        said.append("RUN is an id or its beginning, a name, `last` (the run started last) or a path: see `mtf runs`.")
    return "\n".join(said)


def _refused(error: OSError) -> MTFError:
    """Say what the system refused, which is a path of the user's or a full disk."""
    path = next((str(name) for name in (error.filename2, error.filename) if name), "")
    what = f"{path}: {error.strerror or error}" if path else str(error)
    hint = "Make room and try again." if error.errno in _FULL else "Name another path, or mend its permissions."
    return MTFError(f"{what}.", hint=hint)


def main(arguments: list[str] | None = None) -> None:
    """Run ``mtf`` and exit with the code that the contract names.

    Parameters
    ----------
    arguments : list of str, optional
        Words of the command line after the program's name; None takes the process's own.
    """
    environment.collect_seldom()
    prepare_streams()
    code = _exit_code(arguments)
    _log.info("exit code %d", code)
    sys.exit(code)


def _exit_code(arguments: list[str] | None) -> int:
    try:
        outcome = program.main(arguments, prog_name="mtf", standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as wrong:
        wrong.show()
        if isinstance(wrong, click.MissingParameter):
            print_text(_what_is_missing(wrong), file=sys.stderr)
        return WRONG_REQUEST
    except (click.Abort, KeyboardInterrupt):
        note("interrupted")
        return INTERRUPTED
    except MTFError as error:
        print_error(error)
        return next((code for kind, code in _ERROR_CODES if isinstance(error, kind)), NOT_CARRIED_OUT)
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    except OSError as error:
        print_error(_refused(error))
        return NOT_CARRIED_OUT if error.errno in _FULL else WRONG_REQUEST
    return outcome if isinstance(outcome, int) else 0
