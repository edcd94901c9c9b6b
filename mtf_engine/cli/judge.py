"""``mtf score | compare | check``: questions asked of stored predictions; nothing is refitted."""

from __future__ import annotations

from pathlib import Path

import click
from rich.text import Text

from mtf_engine import api, numbers
from mtf_engine.cli.layout import Heading, Narrow
from mtf_engine.cli.output import json_option, note, print_json, print_table, print_text
from mtf_engine.cli.tables import print_checks, print_results
from mtf_engine.domain.difference import Change, Flips, RunDifference, ScoreChange
from mtf_engine.text_safety import line, terminal

_VERDICTS = {
    "better": Text("▲ better", style="green"),
    "worse": Text("▼ worse", style="red"),
    "same": Text("= same", style="dim"),
    "undecided": Text("? undecided", style="yellow"),
}


@click.command(epilog="Example: mtf score last --metric mcc --metric brier")
@click.argument("run")
@click.option("--metric", "metrics", multiple=True, required=True, help="A metric to add; may be repeated.")
@json_option
def score(run: str, metrics: tuple[str, ...], as_json: bool) -> None:
    """Score a run by more metrics, from its stored predictions."""
    results = api.score(api.open_run(run), metrics)
    if as_json:
        print_json(results)
    else:
        print_results(results)


@click.command(epilog="Example: mtf compare 20261101 last")
@click.argument("run_a")
@click.argument("run_b")
@json_option
def compare(run_a: str, run_b: str, as_json: bool) -> None:
    """Say what changed from RUN_A to RUN_B: data, settings, environment, scores, rows that flipped."""
    found = api.compare(api.open_run(run_a), api.open_run(run_b))
    if as_json:
        print_json(found)
    else:
        _print_difference(found)


def _print_difference(found: RunDifference) -> None:
    print_text(Text(f"{found.before} → {found.after}", style="bold"))
    changes = [
        [what, change.key, *change.words]
        for what, changed in (("data", found.data), ("settings", found.settings), ("environment", found.environment))
        for change in _shown(changed)
    ]
    if changes:
        print_table(
            "what changed",
            [
                Heading("where"),
                Heading("what"),
                Heading("before", narrow=Narrow.WRAPPED),
                Heading("after", narrow=Narrow.WRAPPED),
            ],
            changes,
        )
    else:
        print_text("data, settings and environment are the same")
    print_text("")
    _print_scores(found.scores)
    _print_flips(found.flips)


def _print_scores(scores: tuple[ScoreChange, ...]) -> None:
    """Print the scores that changed; those that did not are a number."""
    changed = [change for change in scores if change.verdict != "same"]
    same = len(scores) - len(changed)
    headings = [
        Heading("data set"),
        Heading("model"),
        Heading("metric"),
        Heading("before", right=True),
        Heading("after", right=True),
        Heading("after − before", right=True),
        Heading("p", right=True),
        Heading("verdict"),
        Heading("common rows", right=True),
    ]
    if changed:
        print_table("scores that changed", headings, [_score_row(change) for change in changed])
    if same:
        all_of = "all " if same == len(scores) and same > 1 else ""
        print_text(f"{all_of}{numbers.count(same)} {'score is' if same == 1 else 'scores are'} the same")


def _print_flips(flips: tuple[Flips, ...]) -> None:
    flipped = [one for one in flips if one.right_to_wrong or one.wrong_to_right]
    if flipped:
        print_text("")
        headings = [
            Heading("data set"),
            Heading("model"),
            Heading("right → wrong", right=True),
            Heading("wrong → right", right=True),
            Heading("of common rows", right=True),
        ]
        rows = [
            [one.dataset, one.model, str(one.right_to_wrong), str(one.wrong_to_right), numbers.count(one.common_rows)]
            for one in flipped
        ]
        print_table("rows that flipped", headings, rows)


def _shown(changes: tuple[Change, ...]) -> tuple[Change, ...]:
    return changes[:50]


def _score_row(change: ScoreChange) -> list[str | Text]:
    return [
        change.dataset,
        change.model,
        change.metric,
        numbers.significant(change.before),
        numbers.significant(change.after),
        numbers.difference(change.difference, change.low, change.high),
        numbers.p_value(change.p_value),
        _VERDICTS[change.verdict],
        numbers.count(change.common_rows),
    ]


@click.command(epilog="Example: mtf check settings.yaml, or mtf check last")
@click.argument("target", metavar="SETTINGS|RUN")
@json_option
def check(target: str, as_json: bool) -> int:
    """Evaluate the checks again; the exit code is the verdict.

    Given a settings file, its newest run with the same data is judged by the checks of the file as it is now.
    """
    path = Path(target)
    verdict = api.check_settings(path) if path.suffix in (".yaml", ".yml") else api.check_run(api.open_run(target))
    if as_json:
        print_json(verdict.checks)
    elif verdict.checks:
        print_checks(verdict.checks)
    else:
        note("There are no checks. The settings reference shows what `checks:` can hold.")
    note(f"run {terminal(verdict.run)}: {line(verdict.sentence)}")
    return verdict.exit_code
