"""The demo's records of a few towns as returns: every form and kind of target, quickly read."""

import re

import pandas as pd
from project import ROOT, fewer

from yxq.attainment.results import load_data
from yxq.plan_folders.load import load
from yxq.returns import ingest

SHIPPED = ROOT / "yxq" / "plan" / "shipped" / "yixing"


def text_of(value, column):
    """A value as a department would write it: for itself, and not by what the product has."""
    if pd.isna(value):
        return ""
    if column.type == "word":
        return column.words[value][0] if value in column.words else value
    if column.type == "date":
        return value.strftime("%Y-%m-%d")
    if column.type == "months":
        first, last = value.split("-")
        return f"{first}-{last}月" if first != last else f"{first}月"
    text = str(value)
    return re.sub(r"\.0$", "", text) if column.type in ("number", "count") else text


def as_csv(form, rows):
    """Rows of a form as a return."""
    lines = [",".join(form.label(name) for name in form.columns)]
    for row in rows.to_dict("records"):
        texts = [text_of(row[name], column) for name, column in form.columns.items()]
        assert not any("," in text or '"' in text for text in texts)
        lines.append(",".join(texts))
    return "\n".join(lines) + "\n"


def file_name(folder, form, sender, first, last):
    """What the file of a return is called."""
    whole = (first.month, last.month) == (1, 12)
    period = f"{first.year}" if whole else f"{first.year}年{first.month}-{last.month}月"
    return f"{sender}-{folder.forms[form].title.zh} {period}"


def small(place, records, units, most=None, as_of=None):
    """The data of 2013 of some units, of at most so many rows a return and unit."""
    (raw := place / "raw").mkdir()
    folder = load(fewer(SHIPPED, place, *units))
    names = {unit.name for unit in folder.units}
    for form, rows in records.items():
        if "unit" in rows:
            rows = rows[rows["unit"].isin(names)]
        rows = rows[rows["period_to"].notna() & (rows["period_to"] >= "2012-01-01")]
        for whose, some in rows.groupby(["sender", "period_from", "period_to"]):
            by_unit = some.groupby("unit") if "unit" in some else some.groupby(lambda _: 0)
            kept = by_unit.head(most) if most else some
            text = as_csv(folder.forms[form], kept)
            (raw / f"{file_name(folder, form, *whose)}.csv").write_text(text, encoding="utf-8")
    ingest.ingest(raw, folder, place / "processed")
    return load_data(as_of=as_of, plan=folder.plan(2013), processed=place / "processed")
