"""From returns to records: every row that is read gets one fate, and the fates add up.

`ingest` walks the raw folder and hands each sheet to `read_sheet`; `yxq.reconcile` then decides what rows of one key
are to each other. Reasons are codes with arguments (`bad_value|列|值`); words.yml has the sentences.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from yxq import values
from yxq.plan import Column, Folder, Form
from yxq.read import TABLES, Sheet, Unreadable, sheets
from yxq.reconcile import key, reconcile
from yxq.values import fold
from yxq.words import reason

LEDGER = ["file", "sheet", "row", "sha256", "fate", "reason"]
FATES = ["accepted", "duplicate", "rejected", "excluded"]
ORIGIN = ["sender", "period_from", "period_to", "synthetic", "file", "sheet", "row"]
HEADER_ROWS = 15
PARSERS: dict[str, Callable[[str], Any]] = {
    "text": str, "date": values.date, "year": values.year, "months": values.months,
    "count": values.count, "number": values.number,
}  # fmt: skip
DTYPES = {"date": "datetime64[us]", "year": "Int64", "count": "Int64", "number": "Float64"}


@dataclass
class Tables:
    """What ingest makes: a ledger row per raw row, a summary per sheet, and the accepted rows per form."""

    ledger: pd.DataFrame
    files: pd.DataFrame
    records: dict[str, pd.DataFrame]


@dataclass
class _Read:
    """One sheet as read: the fate and reason of each row that is not blank, and the rows that became records."""

    form: str | None = None
    context: dict[str, Any] = field(default_factory=dict)
    fates: dict[int, tuple[str, str]] = field(default_factory=dict)
    records: pd.DataFrame = field(default_factory=pd.DataFrame)


def _headings(form: Form) -> dict[str, list[str]]:
    """Folded heading -> the columns that it fills (one heading may fill two)."""
    found: dict[str, list[str]] = {}
    for name, column in form.columns.items():
        for alias in {fold(name), *map(fold, column.aliases)}:
            found.setdefault(alias, []).append(name)
    return found


def recognise(rows: list[list[str]], forms: dict[str, Form]) -> tuple[str, int, dict[str, int]]:
    """The form of a sheet, the index of its header row, and the position of each column.

    The form is the one with most columns found among those with all their required ones. Raises `Unreadable`
    when there is none (naming what the nearest form lacks) or when two headings claim one column.
    """
    best: tuple[int, str, int, dict[str, list[int]]] | None = None
    nearest: tuple[int, str, list[str]] = (0, "", [])
    known = {name: _headings(form) for name, form in forms.items()}
    for index, row in enumerate(rows[:HEADER_ROWS]):
        texts = [fold(text) for text in row]
        for name, form in forms.items():
            places: dict[str, list[int]] = {}
            for place, text in enumerate(texts):
                for column in known[name].get(text, ()):
                    places.setdefault(column, []).append(place)
            lacking = [column for column, spec in form.columns.items() if spec.required and column not in places]
            if not lacking and (best is None or len(places) > best[0]):
                best = len(places), name, index, places
            if len(places) > nearest[0]:
                nearest = len(places), name, lacking
    if best is None:
        lacks = "、".join(forms[nearest[1]].columns[c].aliases[:1][0] if forms[nearest[1]].columns[c].aliases else c
                         for c in nearest[2])  # fmt: skip
        raise Unreadable(reason("unknown_form", forms[nearest[1]].title.zh, lacks) if lacks else "no_header")
    _, name, index, places = best
    for column, found in places.items():
        if len(found) > 1:
            raise Unreadable(reason("repeated_column", column, "、".join(f"{rows[index][p]} ({p + 1})" for p in found)))
    return name, index, {column: found[0] for column, found in places.items()}


def context(path: str, notes: str, folder: Folder) -> dict[str, Any]:
    """Who sent a sheet, for which period, when, and whether it is synthetic: from its notes, else its path."""
    names = {alias: name for name, sender in folder.senders.items() for alias in (name, *sender.aliases)}
    said = re.search(r"填报单位[：:]\s*([^\s,，;；、]+)", notes)
    stem = path.rpartition(".")[0] or path
    sender = names.get(said[1]) if said else None
    sender = sender or next((names[n] for n in sorted(names, key=len, reverse=True) if n in stem), None)
    filed = re.search(r"填报日期[：:]\s*([^\s,，;；]+)", notes)
    try:
        filed_on = values.date(filed[1]) if filed else None
    except ValueError:
        filed_on = None
    period = values.period(stem) or values.period(notes) or (None, None)
    marked = any(fold(mark) in fold(path + notes) for mark in folder.layout.synthetic)
    return {"sender": sender, "period_from": period[0], "period_to": period[1], "filed": filed_on, "synthetic": marked}


def _parse(texts: pd.Series, name: str, column: Column, folder: Folder) -> tuple[pd.Series, pd.Series]:
    """A column's values and, per row, the reason why its text is not one ('' where it is).

    Each distinct text is parsed once.
    """
    missing = {fold(mark) for mark in folder.layout.missing} | {""}
    words = {fold(word): meaning for meaning, said in column.words.items() for word in said}

    def parse(text: str) -> tuple[Any, str]:
        if fold(text) in missing:
            return None, reason("missing_value", label) if column.required else ""
        if column.type == "word":
            found = words.get(fold(text), column.otherwise)
            return found, "" if found else reason(
                "not_in_vocabulary", label, text, "、".join(s[0] for s in column.words.values())
            )
        if column.type == "unit":
            if unit := folder.match(text):
                return unit.name, ""
            near = "、".join(folder.nearest(text))
            return None, reason("unknown_unit", label, text, near) if near else reason("unknown_unit_far", label, text)
        try:
            value = PARSERS[column.type](text)
            if column.type == "year" and not 1900 <= (value := value + column.offset) <= 2200:
                raise ValueError(text)  # 13年 and 102 are years only in a calendar that the form declares
            return "-".join(map(str, value)) if column.type == "months" else value, ""
        except (ValueError, OverflowError):
            return None, reason(f"bad_{column.type}", label, text)

    label = column.aliases[0] if column.aliases else name
    codes, distinct = pd.factorize(texts)
    parsed = [parse(text) for text in distinct]
    found = [parsed[code][0] for code in codes]
    dtype = DTYPES.get(column.type, "str")
    return pd.Series(found, texts.index, dtype), pd.Series([parsed[code][1] for code in codes], texts.index, "str")


def _span(body: pd.DataFrame, form: Form, about: dict[str, Any]) -> pd.DataFrame:
    """First and last day that each row speaks of; NaT where neither the row nor the return says."""
    if form.when and form.columns[form.when[0]].type == "date":
        days = body[form.when[0]]
        return pd.DataFrame({"from": days, "to": days})
    if not form.when:
        fixed = pd.DataFrame({"from": about["period_from"], "to": about["period_to"]}, body.index)
        return fixed.astype("datetime64[us]")
    year = (
        body["year"]
        if "year" in body
        else pd.Series(about["period_to"] and about["period_to"].year, body.index, "Int64")
    )
    months = body["months"] if "months" in form.when else pd.Series("1-12", body.index)
    pairs = pd.DataFrame({"year": year, "months": months})
    known = {
        pair: values.span(int(pair[0]), *map(int, pair[1].split("-")))
        for pair in pairs.dropna().drop_duplicates().itertuples(index=False, name=None)
    }
    spans = [known.get(pair, (None, None)) for pair in pairs.itertuples(index=False, name=None)]
    return pd.DataFrame(spans, body.index, ["from", "to"]).astype("datetime64[us]")


def read_sheet(path: str, sheet: Sheet, folder: Folder) -> _Read:
    """Recognise a sheet, set aside what is not data, and parse the rest; a fate for every row that is not blank."""
    read = _Read()
    filled = {n: row for n, row in enumerate(sheet.rows, start=1) if any(row)}
    try:
        read.form, header, places = recognise(sheet.rows, folder.forms)
    except Unreadable as error:
        read.context = context(path, "", folder)
        read.fates = dict.fromkeys(filled, ("rejected", error.code))
        return read
    form = folder.forms[read.form]
    totals, footers = set(map(fold, folder.layout.totals)), tuple(map(fold, folder.layout.footers))
    unit_place = places.get("unit")
    notes, data = [], []
    for number, row in filled.items():
        texts = [text for text in row if text]
        first = fold(texts[0])
        unit = fold(row[unit_place]) if unit_place is not None and unit_place < len(row) else ""
        if number <= header + 1:
            read.fates[number] = ("excluded", "header" if number == header + 1 else "title")
        elif first in totals or unit in totals:
            read.fates[number] = ("excluded", "total")
        elif first.startswith(footers):
            read.fates[number] = ("excluded", "footer")
        else:
            data.append(number)
            continue
        notes += texts if number != header + 1 else []
    read.context = about = context(path, " ".join(notes), folder)

    rows = [filled[number] for number in data]
    index = pd.Index(data, name="row", dtype="int64")
    body, wrong = pd.DataFrame(index=index), pd.Series("", index, "str")

    def blame(mask: pd.Series, why: pd.Series | str) -> None:
        if mask.any():
            wrong[mask] = (wrong[mask] + ";" + (why[mask] if isinstance(why, pd.Series) else why)).str.lstrip(";")

    for name, column in form.columns.items():
        place = places.get(name, -1)
        texts = pd.Series([row[place] if 0 <= place < len(row) else "" for row in rows], index, "str")
        body[name], bad = _parse(texts, name, column, folder)
        blame(bad != "", bad)
    for name, column in form.columns.items():
        label = column.aliases[0] if column.aliases else name
        if column.at_most:
            over = (body[name] > body[column.at_most]).fillna(False).astype(bool)
            blame(over, reason("more_than", label, form.columns[column.at_most].aliases[0]))
        if column.needed_with:
            alone = body[column.needed_with].notna() & body[name].isna() & ~wrong.str.contains(label, regex=False)
            blame(alone, reason("needed_with", label, form.columns[column.needed_with].aliases[0]))
    width = len(sheet.rows[header])
    beyond = pd.Series([" ".join(row[width:]).strip() for row in rows], index, "str")
    blame(beyond != "", beyond.map(lambda text: reason("extra_cells", text)))
    body[["from", "to"]] = _span(body, form, about)
    if form.when or "year" in form.key:
        blame((wrong == "") & body["to"].isna(), "no_period")
    if "unit" in body:
        city = folder.city.name
        total = (body["unit"] == city) & (not form.city_rows)
        for unit in folder.units:
            if unit.valid_from or unit.valid_to:
                low, high = (
                    pd.Timestamp(unit.valid_from or dt.date.min),
                    pd.Timestamp(unit.valid_to or dt.date(9999, 1, 1)),
                )
                outside = (body["unit"] == unit.name) & ((body["to"] < low) | (body["from"] > high))
                blame(outside, reason("unit_not_valid", unit.name, unit.valid_from or "", unit.valid_to or ""))
    else:
        total = pd.Series(False, index)
    flags = pd.Series("", index, "str")
    if about["period_from"] and form.when:
        low, high = pd.Timestamp(about["period_from"]), pd.Timestamp(about["period_to"])
        flags[(body["from"] < low) | (body["to"] > high)] = "outside_period"
    for number in data:
        if total[number]:
            read.fates[number] = ("excluded", "total")
        elif wrong[number]:
            read.fates[number] = ("rejected", wrong[number])
        else:
            read.fates[number] = ("accepted", flags[number])
    read.records = body[(wrong == "") & ~total].reset_index()
    return read


def _summary(ledger: pd.DataFrame, heads: list[dict[str, Any]]) -> pd.DataFrame:
    """One row per sheet: what it is, and how many of its rows had which fate."""
    counts = pd.crosstab([ledger["file"], ledger["sheet"]], ledger["fate"]).reindex(columns=FATES, fill_value=0)
    files = pd.DataFrame(heads).merge(counts.reset_index(), on=["file", "sheet"], how="left")
    files[FATES] = files[FATES].fillna(0).astype("int64")
    for column in ("period_from", "period_to", "filed"):
        files[column] = files[column].astype("datetime64[us]")
    return files


def ingest(raw: Path, folder: Folder) -> Tables:
    """Read every return under `raw` into ledger, file summary and records per form.

    Raises `FileNotFoundError` when the folder is absent or holds no file at all. A file that cannot be read
    has one ledger row, number 0, for the whole of it.
    """
    paths = (
        sorted(p for p in raw.rglob("*") if p.is_file() and not p.name.startswith((".", "~$"))) if raw.is_dir() else []
    )
    if not paths:
        raise FileNotFoundError(
            f"no returns under {raw}: put the departments' files there, or make demo ones with `yxq demo`"
        )
    heads: list[dict[str, Any]] = []
    rows: list[tuple[str, str, int, str, str, str]] = []
    parts: dict[str, list[pd.DataFrame]] = {}
    for path in paths:
        name = path.relative_to(raw).as_posix()
        data = path.read_bytes()
        digest = hashlib.sha256(data).hexdigest()
        try:
            if path.suffix.lower() not in TABLES or path.stem.lower() == "readme":
                raise Unreadable("not_a_table")
            found = sheets(data)
        except Unreadable as error:
            found = []
            fate = "excluded" if error.code == "not_a_table" else "rejected"
            rows.append((name, "", 0, digest, fate, error.code))
            heads.append(
                {"file": name, "sheet": "", "sha256": digest, "form": None, **context(name, "", folder), "rows": 1}
            )
        for sheet in found:
            read = read_sheet(name, sheet, folder)
            rows += [(name, sheet.name, number, digest, *fate) for number, fate in sorted(read.fates.items())]
            about = {"file": name, "sheet": sheet.name, "sha256": digest, "form": read.form, **read.context}
            heads.append(about | {"rows": sum(any(row) for row in sheet.rows)})
            if read.form and len(read.records):
                parts.setdefault(read.form, []).append(read.records.assign(**{c: about[c] for c in ORIGIN[:-1]}))
    ledger = pd.DataFrame(rows, columns=LEDGER).set_index(["file", "sheet", "row"])
    records = {}
    for name, form in folder.forms.items():
        if name not in parts:
            continue
        all_rows = pd.concat(parts[name], ignore_index=True)
        for column in ("period_from", "period_to"):
            all_rows[column] = all_rows[column].astype("datetime64[us]")
        all_rows["key"] = key(all_rows, form)
        fates = reconcile(all_rows, form, folder)
        all_rows["key"] = fates["key"]
        changed = fates[(fates["fate"] != "accepted") | (fates["reason"] != "")]
        where = pd.MultiIndex.from_frame(all_rows.loc[changed.index, ["file", "sheet", "row"]])
        ledger.loc[where, ["fate", "reason"]] = changed[["fate", "reason"]].to_numpy()
        kept = all_rows[fates["fate"] == "accepted"]
        records[name] = kept[[*form.columns, "from", "to", "key", *ORIGIN]].reset_index(drop=True)
    ledger = ledger.reset_index()
    return Tables(ledger, _summary(ledger, heads), records)
