"""Synthetic returns: seeded, realistic in level and in mess, and marked as synthetic in every file.

Who sends what and when follows from the plan. Each return draws from a generator of its own, so
that a change to one leaves the bytes of the others as they were.
"""

from __future__ import annotations

import datetime as dt
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from yxq.attainment import owed
from yxq.plan.folder import Folder
from yxq.returns.demo_files import DATE_STYLES, LAYOUTS, MARK, laid_out, multiply, sums, write_file
from yxq.returns.demo_rows import MAKERS, Due
from yxq.words.errors import PlanError


def write(
    out: Path, folder: Folder, seed: int = 2013, scale: int = 1, kind: str = "csv"
) -> list[Path]:
    """Write the demo returns of a plan folder under `out`, a folder a year; the paths written, in
    order.

    `scale` multiplies the inspection rows, and their returns are then of one `kind`, csv or
    parquet. Raises `PlanError` when the folder has no demo.yml.
    """
    source = folder.path / "demo.yml"
    if not source.exists():
        why = "no demo.yml in the plan folder, so there are no demo returns to make"
        raise PlanError(f"{folder.name}: {why}")
    facts = yaml.safe_load(source.read_text(encoding="utf-8")) | {"seed": seed}
    plan = folder.plan()
    written = []
    for year in facts["years"]:
        expected = owed.expected(plan, year)
        columns = expected[["form", "sender", "period_from", "period_to", "due"]]
        for number, (form, sender, start, end, limit) in enumerate(
            columns.itertuples(index=False, name=None)
        ):
            label = f"{form} {sender} {start:%m}"
            rng = np.random.default_rng([seed, year, zlib.crc32(label.encode())])
            due = Due(plan, facts, year, form, sender, start.date(), end.date(), rng)
            rows = MAKERS[form](due)
            if f"{sender} {form} {due.part}" in facts["missing"].get(year, []):
                continue
            _mess(due, rows)
            path = out / str(year) / f"{sender}-{folder.forms[form].title.zh}-{_name(due)}"
            written.append(_write(due, rows, path, number + year, limit.date(), scale, kind))
    return written


def _write(
    due: Due,
    rows: list[dict[str, Any]],
    stem: Path,
    turn: int,
    limit: dt.date,
    scale: int,
    kind: str,
) -> Path:
    """One return in the layout and style whose turn it is; its path."""
    form, layout = due.plan.folder.forms[due.form], LAYOUTS[turn % len(LAYOUTS)]
    style = 0 if layout == "xlsx" else 1 + turn % (len(DATE_STYLES) - 1)
    table = laid_out(form, rows, style)
    filed = _filed(due, limit)
    many, bare = scale > 1 and due.form == "inspections", layout.endswith("bare")
    suffix = kind if many else layout.split()[0].replace("tsv", "txt")
    marked = "（演示数据）" if many or bare else ""
    path = stem.with_name(f"{stem.name}{marked}.{suffix}")
    if many:
        multiply(path, table, scale, due.rng)
        return path
    day = f"填报日期：{filed.year}年{filed.month}月{filed.day}日"
    if bare:  # neither title nor sender
        table = [*table, [day]]
    else:
        totals = [sums(form, table[0], rows)] if due.form == "coverage" else []
        title = f"{_name(due)}{form.title.zh}（{MARK}）"
        footer = [f"填报单位：{due.sender}", "填报人：样例", day]
        table = [[title], [], *table, *totals, [], footer]
    write_file(path, layout, table)
    return path


def _filed(due: Due, limit: dt.date) -> dt.date:
    """The day it was filed: some days before the limit, or the day of a late one."""
    late = due.facts["late"].get(due.year, {}).get(f"{due.sender} {due.form}")
    if late and due.end.month == 12:
        return dt.date.fromisoformat(late)
    return limit - dt.timedelta(days=int(due.rng.integers(1, 9)))


def _name(due: Due) -> str:
    """The period as a file's name says it."""
    parts = {3: [f"第{n}季度" for n in "一二三四"], 6: ["上半年", "下半年"]}
    return f"{due.year}年{parts[due.months][due.part - 1] if due.months in parts else '度'}"


def _mess(due: Due, rows: list[dict[str, Any]]) -> None:
    """What departments' rows really look like: other names for a town, now and then a mistake."""
    aliases = {
        "湖㳇镇": "湖父镇",
        "宜兴经济开发区": "经开区",
        "丁蜀镇": "丁蜀",
        "芳桥街道": "芳桥镇",
        "环科园": "环保科技工业园",
    }
    for row in rows:
        if row.get("unit") in aliases and due.rng.random() < 0.3:
            row["unit"] = aliases[row["unit"]]
    if due.form != "inspections" or not rows:
        return
    if due.start.month == 4:
        rows.append(dict(rows[7]))  # the same sample twice
        shared = next((row for row in rows if row["unit"] == "新街街道"), None)
        if shared:  # the park reports a sample that its sub-district has reported
            rows.append(shared | {"unit": "环科园"})
    if due.start.month == 10:
        slip = next(row for row in rows[21:] if "丁蜀" in row["firm"])
        slip["unit"] = "丁属镇"  # that no alias covers
        rows[12]["date"] = f"{due.year}-11-31"
        rows.append(
            rows[20] | {"result": "合格" if rows[20]["result"] == "不合格" else "不合格"}
        )  # a conflict
