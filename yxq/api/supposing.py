"""What would be, and what has changed: suppositions, two packs or plans beside each other, and the
page of any data.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from yxq.api.names import target_of, unit_of
from yxq.api.tables import quotas as shares_of
from yxq.attainment.results import Results
from yxq.attainment.since import Comparison
from yxq.attainment.since import compare as between
from yxq.attainment.snapshot import snapshot
from yxq.plan.folder import Plan
from yxq.plan_folders.diff import differences
from yxq.plan_folders.supposed import Asked, required
from yxq.report.pages import TargetPage, page_of
from yxq.report.pages.town_and_city import UnitPage
from yxq.returns.what_if import what_if as suppose
from yxq.tables import snapshots
from yxq.words.errors import refusal


def what_if(
    data: Results,
    *,
    thresholds: Mapping[str, object] | None = None,
    weights: Mapping[str, object] | None = None,
    points: Mapping[str, object] | None = None,
    quotas: Mapping[str, Mapping[str, int]] | pd.DataFrame | None = None,
    scoring: Mapping[str, object] | None = None,
    added: pd.DataFrame | Mapping[str, pd.DataFrame] | None = None,
    changed: pd.DataFrame | None = None,
    removed: pd.DataFrame | None = None,
    arrived: pd.DataFrame | None = None,
) -> Results:
    """The data as they would be, on which every function and page works, marked as a supposition
    wherever it is shown; `compare(data, supposed)` says what would move. Of a supposition another
    can be made.

    thresholds: target -> a requirement as plans write it (">= 96%"), or its number alone ("96%").
    weights, points: target -> a number. quotas: target -> unit -> share (units that are left out
    keep theirs), or a frame with target, unit and quota. scoring: keys of `scoring` in the plan
    file, each in place of the plan's, such as {"bands": [{"grade": "A", "least": 95}, {"grade":
    "B", "least": 0}]} or {"veto": None}.

    added: a frame in a form's columns (in its names, or as a return calls them), one if they tell
    the form, else by form; sender, period_from and period_to may say in which return they come.
    They are read as a return is. changed: records with file, sheet and row (of `behind`, say) and
    other values in columns of their form. removed: file, sheet and row (of `behind` or `failures`).
    What is changed or removed takes along what had been sent of it twice. arrived: rows of
    `data.returns` taken as received, with nothing in them.

    Raises `PlanError` for what could not be, or would change nothing: an unknown target, shares
    that do not sum up, a record that the form would reject, or of a day after `as_of`.

    >>> data = yxq.load_data(2013)
    >>> batch = {"sample_no": "X1", "date": "2013-12-01", "unit": "丁蜀镇", "class": "product"}
    >>> batches = pd.DataFrame([batch, batch | {"sample_no": "X2"}]).assign(result="pass")
    >>> supposed = yxq.what_if(data, thresholds={"T01": "96%"}, added=batches)
    >>> yxq.attain(supposed, "丁蜀镇", "T01")[["numerator", "denominator", "bound", "state"]]
       numerator  denominator bound         state
    0        112          118   96%  not attained
    """
    _of_kind(Mapping, thresholds=thresholds, weights=weights, points=points, scoring=scoring)
    _of_kind(pd.DataFrame, changed=changed, removed=removed, arrived=arrived)
    _of_kind((pd.DataFrame, Mapping), quotas=quotas, added=added)
    keys: dict[str, dict[str, object]] = {}
    for key, given in (("require", thresholds), ("weight", weights), ("points", points)):
        for name, value in (given or {}).items():
            id = target_of(data, name).id
            if key in keys.get(id, ()):
                raise refusal("supposed_twice", name=f"{name} ({id})")
            is_threshold = key == "require" and not isinstance(value, Mapping)
            keys.setdefault(id, {})[key] = required(data.plan, id, value) if is_threshold else value
    asked = Asked(keys, _shares(data, quotas), dict(scoring or {}))
    return suppose(data, asked, added, changed, removed, arrived)


def compare(before: Results | str | Path, after: Results | str | Path) -> Comparison:
    """What has changed from one pack to another, each named by its folder; of the data of a session
    as they stand.

    `.results` (state, value, counts or bound that moved, each with its causes and how many rows),
    `.scores`, `.rows` (new, corrected, withdrawn, gone, to file, sheet and row) and `.targets` (the
    plan was changed) are DataFrames; `.summary` counts them. Causes: rows that are new, corrected,
    withdrawn or gone; plan; returns (that came, or are due); days (time alone); rule (another
    program); scoring; others (other years, units, or shares). Raises `PlanError` for what is no
    pack, and for two of two plans.

    >>> data = yxq.load_data(2013, as_of="2013-06-30")
    >>> yxq.compare(data, yxq.load_data(2013)).summary["corrected"]
    0
    """
    two = [
        snapshot(each) if isinstance(each, Results) else snapshots.read(each)
        for each in (before, after)
    ]
    return between(*two)


def diff(old: Plan, new: Plan) -> pd.DataFrame:
    """What changed from one plan to another, a row a difference.

    Columns: target, change (added, dropped; raised or lowered: harder or easier to attain;
    redefined: numbers of the two cannot be compared; changed), what, before, after, title.

    >>> plan = yxq.load_plan("yixing", 2013)
    >>> yxq.diff(plan, plan).empty
    True
    """
    return differences(old, new)


def page(
    data: Results, unit: str | None = None, target: str | None = None, language: str = "zh"
) -> UnitPage | TargetPage:
    """The page of a unit (the city's if none is named) or of a target, with a method a section: as
    the notebooks show it, of any data. A section has the frame behind it at hand.

    >>> page = yxq.page(yxq.load_data(2013), "丁蜀镇")
    >>> page.targets().frame[["id", "counts", "state"]].head(1)
        id     counts  state
    0  T01  110 / 116  × 未达成
    """
    if target is not None:
        found: TargetPage = page_of("target", data, language, target=target_of(data, target).id)
        return found
    name = unit_of(data, unit)
    kind = "city" if name == data.plan.city.name else "town"
    opened: UnitPage = page_of(kind, data, language, town=name)
    return opened


def _shares(
    data: Results, given: Mapping[str, Mapping[str, int]] | pd.DataFrame | None
) -> dict[str, dict[str, int]]:
    """Each unit's share in the counts that are given, what is left out as it is."""
    if isinstance(given, pd.DataFrame):
        wanted = ["target", "unit", "quota"]
        if lacking := [name for name in wanted if name not in given]:
            raise refusal("supposed_lacks", lacking=", ".join(lacking), known=", ".join(wanted))
        again = given.loc[given.duplicated(wanted[:2]), wanted[:2]].astype("str")
        if len(again):
            raise refusal("supposed_twice", name=" ".join(again.iloc[0]))
        rows = given.groupby("target", observed=True)
        given = {id: dict(zip(of["unit"], of["quota"], strict=True)) for id, of in rows}
    shares = {}
    for name, of_units in (given or {}).items():
        id = target_of(data, name).id
        now = shares_of(data, targets=id).set_index("unit")["quota"].to_dict()
        said = {unit_of(data, unit): share for unit, share in of_units.items()}
        for unit, share in said.items():
            if not isinstance(share, int | np.integer) or share < 0:
                raise refusal("supposed_share", name=unit, given=share)
        shares[id] = {str(unit): int(share) for unit, share in (now | said).items()}
    return shares


def _of_kind(kind: type | tuple[type, ...], **given: object) -> None:
    """Refuse what is of another kind."""
    for name, value in given.items():
        if value is not None and not isinstance(value, kind):
            kinds = kind if isinstance(kind, tuple) else (kind,)
            known = ", ".join("dict" if each is Mapping else each.__name__ for each in kinds)
            raise refusal("supposed_kind", name=name, given=type(value).__name__, known=known)
