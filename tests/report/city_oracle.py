"""What the tests of the city's page, the index and the page of returns share.

Pages read cell by cell, the plan read straight from its YAML, and the plainest way to write each
number. Nothing here calls what makes the pages.
"""

import csv
import datetime as dt
import functools
import io
from dataclasses import dataclass
from fractions import Fraction

import matplotlib.figure
import pandas as pd
from bs4 import BeautifulSoup
from project import posed, read_yaml

from yxq.attainment.results import Results
from yxq.plan_folders.load import SHIPPED, load
from yxq.words.text import Text
from yxq.words.wording import Words

PLACE = SHIPPED / "yixing"
YEAR = read_yaml(PLACE / "2013.yml")
FORMS = read_yaml(PLACE / "forms.yml")
UNITS = [*csv.DictReader(io.StringIO((PLACE / "units.csv").read_text(encoding="utf-8")))]
CITY = "宜兴市"
TOWNS = [u for u in UNITS if u["kind"] != "city" and u["valid_from"] <= "2013-12-31"]
TARGETS = {target["id"]: target for target in YEAR["targets"]}
STATES = ["attained", "not attained", "on track", "behind"]
STATES += ["pending", "not applicable", "no data", "reported"]
SHORT = ["not attained", "behind"]

MIDYEAR, END = dt.date(2013, 6, 30), dt.date(2014, 1, 31)
LAST = dt.date(2013, 12, 31)
DAYS, LANGUAGES = (MIDYEAR, END), ("zh", "en")


@functools.cache
def source(processed, day: dt.date, scored: bool = True) -> Results:
    """The results of a day, once a session; they must not be changed."""
    plan = load("yixing").plan(2013)
    if scored:
        return Results(plan, processed, day)
    unset = plan.period.model_copy(update={"scoring": None})
    other = Results(plan.model_copy(update={"period": unset}), processed, day)
    posed(other, attained=source(processed, day).attained)
    return other


def changed(processed, day: dt.date, edit, scores=None) -> Results:
    """The results of a day with some cells of attainment written by hand; `edit` gets the frame."""
    known = source(processed, day)
    other = Results(known.plan, processed, day)
    attained = known.attained
    edit(attained)
    posed(other, attained=attained)
    posed(other, scores=known.scores if scores is None else scores)
    posed(other, subscores=known.subscores)
    posed(other, movers=known.movers)
    return other


def subtitle(document: str, day: str, received_by: dt.date) -> dict[str, str]:
    """What stands under the title of a page."""
    chinese, english = (date(received_by, language) for language in LANGUAGES)
    return {
        "zh": f"{document}　2013年度　统计截止日{day}　报表接收截止日{chinese}",
        "en": f"{document}, 2013, as of {day}, returns received by {english}",
    }


def cell(attained: pd.DataFrame, unit: str, target: str) -> int:
    """The index of one result."""
    return attained.index[(attained["unit"] == unit) & (attained["target"] == target)].item()


@functools.cache
def wording(language: str) -> Words:
    """The words of a language with the plan's own names."""
    english = {unit["name"]: unit["name_en"] for unit in UNITS}
    english |= {name: sender["en"] for name, sender in FORMS["senders"].items()}
    for target in YEAR["targets"]:
        strata = target["measure"].get("strata", {})
        english |= dict(zip(strata.get("values", ()), strata.get("en", ()), strict=False))
    return Words(language, Text(**FORMS["unit"]), english)


# The page as a reader sees it.


@dataclass
class Table:
    """A table as it is read: caption, headings, rows of cells, and the elements of the rows."""

    caption: str
    heads: list[str]
    rows: list[list[str]]
    elements: list


def soup(block) -> BeautifulSoup:
    return _parsed(block.html)


@functools.lru_cache(50)
def _parsed(html: str) -> BeautifulSoup:
    return BeautifulSoup(html, "html.parser")


def text(element) -> str:
    return element.get_text().strip()


def tables(block) -> list[Table]:
    """Every table of a block; a heading of a group of rows is a row of one cell."""
    found = []
    for table in soup(block).find_all("table"):
        heads = [text(th) for th in table.thead.find_all("tr")[-1].find_all(["th", "td"])]
        elements = [row for body in table.find_all("tbody") for row in body.find_all("tr")]
        rows = [[text(each) for each in row.find_all(["th", "td"])] for row in elements]
        found.append(Table(text(table.caption), heads, rows, elements))
    return found


def paragraphs(block) -> list[str]:
    return [text(p) for p in soup(block).find_all("p")]


def alts(block) -> list[str]:
    return [div["aria-label"] for div in soup(block).find_all("div", role="img")]


def captions(block) -> list[str]:
    return [text(each) for each in soup(block).find_all("figcaption")]


def facts(block) -> list[tuple[str, str, str]]:
    """Term, value and remark of every tile."""
    found = []
    for div in soup(block).find("dl").find_all("div"):
        small = text(div.small) if div.small else ""
        value = text(div.dd).removesuffix(small).strip()
        found.append((text(div.dt), value, small))
    return found


def recorded(monkeypatch) -> list[matplotlib.figure.Figure]:
    """The figures that pages draw from now on, which are kept and not rendered."""
    figures = []

    def keep(self, out, **options):
        figures.append(self)
        out.write(b"<svg></svg>")

    monkeypatch.setattr(matplotlib.figure.Figure, "savefig", keep)
    return figures


# Texts and numbers, each written in the plainest way.


def of(bilingual: dict, language: str) -> str:
    return bilingual[language]


def unit_name(name: str, language: str) -> str:
    if language == "zh":
        return name
    return next(unit["name_en"] for unit in UNITS if unit["name"] == name)


def sender_name(name: str, language: str) -> str:
    return name if language == "zh" else FORMS["senders"][name]["en"]


def title(target: str, language: str) -> str:
    return TARGETS[target]["title"][language]


def numbered(target: str, language: str) -> str:
    return f"{target} {title(target, language)}"


def clause(target: str) -> str:
    return TARGETS[target]["clause"].replace("(", "（").replace(")", "）")


def section(target: str) -> dict:
    begins = [s for s in YEAR["sections"] if TARGETS[target]["clause"].startswith(s["clause"])]
    return max(begins, key=lambda each: len(each["clause"]))


def date(day, language: str) -> str:
    if pd.isna(day):
        return ""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.year:04d}-{day.month:02d}-{day.day:02d}"


def joined(parts, language: str) -> str:
    return ("、" if language == "zh" else ", ").join(parts)


def after(parts, language: str) -> str:
    return ("；" if language == "zh" else "; ").join(parts)


def between(low: str, high: str, language: str) -> str:
    """From one text to another, or the one that both are."""
    return low if low == high else low + {"zh": "～", "en": "–"}[language] + high


def span(low, high, language: str) -> str:
    """From one place to another."""
    if pd.isna(low):
        return ""
    if low == high:
        return str(int(low))
    return f"{low}～{high}" if language == "zh" else f"{low}–{high}"


def state_name(state: str, language: str) -> str:
    names = {
        "attained": ("达成", "attained"),
        "not attained": ("未达成", "not attained"),
        "on track": ("进度正常", "on track"),
        "behind": ("进度落后", "behind"),
        "pending": ("未到期", "pending"),
        "not applicable": ("不适用", "not applicable"),
        "no data": ("无数据", "no data"),
        "reported": ("不作判定", "not judged"),
    }
    return names[state][LANGUAGES.index(language)]


SIGNS = dict(zip(STATES, "✓×↑↓…—?·", strict=True))


def signed(state: str, language: str) -> str:
    return f"{SIGNS[state]} {state_name(state, language)}"


def count_unit(target: str, n, language: str) -> str:
    unit = TARGETS[target]["unit"]
    if language == "zh":
        return unit["zh"]
    one, _, many = unit["en"].partition("/")
    return one if n is not None and abs(n) == 1 else many or one


def amount(value: float, target: str, language: str) -> str:
    """A value that is no rate of counts, with its unit."""
    if TARGETS[target]["unit"]["en"] == "share":
        return f"{value * 100:.2f}%"
    unit = count_unit(target, value, language)
    return f"{plain(value)}{unit}" if language == "zh" else f"{plain(value)} {unit}"


def plain(value: float) -> str:
    """Two decimals, below one four, no zeros at the end, commas between thousands."""
    text = f"{value:,.4f}" if abs(value) < 1 else f"{value:,.2f}"
    while text.endswith("0"):
        text = text[:-1]
    return text.removesuffix(".")


def require(target: str) -> str:
    """What is asked, as the plan writes it: `>= 95%`, `> last_year`, `done`, or nothing."""
    return TARGETS[target].get("require", "")


def is_rate(target: str) -> bool:
    """Whether a share is asked for, such as 95% or 1/3."""
    asked = require(target)
    return asked.startswith(">= ") and ("%" in asked or "/" in asked)


def least(target: str) -> Fraction:
    """The least share or count that is asked, such as 95%, 1/3 or 15."""
    text = require(target).removeprefix(">= ")
    return Fraction(text[:-1]) / 100 if text.endswith("%") else Fraction(text)


def percent(value: Fraction, asked: Fraction) -> str:
    """One decimal, or as many as it takes not to be rounded across what is asked."""
    for decimals in range(1, 7):
        text = f"{float(100 * value):.{decimals}f}"
        if value == asked or (Fraction(text) / 100 >= asked) == (value >= asked):
            return text + "%"
    return f"{float(100 * value):.1f}%"


def value(row, language: str) -> str:
    if pd.isna(row.value):
        return ""
    if require(row.target).startswith("rank"):
        return f"第{plain(row.value)}名" if language == "zh" else f"no. {plain(row.value)}"
    if is_rate(row.target):
        rate = Fraction(int(row.numerator), int(row.denominator))
        return percent(rate, least(row.target))
    return amount(row.value, row.target, language)


def required(row, language: str) -> str:
    """What the plan asks of the city."""
    asked, by, chinese = require(row.target), TARGETS[row.target].get("by"), language == "zh"
    number = asked.rpartition(" ")[2]
    if is_rate(row.target):
        if asked == ">= 100%":
            return "100%"
        return f"≥{number}" if chinese else f"≥ {number}"
    if asked.startswith(">= "):
        unit = count_unit(row.target, int(number), language)
        return f"≥{number}{unit}" if chinese else f"≥ {number} {unit}"
    if ".." in asked:
        low, high = asked.split("..")
        unit = count_unit(row.target, int(high), language)
        return f"{low}～{high}{unit}" if chinese else f"{low}–{high} {unit}"
    if asked == "<= 0":
        return "不发生" if chinese else "none"
    if asked == "> last_year" and not pd.isna(row.year_before):
        before = amount(row.year_before, row.target, language)
        return f"高于上年（{before}）" if chinese else f"above the year before ({before})"
    if asked.startswith("rank"):
        return f"居前{number}" if chinese else f"in the front {number}"
    if by == "open":
        return "争创，未定期限" if chinese else "striven for, no date"
    if by:
        day = date(dt.date.fromisoformat(str(by)), language)
        return f"按期完成（{day}）" if chinese else f"done by its date ({day})"
    simple = {
        "done": ("按期完成", "done by its date"),
        "> last_year": ("高于上年", "above the year before"),
        "> peers": ("高于同类城市平均", "above the peers' mean"),
        "": ("未定数值", "no number set"),
    }
    return simple[asked][LANGUAGES.index(language)]


def counts(row) -> str:
    two = not pd.isna(row.numerator) and not pd.isna(row.denominator)
    asked = require(row.target)
    if (is_rate(row.target) or asked == "done" or asked.startswith("rank")) and two:
        return f"{int(row.numerator)} / {int(row.denominator)}"
    return ""


def change(number, target: str, language: str) -> str:
    """A change; that there is none is said in words."""
    level = {"zh": "持平", "en": "as before"}[language]
    return level if number == 0 else difference(number, target, language)


def difference(number, target: str, language: str) -> str:
    """A gap or change: of shares in points, else in the target's unit."""
    if pd.isna(number):
        return ""
    sign = "+" if number > 0 else "−" if number < 0 else "±"
    if is_rate(target) or TARGETS[target]["unit"]["en"] == "share":
        points = f"{sign}{abs(number) * 100:.2f}"
        return f"{points}个百分点" if language == "zh" else f"{points} pp"
    if require(target).startswith("rank"):
        return f"{sign}{plain(abs(number))}"
    unit = count_unit(target, number, language)
    gap = "" if language == "zh" else " "
    return f"{sign}{plain(abs(number))}{gap}{unit}"


def needed(row, language: str) -> str:
    lacks = row.state == "on track" and not pd.isna(row.needed) and row.needed > 0
    if require(row.target) == "done" or (row.state not in SHORT and not lacks):
        return ""
    if not pd.isna(row.needed) and row.needed != 0:
        n, unit = int(row.needed), count_unit(row.target, row.needed, language)
        return f"还差{n}{unit}" if language == "zh" else f"{n} more {unit}"
    if require(row.target) == "> last_year" and not pd.isna(row.year_before):
        before = amount(row.year_before, row.target, language)
        return f"须超过上年的{before}" if language == "zh" else f"more than {before}"
    return ""


def gap(row, language: str) -> str:
    """How far from what is asked; of tasks in days, with which side of the due day that is."""
    if require(row.target) != "done" or pd.isna(row.gap):
        return difference(row.gap, row.target, language)
    days = int(row.gap)
    if days == 0:
        return "当日" if language == "zh" else "on the day"
    if days < 0:
        return f"逾期{-days}天" if language == "zh" else f"{-days} days over"
    if row.state == "pending":
        return f"还有{days}天" if language == "zh" else f"{days} days left"
    return f"提前{days}天" if language == "zh" else f"{days} days early"


def note(row, words: Words) -> str:
    return "" if pd.isna(row.note) else words.reason(row.note)


def chance(value: float) -> str:
    """Whole percent, and never certain."""
    if value < 0.01:
        return "<1%"
    return ">99%" if value > 0.99 else f"{100 * value:.0f}%"


def grade(own, over: bool, language: str) -> str:
    """A grade, and within the year the likeliest one at its end."""
    if over:
        return f"{own.grade}级" if language == "zh" else f"grade {own.grade}"
    end = chance(own.end_chance)
    if own.end_chance < 0.5:
        return f"暂评{own.grade}级" if language == "zh" else f"grade {own.grade} for now"
    if language == "zh":
        return f"暂评{own.grade}级，年末最可能{own.end_grade}级（{end}）"
    return f"grade {own.grade} for now, most likely {own.end_grade} at the end ({end})"


def grades(units: list, over: bool, language: str) -> tuple[str, str]:
    """How many units have each grade, and within the year of how many it will likely stay."""
    has = [own.grade for own in units if not pd.isna(own.score)]
    counts = [f"{grade} {has.count(grade)}" for grade in sorted({*has})]
    told = {"zh": "　", "en": ", "}[language].join(counts)
    known = [own for own in units if not pd.isna(own.score)]
    stay = sum(own.grade == own.end_grade and own.end_chance >= 0.5 for own in known)
    kept = {"zh": f"其中年末最可能仍为该级的{stay}个"}
    kept["en"] = f"most likely the same at the end: {stay}"
    return told, "" if over else kept[language]


def veto_ahead(own, rows: list, over: bool, language: str) -> list[str]:
    """That the likeliest grade is that of a veto, where its score at its lowest has a better one;
    with the chance that what vetoes does not happen.
    """
    scoring = YEAR["scoring"]
    (target,), veto = scoring["veto"]["targets"], scoring["veto"]["grade"]
    if over or own.vetoed or own.end_grade != veto or own.end_chance < 0.5:
        return []
    bands = [band for band in scoring["bands"] if own.end_low >= band["least"]]
    (row,) = [row for row in rows if row.target == target]
    if max(bands, key=lambda band: band["least"])["grade"] == veto or pd.isna(row.probability):
        return []
    about, likely = numbered(target, language), chance(row.probability)
    if language == "zh":
        why = "是因为一票否决事项仍可能发生：年末仍达成的可能性"
        return [f"年末最可能为{veto}级，{why}，{about}为{likely}。"]
    why = "because of what vetoes a grade and may still come; the chance that it does not:"
    return [f"Grade {veto} is the likeliest at the end {why} {about} {likely}."]


def likeliest(own, language: str) -> str:
    """The grade that the year more likely than not ends with, and its chance."""
    if own.end_chance < 0.5:
        return "未定" if language == "zh" else "undecided"
    end = chance(own.end_chance)
    return f"{own.end_grade}（{end}）" if language == "zh" else f"{own.end_grade} ({end})"


def points(score) -> str:
    """A score: one decimal, or as many as keep it in its band."""
    if pd.isna(score):
        return ""
    least = [band["least"] for band in YEAR["scoring"]["bands"]]
    for decimals in range(1, 7):
        text = f"{score:.{decimals}f}"
        if [float(text) >= each for each in least] == [score >= each for each in least]:
            return text
    return f"{score:.6f}"


def points_beside(score, scores: dict) -> str:
    """A score beside those of all units: up to three decimals where fewer make different ones look
    the same.
    """
    if pd.isna(score):
        return ""
    towns = (own.score for unit, own in scores.items() if unit != CITY)
    known = {round(float(one), 6) for one in towns if pd.notna(one)}
    enough = (d for d in (1, 2, 3) if len({f"{one:.{d}f}" for one in known}) == len(known))
    text = f"{score:.{next(enough, 3)}f}"
    return text if len(text) > len(points(score)) else points(score)


def results_of(attained: pd.DataFrame, unit: str) -> list:
    """The results of one unit, in the plan's order."""
    rows = attained[attained["unit"] == unit].set_index("target", drop=False)
    order = [target for target in TARGETS if target in rows.index]
    return [*rows.loc[order].itertuples(index=False)]
