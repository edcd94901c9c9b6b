"""``mtf steps | models | metrics | checks [NAME]``: what settings can name, with parameters and documentation."""

from __future__ import annotations

import click

from mtf_engine import api
from mtf_engine.cli.layout import Heading, Narrow
from mtf_engine.cli.output import json_option, print_json, print_table, print_text
from mtf_engine.domain.registry import RegistryEntry
from mtf_engine.text_safety import line, terminal


def _listing(kind: str, noun: str, example: str) -> click.Command:
    @click.command(kind, help=f"List the {kind} that settings can name, or explain one.", epilog=f"Example: {example}")
    @click.argument("name", required=False)
    @json_option
    def command(name: str | None, as_json: bool) -> None:
        entries = api.describe(kind, name)
        if as_json:
            print_json(entries if name is None else entries[0])
        elif name is None:
            rows = [[entry.name, ", ".join(entry.tags), entry.summary] for entry in entries]
            print_table(
                None,
                [Heading(noun), Heading("for", narrow=Narrow.CUT), Heading("what it is", narrow=Narrow.WRAPPED)],
                rows,
            )
        else:
            _explain(entries[0])

    return command


def _explain(entry: RegistryEntry) -> None:
    print_text(f"{terminal(entry.name)}: {line(entry.summary)}")
    if entry.tags:
        print_text(f"for: {terminal(', '.join(entry.tags))}")
    for key, value in entry.facts.items():
        print_text(f"{terminal(key)}: {line(value)}")
    if entry.parameters:
        headings = [
            Heading("parameter"),
            Heading("type", narrow=Narrow.WRAPPED),
            Heading("default"),
            Heading("what it does", narrow=Narrow.WRAPPED),
        ]
        print_table(
            "", headings, [[one.name, one.type, one.default, line(one.description)] for one in entry.parameters]
        )
    print_text(f"documentation: {entry.docs}")


steps = _listing("steps", "step", "mtf steps impute")
models = _listing("models", "model", "mtf models random_forest")
metrics = _listing("metrics", "metric", "mtf metrics roc_auc --json")
checks = _listing("checks", "check", "mtf checks train_test_overlap")
