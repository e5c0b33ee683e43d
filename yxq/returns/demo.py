"""Synthetic returns: seeded, realistic in level and in mess, and marked as synthetic in every file.

The figures are in the plan folder's demo.yml; who sends what and when follows from the plan. Each
return draws from a generator of its own, so that a change to one leaves the bytes of the others as
they were.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import xlsxwriter
import yaml

from yxq.attainment import owed
from yxq.plan.folder import Folder, Plan
from yxq.plan.forms import Form
from yxq.words.errors import PlanError

MARK = "演示数据（合成，非真实填报）"
DATE_STYLES: list[Callable[[dt.date], str]] = [
    dt.date.isoformat,
    lambda d: f"{d.year}/{d.month}/{d.day}",
    lambda d: f"{d.year}.{d.month}.{d.day}",
    lambda d: f"{d:%Y%m%d}",
    lambda d: f"{d.year}年{d.month}月{d.day}日",
    lambda d: str((d - dt.date(1899, 12, 30)).days),
]
LAYOUTS = ["xlsx", "csv gb18030", "csv utf-8-sig bare", "tsv utf-8", "csv utf-8", "csv gbk"]


@dataclass
class Due:
    """One return that is to be written."""

    plan: Plan
    facts: dict[str, Any]
    year: int
    form: str
    sender: str
    start: dt.date
    end: dt.date
    rng: np.random.Generator

    @property
    def step(self) -> int:
        """Position of the year among the demo's years."""
        years: list[int] = self.facts["years"]
        return years.index(self.year)

    def day(self) -> dt.date:
        """A working day of the period."""
        day = self.start + dt.timedelta(
            days=int(self.rng.integers((self.end - self.start).days + 1))
        )
        return max(self.start, day - dt.timedelta(days=max(0, day.weekday() - 4)))

    def towns(self, n: int) -> list[str]:
        """`n` towns, drawn by size."""
        size = pd.Series(self.facts["size"])
        return [str(t) for t in self.rng.choice(size.index, n, p=size / size.sum())]

    def firm(self, town: str, trade: str = "制品", sampled: bool = False) -> str:
        """A firm's name that nobody can take for a real one; of those that are sampled a few are
        sampled often.
        """
        number = int(self.rng.integers(1, 40))
        return f"{town[:2]}样例{trade}{1 + number**3 // 8000 if sampled else number:02d}厂"


def _share(due: Due, total: float) -> int:
    """This return's part of a year's number, rounded at random so that the year is right on
    average.
    """
    part = total * ((due.end - due.start).days + 1) / 365
    return int(part) + int(due.rng.random() < part % 1)


def inspections(due: Due) -> list[dict[str, Any]]:
    """Sampled batches of the class that the sender is responsible for."""
    classes = [
        str(t.measure.where["class"])
        for t in due.plan.targets
        if t.owner == due.sender and t.measure.form == "inspections"
    ]
    rows = []
    for name in classes:
        spec = due.facts["inspections"][name]
        for number, town in enumerate(due.towns(_share(due, spec["samples"]))):
            good = spec["pass"][due.step] - due.facts["behind"].get(town, 0)
            passed = due.rng.random() < good
            product = str(due.rng.choice([*spec["products"]]))
            items = spec["products"][product]  # what may be wrong with it
            item = "" if passed else str(due.rng.choice(items, p=_falling(len(items))))
            rows.append(
                {
                    "sample_no": f"{spec['code']}{due.start:%Y%m}{number + 1:04d}",
                    "date": due.day(),
                    "unit": town,
                    "firm": due.firm(town, product, sampled=True),
                    "product": product,
                    "class": spec["said"],
                    "result": "合格" if passed else "不合格",
                    "failing_item": item,
                }
            )
    return sorted(rows, key=lambda row: (row["date"], row["sample_no"]))


def _falling(n: int) -> np.ndarray:
    """Chances that fall from the first to the last of n: a few items cause most failures."""
    chances = 1 / np.arange(1, n + 1)
    return np.asarray(chances / chances.sum())


def projects(due: Due) -> list[dict[str, Any]]:
    """Every project under way in the half year, as it stood at its end; all years come from one
    list.
    """
    rng, spec, rows = np.random.default_rng(due.facts["seed"]), due.facts["projects"], []
    size = pd.Series(due.facts["size"]).drop(due.facts["no_projects"])
    first, years = due.facts["years"][0], len(due.facts["years"]) + 1
    for number in range(spec["a_year"] * years):
        start = dt.date(first - 1, 7, 1) + dt.timedelta(days=int(rng.integers(365 * years - 180)))
        acceptance = start + dt.timedelta(days=int(rng.integers(120, 420)))
        town, kind = (
            str(rng.choice(size.index, p=size / size.sum())),
            str(rng.choice(["大型", "中型", "小型"], p=[0.1, 0.25, 0.65])),
        )
        bad = 8 if town in due.facts["behind"] else 1
        fail, slips = rng.random() < spec["fail"] * bad, rng.random(3) < spec["slip"] * bad
        if start > due.end or acceptance < due.start:
            continue
        done = acceptance <= due.end
        rows.append(
            {
                "project": f"{town[:2]}样例工程{number + 1:04d}号",
                "unit": town,
                "size": kind,
                "firm": f"样例建筑{number % 37 + 1:02d}公司",
                "start": start,
                "acceptance": acceptance if done else "",
                "first_time": ("不合格" if fail else "合格") if done else "",
                "supervised": "否" if slips[0] else "是",
                "energy_standard": "否" if slips[1] else "是",
                "filed": ("否" if slips[2] else "是") if done else "",
            }
        )
    return rows


def coverage(due: Due) -> list[dict[str, Any]]:
    """Objects due and met in the quarter, per indicator, stratum and town."""
    rows = []
    strata = {
        str(t.measure.where["indicator"]): t.measure.strata.values
        for t in due.plan.targets
        if t.measure.strata
    }
    for indicator, spec in due.facts["coverage"].items():
        for town, size in due.facts["size"].items():
            for stratum in strata.get(indicator, [""]):
                listed = int(due.rng.poisson(size * spec["size"] / 4 + 0.3))
                met = int(
                    due.rng.binomial(listed, spec["met"] - due.facts["behind"].get(town, 0) / 3)
                )
                quarter = due.end.month // 3
                months = [
                    f"第{'一二三四'[quarter - 1]}季度",
                    f"{due.start.month}-{due.end.month}月",
                    f"{due.start.month}~{due.end.month}",
                ]
                rows.append(
                    {
                        "indicator": indicator,
                        "stratum": stratum,
                        "unit": town,
                        "months": months[due.step],
                        "denominator": listed,
                        "numerator": met,
                        "rate": f"{100 * met / listed:.1f}%" if listed else "-",
                    }
                )
    return rows


def registers(due: Due) -> list[dict[str, Any]]:
    """Named things of the registers that the sender keeps."""
    rows: list[dict[str, Any]] = []
    half = (due.end - due.start).days > 100
    parts = 2 if half else 4
    part = (due.end.month // (6 if half else 3)) - 1
    for target in due.plan.targets:
        name = str(target.measure.where.get("register", ""))
        if target.owner != due.sender or not name:
            continue
        spec = due.facts["registers"][name]
        total = spec["counts"][due.step]
        for number in range(total * part // parts, total * (part + 1) // parts):
            again = (
                number > 0 and number == total - 1 and spec.get("last_again")
            )  # one firm applies twice
            town = rows[-1]["unit"] if again else due.towns(1)[0]
            firm = rows[-1]["firm"] if again else f"{town[:2]}样例企业{number + 1:02d}厂"
            rows.append(
                {
                    "register": name,
                    "item": f"样例{name[:6]}{due.year}-{number + 1:02d}",
                    "firm": firm,
                    "unit": town,
                    "date": due.day(),
                    "state": spec["state"],
                }
            )
    return rows


def annual(due: Due) -> list[dict[str, Any]]:
    """Values of the year: the city's, and each town's where a target has that scope or a basis is
    asked of it.
    """
    rows = []
    asked = [(target.measure, target.owner, target.scope == "both") for target in due.plan.targets]
    asked += [(basis.measure, basis.owner, True) for basis in due.plan.period.bases.values()]
    for measure, owner, towns in asked:
        name = measure.where.get("indicator")
        if owner != due.sender or measure.form != "annual":
            continue
        value = due.facts["annual"][name][due.step]
        rows.append({"indicator": name, "unit": "全市", "year": f"{due.year}年", "value": value})
        if towns:
            size = pd.Series(due.facts["size"]) * due.rng.normal(1, 0.03, len(due.facts["size"]))
            rows += [
                {"indicator": name, "unit": town, "year": f"{due.year}年", "value": int(part)}
                for town, part in (value * size / size.sum()).items()
            ]
    return rows


def benchmarks(due: Due) -> list[dict[str, Any]]:
    """Peer cities' values and our own."""
    rows = []
    for target in due.plan.targets:
        if target.owner != due.sender or target.measure.form != "benchmarks":
            continue
        name = str(target.measure.where["indicator"])
        spec = due.facts["benchmarks"][name]
        drift = 1 + 0.002 * (due.step - 2)
        for city, value in zip([*spec["cities"], "宜兴市"], spec["values"], strict=True):
            rows.append(
                {
                    "indicator": name,
                    "city": city,
                    "year": due.year,
                    "value": round(value * drift, 4),
                }
            )
    return rows


def milestones(due: Due) -> list[dict[str, Any]]:
    """How each task of the sender stood at the end of the half year, for the city and for each town
    that has it.
    """
    rows, facts = [], due.facts["milestones"]
    for target in due.plan.targets:
        if target.owner != due.sender or target.measure.form != "milestones":
            continue
        no = int(str(target.measure.where["task_no"]))
        units = [] if target.scope == "town" else ["全市"]
        units += list(due.facts["size"]) if target.scope != "city" else []
        rng = np.random.default_rng([due.facts["seed"], due.year, no])
        deadline = rng.choice([f"{due.year}-12-31", f"{due.year}-11-30", ""])
        for unit in units:
            done = dt.date(due.year, 3, 1) + dt.timedelta(
                days=int(rng.integers(200 if unit == "全市" else 270))
            )
            late = facts["late"].get(no) if due.year == 2013 else None
            never = due.year == 2013 and (
                no in facts["open"] or unit in facts["towns_open"].get(no, [])
            )
            done = dt.date.fromisoformat(late) if late else done
            ready = not never and done <= max(
                due.end, dt.date.fromisoformat(late) if late and due.end.month == 12 else due.end
            )
            rows.append(
                {
                    "task_no": no,
                    "task": target.title.zh,
                    "unit": unit,
                    "owner": target.owner,
                    "due": str(target.due or deadline),
                    "done": done if ready else "",
                    "progress": "已完成" if ready else "推进中",
                    "evidence": f"样例文件{due.year}-{no:02d}号" if ready else "",
                }
            )
    return rows


MAKERS: dict[str, Callable[[Due], list[dict[str, Any]]]] = {
    f.__name__: f
    for f in (inspections, projects, coverage, registers, annual, benchmarks, milestones)
}


def _mess(due: Due, rows: list[dict[str, Any]]) -> None:
    """What departments' rows really look like: other names for a town, and now and then a row that
    is wrong.
    """
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


def _table(due: Due, form: Form, rows: list[dict[str, Any]], style: int) -> list[list[Any]]:
    """Header and rows under the names that this sender uses; dates are text unless they go into a
    workbook.
    """
    used = [
        name
        for name in form.columns
        if any(row.get(name, "") != "" for row in rows) or form.columns[name].required
    ]
    header = [
        form.columns[name].aliases[style % 2 if len(form.columns[name].aliases) > 1 else 0]
        for name in used
    ]
    write = DATE_STYLES[style % len(DATE_STYLES)]
    body = [
        [write(v) if isinstance(v := row.get(name, ""), dt.date) and style else v for name in used]
        for row in rows
    ]
    return [header, *body]


def _write(
    path: Path,
    layout: str,
    title: str,
    table: list[list[Any]],
    footer: list[str],
    totals: list[Any] | None,
) -> None:
    """One return in one of the layouts that departments use."""
    path.parent.mkdir(parents=True, exist_ok=True)
    bare = layout.endswith("bare")
    lines = (
        table
        if bare
        else [[f"{title}（{MARK}）"], [], *table, *([totals] if totals else []), [], footer]
    )
    if layout == "xlsx":
        book = xlsxwriter.Workbook(
            path,
            {
                "default_date_format": "yyyy-mm-dd",
                "strings_to_formulas": False,
                "strings_to_urls": False,
            },
        )
        book.set_properties({"created": dt.datetime(2014, 1, 1), "comments": MARK})
        sheet = book.add_worksheet("报表")
        for number, line in enumerate(lines):
            sheet.write_row(number, 0, line)
        sheet.set_column(0, len(table[0]), 16)
        book.close()
        return
    kind, encoding = layout.split()[:2]
    text = io.StringIO(newline="")
    csv.writer(text, delimiter="\t" if kind == "tsv" else ",", lineterminator="\r\n").writerows(
        lines
    )
    path.write_bytes(text.getvalue().encode(encoding, errors="replace"))


def _name(due: Due) -> str:
    """The period as a file's name says it."""
    months = (due.end.month - due.start.month) + 1
    part = {
        3: f"第{'一二三四'[due.end.month // 3 - 1]}季度",
        6: "上半年" if due.end.month == 6 else "下半年",
    }.get(months, "")
    return f"{due.year}年{part or '度'}"


def multiply(path: Path, table: list[list[Any]], times: int, rng: np.random.Generator) -> None:
    """A return of samples with many times its rows, drawn from them under numbers of their own, as
    CSV or Parquet.
    """
    head, *rows = table
    frame = pd.DataFrame(rows, columns=head).astype("str")
    drawn = frame.iloc[rng.integers(len(frame), size=(times - 1) * len(frame))].sort_index()
    again = pd.Series(np.arange(len(drawn)), drawn.index).astype("str").str.zfill(8)
    drawn[head[0]] = drawn[head[0]].str.slice(0, 7) + "X" + again
    whole = pa.Table.from_pandas(pd.concat([frame, drawn]), preserve_index=False)
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".parquet":
        pq.write_table(whole, path)
    else:
        with path.open("wb") as file:
            file.write((",".join(head) + "\n").encode())
            pacsv.write_csv(
                whole, file, pacsv.WriteOptions(include_header=False, quoting_style="none")
            )


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
        raise PlanError(
            f"{folder.name}: no demo.yml in the plan folder, so there are no demo returns to make"
        )
    facts = yaml.safe_load(source.read_text(encoding="utf-8")) | {"seed": seed}
    plan = folder.plan()
    written = []
    for year in facts["years"]:
        expected = owed.expected(plan, year)
        for number, (form, sender, start, end, limit) in enumerate(
            expected[["form", "sender", "period_from", "period_to", "due"]].itertuples(
                index=False, name=None
            )
        ):
            rng = np.random.default_rng(
                [seed, year, zlib.crc32(f"{form} {sender} {start:%m}".encode())]
            )
            due = Due(plan, facts, year, form, sender, start.date(), end.date(), rng)
            part = end.month // ((end.to_period("M") - start.to_period("M")).n + 1)
            rows = MAKERS[form](due)
            if f"{sender} {form} {part}" in facts["missing"].get(year, []):
                continue
            _mess(due, rows)
            layout = LAYOUTS[(number + year) % len(LAYOUTS)]
            style = 0 if layout == "xlsx" else 1 + (number + year) % (len(DATE_STYLES) - 1)
            table = _table(due, folder.forms[form], rows, style)
            late = facts["late"].get(year, {}).get(f"{sender} {form}") if end.month == 12 else None
            filed = (
                dt.date.fromisoformat(late)
                if late
                else limit.date() - dt.timedelta(days=int(rng.integers(1, 9)))
            )
            totals = None
            if form == "coverage":
                sums = {
                    "denominator": sum(r["denominator"] for r in rows),
                    "numerator": sum(r["numerator"] for r in rows),
                }
                used = [
                    next(n for n, c in folder.forms[form].columns.items() if h in c.aliases)
                    for h in table[0]
                ]
                totals = ["合计", *(sums.get(name, "") for name in used[1:])]
            title = folder.forms[form].title.zh
            name = f"{sender}-{title}-{_name(due)}" + (
                "（演示数据）" if layout.endswith("bare") else ""
            )
            if scale > 1 and form == "inspections":
                written.append(
                    out / str(year) / f"{sender}-{title}-{_name(due)}（演示数据）.{kind}"
                )
                multiply(written[-1], table, scale, rng)
                continue
            path = out / str(year) / f"{name}.{layout.split()[0].replace('tsv', 'txt')}"
            footer = [
                f"填报单位：{sender}",
                "填报人：样例",
                f"填报日期：{filed.year}年{filed.month}月{filed.day}日",
            ]
            _write(path, layout, f"{_name(due)}{title}", table, footer, totals)
            written.append(path)
    return written
