"""A tile map: a tile a unit where the plan folder says it stands, with what is to be seen of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.plan.units import Unit
from yxq.report.blocks import macro
from yxq.report.figures import Style, fitted
from yxq.report.sections.build import figure
from yxq.report.sections.many_units import UNITS_SHOWN
from yxq.report.sections.names import listed, target_name
from yxq.words.states import SHORT, State
from yxq.words.wording import Words

LETTERS = 10  # Latin letters of a name in a tile
NAMED = 3 * UNITS_SHOWN  # units up to which tiles have names and numbers; of more a sign alone


Cell = tuple["Tile", int, int, str]
"""A tile, its column and row from the first of the map, and its name."""


@dataclass(frozen=True)
class Tile:
    """What a unit's tile shows: `sign` tells it apart without colour, `state` gives the colour."""

    state: State
    sign: str


def missed_tiles(plan: Plan, attained: pd.DataFrame, style: Style) -> list[Any]:
    """How many targets each unit misses or is behind at, as a map; nothing without positions.

    attained: of all units.
    """
    words = style.words
    times = attained.loc[attained["state"].isin(SHORT), "unit"].value_counts().to_dict()
    counts = {unit.name: int(times.get(unit.name, 0)) for unit in plan.towns}
    middle = (max(counts.values(), default=0) + 1) // 2
    levels = {unit: _level(n, middle) for unit, n in counts.items()}
    many = len(_placed(plan.towns)) > NAMED
    tiles = {u: Tile(s, s.sign if many else f"{counts[u]}") for u, s in levels.items()}
    worst = sorted(plan.towns, key=lambda unit: -counts[unit.name])
    told = [words("tile_each", unit=words.unit(unit), n=counts[unit.name]) for unit in worst]
    alt = words("tiles_alt", list=listed(told, words))
    note = "tiles_note_many" if many else "tiles_note"
    return _map(plan, tiles, style, words(note, middle=middle), alt)


def _level(n: int, middle: int) -> State:
    """The colour of a number of misses: of none, of up to the middle, of more."""
    if n == 0:
        return State.ATTAINED
    return State.BEHIND if n <= middle else State.NOT_ATTAINED


def target_tiles(plan: Plan, target: Target, results: pd.DataFrame, style: Style) -> list[Any]:
    """How each unit stands with a target, as a map; nothing without positions.

    results: attainment of the target, a row a unit.
    """
    words = style.words
    states = results.set_index("unit")["state"].to_dict()
    tiles = {unit: Tile(State(state), State(state).sign) for unit, state in states.items()}
    short = [words.unit(unit) for unit in plan.towns if states.get(unit.name) in SHORT]
    missed = listed(short, words) or words("nobody")
    alt = words("tiles_target_alt", title=target_name(target, words), list=missed)
    return _map(plan, tiles, style, words("tiles_target_note"), alt)


def _map(plan: Plan, tiles: Mapping[str, Tile], style: Style, caption: str, alt: str) -> list[Any]:
    """The map as a figure; how many units are not on it is said."""
    words = style.words
    known = [unit for unit in plan.towns if unit.name in tiles]
    placed = _placed(known)
    if not placed:
        return []
    if len(placed) < len(known):
        caption += words("tiles_without", n=len(known) - len(placed))
    rows, columns = ([place(unit)[way] for unit in placed] for way in (0, 1))
    top, left = min(rows), min(columns)
    cells = [
        (tiles[unit.name], column - left, row - top, _named(unit, words))
        for unit, row, column in zip(placed, rows, columns, strict=True)
    ]
    mark = style.mark
    size = max(columns) - left + 1, max(rows) - top + 1
    drawn = macro("tiles", cells, *size, mark)
    if len(placed) > NAMED:
        drawn = macro("tile_pieces", _pieces(cells), *size, mark)
    return figure(caption, alt, drawn)


def _placed(units: Iterable[Unit]) -> list[Unit]:
    """Those that have a place."""
    return [unit for unit in units if unit.row and unit.column]


def place(unit: Unit) -> tuple[int, int]:
    """Row and column of a unit that has them."""
    return unit.row or 0, unit.column or 0


def _named(unit: Unit, words: Words) -> str:
    return fitted(words.unit(unit), LETTERS)


def _pieces(cells: Sequence[Cell]) -> list[dict[str, str]]:
    """All tiles that look the same in one piece: so many would be most of a page."""
    pieces: dict[Tile, list[tuple[int, int]]] = {}
    for tile, x, y, _ in cells:
        pieces.setdefault(tile, []).append((x, y))
    return [
        {
            "colour": tile.state.colour,
            "path": "".join(f"M{x} {y}h1v1h-1z" for x, y in at),
            "xs": " ".join(f"{x}.5" for x, _ in at),
            "ys": " ".join(f"{y}.7" for _, y in at),
            "signs": tile.sign * len(at),
        }
        for tile, at in pieces.items()
    ]
