"""The command group, and the one place where an error becomes a message and an exit code."""

from __future__ import annotations

import logging
import sys

import click

from mtf_engine import __version__
from mtf_engine.cli import cache, control, data, doctor, history, judge, plan, registry, report, run
from mtf_engine.cli.output import Verbosity, note, print_error
from mtf_engine.errors import AcquisitionError, FetchError, MTFError, PluginError, RunNotFound, SettingsError

WRONG_REQUEST = 2
NOT_CARRIED_OUT = 4
INTERRUPTED = 130
_PLANNED = frozenset({"export"})
_ERROR_CODES: tuple[tuple[type[MTFError], int], ...] = (
    (SettingsError, WRONG_REQUEST),
    (PluginError, WRONG_REQUEST),
    (RunNotFound, WRONG_REQUEST),
    (FetchError, NOT_CARRIED_OUT),
    (AcquisitionError, WRONG_REQUEST),
)


class Program(click.Group):
    """The group of all commands; one of the contract's that has no feature yet says so."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Look a command up by its name."""
        if args and args[0] in _PLANNED:
            raise click.UsageError(f"`mtf {args[0]}` is not available yet.")
        return super().resolve_command(ctx, args)


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
    chosen = log_level or {0: "warning", 1: "info"}.get(verbose, "debug")
    handlers = [logging.FileHandler(log_file, encoding="utf-8")] if log_file else None
    logging.basicConfig(
        level=chosen.upper(),
        format="%(asctime)s %(levelname)s %(name)s: %(message)s",
        handlers=handlers,
    )


for command in (
    plan.init,
    plan.plan,
    run.run,
    run.demo,
    run.watch,
    control.pause,
    control.resume,
    control.cancel,
    history.runs,
    history.show,
    judge.score,
    judge.compare,
    judge.check,
    report.report,
    data.data,
    cache.cache,
    registry.steps,
    registry.models,
    registry.metrics,
    registry.checks,
    doctor.doctor,
):
    program.add_command(command)


def main(arguments: list[str] | None = None) -> None:
    """Run ``mtf`` and exit with the code that the contract names.

    Parameters
    ----------
    arguments : list of str, optional
        Words of the command line after the program's name; None takes the process's own.
    """
    sys.exit(_exit_code(arguments))


def _exit_code(arguments: list[str] | None) -> int:
    try:
        outcome = program.main(arguments, prog_name="mtf", standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except click.ClickException as wrong:
        wrong.show()
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
    return outcome if isinstance(outcome, int) else 0
