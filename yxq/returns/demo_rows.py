"""The rows of synthetic returns, realistic in level; figures are in the plan folder's demo.yml."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from yxq.plan.folder import Plan


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

    @property
    def months(self) -> int:
        """Length of the period."""
        return self.end.month - self.start.month + 1

    @property
    def part(self) -> int:
        """Which quarter or half of the year it is for, from 1; 1 for the whole year."""
        return self.end.month // self.months

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
        """A firm's name that nobody takes for real; of those sampled a few are sampled often."""
        number = int(self.rng.integers(1, 40))
        return f"{town[:2]}样例{trade}{1 + number**3 // 8000 if sampled else number:02d}厂"


def _share(due: Due, total: float) -> int:
    """This return's part of a year's number, rounded at random: right on average."""
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
    """Every project under way in the half year, as at its end; all years are of one list."""
    rng, spec, rows = np.random.default_rng(due.facts["seed"]), due.facts["projects"], []
    size = pd.Series(due.facts["size"]).drop(due.facts["no_projects"])
    first, years = due.facts["years"][0], len(due.facts["years"]) + 1
    for number in range(spec["a_year"] * years):
        start = dt.date(first - 1, 7, 1) + dt.timedelta(days=int(rng.integers(365 * years - 180)))
        acceptance = start + dt.timedelta(days=int(rng.integers(120, 420)))
        town = str(rng.choice(size.index, p=size / size.sum()))
        kind = str(rng.choice(["大型", "中型", "小型"], p=[0.1, 0.25, 0.65]))
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
                share = spec["met"] - due.facts["behind"].get(town, 0) / 3
                met = int(due.rng.binomial(listed, share))
                first, last = due.start.month, due.end.month
                quarter = f"第{'一二三四'[last // 3 - 1]}季度"
                months = [quarter, f"{first}-{last}月", f"{first}~{last}"]
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
            # One firm applies twice.
            again = number > 0 and number == total - 1 and spec.get("last_again")
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
    """Values of the year, of the city, and of each town where a target or basis asks for them."""
    rows = []
    asked = [(target.measure, target.owner, target.whom == "each") for target in due.plan.targets]
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
            row = {"indicator": name, "city": city, "year": due.year}
            rows.append(row | {"value": round(value * drift, 4)})
    return rows


def milestones(due: Due) -> list[dict[str, Any]]:
    """How each task of the sender stood at the half year's end, for the city and its towns."""
    rows, facts = [], due.facts["milestones"]
    for target in due.plan.targets:
        if target.owner != due.sender or target.measure.form != "milestones":
            continue
        no = int(str(target.measure.where["task_no"]))
        units = [] if target.whom == "each" else ["全市"]
        units += list(due.facts["size"]) if target.whom != "city" else []
        rng = np.random.default_rng([due.facts["seed"], due.year, no])
        deadline = rng.choice([f"{due.year}-12-31", f"{due.year}-11-30", ""])
        for unit in units:
            days = int(rng.integers(200 if unit == "全市" else 270))
            done, until = dt.date(due.year, 3, 1) + dt.timedelta(days), due.end
            if due.year == 2013 and no in facts["late"]:
                done = dt.date.fromisoformat(facts["late"][no])
                until = max(until, done) if due.end.month == 12 else until
            never = no in facts["open"] or unit in facts["towns_open"].get(no, [])
            ready = done <= until and not (due.year == 2013 and never)
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
