"""From a result down to its records: what counts, what failed and where, what did not count."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from yxq.api.names import Names, assessed, listed, rate_of, targets_of, units_of
from yxq.attainment import drill
from yxq.attainment.results import Results
from yxq.plan.target import Target
from yxq.tables.contracts import Fate
from yxq.words.errors import refusal
from yxq.words.wording import Words

WHENCE = ["file", "sheet"]


def behind(data: Results, units: Names = None, targets: Names = None) -> pd.DataFrame:
    """The records that results are computed from, passed or not, with file, sheet and row; of the
    city if no unit is named, of several units one after the other.

    Columns: those of the return form, and label (the period's year), day, month, stratum, passed,
    target.

    >>> rows = yxq.behind(yxq.load_data(2013), "丁蜀镇", "T01")
    >>> len(rows), int(rows["passed"].sum())
    (116, 110)
    """
    parts = [
        rows.assign(target=id)
        for _, records in _behind(data, units, targets)
        for id, rows in records.items()
        if len(rows)
    ]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def failures(data: Results, units: Names = None, targets: Names = None) -> pd.DataFrame:
    """What failed behind the rates of units, or behind some of them, the latest first, down to
    file, sheet and row.

    Columns: target, date, number (of the sample), unit, firm, item (product, project or stratum),
    counts (what a row that states counts says), failing (the failing item), total and failed
    (counts), file, sheet, row. Raises `PlanError` for a target that is no rate of counts.

    >>> rows = yxq.failures(yxq.load_data(2013), "丁蜀镇", "T01")
    >>> rows[["date", "item", "failing", "file", "row"]].head(2)
            date  item failing                            file  row
    0 2013-11-28  电线电缆    导体电阻  2013/质监局-监督抽查结果-2013年第四季度.xlsx  210
    1 2013-07-05  耐火材料    体积密度   2013/质监局-监督抽查结果-2013年第三季度.csv   27
    """
    rows = _cases(data, units, targets)
    return rows[rows["failed"] > 0].drop(columns="named").reset_index(drop=True)


def breakdown(
    data: Results, units: Names = None, targets: Names = None, by: str = "item"
) -> pd.DataFrame:
    """Where the failures lie `by` item (product, project), firm, unit, month or target, the most
    first; months in their order.

    Columns: that of `by`, failed, total, pass_rate, share (of all failures), cumulative (share up
    to this row). By unit each has its own, so that what two of them share stands with both.

    >>> yxq.breakdown(yxq.load_data(2013), targets="T01").head(2).round(3)
       item  failed  total  pass_rate  share  cumulative
    0  耐火材料      11    189      0.942  0.234       0.234
    1  电线电缆       8    161      0.950  0.170       0.404
    """
    if by not in drill.BY:
        raise refusal("unknown_column", name=by, known=", ".join(drill.BY))
    return drill.breakdown(_cases(data, units, targets, by == "unit" and units is None), by)


def pareto(data: Results, units: Names = None, targets: Names = None) -> pd.DataFrame:
    """How often each item failed, the most frequent first.

    Columns: failing, failed, share (of all that is named), cumulative.

    >>> yxq.pareto(yxq.load_data(2013), targets="T05").head(2).round(3)
      failing  failed  share  cumulative
    0    菌落总数      13  0.481       0.481
    1    大肠菌群       6  0.222       0.704
    """
    return drill.pareto(_cases(data, units, targets))


def offenders(
    data: Results, units: Names = None, targets: Names = None, least: int = 2
) -> pd.DataFrame:
    """Firms that failed `least` times or more, the most often first.

    Columns: firm, unit (all of them), failed, total, pass_rate, first, last (day of a failure),
    item, failing (what failed).

    >>> yxq.offenders(yxq.load_data(2013), "官林镇")[["firm", "failed", "total", "failing"]]
              firm  failed  total       failing
    0  官林样例电线电缆01厂       3      7     导体电阻、标识标注
    1  官林样例水性涂料01厂       3      9  对比率、挥发性有机化合物
    """
    return drill.repeated(_cases(data, units, targets), least)


def ledger(data: Results, fates: Names = None, language: str = "zh") -> pd.DataFrame:
    """Every row that was read, or those of some fates (accepted, duplicate, rejected, excluded),
    with why in words.

    Columns: file, sheet, row, sender, form, fate, reason, text (the row as it was sent, where there
    is a reason).

    >>> yxq.ledger(yxq.load_data(2013), "rejected", "en")[["file", "row", "reason"]].shape
    (36, 3)
    """
    words = Words(language, data.plan.folder.unit_word, data.plan.english)
    known = [*Fate]
    wanted = known if fates is None else listed(fates)
    if unknown := [name for name in wanted if name not in known]:
        raise refusal("unknown_fate", name=unknown[0], known=", ".join(known))
    rows = data.table("ledger")
    rows = rows[rows["fate"].isin(wanted)]
    sheets = data.table("files")[["file", "sheet", "sender", "form"]].drop_duplicates(WHENCE)
    rows = rows.astype(dict.fromkeys(WHENCE, "str")).merge(
        sheets.astype(dict.fromkeys(WHENCE, "str")), on=WHENCE, how="left"
    )
    said = {reason: words.reason(reason) for reason in rows["reason"].astype("str").unique()}
    rows = rows.assign(reason=rows["reason"].astype("str").map(said))
    return rows[[*WHENCE, "row", "sender", "form", "fate", "reason", "text"]].reset_index(drop=True)


def rejected(data: Results, language: str = "zh") -> pd.DataFrame:
    """The rows that do not count because of what is wrong with them, and the mend, with the columns
    of `ledger`.

    >>> len(yxq.rejected(yxq.load_data(2013)))
    36
    """
    return ledger(data, Fate.REJECTED.value, language)


Found = tuple[list[Target], dict[str, pd.DataFrame]]


def _behind(
    data: Results, units: Names, targets: Names, each_unit: bool = False
) -> Iterator[Found]:
    """Of each unit the targets asked for (all of its own, if none is named), and the records behind
    each.
    """
    plan = data.plan
    for name in units_of(data, units):
        city = name == plan.city.name
        asked = [each for each in plan.targets if city or each.whom != "city"]
        if targets is not None:
            asked = targets_of(data, targets)
            for target in asked:
                assessed(data, name, target)
        forms = {each.measure.form for each in asked}
        records = data.records(None if city or each_unit else name, forms)
        of = None if each_unit else name
        yield asked, drill.behind(plan, asked, records, of, data.as_of)


def _cases(data: Results, units: Names, targets: Names, each_unit: bool = False) -> pd.DataFrame:
    """The cases behind the rates of units, or behind some of them; or of each unit by itself."""
    rates = None if targets is None else [rate_of(data, target) for target in listed(targets)]
    found = [drill.cases(*each) for each in _behind(data, units, rates, each_unit)]
    return found[0] if len(found) == 1 else pd.concat(found, ignore_index=True)
