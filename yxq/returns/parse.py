"""From a block of text to records: every row gets its fate and, where it is not a clean one, the
reason.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from yxq.plan.folder import Folder
from yxq.plan.forms import Column, Form
from yxq.returns import laws, values
from yxq.returns.read import Sheet
from yxq.returns.recognise import BLANK, DATA, FOOTER, HEADER, SECOND, TITLE, TOTAL, Header, kinds
from yxq.returns.texts import each, is_plain
from yxq.words.reasons import reason
from yxq.words.text import fold

PARSERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "date": values.date,
    "year": values.year,
    "months": values.months,
    "count": values.count,
    "number": values.number,
    "rate": values.rate,
}
ASIDE = {SECOND: "header", HEADER: "header", TITLE: "title", FOOTER: "footer"}
MOST_KNOWN = 100_000  # texts of a column that are remembered
LONG_NUMBER = r"-?\d(\.\d+)?[Ee]\+?\d+"


@dataclass
class Tally:
    """What only the whole of a sheet tells: how many samples passed, and sums for its totals rows.

    second: the row of a second header. A sum is missing when one of its rows has no count. known:
    what texts of a column have been parsed to.
    """

    judged: int = 0
    passed: int = 0
    second: int = 0
    sums: dict[str, list[Any]] = field(default_factory=dict)
    known: dict[str, dict[str, tuple[Any, str]]] = field(default_factory=dict)


def values_of(
    texts: pd.Series,
    column: Column,
    label: str,
    folder: Folder,
    key: bool,
    known: dict[str, tuple[Any, str]],
) -> tuple[pd.Series, pd.Series | None]:
    """A column's values and, per row, the reason why its text is not one ('' where it is; None
    where all are).

    `known` is added to, and spares parsing a text again in the next block.
    """
    missing = {fold(mark) for mark in folder.layout.missing} | {""}
    words = {fold(word): meaning for meaning, said in column.words.items() for word in said}

    def value(text: str) -> tuple[Any, str]:
        if fold(text) in missing:
            return None, reason("missing_value", label) if column.required else ""
        if column.type == "word":
            found = words.get(fold(text), column.otherwise)
            may = "、".join(said[0] for said in column.words.values())
            return found, "" if found else reason("not_in_vocabulary", label, text, may)
        if column.type == "unit":
            if unit := folder.match(text):
                return unit.name, ""
            near = "、".join(folder.nearest(text))
            return None, reason("unknown_unit", label, text, near) if near else reason(
                "unknown_unit_far", label, text
            )
        if key and column.type == "text" and re.fullmatch(LONG_NUMBER, fold(text)):
            return None, reason("digits_lost", label, text)
        try:
            found = PARSERS[column.type](text)
            if column.type == "year" and not 1900 <= (found := found + column.offset) <= 2200:
                raise ValueError(
                    text
                )  # 13年 and 102 are years only in a calendar that the form declares
            return "-".join(map(str, found)) if column.type == "months" else found, ""
        except (ValueError, OverflowError):
            return None, reason(f"bad_{column.type}", label, text)

    if column.type == "text" and is_plain(
        texts
    ):  # nothing to strip or fold: look only at what may be no text
        odd = texts.isin(missing) | (texts.str.contains("E+", regex=False) if key else False)
        if not odd.any():
            return texts, None
        found, why = values_of(each(texts[odd], str), column, label, folder, key, known)
        whole, whys = texts.astype(object), pd.Series("", texts.index, "str")
        whole[odd], whys[odd] = found.astype(object), "" if why is None else why
        return whole.astype("str"), whys
    if len(known) > MOST_KNOWN:
        known.clear()
    wrong = False

    def once(text: str) -> Any:
        nonlocal wrong
        if text not in known:
            known[text] = value(text)
        found, why = known[text]
        wrong = wrong or why != ""
        return found

    found = each(texts, once, laws.DTYPES.get(column.type, "category"))
    return found, each(texts, lambda text: known[text][1], "str") if wrong else None


def _span(body: pd.DataFrame, form: Form, about: dict[str, Any]) -> pd.DataFrame:
    """First and last day that each row speaks of; NaT where neither the row nor the return says."""
    if form.when and form.columns[form.when[0]].type == "date":
        days = body[form.when[0]]
        return pd.DataFrame({"from": days, "to": days})
    if not form.when:
        fixed = pd.DataFrame({"from": about["period_from"], "to": about["period_to"]}, body.index)
        return fixed.astype("datetime64[us]")
    said = about["period_to"].year if about["period_to"] else None
    year = body["year"] if "year" in body else pd.Series(said, body.index, "Int64")
    months = (
        body["months"].astype("str")
        if "months" in form.when
        else pd.Series("1-12", body.index, "str")
    )
    pairs = pd.DataFrame({"year": year, "months": months})
    known = pairs.dropna().drop_duplicates()
    ends = [
        values.span(int(year), *map(int, months.split("-")))
        for year, months in known.itertuples(index=False)
    ]
    spans = pairs.merge(
        known.assign(**{"from": [e[0] for e in ends], "to": [e[1] for e in ends]}), how="left"
    )
    return spans[["from", "to"]].astype("datetime64[us]").set_axis(body.index)


def _totals(
    counts: pd.DataFrame, total: np.ndarray, labels: dict[str, str], tally: Tally
) -> pd.Series:
    """The reason of each totals row: whether it is the sum of rows just above it, however many.

    Totals that stand above their rows are not compared.
    """
    why = pd.Series("total", counts.index[total], "str")
    for name in counts:
        sums = tally.sums.setdefault(
            name, [0]
        )  # of the first n rows; missing from a row without a count on
        last = 0
        for label, said, here in zip(counts.index, counts[name], total, strict=True):
            if not here:
                sums.append(sums[-1] + said)
            elif not pd.isna(said) and not pd.isna(sums[-1]) and len(sums) - 1 > last:
                if sums[-1] - said not in sums[:-1]:
                    why[label] = reason("total_differs", labels[name], said, sums[-1] - sums[last])
                last = len(sums) - 1
    return why


def parse(
    cells: pd.DataFrame,
    sheet: Sheet,
    header: Header,
    about: dict[str, Any],
    folder: Folder,
    tally: Tally,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The records of a block and the fate of each of its rows that is not blank.

    cells: a tidy block of the sheet; about: see `recognise.context`; tally: goes on from block to
    block. Records: the form's columns with from and to, indexed by row. Fates: fate, reason and
    text (the cells of a row that has a reason), indexed by row.
    """
    form = folder.forms[header.form]
    kind = kinds(cells, header, folder.layout)
    if (kind == SECOND).any() and not tally.second:
        tally.second = int(cells.index[kind == SECOND][0])
    kept = (kind == DATA) | (kind == TOTAL)
    rows = cells if kept.all() else cells[kept]
    body = pd.DataFrame(index=rows.index)
    wrong, flags = pd.Series("", rows.index, "str"), pd.Series("", rows.index, "str")
    bad: dict[str, pd.Index] = {}

    def blame(index: pd.Index, why: pd.Series | str, to: pd.Series = wrong) -> None:
        if len(index):
            to[index] = (
                to[index] + ";" + (why[index] if isinstance(why, pd.Series) else why)
            ).str.lstrip(";")

    blank = pd.Series(pd.Categorical.from_codes(np.zeros(len(rows), int), [""]), rows.index)
    for name, column in form.columns.items():
        place = header.places.get(name, -1)
        texts = rows.get(place, blank)
        if column.type in (
            "count",
            "number",
        ):  # a merged cell holds one number, not one for each of its rows
            for top, left, bottom, right in sheet.merged:
                if left <= place <= right:
                    first = top + 1 if place == left else top
                    texts = texts.astype("str").where(
                        ~((texts.index >= first) & (texts.index <= bottom)), ""
                    )
        body[name], why = values_of(
            texts,
            column,
            header.labels[name],
            folder,
            name in form.key,
            tally.known.setdefault(name, {}),
        )
        if why is not None:
            bad[name] = why.index[why != ""]
            blame(bad[name], why)
    for place in (n for n in rows.columns if n >= len(header.texts) or not header.texts[n]):
        beyond = rows[place].astype("str")
        beyond = beyond[beyond != ""]
        code, to = (
            ("extra_cells", wrong)
            if sheet.delimited and place >= len(header.texts)
            else ("beside", flags)
        )
        blame(beyond.index, beyond.map(functools.partial(reason, code)), to)
    body[["from", "to"]] = _span(body, form, about)
    if form.when or "year" in form.key or form.repeat == "latest":
        blame(rows.index[(wrong == "") & body["to"].isna()], "no_period")
    total = kind[kept] == TOTAL
    if "unit" in header.places:
        own = set(map(fold, folder.layout.direct))
        direct = each(
            rows.get(header.places["unit"], blank), lambda text: fold(text) in own, bool
        ).to_numpy()
        total |= (body["unit"] == folder.city.name).to_numpy() & ~direct & (not form.city_rows)
        for unit in folder.units:
            if unit.valid_from or unit.valid_to:
                low = pd.Timestamp(unit.valid_from or dt.date.min)
                high = pd.Timestamp(unit.valid_to or dt.date(9999, 1, 1))
                outside = (body["unit"] == unit.name) & ((body["to"] < low) | (body["from"] > high))
                why = reason(
                    "unit_not_valid", unit.name, unit.valid_from or "", unit.valid_to or ""
                )
                blame(rows.index[outside], why)
    ends = {
        end: pd.Series(pd.Timestamp(about[end]), rows.index, "datetime64[us]")
        for end in ("period_from", "period_to")
    }
    whole = body.assign(**ends)
    for law, index in laws.broken(whole[~total] if total.any() else whole, form, folder):
        index = index.difference(bad.get(law.column, pd.Index([])))
        blame(index, laws.told(law, whole.loc[index], header.labels), flags if law.flag else wrong)
    if sheet.hidden or sheet.hidden_rows:
        hidden = rows.index if sheet.hidden else rows.index[rows.index.isin(sheet.hidden_rows)]
        blame(hidden, "hidden_sheet" if sheet.hidden else "hidden_row", flags)
    if form.sampled:
        said = body.loc[~total, form.sampled.column].dropna()
        tally.judged += len(said)
        tally.passed += int((said == form.sampled.passed).sum())
    fates = pd.DataFrame({"fate": "accepted", "reason": flags, "text": ""}, rows.index, dtype="str")
    refused = rows.index[wrong != ""]
    fates.loc[refused, "fate"], fates.loc[refused, "reason"] = "rejected", wrong[refused]
    if total.any() or form.totals:
        why = _totals(body[list(form.totals)], total, header.labels, tally)
        fates.loc[why.index, "fate"], fates.loc[why.index, "reason"] = "excluded", why
    aside = pd.Series(kind, cells.index)[~kept & (kind != BLANK)].map(ASIDE)
    if len(aside):
        fates = pd.concat(
            [fates, pd.DataFrame({"fate": "excluded", "reason": aside, "text": ""}, dtype="str")]
        )
        fates = fates.sort_index()
    told = fates.index[(fates["reason"] != "") & ~fates["reason"].isin([*ASIDE.values(), "total"])]
    texts = cells.loc[told].itertuples(index=False, name=None)
    fates.loc[told, "text"] = [" | ".join(map(str, row)).rstrip(" |") for row in texts]
    return body[(wrong == "") & ~total], fates
