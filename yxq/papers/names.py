"""What a template may ask for: plain texts, numbers, lists and entries; see `docs/papers.md`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from yxq.papers.changes import changes, scored_before
from yxq.papers.frames import Entry, Frames
from yxq.plan.folder import Plan
from yxq.plan.units import Unit
from yxq.report import display
from yxq.report.sections.leader import best_and_worst
from yxq.report.sections.standing import score_bounds
from yxq.words.states import SHORT, State
from yxq.words.text import visible

NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")  # what no document can hold
RESULT = ["id", "title", "code", "clause", "section", "required", "counts", "value", "gap", "needs"]
RESULT += ["owner", "note", "previous", "change", "probability", "units"]
LINE = ["form", "period", "due", "days_over", "owes"]
SCORED = ["rank", "rank_interval", "score", "score_bounds", "grade", "end_grade"]
SCORED += ["likely_grade", "likely_chance"]
COUNTS = {
    "attained": State.ATTAINED,
    "missed": State.NOT_ATTAINED,
    "on_track": State.ON_TRACK,
    "behind": State.BEHIND,
    "pending": State.PENDING,
    "no_data": State.NO_DATA,
    "not_applicable": State.NOT_APPLICABLE,
    "reported": State.REPORTED,
}


def common(frames: Frames, units: dict[str, Entry]) -> Entry:
    """What every template may ask for; units: see `units`."""
    best, worst = best_and_worst(frames.scores)
    leading = frames.leading
    return {
        "plan": _plan(frames),
        "days": _days(frames),
        "synthetic": frames.style.synthetic,
        "city": _unit(frames, frames.plan.folder.city),
        "units": [*units.values()],
        "best": [units[name] for name in best],
        "worst": [units[name] for name in worst],
        "returns": frames.returns,
        "owing": _owing(frames, frames.lines),
        "lacking": results(frames, _lacking(frames.by_unit[frames.plan.folder.city.name])),
        "since": changes(frames, frames.since, units) if frames.since else "",
        "decisions": leading.decisions,
        "calls": [*leading.call.values()],
        "assumptions": [
            frames.words.text(one.text)
            for one in frames.plan.period.assumptions.values()
            if one.general
        ],
    }


def units(frames: Frames) -> dict[str, Entry]:
    """The units by rank, and without ranks as pages list them, by their own names."""
    found = {unit.name: unit for unit in frames.plan.towns}
    return {name: _unit(frames, found[name]) for name in frames.league.index}


def of_department(frames: Frames, sender: str) -> Entry:
    """What a paper to a department may ask for: its targets, those that the city or any unit is
    short of, and what it owes.
    """
    name = frames.words.sender(sender)
    rows = frames.by_unit[frames.plan.folder.city.name]
    own = [row for row in rows if frames.plan.target(row["id"]).owner == sender]
    department = {
        "name": name,
        "phone": frames.plan.folder.senders[sender].phone,
        "targets": results(frames, own),
        "short": results(frames, _lacking(own)),
        "owing": _owing(frames, frames.lines[frames.lines["sender"] == name]),
    }
    return {"department": department | _counts(own)}


def results(frames: Frames, rows: list[Entry]) -> list[Entry]:
    """Results as entries, numbered from 1."""
    return [
        {
            "n": n,
            "state": row["state"].removeprefix(frames.words.sign(row["code"])).strip(),
            "is_short": row["code"] in SHORT,
            **{name: row[name] for name in RESULT},
        }
        for n, row in enumerate(rows, start=1)
    ]


def inert(value: Any) -> Any:
    """A value in whose texts nothing acts: what is not seen is written out, lines are one line."""
    if isinstance(value, str):
        return NO_XML.sub("\ufffd", visible(" ".join(value.split())))
    if isinstance(value, Mapping):
        return {name: inert(entry) for name, entry in value.items()}
    return [inert(entry) for entry in value] if isinstance(value, list | tuple) else value


def _lacking(rows: list[Entry]) -> list[Entry]:
    """Of the city's results those of targets that it or any unit is short of: its own first, then
    those that most units are short of.
    """
    found = [row for row in rows if row["code"] in SHORT or row["units"]]
    return sorted(found, key=lambda row: (row["code"] not in SHORT, -len(row["units"])))


def _plan(frames: Frames) -> Entry:
    plan, words = frames.plan, frames.words
    document = plan.period.document
    return {
        "title": words.text(document.title),
        "number": document.number,
        "signed": words.date(document.signed),
        "year": plan.year,
        "city": words.unit(plan.folder.city),
        "unit_word": words.text(plan.folder.unit_word),
        "draft": plan.period.draft,
        "scored": plan.period.scoring is not None,
    }


def _days(frames: Frames) -> Entry:
    words, (first, last) = frames.words, frames.plan.span()
    return {
        "as_of": words.date(frames.as_of),
        "received_by": words.date(frames.received_by),
        "period_from": words.date(first),
        "period_to": words.date(last),
        "over": frames.over,
        "half_year": _is_half(frames.plan, frames.as_of),
    }


def _is_half(plan: Plan, day: dt.date) -> bool:
    """Whether six months of the period are over on a day, and no more."""
    first, after = plan.span()[0], day + dt.timedelta(days=1)
    months = 12 * (after.year - first.year) + after.month - first.month
    return after.day == 1 and months == 6


def _unit(frames: Frames, unit: Unit) -> Entry:
    """A unit, or the city, with its standing and results."""
    rows = frames.by_unit[unit.name]
    standing = dict.fromkeys(SCORED, "") | _standing(frames, unit)
    return {
        "name": frames.words.unit(unit),
        **standing,
        **scored_before(frames, unit, standing),
        **_counts(rows),
        "computed": sum(row["state"] != frames.words.state(row["code"]) for row in rows),
        "targets": results(frames, rows),
        "short": results(frames, [row for row in rows if row["code"] in SHORT]),
        "below": results(frames, [row for row in rows if _is_below(row, frames.plan)]),
        "without_data": results(frames, [row for row in rows if row["code"] == State.NO_DATA]),
    }


def _is_below(row: Entry, plan: Plan) -> bool:
    """Whether a share is likely to be met at the end and is not so far; of a number of the year
    it is plain that some of it is still to come.
    """
    is_rate = plan.target(row["id"]).kind == "share"
    return is_rate and row["code"] == State.ON_TRACK and row["needed"] != ""


def _standing(frames: Frames, unit: Unit) -> Entry:
    """Rank, score and grade as pages show them; the city has no rank."""
    scoring = frames.plan.period.scoring
    if scoring is None:
        return {}
    row = frames.scores.set_index("unit").loc[unit.name]
    likely = display.likely_grade(row)
    standing = {"likely_grade": likely}
    standing["likely_chance"] = display.chance(row["end_chance"]) if likely else ""
    if unit.name in frames.league.index:
        shown = frames.league.loc[unit.name]
        standing |= {name: shown[name] for name in SCORED if name in shown}
        return standing | {"score_bounds": shown["score_bounds_column"]}
    if pd.isna(row["score"]):
        return standing
    bounds = score_bounds(frames.plan, row, frames.words)
    shown = {"score": display.points(row["score"], scoring), "grade": row["grade"]}
    return standing | shown | {"score_bounds": bounds}


def _counts(rows: list[Entry]) -> dict[str, int]:
    """How many results there are, how many are settled, and how many are in each state."""
    codes = [row["code"] for row in rows]
    counts = {name: codes.count(state) for name, state in COUNTS.items()}
    return {"total": len(codes), "judged": counts["attained"] + counts["missed"], **counts}


def _owing(frames: Frames, lines: pd.DataFrame) -> list[Entry]:
    """Who owes what, as entries."""
    phones = {
        frames.words.sender(name): sender.phone
        for name, sender in frames.plan.folder.senders.items()
    }
    return [
        {"n": n, "phone": phones.get(row["sender"], ""), **row}
        for n, row in enumerate(lines[["sender", *LINE]].to_dict("records"), start=1)
    ]
