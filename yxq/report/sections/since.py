"""What has changed since the former pack: scores and ranks, states, and the rows behind them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from yxq.attainment.credits import scoring_of
from yxq.attainment.since import CAUSES, CHANGES, SCORED, Comparison
from yxq.plan.folder import Plan
from yxq.report import display
from yxq.report.blocks import Block, table
from yxq.report.sections.build import nothing, para, section
from yxq.report.sections.names import target_names, unit_names
from yxq.words.states import MET, SHORT, State
from yxq.words.wording import Words

SHOWN = 30  # lines of a section
SCORES_SHOWN = 20  # units of them
PLACES = 2  # rows named of a line
LEVELS = {State.ATTAINED: 2, State.ON_TRACK: 1, State.BEHIND: -1, State.NOT_ATTAINED: -2}
BY_ROWS = "by rows"
GROUPS = {
    "up": "since_up",
    "down": "since_down",
    "otherwise": "since_otherwise",
    BY_ROWS: "since_by_rows",
}
TOLD = "corrected|withdrawn|gone|plan"  # what is told of numbers too
SHEET = ["unit", "target", "state_before", "state", "value_before", "value_now", "causes", "source"]
WORDS_OF = {
    "new": "cause_new",
    "corrected": "cause_corrected",
    "withdrawn": "cause_withdrawn",
    "gone": "cause_gone",
    "plan": "cause_plan",
    "returns": "cause_returns",
    "days": "cause_days",
    "rule": "cause_rule",
    "others": "cause_others",
}


def direction(before: object, after: object) -> str:
    """Where a result has moved by its state: up, down, otherwise, or nowhere.

    What was met and is no more judged is down; what was short and is no more judged is neither.
    """
    if pd.isna(before) or pd.isna(after):
        return "otherwise"
    if before == after:
        return ""
    was, now = (LEVELS.get(State(str(state)), 0) for state in (before, after))
    judged = before in MET or after in (*MET, *SHORT)
    return ("up" if now > was else "down") if judged and now != was else "otherwise"


def shown(plan: Plan, found: Comparison, words: Words) -> pd.DataFrame:
    """The results that have moved as text.

    Columns: SHEET, and id, by (`unit` itself), direction (of GROUPS; BY_ROWS where the numbers
    alone have moved, by rows that were changed), code (of the state now).
    """
    rows, titles, units = found.results, target_names(plan, words), unit_names(plan, words)
    rows = rows[rows["target"].isin(titles) & rows["unit"].isin(units)]
    whose = [*zip(rows["unit"], rows["target"], strict=True)]
    counts = found.fed.groupby(["unit", "target", "change"]).size().to_dict()
    places = _places(found.fed, words)
    return pd.DataFrame(
        {
            "unit": rows["unit"].map(units),
            "target": rows["target"].map(titles),
            "state_before": _states(rows["state_before"], words),
            "state": _states(rows["state_after"], words),
            "value_before": display.values(plan, rows, "before", words),
            "value_now": display.values(plan, rows, "after", words),
            "causes": [
                _causes(causes, {change: counts.get((*of, change), 0) for change in CHANGES}, words)
                for of, causes in zip(whose, rows["causes"], strict=True)
            ],
            "source": [places.get(of, "") for of in whose],
            "id": rows["target"],
            "by": rows["unit"],
            "direction": directions(rows),
            "code": rows["state_after"].fillna(""),
        }
    )


def directions(results: pd.DataFrame) -> list[str]:
    """Where each of some results has moved."""
    ways = zip(results["state_before"], results["state_after"], strict=True)
    told = results["causes"].str.contains(TOLD)
    return [direction(*way) or BY_ROWS * by_rows for way, by_rows in zip(ways, told, strict=True)]


def _states(states: pd.Series, words: Words) -> list[str]:
    return ["" if pd.isna(state) else words.state(state) for state in states]


def _causes(causes: str, counts: dict[str, int], words: Words) -> str:
    """Because of what, rows with how many."""
    named = causes.split(";")
    told = [words(WORDS_OF[cause], n=counts.get(cause, 0)) for cause in CAUSES if cause in named]
    return words("list").join(told)


def _places(fed: pd.DataFrame, words: Words) -> dict[tuple[str, str], str]:
    """The first rows behind each result, and how many there are."""
    by = ["unit", "target"]
    first = fed.groupby(by, sort=False).head(PLACES)
    told: dict[tuple[str, str], list[str]] = {}
    for row in first.itertuples():
        place = display.source(row.file, row.sheet, f"{row.row}", words)
        told.setdefault((row.unit, row.target), []).append(place)
    for of, n in fed.groupby(by, sort=False).size().items():
        if n > PLACES:
            told[of].append(words("places_more", n=n))
    return {of: words("list").join(each) for of, each in told.items()}


def since(
    plan: Plan,
    found: Comparison | None,
    units: list[str],
    words: Words,
    scored: list[str] | None = None,
) -> Block:
    """The section: of some units, the first being the one whose page it is; nothing without a
    former pack.

    scored: on the front page the units whose scores it shows; its lines lead to other pages.
    """
    if found is None:
        return nothing()
    own = _of_units(plan, found, units, scored or units)
    parts: list[Any] = [para(_opening(own, words)), para(_counted(own, words))]
    parts += _scores(plan, own.scores, scored or units, words)
    moved = pd.Series(directions(own.results), own.results.index, dtype="str")
    groups = {way: own.results[moved == way] for way in GROUPS}
    most = SHOWN // max(1, sum(len(of_way) > 0 for of_way in groups.values()))
    columns = "target state_before state value_before value_now causes source"
    columns = ("unit " if len(units) > 1 else "") + columns
    for way, of_way in groups.items():
        if len(of_way):
            rows = shown(plan, replace(own, results=of_way.head(most)), words)
            rows = _led(plan, rows, "" if scored else units[0])
            parts.append(table(words, GROUPS[way], rows, columns))
    more = sum(max(0, len(of_way) - most) for of_way in groups.values())
    parts += _left(more, int((moved == "").sum()), words)
    return section(words, "since", *parts)


def _of_units(plan: Plan, found: Comparison, units: list[str], scored: list[str]) -> Comparison:
    """What has changed of some units; the city's results come from the rows of all."""
    results, scores, rows = found.results, found.scores, found.rows
    if plan.city.name not in units:
        rows = rows[rows["unit"].isin(units)]
    own, with_score = results["unit"].isin(units), scores["unit"].isin(scored)
    return replace(found, results=results[own], scores=scores[with_score], rows=rows)


def _led(plan: Plan, rows: pd.DataFrame, own: str) -> pd.DataFrame:
    """Rows with where their first cell leads: to the sources of the target, which those of the
    page's own unit have on it.
    """
    pages = {unit.name: unit.page for unit in plan.folder.units}
    anchors, here = "s-" + rows["id"], rows["by"] == own
    elsewhere = rows["by"].map(pages).fillna("") + "#" + anchors
    return rows.assign(to=anchors.where(here, ""), page=elsewhere.where(~here, ""))


def _opening(found: Comparison, words: Words) -> str:
    """With which pack it is compared, and what of it all is another."""
    before, after = (row for _, row in found.about.iterrows())
    days = {name: words.date(before[name]) for name in ("as_of", "received_by")}
    told = [words("since_opening", **days)]
    if before["program"] != after["program"]:
        told.append(words("since_program"))
    return words("space").join(told)


def _counted(found: Comparison, words: Words) -> str:
    """How many results have moved, and how many rows in all are new or otherwise another."""
    counts = found.rows["change"].value_counts()
    rows = [
        words(WORDS_OF[change], n=int(counts[change])) for change in CHANGES if change in counts
    ]
    if len(found.targets):
        rows.append(words("since_targets", n=len(found.targets)))
    n = len(found.results)
    if not rows:
        return words("since_results_alone", n=n)
    return words("since_results", n=n, list=words("list").join(rows))


def _scores(plan: Plan, scores: pd.DataFrame, units: list[str], words: Words) -> list[Any]:
    """Score, grade and rank before and now, of those that have moved."""
    if scores.empty:
        return []
    order = {unit: n for n, unit in enumerate(units)}
    rows = scores.sort_values("unit", key=lambda names: names.map(order), kind="stable")
    texts: dict[str, list[str]] = {"unit": [unit_names(plan, words)[u] for u in rows["unit"]]}
    for name in SCORED:
        for when, heading in (("before", f"{name}_before"), ("after", name)):
            texts[heading] = [_scored(plan, name, v) for v in rows[f"{name}_{when}"]]
    first = rows["unit"].map({unit.name: unit.page for unit in plan.towns}).fillna("")
    frame = pd.DataFrame(texts).assign(page=[*first] if len(units) > 1 else "")
    columns = "unit score_before score rank_before rank grade_before grade"
    parts = [table(words, "since_scores", frame.head(SCORES_SHOWN), columns)]
    more = len(frame) - SCORES_SHOWN
    return [*parts, *([para(words("since_scores_more", n=more))] if more > 0 else [])]


def _scored(plan: Plan, name: str, value: Any) -> str:
    if pd.isna(value):
        return "—"
    return display.points(value, scoring_of(plan)) if name == "score" else f"{value}"


def _left(more: int, numbers: int, words: Words) -> list[Any]:
    """How many lines are not shown, and where all of them are."""
    told = []
    if more > 0:
        told.append(words("since_more", n=more, sheet=words("since_sheet")))
    if numbers > 0:
        told.append(words("since_numbers", n=numbers, sheet=words("since_sheet")))
    return [para(words("space").join(told))] if told else []
