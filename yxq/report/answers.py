"""What `yxq attain` and `yxq score` print of a city's page."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from yxq.report import display
from yxq.report.pages import CityPage
from yxq.tables import store

COLUMNS = ["unit", "id", "target", "required", "counts", "value", "state", "gap", "needed", "note"]


def attained(page: CityPage, names: list[str], readable: bool) -> pd.DataFrame:
    """How far units (all where none is named) have come with each target, a row a unit and target.

    Columns where it is to be `readable`: COLUMNS, as text. Else those of `yxq.attain`, as_of and
    received_by as ISO dates and note in the page's language.
    """
    rows = page.attained[page.attained["unit"].isin(names)] if names else page.attained
    if readable:
        shown = display.results(page.plan, rows, page.words)
        shown.insert(0, "unit", rows["unit"])
        return shown[COLUMNS]
    days = {name: rows[name].dt.strftime("%Y-%m-%d") for name in ("as_of", "received_by")}
    return rows.assign(**days, note=rows["note"].map(page.words.reason))


def scored(page: CityPage, readable: bool) -> pd.DataFrame:
    """Score, grade and rank of every unit, with the columns of `yxq.score`; four decimals where it
    is to be `readable`.
    """
    scores: pd.DataFrame = page.scores
    if not readable:
        return scores
    return scores.round(
        dict.fromkeys(("score", "missing", "judged", "total", "score_low", "score_high"), 4)
    )


def credited(page: CityPage, readable: bool) -> pd.DataFrame:
    """What each result is worth and why, with the columns of `yxq.score(by="credit")`; four
    decimals where it is to be `readable`.
    """
    rows = page.source.table("credits")
    why = [page.words.reason(why) if why else "" for why in rows["why"]]
    return rows.round({"points": 4, "earned": 4} if readable else {}).assign(why=why)


def source(page: CityPage) -> str:
    """Of which plan, day and tables the numbers are, and whether they are synthetic, in the page's
    language.
    """
    found = store.locate(page.processed)
    said = page.source.described(page.words)
    return said + (f" ({found})" if found != Path(page.processed) else "")
