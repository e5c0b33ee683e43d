"""What a template may ask for about the former pack: what has moved since, and scores before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pandas as pd

from yxq.attainment.credits import scoring_of
from yxq.attainment.since import SCORED, Comparison
from yxq.papers.frames import Entry, Frames
from yxq.plan.units import Unit
from yxq.report import display
from yxq.report.sections.since import shown


def changes(frames: Frames, found: Comparison, units: dict[str, Entry]) -> Entry:
    """The days of the former pack, the city's targets that went up and down, and the units whose
    rank did, those that moved farthest first; units: see `yxq.papers.names.units`.
    """
    before, words = found.about.iloc[0], frames.words
    moves = _moves(frames, found)
    places = _places_moved(found)
    return {
        "as_of": words.date(before["as_of"]),
        "received_by": words.date(before["received_by"]),
        **{way: _of_way(moves, way) for way in ("up", "down", "otherwise")},
        "units_up": [units[name] for name, n in places.items() if n > 0 and name in units],
        "units_down": [units[name] for name, n in places.items() if n < 0 and name in units],
    }


def scored_before(frames: Frames, unit: Unit, now: Entry) -> Entry:
    """Rank, score and grade of the former pack, as those of now are shown; nothing without one."""
    told = dict.fromkeys((f"{name}_before" for name in SCORED), "")
    if frames.since is None or frames.plan.period.scoring is None:
        return told
    told = {f"{name}_before": now[name] for name in SCORED}
    moved = frames.since.scores
    for _, row in moved[moved["unit"] == unit.name].iterrows():
        for name in row["moved"].split(";"):
            told[f"{name}_before"] = _text(frames, name, row[f"{name}_before"], now[name])
    return told


def _text(frames: Frames, name: str, value: Any, now: str) -> str:
    """A value with as many decimals as the one beside it."""
    if pd.isna(value):
        return ""
    if name != "score":
        return f"{value}"
    decimals = len(now.partition(".")[2])
    return max(display.points(value, scoring_of(frames.plan)), f"{value:.{decimals}f}", key=len)


def _moves(frames: Frames, found: Comparison) -> list[Entry]:
    """The city's results that have moved, as entries."""
    city, words = frames.plan.folder.city.name, frames.words
    titles = {row["id"]: row["title"] for row in frames.by_unit[city]}
    own = found.results[(found.results["unit"] == city) & found.results["target"].isin(titles)]
    rows = shown(frames.plan, replace(found, results=own), words)
    codes = zip(own["state_before"], own["state_after"], strict=True)
    states = [["" if pd.isna(c) else words.entry("states", c) for c in each] for each in codes]
    return [
        {
            "id": row["id"],
            "title": titles[row["id"]],
            "state_before": before,
            "state": now,
            "value_before": row["value_before"],
            "value": row["value_now"],
            "causes": row["causes"],
            "direction": row["direction"],
        }
        for row, (before, now) in zip(rows.to_dict("records"), states, strict=True)
    ]


def _of_way(moves: list[Entry], way: str) -> list[Entry]:
    """Those that have moved that way, numbered from 1."""
    found = [
        {k: v for k, v in move.items() if k != "direction"}
        for move in moves
        if move["direction"] == way
    ]
    return [{"n": n, **move} for n, move in enumerate(found, start=1)]


def _places_moved(found: Comparison) -> dict[str, int]:
    """By how many places each unit has gone up; those that moved farthest first."""
    rows = found.scores
    rows = rows[rows["rank_before"].notna() & rows["rank_after"].notna()]
    moved = (rows["rank_before"] - rows["rank_after"]).astype("int64")
    moved.index = pd.Index(rows["unit"])
    order = moved.abs().sort_values(ascending=False, kind="stable").index
    return {str(name): int(moved[name]) for name in order}
