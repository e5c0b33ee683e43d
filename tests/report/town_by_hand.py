"""What a town's page must say, by plain sums and formatting of our own: nothing of the page's code.

Only attainment, scores, movers, quotas and the status of returns are taken as they were computed,
for the page merely prints those; the plan is read from its YAML, the wording from words.yml.
"""

from __future__ import annotations

import collections
import datetime as dt
import functools
from fractions import Fraction
from pathlib import Path

import bs4
import pandas as pd
import project

SIGNS = {
    "attained": "✓",
    "not attained": "×",
    "on track": "↑",
    "behind": "↓",
    "pending": "…",
    "not applicable": "—",
    "no data": "?",
    "reported": "·",
}
SHORT = ("not attained", "behind")
FULL = ("attained", "on track")


# ---- what a page says, as plain tuples -------------------------------------------------------


def _said(tag) -> str:
    return tag.get_text().strip()


def _cell(tag) -> str:
    span = tag.find("span", recursive=False)
    if span is None:
        return _said(tag)
    return f"{span['class'][0]}: {_said(span)}"


def _row(tag) -> tuple:
    if "group" in tag.get("class", []):
        return (_said(tag),)
    cells = tag.find_all(["th", "td"], recursive=False)
    link = cells[0].find("a")
    leads = link["href"] if link else ""
    return (tag.get("id", ""), leads, *map(_cell, cells))


def _table(tag) -> tuple:
    heads = tuple(_said(head) for head in tag.thead.find_all("th"))
    rows = [_row(row) for body in tag.find_all("tbody") for row in body.find_all("tr")]
    return ("table", _said(tag.caption), heads, rows)


def _part(tag) -> tuple:
    if tag.name == "p":
        return ("p", _said(tag))
    if tag.name == "ul":
        return ("list", [_said(item) for item in tag.find_all("li")])
    if tag.name == "figure":
        return ("figure", tag.div["aria-label"], _said(tag.figcaption))
    return _table(tag.table)


def section(block) -> list[tuple]:
    """The parts of a section ; a table's row is (id, link, cells...), a heading's (text,)."""
    made = bs4.BeautifulSoup(block.html, "html.parser").section
    title = _said(made.h2)
    assert (made["id"], block.title, block.text) == (block.id, title, f"[{title}]")
    return [_part(tag) for tag in made.find_all(True, recursive=False)[1:]]


def headline(block) -> dict:
    """The first screen: title, subtitle, mark, verdict, tiles, and the other parts in order."""
    made = bs4.BeautifulSoup(block.html, "html.parser").header
    tiles = []
    for tile in made.dl.find_all("div"):
        more = tile.dd.small.extract() if tile.dd.small else ""
        tiles.append((_said(tile.dt), _said(tile.dd), _said(more) if more else ""))
    named = ("subtitle", "synthetic", "verdict")
    found = {name: [_said(tag) for tag in made.find_all("p", class_=name)] for name in named}
    below = made.find_all(["p", "div"], recursive=False)
    parts = [tag for tag in below if not tag.get("class") or tag.table]
    return found | {"title": _said(made.h1), "tiles": tiles, "parts": [_part(tag) for tag in parts]}


# ---- numbers as text -------------------------------------------------------------------------


def plain(value) -> str:
    """Thousands parted, four decimals below one and two from one on, no tail of zeros."""
    digits = 4 if abs(value) < 1 else 2
    whole, _, rest = f"{value:,.{digits}f}".partition(".")
    rest = rest.rstrip("0")
    return f"{whole}.{rest}" if rest else whole


def percent_of(passed, total, asked: Fraction) -> str:
    """One decimal, or as many as keep the rate on its side of what is asked."""
    exact = Fraction(int(passed), int(total))
    for digits in range(1, 7):
        text = f"{100 * int(passed) / int(total):.{digits}f}"
        shown = Fraction(text) / 100
        if exact == asked or (shown < asked) == (exact < asked):
            return f"{text}%"
    return f"{100 * int(passed) / int(total):.1f}%"


def share_of(text) -> Fraction:
    """95% or 1/3 as an exact fraction."""
    text = str(text)
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def require(target: dict) -> str:
    """What is asked, as the plan writes it: `>= 95%`, `> last_year`, `done`, or nothing."""
    return target.get("require", "")


def is_rate(target: dict) -> bool:
    """Whether a share is asked for, such as 95% or 1/3."""
    asked = require(target)
    return asked.startswith(">= ") and ("%" in asked or "/" in asked)


def least(target: dict) -> str:
    """The least that is asked, such as 95% or 15."""
    assert require(target).startswith(">= ")
    return require(target).removeprefix(">= ")


def least_of(band: dict) -> float:
    """The least score of a grade."""
    return float(band["least"])


def brought(move: dict) -> float:
    """Points by the chance that they come, where there is one."""
    return move["points"] * (1 if pd.isna(move["chance"]) else move["chance"])


def chance(value) -> str:
    if value < 0.01:
        return "<1%"
    if value > 0.99:
        return ">99%"
    return f"{value * 100:.0f}%"


def signed(value, text: str) -> str:
    sign = "±" if value == 0 else "+" if value > 0 else "−"
    return sign + text


read_yaml = functools.cache(project.read_yaml)


def varies(pairs: list[tuple[int, int]]) -> bool:
    """Whether six months have samples, of which some passed and some did not."""
    passed, total = (sum(column) for column in zip(*pairs, strict=True))
    return sum(of > 0 for _, of in pairs) >= 6 and 0 < passed < total


class Town:
    """One town on one day in one language, and every section of its page by hand."""

    def __init__(self, folder: Path, source, words, town: str) -> None:
        """`source` is asked for attained, scores, movers, quotas, measures and returns alone."""
        self.raw, self.forms = read_yaml(folder / "2013.yml"), read_yaml(folder / "forms.yml")
        units = pd.read_csv(folder / "units.csv", dtype=str).set_index("name")["name_en"]
        self.names = {name: name if words.language == "zh" else units[name] for name in units.index}
        self.source = source
        self._records: dict[str, pd.DataFrame] = {}
        self.w = words
        self.zh = words.language == "zh"
        self.town = town
        self.as_of = source.as_of
        self.targets = {target["id"]: target for target in self.raw["targets"]}
        rows = source.attained
        self.rows = rows[rows["unit"] == town].to_dict("records")
        self.cells = {row["target"]: self._cells(row) for row in self.rows}
        self.by_id = {row["target"]: row for row in self.rows}
        self.counts = collections.Counter(row["state"] for row in self.rows)
        self.over = self.as_of >= dt.date(2013, 12, 31)

    @functools.cached_property
    def counts_of_2012(self) -> dict[str, tuple[int, int]]:
        """What passed and all of the town in the whole of the year before, as measured."""
        rows = self.source.measures
        rows = rows[(rows["unit"] == self.town) & (rows["year"] == 2012)]
        sums = rows.groupby("target")[["numerator", "denominator"]].sum()
        return {of.Index: (int(of.numerator), int(of.denominator)) for of in sums.itertuples()}

    @functools.cached_property
    def accepted(self) -> dict[str, pd.DataFrame]:
        """The accepted rows of the town by form."""
        found = {}
        for form in {target["measure"]["form"] for target in self.raw["targets"]} - {"benchmarks"}:
            rows = pd.read_parquet(Path(self.source.processed) / "records" / f"{form}.parquet")
            found[form] = rows[rows["unit"] == self.town]
        return found

    # -- pieces of text

    def text(self, both: dict) -> str:
        return both["zh"] if self.zh else both["en"]

    def date(self, day) -> str:
        if pd.isna(day):
            return ""
        if self.zh:
            return f"{day.year}年{day.month}月{day.day}日"
        return f"{day.year}-{day.month:02}-{day.day:02}"

    def sender(self, name: str) -> str:
        return name if self.zh else self.forms["senders"][name]["en"]

    def listed(self, items) -> str:
        return ("、" if self.zh else ", ").join(items)

    def comma(self, items) -> str:
        return ("；" if self.zh else "; ").join(items)

    def between(self, low: str, high: str) -> str:
        return f"{low}～{high}" if self.zh else f"{low}–{high}"

    def counted(self, target: dict, n) -> str:
        if self.zh:
            return target["unit"]["zh"]
        one, _, many = target["unit"]["en"].partition("/")
        return one if abs(n) == 1 or not many else many

    def of_unit(self, number: str, unit: str) -> str:
        return f"{number}{unit}" if self.zh else f"{number} {unit}".strip()

    def amount(self, value, target: dict) -> str:
        if target["unit"]["en"] == "share":
            return f"{100 * value:.2f}%"
        return self.of_unit(plain(value), self.counted(target, value))

    def source_of(self, file: str, sheet: str, rows: str) -> str:
        if self.zh:
            return f"{file}［{sheet}］：{rows}" if sheet else f"{file}：{rows}"
        return f"{file} [{sheet}]: {rows}" if sheet else f"{file}: {rows}"

    def state(self, row: dict) -> str:
        """Class, sign and name; of a verdict by a share that is no official one also that."""
        state = row["state"]
        told = f"{state.replace(' ', '-')}: {SIGNS[state]} {self.w.entry('states', state)}"
        if self.by_computed_share(row):
            told += "（试算）" if self.zh else " (provisional share)"
        return told

    def by_computed_share(self, row: dict) -> bool:
        """Whether a settled result is held to a share of the city's count that nobody has set."""
        share = self.quota(row["target"])
        if share is None or row["state"] not in ("attained", "not attained"):
            return False
        return share["basis"] != "official" and share["quota"] > 0

    # -- the cells of one result

    @functools.cached_property
    def shares(self) -> dict[str, dict]:
        found = self.source.quotas
        found = found[found["unit"] == self.town].to_dict("records")
        return {row["target"]: row for row in found}

    def quota(self, id: str):
        return self.shares.get(id)

    def at_least(self, number, target: dict) -> str:
        unit = self.counted(target, float(number))
        return f"≥{number}{unit}" if self.zh else f"≥ {number} {unit}"

    def required(self, target: dict, row: dict) -> str:
        asked = require(target)
        if is_rate(target):
            if share_of(least(target)) == 1:
                return "100%"
            return f"≥{least(target)}" if self.zh else f"≥ {least(target)}"
        if asked.startswith(">= "):
            quota = self.quota(target["id"])
            if quota is None:
                return "分解数未下达" if self.zh else "share not set"
            if quota["quota"] == 0:
                return "分解数为零" if self.zh else "share is none"
            return self.at_least(quota["quota"], target)
        if asked == "<= 0":
            return "不发生" if self.zh else "none"
        if asked == "> last_year":
            if pd.isna(row["year_before"]):
                return "高于上年" if self.zh else "above the year before"
            before = self.amount(row["year_before"], target)
            return f"高于上年（{before}）" if self.zh else f"above the year before ({before})"
        if asked == "done":
            assert "by" not in target
            return "按期完成" if self.zh else "done by its date"
        assert asked == ""
        return "未定数值" if self.zh else "no number set"

    def value(self, target: dict, row: dict) -> str:
        if pd.isna(row["value"]):
            return ""
        if is_rate(target):
            return percent_of(row["numerator"], row["denominator"], share_of(least(target)))
        return self.amount(row["value"], target)

    def previous(self, target: dict, row: dict) -> str:
        if pd.isna(row["previous"]):
            return ""
        if is_rate(target):
            passed, total = row["previous_numerator"], row["previous_denominator"]
            return percent_of(passed, total, share_of(least(target)))
        return self.amount(row["previous"], target)

    def difference(self, value, target: dict) -> str:
        if pd.isna(value):
            return ""
        if is_rate(target) or target["unit"]["en"] == "share":
            number = signed(value, f"{abs(100 * value):.2f}")
            return f"{number}个百分点" if self.zh else f"{number} pp"
        return self.of_unit(signed(value, plain(abs(value))), self.counted(target, value))

    def gap(self, target: dict, row: dict) -> str:
        """How far from what is asked; of tasks in days, with which side of the due day that is."""
        if require(target) != "done" or pd.isna(row["gap"]):
            return self.difference(row["gap"], target)
        days = int(row["gap"])
        if days == 0:
            return "当日" if self.zh else "on the day"
        if days < 0:
            return f"逾期{-days}天" if self.zh else f"{-days} days over"
        if row["state"] == "pending":
            return f"还有{days}天" if self.zh else f"{days} days left"
        return f"提前{days}天" if self.zh else f"{days} days early"

    def further(self, row: dict) -> str:
        """How many more samples show a rate; of one not shown within the year it may be none."""
        if pd.isna(row["further"]):
            return ""
        is_open = row["state"] in ("on track", "behind")
        if is_open and row["evidence"] == "not shown" and row["further"] == 0:
            return "按年末标准已够" if self.zh else "enough by the measure of the year's end"
        return f"{row['further']}"

    def whole_year_before(self, target: dict, row: dict) -> str:
        """The value of the year before up to its end; of rates by their counts."""
        if pd.isna(row["year_before"]):
            return ""
        if is_rate(target):
            passed, total = self.counts_of_2012[target["id"]]
            assert abs(passed / total - row["year_before"]) < 1e-9
            return percent_of(passed, total, share_of(least(target)))
        return self.amount(row["year_before"], target)

    def needs(self, target: dict, row: dict) -> str:
        lacks = row["state"] == "on track" and not pd.isna(row["needed"]) and row["needed"] > 0
        if (row["state"] not in SHORT and not lacks) or require(target) == "done":
            return ""
        if not pd.isna(row["needed"]) and row["needed"] != 0:
            n = f"{row['needed']:g}"  # of these targets a whole number
            unit = self.counted(target, row["needed"])
            if is_rate(target) and not pd.isna(row["probability"]):
                zh, en = f"还需再有{n}{unit}且全部合格", f"{n} more {unit}, all passing"
                return zh if self.zh else en
            return f"还差{n}{unit}" if self.zh else f"{n} more {unit}"
        if require(target) == "> last_year" and not pd.isna(row["year_before"]):
            before = self.amount(row["year_before"], target)
            return f"须超过上年的{before}" if self.zh else f"more than {before}"
        return ""

    def too_few(self, target: dict, row: dict) -> bool:
        if is_rate(target) or pd.isna(row["change_low"]):
            return False
        return row["numerator"] + row["previous_numerator"] < 10

    def chance_of_change(self, target: dict, row: dict) -> str:
        low, high = row["change_low"], row["change_high"]
        if pd.isna(low):
            return ""
        if is_rate(target):
            low, high = (f"{100 * end:+.1f}".replace("-", "−") for end in (low, high))
            return f"{low}至{high}个百分点" if self.zh else f"{low} to {high} points"
        if self.too_few(target, row):
            return "个数太少，不作比较" if self.zh else "too few to compare"
        high = "∞" if high == float("inf") else f"{high:.1f}"
        return f"{low:.1f}至{high}倍" if self.zh else f"{low:.1f} to {high} times"

    def _cells(self, row: dict) -> dict[str, str]:
        target = self.targets[row["target"]]
        title = self.text(target["title"])
        pair = ""
        if is_rate(target) and not pd.isna(row["denominator"]):
            pair = f"{row['numerator']} / {row['denominator']}"
        span = ""
        if not pd.isna(row["low"]):
            span = self.between(f"{100 * row['low']:.1f}%", f"{100 * row['high']:.1f}%")
        trend = ""
        if row["trend"] and not self.too_few(target, row):
            trend = self.w.entry("trends", row["trend"])
        return {
            "title": title,
            "target": f"{target['id']} {title}",
            "section": self.section_of(target)[1],
            "clause": target["clause"].replace("(", "（").replace(")", "）"),
            "required": self.required(target, row),
            "counts": pair,
            "value": self.value(target, row),
            "state": self.state(row),
            "gap": self.gap(target, row),
            "needed": self.needs(target, row),
            "note": self.w.reason(row["note"]),
            "owner": self.sender(target["owner"]),
            "previous": self.previous(target, row),
            "change": self.w("as_before")
            if row["change"] == 0
            else self.difference(row["change"], target),
            "change_interval": self.chance_of_change(target, row),
            "trend": trend,
            "evidence": self.w.entry("evidence", row["evidence"]) if row["evidence"] else "",
            "interval": span,
            "further": self.further(row),
            "probability": "" if pd.isna(row["probability"]) else chance(row["probability"]),
            "whole_year_before": self.whole_year_before(target, row),
        }

    def section_of(self, target: dict) -> tuple[str, str]:
        """Clause and title of the heading with the longest clause that begins the target's."""
        clause = target["clause"]
        fitting = [each for each in self.raw["sections"] if clause.startswith(each["clause"])]
        found = max(fitting, key=lambda each: len(each["clause"]))
        return found["clause"], self.text(found["title"])

    def table(self, caption: str, columns: str, ids, anchor="", leads="s-", **more) -> tuple:
        """A table of results, a row a target; `more` are columns of this table alone, by target."""
        names = columns.split()
        rows = []
        for id in ids:
            cells = self.cells[id] | {name: column[id] for name, column in more.items()}
            named = f"{anchor}{id}" if anchor else ""
            rows.append((named, f"#{leads}{id}", *(cells[name] for name in names)))
        return ("table", self.w(caption), tuple(map(self.w, names)), rows)

    @functools.cached_property
    def titles(self) -> dict[str, str]:
        """The heading of every section below the headline, by its id."""
        found = {id: self.w(id) for id in self.sections}
        if self.over and self.in_state(*SHORT):
            found["short"] = self.w("short_over")
        return found

    @functools.cached_property
    def sections(self) -> dict[str, list[tuple]]:
        """Every section below the headline, by its id; of chances none when the year is over."""
        return {
            "short": self.short(),
            "targets": self.every_target(),
            "standing": self.standing(),
            "evidence": self.evidence(),
            **({} if self.over else {"forecast": self.forecast()}),
            "quotas": self.quotas(),
            "change": self.change(),
            "monthly": self.monthly(),
            "failures": self.failures(),
            "missing": self.missing(),
            "sources": self.sources(),
        }

    def nothing(self, why: str) -> list[tuple]:
        return [("p", self.w(why))]

    # -- score

    @property
    def own(self):
        rows = self.source.scores
        return None if rows.empty else rows[rows["unit"] == self.town].iloc[0]

    def points(self, score) -> str:
        """One decimal, or as many as keep it in its band."""
        ends = [band["least"] for band in self.raw["scoring"]["bands"]]
        for digits in range(1, 7):
            text = f"{score:.{digits}f}"
            if [float(text) >= end for end in ends] == [score >= end for end in ends]:
                return text
        raise AssertionError(score)

    def credit(self, row: dict) -> Fraction:
        """Of what is short half, where 95% of it is there or a task was done within 30 days."""
        if row["state"] in FULL:
            return Fraction(1)
        late = self.raw["scoring"]["late"]
        if row["kind"] == "task" and not pd.isna(row["done"]) and row["gap"] >= -late["days"]:
            return Fraction(late["credit"])
        if pd.isna(row["have"]) or pd.isna(row["asked"]) or row["asked"] <= 0:
            return Fraction(0)
        (step,) = self.raw["scoring"]["partial"]
        enough = row["have"] >= float(share_of(step["reached"])) * row["asked"] - 1e-12
        return Fraction(step["credit"]) if enough else Fraction(0)

    def weight(self, row: dict) -> Fraction:
        return Fraction(self.targets[row["target"]].get("weight", 1))

    def sums(self, rows) -> tuple[Fraction, Fraction, Fraction]:
        """Weight earned, weight that counts, and weight without data."""
        applies = [row for row in rows if row["state"] in FULL + SHORT]
        lacking = [row for row in rows if row["state"] == "no data" and row["kind"] != "reported"]
        earned = sum((self.weight(row) * self.credit(row) for row in applies), Fraction(0))
        whole, missing = (sum(map(self.weight, part), Fraction(0)) for part in (applies, lacking))
        # Of what is judged and may still change so many returns are missing.
        known, part = whole + missing, [r for r in applies if r["missing"] and not r["final"]]
        missing += sum(
            (self.weight(r) * Fraction(r["missing"], r["due"]) for r in part), Fraction(0)
        )
        return earned, whole, missing, known

    def movers(self) -> list[dict]:
        rows = self.source.movers
        rows = rows[(rows["unit"] == self.town) & (rows["points"] > 0)]
        return rows.to_dict("records")

    def moved(self, moves: list[dict]) -> dict[str, dict[str, str]]:
        none = "不变" if self.zh else "none"
        points = {move["target"]: f"+{move['points']:.1f}" for move in moves}
        places = {move["target"]: f"+{move['places']}" for move in moves}
        for id, text in places.items():
            if text == "+0":
                places[id] = none
        return {"points": points, "places": places}

    # -- sections

    def headline(self) -> dict:
        counts, w, own = self.counts, self.w, self.own
        met, missed = counts["attained"], counts["not attained"]
        tiles, lines = [], []
        if by_share := sum(map(self.by_computed_share, self.rows)):
            lines.append(w("by_computed_shares", n=by_share))
        if own is not None and not pd.isna(own["score"]):
            name = w("score" if self.over else "score_now")
            tiles.append((name, self.points(own["score"]), self.grade()))
            if own["judged"] < 1:
                lines.append(w("score_provisional", judged=f"{100 * own['judged']:.0f}%"))
            if own["score_low"] < own["score_high"]:
                lines.append(self.bounds())
        elif own is not None and pd.isna(own["missing"]):
            lines.append(w("score_none_yet"))
        elif own is not None:
            most = self.raw["scoring"]["missing_at_most"]
            lines.append(w("score_missing", missing=f"{100 * own['missing']:.0f}%", most=most))
        if own is not None and own["vetoed"]:
            vetoes = self.raw["scoring"]["veto"]["targets"]
            ids = [id for id in self.in_state("not attained") if id in vetoes]
            names = self.listed(self.cells[id]["target"] for id in ids)
            lines.append(w("score_veto", grade=own["grade"], list=names))
        lines += self.veto_ahead()
        if own is not None and not pd.isna(own["rank"]):
            low, high = own["rank_low"], own["rank_high"]
            likely = "of_ranked" if self.over else "of_ranked_end"
            told = w(likely, n=own["ranked"], range=self.between(low, high))
            if low == high:
                told = w("of_ranked_sure", n=own["ranked"])
            tiles.append((w("rank" if self.over else "rank_now"), f"{own['rank']}", told))
        tiles.append((w.entry("states", "attained"), f"{met}", w("of_judged", n=met + missed)))
        if counts["on track"] or counts["behind"]:
            lines.append(w("running", on_track=counts["on track"], behind=counts["behind"]))
        others = ("pending", "not applicable", "no data", "reported")
        rest = [state for state in others if counts[state]]
        told = [w("state_count", state=w.entry("states", state), n=counts[state]) for state in rest]
        lines.append(w("others", list=self.listed(told)))
        verdict = w(
            "verdict",
            name=self.names[self.town],
            total=len(self.rows),
            judged=met + missed,
            attained=met,
            missed=missed,
        )
        plan, day = self.text(self.raw["document"]["title"]), self.date(self.as_of)
        by = self.date(self.source.received_by)
        marks = [w("synthetic")] if self.source.synthetic else []
        marks += [w("draft")] if self.raw.get("draft") else []
        return {
            "title": self.names[self.town],
            "subtitle": [w("subtitle", plan=plan, year=2013, as_of=day, received_by=by)],
            "synthetic": ["\n".join(marks)] if marks else [],
            "verdict": [verdict],
            "tiles": tiles,
            "parts": [*(("p", line) for line in lines), *self.next()],
        }

    def grade(self) -> str:
        """The grade, and within the year the likeliest one at its end."""
        own = self.own
        if self.over:
            return self.w("of_grade", grade=own["grade"])
        if pd.isna(own["end_grade"]) or own["end_chance"] < 0.5:
            return self.w("of_grade_now", grade=own["grade"])
        end = {"end": own["end_grade"], "chance": chance(own["end_chance"])}
        return self.w("of_grade_end", grade=own["grade"], **end)

    def veto_ahead(self) -> list[str]:
        """That the likeliest grade is the veto's and not that of a score at its lowest."""
        own = self.own
        if self.over or own is None or own["vetoed"] or pd.isna(own["end_grade"]):
            return []
        if own["end_chance"] < 0.5:
            return []
        veto, bands = self.raw["scoring"]["veto"], self.raw["scoring"]["bands"]
        lowest = max((band for band in bands if own["end_low"] >= band["least"]), key=least_of)
        if own["end_grade"] != veto["grade"] or lowest["grade"] == veto["grade"]:
            return []
        each = "{}为{}" if self.zh else "{} {}"
        cells = [self.cells[id] for id in veto["targets"] if self.cells[id]["probability"]]
        chances = [each.format(one["target"], one["probability"]) for one in cells]
        told = {"grade": veto["grade"], "list": self.listed(chances)}
        return [self.w("end_veto", **told)] if chances else []

    def next(self) -> list[tuple]:
        parts = []
        moves = [m for m in self.movers() if pd.isna(m["chance"]) or m["chance"] >= 0.1]
        moves = sorted(moves, key=lambda move: -brought(move))[:3]
        steps = []
        for move in moves:
            cells = self.cells[move["target"]]
            told = cells["target"], cells["needed"] or cells["note"], f"+{move['points']:.1f}"
            if not pd.isna(move["chance"]):
                each = (
                    "{}（{}，可提高{}分，达成可能性{}）"
                    if self.zh
                    else "{} ({}, {} points, chance {})"
                )
                steps.append(each.format(*told, chance(move["chance"])))
            else:
                steps.append(("{}（{}，{}分）" if self.zh else "{} ({}, {} points)").format(*told))
        if steps:
            listed = ("；" if self.zh else "; ").join(steps)
            parts.append(("p", self.w("next_over" if self.over else "next", list=listed)))
        if none := self.in_state("no data"):
            told = self.listed(self.cells[id]["target"] for id in none)
            parts.append(("p", self.w("next_missing", n=len(none), list=told)))
        return parts

    def in_state(self, *states: str) -> list[str]:
        return [row["target"] for row in self.rows if row["state"] in states]

    def short(self) -> list[tuple]:
        ids = self.in_state(*SHORT)
        columns = "target required counts value state needed"
        columns += " points places" if self.movers() else ""
        columns += " note" if self.over else " probability note"
        caption = "short_over" if self.over else "short"
        gains = self.moved(self.movers())
        more = {name: {id: gains[name].get(id, "") for id in ids} for name in gains}
        return [self.table(caption, columns, ids, **more)] if ids else self.nothing("short_none")

    def every_target(self) -> list[tuple]:
        columns = "target clause required counts value state gap needed note"
        kind, caption, heads, rows = self.table("targets", columns, self.cells, anchor="t-")
        grouped = []
        for each in self.raw["sections"]:
            title = self.text(each["title"])
            under = [cells["section"] == title for cells in self.cells.values()]
            part = [row for row, here in zip(rows, under, strict=True) if here]
            grouped += [(title,), *part] if part else []
        return [(kind, caption, heads, grouped)]

    def standing(self) -> list[tuple]:
        own, w = self.own, self.w
        if own is None:
            return self.nothing("score_unset")
        parts = [("p", w("score_method"))]
        if not pd.isna(own["score"]):
            earned, whole, *_ = self.sums(self.rows)
            told = {"earned": plain(float(earned)), "weight": plain(float(whole))}
            told |= {"deducted": f"{own['deducted']:g}", "score": self.points(own["score"])}
            parts.append(("p", w("score_sum", **told)))
            asked = [str(target.get("require")) for target in self.raw["targets"]]
            if {"> last_year", "< last_year"} & {*asked}:
                parts.append(("p", w("score_zero")))
            if not pd.isna(own["rank"]):
                low, high = own["rank_low"], own["rank_high"]
                told = {"n": own["ranked"], "rank": own["rank"]}
                around = w("rank_line", **told, range=self.between(low, high))
                around = w("rank_sure", **told) if low == high else around
                if not self.over:
                    around = w("rank_end", **told, range=self.one_or_between(low, high))
                parts.append(("p", around))
            if not self.over:
                parts.append(("p", self.year_end()))
        rows = []
        for each in self.raw["sections"]:
            title = self.text(each["title"])
            here = [row for row in self.rows if self.cells[row["target"]]["section"] == title]
            earned, whole, missing, known = self.sums(here)
            most = share_of(self.raw["scoring"]["missing_at_most"])
            scored = whole > 0 and missing <= most * known
            if scored or missing:
                score = self.points(float(100 * earned / whole)) if scored else ""
                lacking = f"{float(100 * missing / known):.0f}%" if missing else ""
                rows.append(("", "", title, score, lacking))
        heads = (w("section"), w("score"), w("missing_weight"))
        if not any(row[-1] for row in rows):
            heads, rows = heads[:-1], [row[:-1] for row in rows]
        parts.append(("table", w("subscores"), heads, rows))
        return parts

    def one_or_between(self, low: str, high: str) -> str:
        return f"{low}" if low == high else self.between(low, high)

    def bounds(self) -> str:
        own, w = self.own, self.w
        ends = [self.points(own[end]) for end in ("score_low", "score_high")]
        grades = self.one_or_between(own["grade_low"], own["grade_high"])
        told = ""
        if not pd.isna(own["rank_best"]):
            places = self.one_or_between(own["rank_best"], own["rank_worst"])
            told = w("score_bounds_places", range=places)
        return w("score_bounds", scores=self.between(*ends), grades=grades, places=told)

    def year_end(self) -> str:
        own = self.own
        low, high = (self.points(own[end]) for end in ("end_low", "end_high"))
        told = {"grade": own["end_grade"], "draws": self.raw["scoring"].get("draws", 2000)}
        never = self.counts["not attained"] > 0
        told |= {"chance": chance(own["end_chance"])}
        told |= {"all": self.w("all_met_never") if never else chance(own["all_met"])}
        return self.w("score_end", scores=self.one_or_between(low, high), **told)

    def sampled(self) -> list[str]:
        ids = [id for id in self.cells if self.targets[id].get("sampled")]
        totals = {id: self.by_id[id]["denominator"] for id in ids}
        return [id for id, total in totals.items() if not pd.isna(total) and total > 0]

    def evidence(self) -> list[tuple]:
        ids = self.sampled()
        if not ids:
            return self.nothing("evidence_none")
        shown = []
        for cells in map(self.cells.get, ids):
            each = f"{cells['target']} {cells['value']}"
            span = cells["interval"]
            shown.append(f"{each}（{span}）" if self.zh else f"{each} ({span})")
        alt = f"{self.w('evidence_figure')} {self.listed(shown)}"
        columns = "target required counts value interval evidence further state"
        return [
            ("p", self.w("evidence_method")),
            *([] if self.over else [("p", self.w("evidence_looks"))]),
            ("figure", alt, self.w("evidence_note")),
            self.table("evidence", columns, ids),
        ]

    def has_risen(self, row: dict) -> bool:
        asked = require(self.targets[row["target"]])
        return asked == "> last_year" and row["state"] == "attained"

    def forecast(self) -> list[tuple]:
        rows = [row for row in self.rows if not pd.isna(row["probability"])]
        rows = [row for row in rows if not self.has_risen(row) and not row["final"]]
        if not rows:
            return self.nothing("forecast_none")
        ids = [row["target"] for row in sorted(rows, key=lambda row: row["probability"])]
        columns = "target required counts value previous whole_year_before needed"
        columns += " probability state"
        return [("p", self.w("forecast_note")), self.table("forecast", columns, ids)]

    def quotas(self) -> list[tuple]:
        found = {id: quota for id in self.cells if (quota := self.quota(id)) is not None}
        if not found:
            return self.nothing("quotas_none")
        whole, share, split = {}, {}, {}
        for id, quota in found.items():
            assert self.targets[id]["for"] == "shared"
            whole[id] = self.at_least(least(self.targets[id]), self.targets[id])
            share[id] = f"{quota['quota']}"
            if quota["basis"] == "official":
                by = quota["source"]
                split[id] = f"下达数（{by}）" if self.zh else f"official ({by})"
            elif quota["basis"] == "equal":
                split[id] = "平均分解" if self.zh else "equally"
            else:
                split[id] = self.text(self.raw["bases"][quota["basis"]]["title"])
        columns = "target city_number quota value state split_by"
        more = {"city_number": whole, "quota": share, "split_by": split}
        return [self.table("quotas", columns, found, **more)]

    def compared(self) -> list[dict]:
        known = [row for row in self.rows if not pd.isna(row["previous"])]
        return [row for row in known if not pd.isna(row["value"])]

    def change(self) -> list[tuple]:
        known = self.compared()
        if not known:
            return self.nothing("change_none")
        parts = []
        told = []
        for row in known:
            if row["kind"] == "share":
                cells = self.cells[row["target"]]
                title, before, now = cells["title"], cells["previous"], cells["value"]
                in_zh, in_en = f"{title}由{before}到{now}", f"{title} from {before} to {now}"
                told.append(in_zh if self.zh else in_en)
        if told:
            alt = self.w("change_figure", list=self.comma(told))
            parts.append(("figure", alt, self.w("change_note")))
        moved = [row["target"] for row in known if row["previous"] != 0 or row["value"] != 0]
        columns = "target previous value change change_interval trend"
        parts.append(self.table("change", columns, moved))
        parts += self.mix_and_rate(known)
        worse = []
        for row in known:
            more = row["value"] > row["previous"]
            less = row["value"] < row["previous"]
            more_is_worse = require(self.targets[row["target"]]).startswith("<")
            if row["state"] in SHORT and (more if more_is_worse else less):
                worse.append(row)
        if worse:
            ids = [row["target"] for row in worse if row["trend"] == "worse"]
            ids += [row["target"] for row in worse if row["trend"] != "worse"]
            columns = "target required previous value change trend"
            parts.append(self.table("worsening", columns, ids))
            sampled = [row for row in worse if not pd.isna(row["low"])]
            if sampled:
                clear = sum(row["trend"] == "worse" for row in sampled)
                parts.append(("p", self.w("worsening_note", n=len(sampled), clear=clear)))
        return parts

    def mix_and_rate(self, known: list[dict]) -> list[tuple]:
        """What of a rate's change is another mix of products, in both years' accepted rows."""
        sampled = [row for row in known if self.targets[row["target"]].get("sampled")]
        mixes, rates, notes, seen = {}, {}, {}, []
        for row in sampled:
            if (measure := self.targets[row["target"]]["measure"]) in seen:
                continue
            seen.append(measure)
            now, before = (self.by_product(row["target"], year) for year in (2013, 2012))
            whole, whole_before = (sum(n for _, n in each.values()) for each in (now, before))
            mix = rate = 0.0
            for item in {*now, *before}:
                (x1, n1), (x0, n0) = now.get(item, (0, 0)), before.get(item, (0, 0))
                r1 = x1 / n1 if n1 else x0 / n0
                r0 = x0 / n0 if n0 else r1
                w1, w0 = n1 / whole, n0 / whole_before
                mix, rate = mix + (w1 - w0) * (r1 + r0) / 2, rate + (r1 - r0) * (w1 + w0) / 2
            if abs(mix + rate - row["change"]) > 1e-9:  # written by hand, or of other rows
                continue
            mixes[row["target"]], rates[row["target"]] = self.points_of(mix), self.points_of(rate)
            notes[row["target"]] = self.w("simpson") if rate * row["change"] < 0 else ""
        if not mixes:
            return []
        more = {"mix_part": mixes, "rate_part": rates, "mix_note": notes}
        columns = "target change mix_part rate_part"
        columns += " mix_note" if any(notes.values()) else ""
        table = self.table("mix_and_rate", columns, [*mixes], **more)
        return [table, ("p", self.w("mix_and_rate_method"))]

    def points_of(self, value: float) -> str:
        size = f"{abs(100 * value):.2f}"
        decimals = 2
        while not size.strip("0.") and decimals < 6:
            decimals += 1
            size = f"{abs(100 * value):.{decimals}f}"
        sign = ("+" if value > 0 else "−") if size.strip("0.") else "±"
        size = f"{sign}{size}" if sign != "±" else "±0.00"
        return f"{size}个百分点" if self.zh else f"{size} pp"

    def by_product(self, id: str, year: int) -> dict[str, tuple[int, int]]:
        """What passed and all of each product, in a year up to the same day of it."""
        rows = self.accepted[self.targets[id]["measure"]["form"]]
        for column, wanted in self.targets[id]["measure"].get("where", {}).items():
            rows = rows[rows[column] == wanted]
        day = pd.to_datetime(rows["date"])
        last = min(self.as_of, dt.date(2013, 12, 31)).replace(year=year)
        rows = rows[(day >= pd.Timestamp(year, 1, 1)) & (day <= pd.Timestamp(last))]
        rows = rows[rows["result"].isin(["pass", "fail"])]
        passed = rows["result"] == "pass"
        groups = passed.groupby(rows["product"])
        return {item: (int(of.sum()), len(of)) for item, of in groups}

    # -- records

    def records(self, id: str) -> pd.DataFrame:
        if id not in self._records:
            self._records[id] = self._found(id)
        return self._records[id]

    def _found(self, id: str) -> pd.DataFrame:
        """The town's accepted rows of the year up to the day that a target is computed from."""
        measure = self.targets[id]["measure"]
        rows = self.accepted[measure["form"]]
        for column, wanted in measure.get("where", {}).items():
            rows = rows[rows[column].isin(wanted if isinstance(wanted, list) else [wanted])]
        if "strata" in measure:
            rows = rows[rows["stratum"].isin(measure["strata"]["values"])]
        if measure["form"] == "annual":
            day = pd.to_datetime(rows["year"].astype(str) + "-12-31")
        elif "when" in measure:
            day = rows[measure["when"][0]]
        else:
            day = rows["date"] if measure["form"] in ("inspections", "registers") else rows["to"]
        within = (day >= pd.Timestamp(2013, 1, 1)) & (day <= pd.Timestamp(2013, 12, 31))
        return rows.assign(day=day)[within & (day <= pd.Timestamp(self.as_of))]

    def months(self) -> list[int]:
        return list(range(1, min(self.as_of, dt.date(2013, 12, 31)).month + 1))

    @functools.cached_property
    def by_month(self) -> dict[str, list[tuple[int, int]]]:
        """What passed and all, a pair a month, of each sampled rate; of one measure once."""
        found, seen = {}, []
        for row in self.rows:
            target = self.targets[row["target"]]
            if not target.get("sampled") or target["measure"] in seen:
                continue
            records = self.records(target["id"])
            if len(records):
                seen.append(target["measure"])
                month, passed = records["day"].dt.month, records["result"] == "pass"
                pairs = []
                for number in self.months():
                    here = passed[month == number]
                    pairs.append((int(here.sum()), len(here)))
                found[target["id"]] = pairs
        return found

    def monthly(self) -> list[tuple]:
        found = self.by_month
        if not found:
            return self.nothing("monthly_none")
        titles = {id: self.cells[id]["title"] for id in found}
        told, rows = [], []
        for id, pairs in found.items():
            passed, total = (sum(column) for column in zip(*pairs, strict=True))
            asked = least(self.targets[id])
            each = {"title": titles[id], "passed": passed, "total": total, "threshold": asked}
            told.append(self.w("monthly_each", **each))
            each = [f"{good} / {all_}" if all_ else "—" for good, all_ in pairs]
            rows.append(("", "", titles[id], *each))
        alt = self.w("monthly_alt", list=self.comma(told))
        caption = self.w("monthly_figure", title=self.listed(titles.values()))
        names = [f"{month}月" if self.zh else f"{month}" for month in self.months()]
        heads = (self.w("target"), *names)
        # Nothing in the demo stands out; limits are drawn where six months have samples that vary.
        charted = [sum(all_ > 0 for _, all_ in pairs) for pairs in found.values() if varies(pairs)]
        told = "control_inside" if max(charted, default=0) >= 8 else "control_inside_early"
        inside = [("p", self.w(told))] if charted else []
        return [("figure", alt, caption), ("table", self.w("counts"), heads, rows), *inside]

    @functools.cached_property
    def failed(self) -> dict[str, list[dict]]:
        """The records that did not pass, missed targets first, of each the latest first."""
        found, seen = {}, []
        for row in self.rows:
            target = self.targets[row["target"]]
            measure = target["measure"]
            if not is_rate(target) or measure in seen:
                continue
            seen.append(measure)
            records = self.records(target["id"])
            if "passed" in measure:
                ((column, good),) = measure["passed"].items()
                records = records[records[column] != good]
            else:
                records = records[records["numerator"] < records["denominator"]]
            if len(records):
                records = records.sort_values("day", ascending=False, kind="stable")
                records = records.to_dict("records")
                found[target["id"]] = [self.failure(measure, each) for each in records]
        missed = [id for id in found if self.by_id[id]["state"] == "not attained"]
        return {id: found[id] for id in [*missed, *(id for id in found if id not in missed)]}

    def failure(self, measure: dict, record: dict) -> dict:
        record = {name: "" if pd.isna(cell) else cell for name, cell in record.items()}
        counts, failing, named = "", "", measure["form"] == "inspections"
        if "over" in measure:
            counts = f"{record['numerator']} / {record['denominator']}"
        if named:
            unknown = "未说明" if self.zh else "not stated"
            failing = record["failing_item"] or unknown
        items = {"inspections": "product", "projects": "project", "coverage": "stratum"}
        item, firm, sheet = record[items[measure["form"]]], record.get("firm", ""), record["sheet"]
        place = self.source_of(record["file"], sheet, f"{record['row']}")
        cells = (self.date(record["day"]), firm, item, counts, failing, place)
        return {"cells": cells, "failing": failing if named else None}

    @functools.cached_property
    def pareto(self) -> list[tuple[str, int]]:
        """Failing items, the most frequent first; a batch that names several counts for each."""
        times = collections.Counter()
        for failures in self.failed.values():
            for each in failures:
                if each["failing"] is not None:
                    text = each["failing"]
                    for mark in "，,；;":
                        text = text.replace(mark, "、")
                    times.update({item.strip(): 1 for item in text.split("、") if item.strip()})
        return times.most_common(10)

    def failures(self) -> list[tuple]:
        found = self.failed
        if not found:
            return self.nothing("failures_none")
        parts = []
        items = self.pareto
        if items and items[0][1] > 1:
            told = self.listed(f"{item} {times}" for item, times in items)
            parts.append(("figure", f"{self.w('pareto_figure')} {told}", self.w("pareto_figure")))
        total = sum(map(len, found.values()))
        if total > 60:
            told = {"total": total, "shown": 60, "sheet": self.w("failing_records")}
            parts.append(("p", self.w("failures_more", **told)))
        rows, left = [], 60
        for id, failures in found.items():
            part = [("", "", *each["cells"]) for each in failures[:left]]
            rows += [(self.cells[id]["title"],), *part] if part else []
            left -= len(part)
        heads = tuple(map(self.w, ("date", "firm", "item", "counts", "failing", "source")))
        return [*parts, ("table", self.w("failures"), heads, rows)]

    def missing(self) -> list[tuple]:
        parts = []
        if none := self.in_state("no data"):
            parts.append(self.table("missing_targets", "target clause owner note", none))
        returns = self.source.returns
        returns = returns[(returns["year"] == 2013) & returns["status"].isin(["missing", "late"])]
        targets = [self.targets[id] for id in self.cells]
        asked = [(target["measure"]["form"], target["owner"]) for target in targets]
        rows = []
        for form, sender in dict.fromkeys(asked):
            part = returns[(returns["form"] == form) & (returns["sender"] == sender)]
            for each in part.to_dict("records"):
                low, high = self.date(each["period_from"]), self.date(each["period_to"])
                span = f"{low}至{high}" if self.zh else f"{low} to {high}"
                title = self.text(self.forms["forms"][form]["title"])
                status = f"{each['status']}: {self.w.entry('statuses', each['status'])}"
                due, filed = self.date(each["due"]), self.date(each["filed"])
                rows.append(("", "", title, self.sender(sender), span, due, status, filed))
        if rows:
            heads = tuple(map(self.w, ("form", "sender", "period", "due", "status", "filed")))
            parts.append(("table", self.w("missing_returns"), heads, rows))
        return parts or self.nothing("missing_none")

    def files(self, records: pd.DataFrame) -> str:
        """File, sheet and rows in the order of the days; at most twelve runs of rows of each."""
        rows: dict[tuple, list[int]] = {}
        for each in records.sort_values("day", kind="stable").to_dict("records"):
            sheet = "" if pd.isna(each["sheet"]) else each["sheet"]
            rows.setdefault((each["file"], sheet), []).append(each["row"])
        told = []
        for (file, sheet), numbers in rows.items():
            runs: list[list[int]] = []
            for number in sorted(numbers):
                if runs and runs[-1][-1] + 1 == number:
                    runs[-1].append(number)
                else:
                    runs.append([number])
            each = [f"{run[0]}" if len(run) == 1 else self.between(run[0], run[-1]) for run in runs]
            more = ""
            if len(runs) > 12:
                more = f"……（共{len(numbers)}行）" if self.zh else f"… ({len(numbers)} rows)"
            told.append(self.source_of(file, sheet, self.listed(each[:12]) + more))
        return self.comma(told)

    def sources(self) -> list[tuple]:
        document = self.raw["document"]
        facts = [document["number"], *map(self.text, document["facts"])]
        behind = {id: self.records(id) for id in self.cells}
        number = {id: f"{len(rows)}" for id, rows in behind.items()}
        files = {id: self.files(rows) for id, rows in behind.items()}
        columns = "target clause owner records files"
        more = {"anchor": "s-", "leads": "t-", "records": number, "files": files}
        table = self.table("sources_note", columns, self.cells, **more)
        used = {name for id in self.cells for name in self.targets[id].get("assumptions", [])}
        rows = [
            ("", "", self.text(each["text"]), self.text(each["source"]))
            for name, each in self.raw["assumptions"].items()
            if each.get("general") or name in used
        ]
        heads = (self.w("assumption"), self.w("basis"))
        return [
            ("list", facts),
            ("p", self.w("rows_all", sheet=self.w("sources"))),
            table,
            ("table", self.w("assumptions"), heads, rows),
        ]
