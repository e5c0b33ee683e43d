"""What a later pack has to know of this one to say what has changed: results, scores, what each
target is, and every row that counts by what it is and says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import pandas as pd

from yxq.attainment.measures import behind_measures
from yxq.attainment.results import Results
from yxq.plan.folder import Plan, marks_of
from yxq.plan.target import Target
from yxq.tables import digests, store
from yxq.tables.contracts import ROWS, Fate
from yxq.tables.snapshots import Snapshot

WITHDRAWN = "withdrawn"  # the reason of a row that is
BETWEEN = ";"


def snapshot(results: Results) -> Snapshot:
    """The tables of a comparison, by name.

    about: a row of facts. targets: target, definition. attained, scores: all of them. rows: see
    `_rows`. withdrawn: file, sheet and row of what was withdrawn.
    """
    return {
        "about": _about(results),
        "targets": _definitions(results.plan),
        "attained": results.table("attained"),
        "scores": results.table("scores"),
        "rows": _rows(results),
        "withdrawn": _withdrawn(results),
    }


def _about(results: Results) -> pd.DataFrame:
    """Of which plan and days it is, and by which program."""
    scoring = results.plan.period.scoring
    facts = {
        "plan": results.plan.folder.name,
        "year": results.plan.year,
        "city": results.plan.city.name,
        "as_of": pd.Timestamp(results.as_of).as_unit("us"),
        "received_by": pd.Timestamp(results.received_by).as_unit("us"),
        "scoring": scoring.model_dump_json() if scoring else "",
        "program": digests.program(),
    }
    return pd.DataFrame([facts]).astype(
        {"as_of": "datetime64[us]", "received_by": "datetime64[us]"}
    )


def _definitions(plan: Plan) -> pd.DataFrame:
    """Target and its definition: all that the plan says of it, and of the bases that it uses."""
    rows = []
    for target in plan.targets:
        bases = {name: plan.period.bases[name].model_dump_json() for name in _uses(plan, target)}
        rows.append((target.id, " ".join([target.model_dump_json(), *bases.values()])))
    return pd.DataFrame(rows, columns=["target", "definition"]).astype("str")


def _uses(plan: Plan, target: Target) -> list[str]:
    """The bases by which a target is split or compared."""
    words = {target.split, target.lot, *re.findall(r"\w+", str(target.require or ""))}
    return [name for name in plan.period.bases if name in words]


def _fed(plan: Plan) -> Iterator[tuple[str, str]]:
    """Each measure with a target that it feeds, once for every one."""
    for target in plan.targets:
        yield target.id, target.id
        if target.given:
            yield marks_of(target.id), target.id
        for name in _uses(plan, target):
            yield name, target.id


def _rows(results: Results) -> pd.DataFrame:
    """Every row that a result is computed from, of earlier years too.

    Columns: form, unit (the city where a form has none), key (what tells it from others), digest
    (of its values), targets (that it feeds, parted by `;`), sender, file, sheet, row.
    """
    parts = [_of_form(results, *each) for each in results.records().items()]
    nothing = pd.DataFrame(columns=[*ROWS.columns])
    rows = pd.concat([part for part in parts if len(part)] or [nothing]).astype(dict(ROWS.columns))
    order = ["form", "file", "sheet", "row", "unit"]
    return rows.sort_values(order, kind="stable", ignore_index=True)


def _of_form(results: Results, form: str, records: pd.DataFrame) -> pd.DataFrame:
    plan, day = results.plan, pd.Timestamp(results.as_of)
    measures = {name: each for name, each in plan.measured.items() if each.form == form}
    feeds: dict[str, np.ndarray] = {}
    used = {name: rows for name, rows in behind_measures(plan, measures, {form: records})}
    for name, target in _fed(plan):
        if name in used and len(rows := used[name]):
            counts = records.index.isin(rows.index[rows["day"] <= day])
            feeds[target] = feeds.get(target, counts) | counts
    if not feeds:
        return pd.DataFrame()
    names, counts = [*feeds], np.column_stack([*feeds.values()])
    rows, counts = records[counts.any(axis=1)], counts[counts.any(axis=1)]
    if rows.empty:
        return rows
    kinds, kind = np.unique(counts, axis=0, return_inverse=True)
    said = [BETWEEN.join(np.array(names)[each]) for each in kinds]
    columns = [name for name in (*plan.folder.forms[form].columns, "from", "to") if name in rows]
    digest = pd.util.hash_pandas_object(rows[columns], index=False)
    return pd.DataFrame(
        {
            "form": form,
            "unit": rows["unit"].fillna(plan.city.name) if "unit" in rows else plan.city.name,
            "key": rows["key"].fillna(""),
            "digest": [f"{number:016x}" for number in digest],
            "targets": np.array(said, dtype=object)[kind.ravel()],
            "sender": rows["sender"].fillna(""),
            "file": rows["file"],
            "sheet": rows["sheet"],
            "row": rows["row"],
        }
    )


def _withdrawn(results: Results) -> pd.DataFrame:
    """File, sheet and row of every row that a correction has withdrawn."""
    ledger = store.read(results.place, "ledger", [("fate", "==", Fate.DUPLICATE.value)])
    rows = ledger.loc[ledger["reason"].str.startswith(f"{WITHDRAWN}|"), ["file", "sheet", "row"]]
    return rows.astype({"file": "str", "sheet": "str"}).reset_index(drop=True)
