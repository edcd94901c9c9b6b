"""The answers on line 2 about results: a sentence with its uncertainty, or "Undecided" when the data do not decide."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from mtf_engine import numbers
from mtf_engine.domain.results import CheckRow, Verdict
from mtf_engine.standings import Difference, Entry, Standing, Standings
from mtf_tui.pictures.across import Tally
from mtf_tui.text import own, safe, spare
from mtf_tui.themes import Look


def score_text(entry: Entry, *, places: int | None = None) -> str:
    """An entry's estimate with its interval."""
    score = entry.score
    return numbers.interval(score.estimate, score.low, score.high, places=places)


def one_dataset(table: Standings, look: Look) -> Text:
    """Who wins on one data set, by how much of a doubt."""
    best, accent = table.best, look.tokens.accent
    name = safe(table.dataset.name)
    if best is None:
        return own(("Nothing to rank", look.tokens.warn), spare(" on ", name), f": no model has a {table.metric}")
    if not table.is_ordered:
        return own(
            ("No ranking", look.tokens.warn), " by ", safe(table.metric), spare(" on ", name), ": neither end is better"
        )
    sentence = _winner(table, best, accent) if table.beats_baseline else own()
    if not sentence.plain:
        sentence = own(("No model beats the baseline", look.tokens.warn), spare(" on ", name))
    return own(sentence, _lacking(table))


def _winner(table: Standings, best: Entry, accent: str) -> Text:
    name = safe(table.dataset.name)
    others = [entry for entry in table.ranked if entry is not best]
    if not others:
        return own(
            (best.label, accent), " scores ", score_text(best), spare(" on ", name), "; nothing to compare it with"
        )
    if table.is_decided:
        ahead = "the other" if len(others) == 1 else f"all {len(others)} others"
        ahead = "the baseline" if len(others) == 1 and others[0].is_baseline else ahead
        told = f", ahead of {ahead}"
        lead = spare(told) if _lacking(table) else own(told)  # who lacks folds is the more important
        return own((best.label, accent), " wins", spare(" on ", name), f": {score_text(best)}", lead)
    close, untested = table.close, table.untested
    if close and not untested and all(entry.standing is Standing.EQUIVALENT for entry in close):
        return own(
            "Equivalent", spare(" on ", name), ": ", _named(best, accent), f" {score_text(best)} and {_letters(close)}"
        )
    places = numbers.column_decimals([(best.score.low, best.score.high)])
    value = numbers.fixed(best.score.estimate, places)
    rest = f"; {_letters(close)} cannot be told from it" if close else ""
    rest += f"; no test against {_letters(untested)}: folds differ equally" if untested else ""
    return own(("Undecided", "bold"), spare(" on ", name), ": ", _named(best, accent), f" {value}{rest}")


def _named(entry: Entry, style: str) -> Text:
    return own((f"{entry.letter} {entry.label}", style))


def _letters(entries: Sequence[Entry], most: int = 6) -> str:
    names = [entry.letter or entry.label for entry in entries]
    ranks = [entry.rank for entry in entries]
    if len(entries) > 2 and all(entry.letter for entry in entries) and ranks[-1] - ranks[0] == len(ranks) - 1:
        return f"{names[0]} to {names[-1]}"
    shown = ", ".join(names[:most])
    return shown if len(entries) <= most else f"{shown} and {len(entries) - most} more"


def _lacking(table: Standings) -> str:
    lacking = [entry for entry in table.entries if entry.standing is Standing.UNRANKED]
    if not lacking:
        return ""
    first = lacking[0]
    what = f"{first.missing_folds} of {len(first.score.folds)} folds" if first.missing_folds else "a score"
    more = f" (and {len(lacking) - 1} more)" if len(lacking) > 1 else ""
    return f"; {first.label} lacks {what}{more}"


def all_datasets(tables: Sequence[Standings], look: Look) -> Text:
    """On how many data sets somebody wins."""
    decided = [table for table in tables if table.is_decided]
    total = len(tables)
    if not decided:
        return own((f"Undecided on all {total} data sets", look.tokens.warn), ": no model leads beyond doubt")
    winners = _wins(decided)
    head = (f"Decided on {len(decided)} of {total}: ", look.tokens.warn if len(decided) < total else look.tokens.accent)
    open_ones = total - len(decided)
    rest = ""
    if open_ones and len({table.best.key for table in decided if table.best}) > 1:
        rest = f"; {open_ones} undecided"
    elif open_ones:
        rest = f"; the other {open_ones} {'is' if open_ones == 1 else 'are'} undecided"
    return own(head, winners, rest)


def _wins(decided: Sequence[Standings]) -> Text:
    """Who wins where: names while they are few, counts beyond."""
    by_model: dict[str, list[str]] = {}
    for table in decided:
        if table.best is not None:
            by_model.setdefault(table.best.label, []).append(safe(table.dataset.name).plain)
    if sum(map(len, by_model.values())) <= 3:
        verbs = [" wins", *[""] * (len(by_model) - 1)]
        parts = [f"{m}{verb} {' and '.join(n)}" for verb, (m, n) in zip(verbs, by_model.items(), strict=True)]
    else:
        parts = [f"{model} wins {len(names)}" for model, names in by_model.items()]
    return own(", ".join(parts[:3]) + (f" and {len(parts) - 3} more" if len(parts) > 3 else ""))


def versus(a: Entry, b: Entry, versus_b: Difference | None, table: Standings, look: Look) -> Text:
    """Whether one of two models is better, by how much."""
    name = safe(table.dataset.name)
    if versus_b is None or versus_b.value is None:
        return own(("Not compared", look.tokens.warn), f": {a.letter or a.label} and {b.letter or b.label} on ", name)
    winner, loser = (a, b) if versus_b.verdict == "better" else (b, a)
    amount = _amount(versus_b)
    p = f"; p {numbers.p_value(versus_b.p_adjusted)} after Holm over {numbers.plural(table.pairs, 'pair')}"
    if versus_b.verdict in ("better", "worse"):
        head = (f"{_short(winner)} beats {_short(loser)} by {amount}", look.tokens.accent)
        return own(head, f" {table.metric}", spare(" on ", name), p)
    if versus_b.verdict == "equivalent":
        who = f"{_short(a)} and {_short(b)} are equivalent"
        return own(who, spare(" on ", name), f": {table.metric} differs by {amount}")
    return own(("Undecided", "bold"), spare(" on ", name), f": {_short(a)} − {_short(b)} is {signed(versus_b)}{p}")


def across(a: str, b: str, counted: Tally, look: Look) -> Text:
    """Which of two models is better on how many data sets; the names are safe to show."""
    sets = numbers.plural(counted.compared, "data set")
    open_ones = f"; {counted.undecided} undecided" if counted.undecided else ""
    open_ones += f"; {counted.equivalent} equivalent" if counted.equivalent else ""
    if counted.wins or counted.losses:
        ahead, behind = ("A", "B") if counted.wins >= counted.losses else ("B", "A")
        most, least = max(counted.wins, counted.losses), min(counted.wins, counted.losses)
        turned = f", {behind} beats {ahead} on {least}" if least else ""
        return own((f"{ahead} beats {behind} on {most} of {sets}", look.tokens.accent), f"{turned}{open_ones}")
    if not counted.compared:
        return own(("Not compared", look.tokens.warn), f": {a} and {b}")
    if counted.equivalent == counted.compared:
        return own(f"{a} and {b} are equivalent on all {sets}")
    open_ones = "" if counted.undecided == counted.compared else open_ones
    return own(("Undecided", "bold"), f": neither of A and B is proven better on any of {sets}{open_ones}")


def _short(entry: Entry) -> str:
    return entry.letter or entry.label


def _amount(value: Difference) -> str:
    """The size of a difference, without its sign."""
    if value.value is not None and value.value < 0:
        ends = (None if value.high is None else -value.high, None if value.low is None else -value.low)
        return numbers.difference(-value.value, *ends)
    return numbers.difference(value.value, value.low, value.high)


def signed(value: Difference) -> str:
    """A difference with its sign and interval."""
    return numbers.difference(value.value, value.low, value.high)


def failed_checks(rows: Sequence[CheckRow], look: Look) -> Text:
    """What other views say of failed checks behind their answer, with the key that shows them."""
    failed = failures(rows)
    if not failed:
        return own()
    tokens = look.tokens
    said = (f"{look.glyphs.fail} {numbers.plural(failed, 'check')} failed", tokens.fail)
    return own("; ", said, ", ", ("h", tokens.accent), " shows why")


def failures(rows: Sequence[CheckRow]) -> int:
    """How many checks failed or went wrong."""
    return sum(row.verdict in (Verdict.FAIL, Verdict.ERROR) for row in rows)


def checks(rows: Sequence[CheckRow], look: Look) -> Text:
    """How the checks came out, in counts; what did not run never looks like a pass."""
    if not rows:
        return own("No checks in the plan: nothing was asked of these results")
    counts = {verdict: sum(row.verdict is verdict for row in rows) for verdict in Verdict}
    failed = failures(rows)
    glyphs, tokens = look.glyphs, look.tokens
    parts = [
        f"{counts[Verdict.INCONCLUSIVE]} inconclusive" if counts[Verdict.INCONCLUSIVE] else "",
        numbers.plural(counts[Verdict.WARN], "warning") if counts[Verdict.WARN] else "",
        f"{counts[Verdict.PASS]} passed",
        f"{counts[Verdict.NOT_RUN]} did not run" if counts[Verdict.NOT_RUN] else "",
    ]
    rest = ", ".join(part for part in parts if part)
    if failed:
        return own((f"{glyphs.fail} {numbers.plural(failed, 'check')} failed", tokens.fail), f", {rest}")
    if counts[Verdict.INCONCLUSIVE] or counts[Verdict.WARN]:
        return own((f"{glyphs.warn} no check failed", tokens.warn), f", {rest}")
    return own((f"{glyphs.ok} no check failed", tokens.ok), f", {rest}")
