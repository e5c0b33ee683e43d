"""attainment.xlsx cell by cell, against values worked out from the tables and the plan's YAML."""

import csv
import datetime as dt
import re
from dataclasses import dataclass
from fractions import Fraction

import openpyxl
import pandas as pd
import pytest
from project import posed, read_yaml

from yxq.attainment.results import Results
from yxq.plan_folders.load import SHIPPED
from yxq.report.pages import CityPage, open_page
from yxq.report.sheets import views
from yxq.tables import workbook
from yxq.words.states import State
from yxq.words.wording import Words

MID = dt.date(2013, 6, 30)
END = dt.date(2014, 1, 31)
HEADING = "行动计划 & more"
CITY = "宜兴市"
ENDS = pd.Timestamp("2013-12-31")

PLAN = read_yaml(SHIPPED / "yixing" / "2013.yml")
FORMS = read_yaml(SHIPPED / "yixing" / "forms.yml")
TARGETS = {target["id"]: target for target in PLAN["targets"]}
with (SHIPPED / "yixing" / "units.csv").open(encoding="utf-8") as table:
    UNITS = {row["name"]: row for row in csv.DictReader(table)}
TOWNS = [name for name, row in UNITS.items() if row["kind"] != "city" and not row["valid_from"]]

WHOLE, DECIMAL, PERCENT = "#,##0", "#,##0.0#", "0.0%"
SIGNED_WHOLE, SIGNED_DECIMAL = "+#,##0;-#,##0;0", "+#,##0.00;-#,##0.00;0"
POINTS = {
    "zh": '+0.00"个百分点";-0.00"个百分点";0.00"个百分点"',
    "en": '+0.00" pp";-0.00" pp";0.00" pp"',
}
BETWEEN = {"zh": ("～", "、"), "en": ("–", ", ")}
TITLES = {
    "zh": [
        "说明",
        "单位×目标",
        "得分",
        "逐项得分",
        "全部结果",
        "不合格（未达标）明细",
        "任务进展",
        "数据来源",
        "约定事项",
        "催报清单",
    ],
    "en": [
        "About",
        "Units by targets",
        "Scores",
        "Points by item",
        "All results",
        "Failures",
        "Milestones",
        "Where the numbers come from",
        "Assumptions",
        "Who owes what",
    ],
}


# What a cell holds: nothing, a text, or a number (a day) with the format that shows it


def seen(cell) -> object:
    """A cell as it is compared; an empty text shows nothing, as no cell does."""
    value = cell.value
    assert not isinstance(value, bool), cell.coordinate
    if value is None or value == "":
        return None
    if isinstance(value, str):
        assert cell.data_type == "s", cell.coordinate
        return value
    if isinstance(value, dt.datetime):
        return (value, cell.number_format)
    assert cell.data_type == "n", cell.coordinate
    return (float(f"{value:.11g}"), cell.number_format)


def number(value, shape: str | None = None) -> tuple[float, str] | None:
    """A number: whole ones without decimals, others with one or two, unless a format is given."""
    if pd.isna(value):
        return None
    value = float(value)
    return (float(f"{value:.11g}"), shape or (WHOLE if value == round(value) else DECIMAL))


def text(value) -> str | None:
    return None if pd.isna(value) or value == "" else str(value)


def body(sheet) -> list[list[object]]:
    return [[seen(cell) for cell in row] for row in sheet.iter_rows(min_row=3)]


def assert_cells(sheet, headings: list[str], rows: list[list[object]]) -> None:
    """Headings, every cell of every row, and the filter over all of them."""
    assert [cell.value for cell in sheet[2]] == headings
    assert rows
    assert body(sheet) == rows
    last = openpyxl.utils.get_column_letter(len(headings))
    assert sheet.auto_filter.ref == f"A2:{last}{2 + len(rows)}"
    assert sheet.freeze_panes == "B3"
    assert (sheet.print_title_rows, sheet.print_title_cols) == ("$2:$2", "$A:$A")


# Wording put together the plainest way


@dataclass
class Told:
    """One language's texts of units, targets, and what is asked."""

    language: str

    @property
    def words(self) -> Words:
        senders = {name: about["en"] for name, about in FORMS["senders"].items()}
        english = senders | {name: row["name_en"] for name, row in UNITS.items()}
        strata = TARGETS["T40"]["measure"]["strata"]
        english |= dict(zip(strata["values"], strata["en"], strict=True))
        return Words(self.language, None, english)

    def heading(self, *names: str) -> list[str]:
        """The headings of columns; what the plan calls its units is its own word."""
        unit = {"zh": "镇（街道、园区）", "en": "Unit"}[self.language]
        return [unit if name == "unit" else self.words(name) for name in names]

    def unit(self, name: str) -> str:
        return name if self.language == "zh" else UNITS[name]["name_en"]

    def title(self, id: str) -> str:
        return TARGETS[id]["title"][self.language]

    def numbered(self, id: str) -> str:
        return f"{id} {self.title(id)}"

    def owner(self, id: str) -> str:
        name = TARGETS[id]["owner"]
        return name if self.language == "zh" else FORMS["senders"][name]["en"]

    def clause(self, id: str) -> str:
        return TARGETS[id]["clause"].replace("(", "（").replace(")", "）")

    def counted(self, id: str, n: float) -> str:
        if self.language == "zh":
            return TARGETS[id]["unit"]["zh"]
        names = TARGETS[id]["unit"]["en"].split("/")
        return names[0] if abs(n) == 1 else names[-1]

    def measured_in(self, id: str) -> str:
        if is_share(id):
            return {"zh": "率", "en": "share"}[self.language]
        return self.counted(id, 2)

    def state(self, state: str) -> str:
        return f"{State(state).sign} {self.words.entry('states', state)}"

    def amount(self, id: str, value: float) -> str:
        if is_share(id):
            return f"{value * 100:.2f}%"
        digits = f"{value:,.2f}" if value >= 1 else f"{value:,.4f}"
        shown = digits.rstrip("0").rstrip(".")
        between = "" if self.language == "zh" else " "
        return f"{shown}{between}{self.counted(id, value)}"

    def asked(self, row: dict) -> str:
        """What the plan asks of a unit."""
        id = row["target"]
        target, told = TARGETS[id], self.words.entry
        asked = target.get("require", "")
        limit = asked.split(" ")[-1]
        if target["for"] == "shared" and row["unit"] != CITY:
            quota = row["bound"]
            if quota in ("", "0"):
                return told("requirements", {"": "not_split", "0": "quota_none"}[quota])
            unit = self.counted(id, int(quota))
            return told("requirements", "at_least", bound=quota, unit=unit)
        match judged_as(id):
            case "reported":
                return told("requirements", "reported")
            case "share":
                if limit == "100%":
                    return limit
                return told("requirements", "at_least", bound=limit, unit="").strip()
            case "count" if asked == "<= 0":
                return told("requirements", "none")
            case "count" if ".." in asked:
                low, high = limit.split("..")
                span = f"{low}{BETWEEN[self.language][0]}{high}"
                unit = self.counted(id, int(high))
                return told("requirements", "between", bound=span, unit=unit)
            case "count" if asked.startswith(">= "):
                unit = self.counted(id, int(limit))
                return told("requirements", "at_least", bound=limit, unit=unit)
            case "rank":
                return told("requirements", "in_front", bound=limit)
            case "task":
                by = target.get("by")
                if by is None or by == "open":
                    return told("requirements", "done_open" if by else "done")
                day = f"{by:%Y-%m-%d}"
                if self.language == "zh":
                    day = f"{by.year}年{by.month}月{by.day}日"
                return told("requirements", "done_by", bound=day)
        if asked == "> peers":
            return told("requirements", "above_peers")
        assert asked == "> last_year"
        if pd.isna(row["year_before"]):
            return told("requirements", "above_last_year")
        before = self.amount(id, row["year_before"])
        return told("requirements", "above_last_year_of", before=before)

    def state_of(self, row: dict) -> str:
        """The state; of a verdict by a share of the city's count also that nobody has set it."""
        shared = TARGETS[row["target"]]["for"] == "shared" and row["unit"] != CITY
        told = self.state(row["state"])
        if shared and row["state"] in ("attained", "not attained"):
            told += {"zh": "（试算）", "en": " (provisional share)"}[self.language]
        return told

    def trend(self, row: dict) -> str:
        """Better or worse; fewer than ten items in both years together say nothing."""
        counted = judged_as(row["target"]) != "share" and pd.notna(row["change_low"])
        if not row["trend"] or (counted and row["numerator"] + row["previous_numerator"] < 10):
            return ""
        return self.words.entry("trends", row["trend"])


def judged_as(id: str) -> str:
    """How a target is judged, by what is asked and what it is measured by."""
    asked, measure = TARGETS[id].get("require"), TARGETS[id]["measure"]
    if asked is None:
        return "reported"
    if asked == "done":
        return "task"
    if asked.startswith("rank"):
        return "rank"
    if "passed" in measure or "over" in measure:
        return "share"
    return "count" if "distinct" in measure else "level"


def is_share(id: str) -> bool:
    return judged_as(id) == "share" or TARGETS[id]["unit"]["en"] == "share"


def pairs() -> list[tuple[str, str]]:
    """Units in the order of units.csv, the city last; each with its targets in the plan's order."""
    towns = [(town, id) for town in TOWNS for id in TARGETS if TARGETS[id]["for"] != "city"]
    return towns + [(CITY, id) for id in TARGETS]


# The book of each day and language


@dataclass
class Book:
    """A workbook as Excel opens it, with the tables that it is made of."""

    day: dt.date
    told: Told
    page: CityPage
    opened: openpyxl.Workbook  # its values
    formulas: openpyxl.Workbook

    def sheet(self, number: int):
        return self.opened[TITLES[self.told.language][number]]

    def attained(self) -> dict[tuple[str, str], dict]:
        rows = self.page.source.attained.to_dict("records")
        return {(row["unit"], row["target"]): row for row in rows}


def written(page: CityPage, file) -> openpyxl.Workbook:
    workbook.write(file, views(page), page.words, HEADING)
    return openpyxl.load_workbook(file, data_only=True)


@pytest.fixture(scope="module")
def sources(demo_processed) -> dict[dt.date, Results]:
    """The results of both days, worked out once for both languages."""
    days = {MID: MID.isoformat(), END: None}
    found = {}
    for day, as_of in days.items():
        found[day] = open_page("city", 2013, as_of, processed=str(demo_processed)).source
    return found


def opened(sources, day: dt.date, language: str) -> CityPage:
    page = open_page("city", 2013, day, processed=sources[day].processed, language=language)
    page.source = sources[day]
    return page


@pytest.fixture(scope="module")
def books(sources, tmp_path_factory) -> dict[tuple[dt.date, str], Book]:
    found = {}
    for day in (MID, END):
        for language in ("zh", "en"):
            page = opened(sources, day, language)
            file = tmp_path_factory.mktemp("book") / "a.xlsx"
            values, formulas = written(page, file), openpyxl.load_workbook(file)
            found[day, language] = Book(day, Told(language), page, values, formulas)
    return found


BOOKS = [(MID, "zh"), (MID, "en"), (END, "zh"), (END, "en")]


@pytest.fixture(params=BOOKS, ids=lambda of: f"{of[0]}-{of[1]}")
def book(request, books) -> Book:
    return books[request.param]


def test_the_usual_day_is_the_one_when_all_returns_are_due(sources):
    assert sources[END].as_of == END


def test_sheets_stand_in_order_under_what_they_are(book):
    language = book.told.language
    assert book.opened.sheetnames == TITLES[language]
    states = {
        "zh": "✓ 达成　× 未达成　↑ 进度正常　↓ 进度落后　… 未到期　— 不适用　? 无数据　· 不作判定",
        "en": ", ".join(
            [
                *["✓ attained", "× not attained", "↑ on track", "↓ behind", "… pending"],
                *["— not applicable", "? no data", "· not judged"],
            ]
        ),
    }[language]
    between = {"zh": "　", "en": ", "}[language]
    tops = [f"{HEADING}{between}{title}" for title in TITLES[language]]
    tops[1] += f"{between}{states}"
    assert [sheet["A1"].value for sheet in book.opened] == tops
    assert all(cell.value is None for sheet in book.opened for cell in sheet[1][1:])


def test_the_first_sheet_says_what_the_workbook_is(book):
    states = [row["state"] for (unit, _), row in book.attained().items() if unit == CITY]
    met, missed = states.count("attained"), states.count("not attained")
    assert met and missed and len(states) == 75
    title = PLAN["document"]["title"][book.told.language]
    if book.told.language == "zh":
        day = {MID: "2013年6月30日", END: "2014年1月31日"}[book.day]
        told = [
            f"{title}　2013年度　统计截止日{day}　报表接收截止日2014年2月28日",
            "本页数据为演示数据（合成），并非真实填报。",
            f"全市75项目标中已有定论{met + missed}项：达成{met}项，未达成{missed}项。",
            "“得分”表的得分、等级、名次是公式，由“逐项得分”逐项加总得出，可以改动逐项得分重算。同分并列，按未四舍五入的分数排；"
            "有缺报的按最低得分定等级、排名次；一票否决的排在其他单位之后（排名依据减1000000）。",
            "要求高于（或低于）上年的，与上年相同即为未达成，上年和本年都是零的也一样。",
            "工作表：单位×目标、得分、逐项得分、全部结果、不合格（未达标）明细、任务进展、数据来源、约定事项、催报清单。",
        ]
    else:
        counts = f"{met} attained, {missed} not attained"
        told = [
            f"{title}, 2013, as of {book.day:%Y-%m-%d}, returns received by 2014-02-28",
            "The data on this page are synthetic, made for demonstration; nobody reported them.",
            f"Of the city's 75 targets {met + missed} are settled: {counts}.",
            'Scores, grades and ranks of the sheet "Scores" are formulas over "Points by item": '
            "change an item and they follow. Equal scores share a rank, before rounding; where "
            "returns are missing grade and rank go by the lowest score; a vetoed unit comes after "
            "all others (what ranks go by is less 1000000).",
            "Where more (or less) than the year before is asked, the same number does not attain "
            "it, and neither does none after none.",
            "Sheets: Units by targets, Scores, Points by item, All results, Failures, Milestones, "
            "Where the numbers come from, Assumptions, Who owes what.",
        ]
    assert_cells(book.sheet(0), book.told.heading("remark"), [[line] for line in told])


def test_signs_of_units_by_targets(book):
    attained, told = book.attained(), book.told
    rows = []
    for unit in [*TOWNS, CITY]:
        states = [attained.get((unit, id), {}).get("state") for id in TARGETS]
        signs = [state and State(state).sign for state in states]
        rows.append([told.unit(unit), *signs])
    assert len(rows) == 21
    assert_cells(book.sheet(1), [*told.heading("unit"), *map(told.numbered, TARGETS)], rows)
    first, *others = book.sheet(1)[2]
    assert first.alignment.textRotation == 0
    assert {cell.alignment.textRotation for cell in others} == {90}


def test_scores_by_rank(book):
    told, scores = book.told, book.page.source.scores.to_dict("records")
    running = book.day == MID
    assert len(scores) == 21 and {pd.notna(row["end_low"]) for row in scores} == {running}
    scores.sort(key=lambda row: row["rank"] if pd.notna(row["rank"]) else 99)
    rows = [
        [
            told.unit(row["unit"]),
            number(row["score"]),
            text(row["grade"]),
            *([text(row["end_grade"]), number(row["end_chance"], PERCENT)] if running else []),
            *(number(row[name]) for name in ("rank", "rank_low", "rank_high")),
            *(number(row[name]) for name in ("score_low", "score_high", "deducted")),
            *(number(row[name], PERCENT) for name in ("missing", "judged")),
            number(row["ranked"]),
            *(number(row[name]) for name in ("total", "of")),
            number(None if pd.isna(row["rank"]) else round(row["score_low"], 9)),
        ]
        for row in scores
    ]
    ranks = ["rank", "rank_low", "rank_high"]
    names = ["unit", "score", "grade", *ranks]
    if running:
        ranks = ["rank_now", "rank_low_end", "rank_high_end"]
        names = ["unit", "score_now", "grade_now", "end_grade", "end_chance", *ranks]
    names += [
        "score_low",
        "score_high",
        "deducted",
        "missing_weight",
        "judged",
        "ranked",
        "sheet_total",
        "sheet_of",
        "rank_basis",
    ]
    assert_cells(book.sheet(2), told.heading(*names), rows)


def test_points_of_every_item(book):
    """All the demo's targets weigh 1: half for a near miss or a little late, and why."""
    told, attained = book.told, book.attained()
    half, rows, lacking = {}, body(book.sheet(3)), 0
    assert [cell.value for cell in book.sheet(3)[2]] == told.heading(
        *("unit", "target", "points_of", "earned", "counted", "deducted", "vetoes"),
        *("earned_least", "counted_least", "deducted_least", "vetoes_least", "why"),
    )
    assert len(rows) == len(attained) > 1000
    for (unit, id), row in zip(attained, rows, strict=True):
        state = attained[unit, id]["state"]
        assert row[:3] == [told.unit(unit), told.numbered(id), number(1)]
        judged = state in ("attained", "on track", "not attained", "behind")
        assert row[4] == number(int(judged))
        full = state in ("attained", "on track")
        assert full == (row[3] == number(1)) and (judged or row[3] == number(0))
        if judged and row[3] == number(0.5):
            half[unit, id] = row[11]
        missed = id in ("T71", "T74") and state == "not attained"
        off = missed and pd.isna(attained[unit, id]["done"])
        assert row[5] == number(2 * off)
        vetoed = id == "T63" and state == "not attained"
        assert row[6] == number(int(vetoed))
        # What is missing altogether would count in full and bring nothing.
        lacks = state == "no data" and judged_as(id) != "reported"
        lacks |= judged and not attained[unit, id]["final"] and attained[unit, id]["missing"] > 0
        least = [0, 1, 2 * (id in ("T71", "T74")), int(id == "T63")] if lacks else None
        assert row[7:11] == ([*map(number, least)] if least else [row[3], row[4], row[5], row[6]])
        lacking += lacks
    assert lacking or book.day == MID
    assert half and all(half.values())


def after_grade(book: Book, place: int) -> int:
    """Where a column of scores stands that is the nth at the year's end; within it two more do."""
    return place + 2 * (book.day == MID)


SUMS = (
    r"SUMIFS\('(.+?)'!\$(.)\$3:\$.\$(\d+),'\1'!\$A\$3:\$A\$\3,\$A(\d+)(,'\1'!\$E\$3:\$E\$\3,1)?\)"
)


def test_score_and_total_are_formulas_over_the_items(book):
    """Every formula, reckoned from the cells that it names, comes to what the cell shows."""
    told, items = book.told, body(book.sheet(3))
    sheet = book.formulas[TITLES[told.language][2]]
    totals = after_grade(book, 12), after_grade(book, 13)
    count = 0
    for number_, (shown, row) in enumerate(
        zip(body(book.sheet(2)), sheet.iter_rows(min_row=3, values_only=True), strict=True), 3
    ):

        def summed(found: re.Match, unit=shown[0], at=number_) -> str:
            title, column, last, own, counted = found.groups()
            assert title == TITLES[told.language][3]
            assert (int(last), int(own)) == (len(items) + 2, at)
            cells = [item for item in items if item[0] == unit and (not counted or item[4][0])]
            return repr(sum(cell[0] for item in cells if (cell := item["ABCDEF".index(column)])))

        for formula, value in ((row[n], shown[n]) for n in (1, *totals)):
            if value is not None:
                text_ = re.sub(SUMS, summed, formula.removeprefix("="))
                assert eval(text_.replace("MAX", "max")) == pytest.approx(value[0], abs=1e-9)
                count += 1
    assert count >= 60


def weights(attained: dict[tuple[str, str], dict], unit: str) -> dict[str, Fraction]:
    """How many targets of a unit are judged, pending or lacking; they all weigh the same. What is
    judged and not final, of which one of three returns is missing, is lacking for a third.
    """
    judgeable = [(name, id) for name, id in attained if judged_as(id) != "reported"]
    rows = [attained[name, id] for name, id in judgeable if name == unit]
    found = {"missing": Fraction(0), "pending": Fraction(0), "judged": Fraction(0)}
    for row in rows:
        if row["state"] in ("attained", "not attained", "on track", "behind"):
            part = Fraction(0 if row["final"] else int(row["missing"]), int(row["due"]) or 1)
            found["missing"] += part
            found["judged"] += 1 - part
        elif row["state"] in ("no data", "pending"):
            found["missing" if row["state"] == "no data" else "pending"] += 1
    return found


def test_deductions_and_missing_weights_added_up_by_hand(book):
    """Two points for each of two tasks not done; no data is missing of what could be judged."""
    attained, expected = book.attained(), {}
    for unit in [*TOWNS, CITY]:
        tasks = [attained[unit, id] for id in ("T71", "T74")]
        undone = [row for row in tasks if row["state"] == "not attained" and pd.isna(row["done"])]
        have = weights(attained, unit)
        share = have["missing"] / (have["missing"] + have["judged"])
        expected[book.told.unit(unit)] = [number(2 * len(undone)), number(share, PERCENT)]
    first = after_grade(book, 8)
    assert {row[0]: row[first : first + 2] for row in body(book.sheet(2))} == expected
    assert {row[after_grade(book, 11)] for row in body(book.sheet(2))} == {number(20)}
    assert any(share for _, (share, _) in expected.values()) == (book.day == END)


def judged(book: Book) -> tuple[dict, dict]:
    """The weight judged of each unit: as the sheet has it, and by hand, of all there will be."""
    attained, expected = book.attained(), {}
    for unit in [*TOWNS, CITY]:
        have = weights(attained, unit)
        expected[book.told.unit(unit)] = number(have["judged"] / sum(have.values()), PERCENT)
    return {row[0]: row[after_grade(book, 10)] for row in body(book.sheet(2))}, expected


def test_weight_judged_at_the_end_added_up_by_hand(books):
    shown, expected = judged(books[END, "zh"])
    assert shown == expected
    assert min(share for share, _ in shown.values()) < 1


def test_weight_judged_within_the_year_leaves_out_what_is_never_judged(books):
    shown, expected = judged(books[MID, "zh"])
    assert shown == expected


NUMBERS = ["numerator", "denominator", "value", "gap", "needed"]
NUMBERS += ["low", "high", "further", "probability"]
RESULTS = [
    "unit",
    "target",
    "clause",
    "owner",
    "required",
    "numerator",
    "denominator",
    "value",
    "measured_in",
    "state",
    "gap",
    "needed",
    "value_year_before",
    "trend",
    "evidence",
    "low",
    "high",
    "further",
    "probability",
    "note",
]


def results(book: Book) -> dict[tuple[str, str], dict[str, object]]:
    """Every cell of all results, by unit and target."""
    told, attained, found = book.told, book.attained(), {}
    for unit, id in pairs():
        row = attained[unit, id]
        share = PERCENT if is_share(id) else None
        gap = row["gap"]
        if pd.isna(gap):
            gap = None
        elif is_share(id):
            gap = number(gap * 100, POINTS[told.language])
        else:
            gap = number(gap, SIGNED_WHOLE if float(gap).is_integer() else SIGNED_DECIMAL)
        found[unit, id] = {
            "unit": told.unit(unit),
            "target": told.numbered(id),
            "clause": told.clause(id),
            "owner": told.owner(id),
            "required": told.asked(row),
            "numerator": number(row["numerator"]),
            "denominator": number(row["denominator"]),
            "value": number(row["value"], share),
            "measured_in": told.measured_in(id),
            "state": told.state_of(row),
            "gap": gap,
            "needed": number(row["needed"]),
            "value_year_before": number(row["previous"], share),
            "trend": text(told.trend(row)),
            "evidence": (row["evidence"] and told.words.entry("evidence", row["evidence"])) or None,
            "low": number(row["low"], PERCENT),
            "high": number(row["high"], PERCENT),
            "further": number(row["further"]),
            "probability": number(row["probability"], PERCENT),
            "note": text(told.words.reason(row["note"])),
        }
    return found


def test_all_results(book):
    rows = [list(cells.values()) for cells in results(book).values()]
    assert len(rows) == 20 * 52 + 75
    assert all(list(cells) == RESULTS for cells in results(book).values())
    assert_cells(book.sheet(4), book.told.heading(*RESULTS), rows)


def test_the_numbers_of_results_are_of_many_kinds(book):
    """No column is compared only where it is empty, and neighbours differ somewhere."""
    rows = body(book.sheet(4))
    columns = {name: [row[place] for row in rows] for place, name in enumerate(RESULTS)}
    for name in NUMBERS:
        assert any(columns[name]) == (name != "probability" or book.day == MID), name
    columns = {name: column for name, column in columns.items() if any(column)}
    for one, cells in columns.items():
        assert all(cells != other for two, other in columns.items() if two != one), one
    shapes = {shape for _, shape in filter(None, columns["gap"])}
    points = POINTS[book.told.language]
    assert {points, SIGNED_WHOLE} <= shapes <= {points, SIGNED_WHOLE, SIGNED_DECIMAL}
    assert min(gap for gap, _ in filter(None, columns["gap"])) < 0
    assert {shape for _, shape in filter(None, columns["value"])} >= {PERCENT, WHOLE}


def test_rates_counted_from_the_measures(book, demo_measures):
    """Numerator, denominator and value of every rate and the year's own measures up to the day."""
    told = book.told
    rows = demo_measures[demo_measures["year"] == 2013]
    rows = rows[rows["date"] <= pd.Timestamp(book.day)]
    sums = rows.groupby(["unit", "target"])[["numerator", "denominator"]].sum()
    cells = results(book)
    rates = [(unit, id) for unit, id in pairs() if judged_as(id) == "share"]
    rates = [place for place in rates if place in sums.index]
    assert len(rates) > 200
    shown = {(row[0], row[1]): row[5:8] for row in body(book.sheet(4))}
    for key in rates:
        have, whole = (int(n) for n in sums.loc[key])
        place = (told.unit(key[0]), told.numbered(key[1]))
        value = number(have / whole, PERCENT) if whole else None
        assert shown[place] == [number(have), number(whole), value], key
        assert cells[key]["value"] == shown[place][2]


def test_tasks(book):
    names = ["unit", "target", "clause", "owner", "required", "state", "gap", "measured_in", "note"]
    rows = [
        [cells[name] for name in names]
        for (_, id), cells in results(book).items()
        if judged_as(id) == "task"
    ]
    assert len(rows) == 220
    assert_cells(book.sheet(6), book.told.heading(*names), rows)


def used(book: Book, tables, id: str) -> pd.DataFrame:
    """The accepted records of the year up to the day that a target is computed from."""
    measure = TARGETS[id]["measure"]
    rows = tables.records[measure["form"]]
    for column, wanted in measure.get("where", {}).items():
        rows = rows[rows[column].isin(wanted if isinstance(wanted, list) else [wanted])]
    if strata := measure.get("strata"):
        rows = rows[rows[strata["column"]].isin(strata["values"])]
    match measure["form"]:
        case "annual" | "benchmarks":
            day = pd.Series(ENDS, rows.index).where(rows["year"] == 2013)
        case "inspections" | "registers":
            day = rows["date"]
        case "projects":
            day = rows[measure["when"][0]]
        case _:
            day = rows["to"]
    rows = rows.assign(day=day)
    return rows[(rows["day"].dt.year == 2013) & (rows["day"] <= pd.Timestamp(book.day))]


def runs(numbers: list[int], language: str) -> str:
    """Rows with neighbours drawn together: 4–6, 9."""
    between, after = BETWEEN[language]
    parts, left = [], sorted(numbers)
    while left:
        first = last = left.pop(0)
        while left and left[0] == last + 1:
            last = left.pop(0)
        parts.append(f"{first}" if first == last else f"{first}{between}{last}")
    return after.join(parts)


def test_where_every_number_comes_from(book, demo_tables):
    told, found = book.told, {}
    for id, target in TARGETS.items():
        for row in used(book, demo_tables, id).to_dict("records"):
            units = [row["unit"]] if target["for"] != "city" and row["unit"] in TOWNS else []
            units += [CITY] if row["once"] else []
            for unit in units:
                found.setdefault((unit, id, row["file"], row["sheet"]), []).append(row["row"])
    order = [*TOWNS, CITY]
    rows = []
    for unit, id, file, sheet in sorted(found, key=lambda place: (order.index(place[0]), place)):
        numbers = found[unit, id, file, sheet]
        cells = [told.unit(unit), told.numbered(id), file, text(sheet)]
        rows.append([*cells, number(len(numbers)), runs(numbers, told.language)])
    assert len(rows) > 600
    names = ["unit", "target", "file", "sheet", "records", "rows_used"]
    assert_cells(book.sheet(7), told.heading(*names), rows)


def test_rows_of_a_source_are_those_of_its_file(book, demo_tables):
    """Added up over the units that share none, the records of T01 are those of the year's files."""
    samples = used(book, demo_tables, "T01")
    shown = [row for row in body(book.sheet(7)) if row[1] == book.told.numbered("T01")]
    own = sum(row[4][0] for row in shown if row[0] == book.told.unit(CITY))
    towns = sum(row[4][0] for row in shown if row[0] != book.told.unit(CITY))
    assert (own, towns) == (samples["once"].sum(), len(samples))
    assert own < towns


def test_failures(book, demo_tables):
    """Of targets that the city misses first, each target's latest first; of one measure once."""
    told, attained, found, measures = book.told, book.attained(), [], []
    for place, (id, target) in enumerate(TARGETS.items()):
        measure = target["measure"]
        if judged_as(id) != "share" or measure in measures:
            continue
        measures.append(measure)
        missed = attained[CITY, id]["state"] == "not attained"
        for row in used(book, demo_tables, id).query("once").to_dict("records"):
            counts = failing = ""
            if "passed" in measure:
                [(column, word)] = measure["passed"].items()
                failed = row[column] != word
                if measure["form"] == "inspections":
                    failing = row["failing_item"]
                    failing = told.words("not_stated") if pd.isna(failing) else failing
            else:
                failed = row["numerator"] < row["denominator"]
                counts = f"{row['numerator']} / {row['denominator']}"
            if not failed:
                continue
            item = {"inspections": "product", "projects": "project"}.get(measure["form"])
            item = row[item] if item else row["stratum"] if "strata" in measure else ""
            cells = [
                told.title(id),
                (row["day"].to_pydatetime(), "yyyy-mm-dd"),
                told.unit(row["unit"]),
                *map(text, (row.get("firm", ""), item, counts, failing, row["file"], row["sheet"])),
                number(row["row"]),
            ]
            found.append(((not missed, place, -row["day"].toordinal()), cells))
    found.sort(key=lambda one: one[0])
    names = ["target", "date", "unit", "firm", "item", "counts", "failing", "file", "sheet", "row"]
    rows = [cells for _, cells in found]
    assert len({cells[0] for cells in rows}) >= 6
    assert any(cells[5] for cells in rows)
    assert any(cells[6] for cells in rows)
    assert_cells(book.sheet(5), told.heading(*names), rows)


def test_assumptions_as_the_plan_lists_them(book):
    language = book.told.language
    listed = PLAN["assumptions"].values()
    rows = [[about["text"][language], about["source"][language]] for about in listed]
    assert_cells(book.sheet(8), book.told.heading("assumption", "basis"), rows)


def test_every_state_has_its_colour_in_every_row(book):
    for place, sheet in enumerate(book.opened):
        [(area, rules)] = [(str(one.sqref), one.rules) for one in sheet.conditional_formatting]
        last = openpyxl.utils.get_column_letter(sheet.max_column)
        assert area == f"A3:{last}{sheet.max_row}"
        tinted = {rule.text: rule.dxf.fill.bgColor.rgb for rule in rules}
        expected = {}
        for state in State:
            told = state.sign if place == 1 else book.told.state(state)
            expected[told] = f"FF{state.colour[1:].upper()}"
        assert tinted == expected
        assert {(rule.type, rule.operator) for rule in rules} == {("beginsWith", "beginsWith")}
        for rule in rules:
            assert rule.formula == [f'LEFT(A3,{len(rule.text)})="{rule.text}"']


# Other plans and tables


def another(sources, **changes) -> CityPage:
    """The page of the year's end with a plan that differs, and the same results."""
    source = sources[END]
    plan = source.plan.model_copy(update={"period": source.plan.period.model_copy(update=changes)})
    page = opened(sources, END, "zh")
    page.source = Results(plan, source.processed, END)
    posed(page.source, attained=source.attained)
    posed(page.source, scores=source.scores)
    return page


def test_real_data_under_a_draft_without_scoring_say_so_and_no_more(sources, tmp_path):
    page = another(sources, draft=True, scoring=None)
    posed(page.source, synthetic=False)
    posed(page.source, scores=page.source.scores.iloc[:0])
    found = written(page, tmp_path / "a.xlsx")
    assert found.sheetnames == [title for title in TITLES["zh"] if "得分" not in title]
    remarks = [row[0] for row in body(found["说明"])]
    assert len(remarks) == 4
    assert remarks[1] == "计划文件标为草案：各项目标值尚未与正式文件核对。"
    assert remarks[3] == (
        "工作表：单位×目标、全部结果、不合格（未达标）明细、任务进展、"
        "数据来源、约定事项、催报清单。"
    )


def test_units_without_a_score_stand_last_with_what_is_known(sources, tmp_path):
    page = another(sources)
    rows = [
        ("宜城街道", 79.4, "C", 2, 1, 3, 70, 82.5, False, 4, 0.125, 0.875, 2, 50, 60),
        ("屺亭街道", None, "", None, None, None, 12.5, 100, False, 0, 0.4, 0.6, 2, 0, 0),
        ("新庄街道", 90, "A", 1, 1, 2, 90, 90, False, 0, 0, 1, 2, 63, 70),
    ]
    columns = [
        "unit",
        "score",
        "grade",
        "rank",
        "rank_low",
        "rank_high",
        "score_low",
        "score_high",
        "vetoed",
        "deducted",
        "missing",
        "judged",
        "ranked",
        "total",
        "of",
    ]
    end = {"end_low": pd.NA, "end_grade": pd.NA, "end_chance": pd.NA}  # as when a year is over
    kinds = dict.fromkeys(["rank", "rank_low", "rank_high"], "Int64") | {"score": "Float64"}
    posed(page.source, scores=pd.DataFrame(rows, columns=columns).astype(kinds).assign(**end))
    assert body(written(page, tmp_path / "a.xlsx")["得分"]) == [
        [
            "新庄街道",
            (90, WHOLE),
            "A",
            (1, WHOLE),
            (1, WHOLE),
            (2, WHOLE),
            (90, WHOLE),
            (90, WHOLE),
            (0, WHOLE),
            (0, PERCENT),
            (1, PERCENT),
            (2, WHOLE),
            (63, WHOLE),
            (70, WHOLE),
            (90, WHOLE),
        ],
        [
            "宜城街道",
            (79.4, DECIMAL),
            "C",
            (2, WHOLE),
            (1, WHOLE),
            (3, WHOLE),
            (70, WHOLE),
            (82.5, DECIMAL),
            (4, WHOLE),
            (0.125, PERCENT),
            (0.875, PERCENT),
            (2, WHOLE),
            (50, WHOLE),
            (60, WHOLE),
            (70, WHOLE),
        ],
        [
            "屺亭街道",
            *[None] * 5,
            (12.5, DECIMAL),
            (100, WHOLE),
            (0, WHOLE),
            (0.4, PERCENT),
            (0.6, PERCENT),
            *[(n, WHOLE) for n in (2, 0, 0)],
            None,
        ],
    ]


# The writer by itself


def one_sheet(tmp_path, frame: pd.DataFrame, title="表", heading="题", language="zh"):
    workbook.write(tmp_path / "a.xlsx", {title: frame}, Words(language), heading)
    [sheet] = openpyxl.load_workbook(tmp_path / "a.xlsx")
    return sheet


@pytest.mark.parametrize(
    ("column", "measured_in", "value", "expected"),
    [
        ("value", "率", 0.9496, (0.9496, PERCENT)),
        ("value", "率", 1, (1, PERCENT)),
        ("value", "家", 1215, (1215, WHOLE)),
        ("value", "家", 79.4, (79.4, DECIMAL)),
        ("value", "家", 0, (0, WHOLE)),
        ("value", "家", None, None),
        ("value", "率", pd.NA, None),
        ("value_year_before", "率", 0.5, (0.5, PERCENT)),
        ("value_year_before", "家", 0.5, (0.5, DECIMAL)),
        ("gap", "率", -0.0125, (-1.25, POINTS["zh"])),
        ("gap", "率", 0.05, (5, POINTS["zh"])),
        ("gap", "率", 0, (0, POINTS["zh"])),
        ("gap", "家", -3, (-3, SIGNED_WHOLE)),
        ("gap", "家", 2.5, (2.5, SIGNED_DECIMAL)),
        ("gap", "家", float("nan"), None),
        ("probability", "家", 0.73, (0.73, PERCENT)),
        ("low", "家", 0.9, (0.9, PERCENT)),
        ("high", "家", 1, (1, PERCENT)),
        ("judged", "家", 0.5, (0.5, PERCENT)),
        ("missing_weight", "家", 0.25, (0.25, PERCENT)),
        ("needed", "率", 3, (3, WHOLE)),
        ("further", "率", 59, (59, WHOLE)),
        ("numerator", "率", 95, (95, WHOLE)),
        ("denominator", "率", 100, (100, WHOLE)),
        ("row", "率", 70000, (70000, WHOLE)),
        ("score", "率", 98.484848, (98.484848, DECIMAL)),
        ("note", "率", "95%", "95%"),
        ("note", "率", "0012", "0012"),
        ("note", "率", "=1+1", "=1+1"),
        ("note", "率", "https://a.b", "https://a.b"),
        ("note", "率", "{=1}", "{=1}"),
        ("note", "率", "", None),
        ("note", "率", None, None),
        ("note", "率", "甲\n乙", "甲\n乙"),
        ("note", "率", "甲\u202e乙", "甲‹U+202E›乙"),
        ("date", "率", dt.date(2013, 6, 30), (dt.datetime(2013, 6, 30), "yyyy-mm-dd")),
        ("date", "率", pd.Timestamp(2013, 12, 31), (dt.datetime(2013, 12, 31), "yyyy-mm-dd")),
        ("date", "率", pd.NaT, None),
    ],
)
def test_a_cell_by_its_column_and_its_measure(tmp_path, column, measured_in, value, expected):
    frame = pd.DataFrame({"unit": ["丁蜀镇"], "measured_in": [measured_in]})
    frame[column] = pd.Series([value], dtype=object)
    sheet = one_sheet(tmp_path, frame)
    assert body(sheet) == [["丁蜀镇", measured_in, expected]]
    assert sheet["C3"].hyperlink is None
    assert sheet["C3"].data_type != "f"


def test_without_what_it_is_measured_in_a_value_is_a_number(tmp_path):
    frame = pd.DataFrame({"unit": ["甲"], "value": [0.5], "gap": [-0.5]})
    assert body(one_sheet(tmp_path, frame)) == [["甲", (0.5, DECIMAL), (-0.5, SIGNED_DECIMAL)]]


def test_a_row_is_a_share_by_its_own_measure(tmp_path):
    numbers = {"value": [0.5, 2.0], "gap": [0.1, 2.0]}
    frame = pd.DataFrame({"measured_in": ["share", "firms"]} | numbers, index=[7, 3])
    assert body(one_sheet(tmp_path, frame, language="en")) == [
        ["share", (0.5, PERCENT), (10, POINTS["en"])],
        ["firms", (2, WHOLE), (2, SIGNED_WHOLE)],
    ]


LONG = [(32_766, 32_766), (32_767, 32_767), (32_768, 32_766), (40_000, 32_766)]


@pytest.mark.parametrize(("length", "kept"), LONG)
def test_a_text_longer_than_a_cell_ends_in_dots(tmp_path, length, kept):
    sheet = one_sheet(tmp_path, pd.DataFrame({"note": ["长" * length]}))
    assert sheet["A3"].value == "长" * kept + ("…" if kept < min(length, 32_767) else "")


def test_titles_headings_and_print(tmp_path):
    sheet = one_sheet(
        tmp_path,
        pd.DataFrame({"宜城街道": [1], "unit": ["x"], "甲\u200b": ["y"]}),
        "a[b]:c*d?e/f\\g" + "h" * 40,
        "题\u202e & 目",
    )
    assert sheet.title == "a b  c d e f g" + "h" * 17
    assert sheet["A1"].value == "题‹U+202E› & 目　a b  c d e f g" + "h" * 17
    assert [cell.value for cell in sheet[2]] == ["宜城街道", "unit", "甲‹U+200B›"]
    assert sheet.oddHeader.left.text == "题‹U+202E› && 目"
    assert sheet.oddFooter.center.text == "&P / &N"
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


@pytest.mark.parametrize("signs", [False, True])
def test_every_cell_shows_all_of_its_text_from_the_top_in_a_font_that_has_chinese(tmp_path, signs):
    frame = pd.DataFrame({"unit": ["甲"], "T01": ["✓"], "n": [1], "rate": [0.5]})
    frame.attrs["signs"] = signs
    frame["day"] = [dt.date(2013, 6, 30)]
    frame["sum"] = [workbook.Formula("=1+1", 2.0)]
    sheet = one_sheet(tmp_path, frame)
    for cell in [*sheet[2], *sheet[3][:4], sheet[3][5]]:
        assert cell.alignment.wrap_text and cell.font.name == "Microsoft YaHei", cell.coordinate
    assert {cell.alignment.vertical for cell in sheet[3][:4]} == {"top"}
    upright = {cell.alignment.text_rotation for cell in sheet[2][1:]}
    assert upright == ({90} if signs else {0}) and sheet["A2"].alignment.text_rotation == 0
    assert sheet["B3"].alignment.horizontal == ("center" if signs else None)
    assert sheet["A3"].alignment.horizontal is None
    heights = [sheet.row_dimensions[row].height for row in (1, 2)]
    assert heights == [24, 170.25 if signs else None]  # as whole pixels


def test_a_printed_header_keeps_the_end_of_a_long_heading(tmp_path):
    """What stands last in it says whether the data are synthetic; 120 characters fit."""
    sheet = one_sheet(tmp_path, pd.DataFrame({"unit": ["x"]}), heading="首" * 200 + "演示数据")
    assert sheet.oddHeader.left.text == "首" * 116 + "演示数据"
    assert sheet["A1"].value == "首" * 200 + "演示数据　表"


BROAD = {"remark": 100, "assumption": 90}
WIDTHS = [(BROAD | {"wrong": 40}, 2), (BROAD | {"firm": 28}, 1)]


@pytest.mark.parametrize(("columns", "across"), WIDTHS)
def test_a_wide_sheet_prints_on_two_pages_side_by_side(tmp_path, columns, across):
    """230 characters and more."""
    sheet = one_sheet(tmp_path, pd.DataFrame({name: ["x"] for name in columns}))
    widths = [round(sheet.column_dimensions[letter].width) for letter in "ABC"]
    assert widths == pytest.approx([*columns.values()], abs=1)
    assert (sheet.page_setup.fitToWidth or 1) == across


def test_a_sheet_without_rows_has_its_headings_and_no_filter(tmp_path):
    sheet = one_sheet(tmp_path, pd.DataFrame({"unit": [], "value": []}))
    assert [cell.value for cell in sheet[2]] == ["unit", "结果"]
    assert (sheet.max_row, sheet.auto_filter.ref) == (2, None)


def test_a_book_that_cannot_be_written_says_which(tmp_path):
    with pytest.raises(OSError, match=r"^a\.xlsx could not be written"):
        sheets = {"表": pd.DataFrame({"unit": ["x"]})}
        workbook.write(tmp_path / "no" / "a.xlsx", sheets, Words("zh"), "题")
