"""The page of returns: every cell and number, of the demo and of a small set written by hand."""

import datetime as dt
from dataclasses import dataclass

import city_oracle as oracle
import pandas as pd
import pytest
from city_oracle import DAYS, END, LANGUAGES, MIDYEAR
from project import reseal

from yxq.attainment.results import Results
from yxq.report.pages import ReturnsPage

FATES = ["accepted", "duplicate", "rejected", "excluded"]
LAST = dt.date(2014, 2, 28)  # the day on which the last return came
WHEN = [(day, language) for day in DAYS for language in LANGUAGES]
SIGNS = {"arrived": "✓", "late": "△", "missing": "×", "not due": "…"}
STATUSES = {
    "arrived": ("已到", "arrived"),
    "late": ("迟报", "late"),
    "missing": ("缺报", "missing"),
    "not due": ("未到期", "not due"),
}


@dataclass
class View:
    """A page of returns with the tables that it is made of."""

    source: Results
    files: pd.DataFrame
    ledger: pd.DataFrame
    language: str

    def __post_init__(self) -> None:
        self.words = oracle.wording(self.language)
        self.page = ReturnsPage(self.source, self.words)

    @property
    def day(self) -> dt.date:
        return self.source.as_of

    @property
    def received_by(self) -> pd.Timestamp:
        return max(pd.Timestamp(self.day), pd.Timestamp(LAST))

    def ours(self, file) -> bool:
        return pd.Timestamp(2013, 1, 1) <= file.period_to <= pd.Timestamp(2013, 12, 31)


@pytest.fixture(params=WHEN, ids=lambda case: f"{case[0]}-{case[1]}")
def view(request, demo_processed, demo_tables):
    day, language = request.param
    source = oracle.source(demo_processed, day)
    return View(source, *begun(demo_tables.files, demo_tables.ledger, day), language)


def begun(files: pd.DataFrame, ledger: pd.DataFrame, day: dt.date):
    """Without what is about a period that had not begun on a day."""
    later = files[files["period_from"] > pd.Timestamp(day)]
    gone = {*zip(later["file"], later["sheet"], strict=True)}
    stays = [row not in gone for row in zip(ledger["file"], ledger["sheet"], strict=True)]
    return files.drop(later.index), ledger[stays]


# What the plan asks for and what came.


@dataclass
class Owed:
    form: str
    sender: str
    start: pd.Timestamp
    end: pd.Timestamp
    due: pd.Timestamp
    status: str
    filed: object
    accepted: int


def covers(file, month: int) -> bool:
    """Whether a file is about a month of 2013."""
    last = file.period_to >= pd.Timestamp(2013, month, 1)
    return last and file.period_from <= pd.Timestamp(2013, month, 28)


def owed(view: View) -> list[Owed]:
    """Every return of 2013 with what arrived for it: files that cover its months together."""
    found = []
    for each in oracle.YEAR["returns"]:
        months = {"month": 1, "quarter": 3, "half": 6, "year": 12}[each["every"]]
        for first in range(1, 13, months):
            start = pd.Timestamp(2013, first, 1)
            end = start + pd.DateOffset(months=months) - pd.Timedelta(days=1)
            due = end + pd.Timedelta(days=each["due_days"])
            came = [
                file
                for file in view.files.itertuples(index=False)
                if (file.form, file.sender) == (each["form"], each["sender"])
                and file.period_from <= end
                and file.period_to >= start
                and (file.accepted + file.duplicate or not file.rejected)
            ]
            asked = range(first, first + months)
            whole = all(any(covers(file, month) for file in came) for month in asked)
            if start > pd.Timestamp(view.day) or not whole:
                came = []
            days = [file.filed for file in came if not pd.isna(file.filed)]
            filed = max(days) if days else pd.NaT
            is_over = end <= pd.Timestamp(view.day)
            not_in = "missing" if is_over and due <= view.received_by else "not due"
            status = "arrived" if came else not_in
            if came and days and filed > due:
                status = "late"
            accepted = sum(file.accepted for file in came)
            who = each["form"], each["sender"]
            found.append(Owed(*who, start, end, due, status, filed, accepted))
    return found


def due_line(view: View) -> list[str]:
    day, by = pd.Timestamp(view.day), view.received_by
    now = [each.status for each in owed(view) if each.end <= day and each.due <= by]
    missing, late = now.count("missing"), now.count("late")
    day = oracle.date(by, view.language)
    came = len(now) - missing
    n = len(now)
    said = {"zh": f"截至{day}应报{n}份：已到{came}份，其中迟报{late}份；缺报{missing}份。"}
    told = f"{n} returns were due by {day}: {came} arrived, {late} of them late;"
    said["en"] = f"{told} {missing} are missing."
    return [said[view.language]] if now else []


# The head.


def check_head(view: View) -> None:
    block, language = view.page.headline(), view.language
    page = oracle.soup(block)
    assert oracle.text(page.h1) == view.words("returns_title")
    arrived = [*view.files.itertuples(index=False)]
    mine = [file for file in arrived if pd.isna(file.period_to) or view.ours(file)]
    names, rows = {file.file for file in mine}, sum(file.rows for file in mine)
    a, d, r, x = (sum(getattr(file, fate) for file in mine) for fate in FATES)
    verdict = {
        "zh": f"本年度报表{len(names)}份，读入{rows}行：采用{a}行，重复{d}行，退回{r}行，非数据行{x}行。",
        "en": f"{len(names)} returns of this year were read, {rows} rows: {a} accepted, "
        f"{d} duplicate, {r} rejected, {x} excluded as not data.",
    }
    assert oracle.text(page.find(class_="verdict")) == verdict[language]
    files, every = len({*view.files["file"]}), sum(view.files["rows"])
    rest = {"zh": f"连同其他年度共{files}份、{every}行。"}
    rest["en"] = f"With other years: {files} returns, {every} rows."
    told = [oracle.text(p) for p in page.find_all("p") if not p.get("class")]
    assert told == due_line(view) + ([rest[language]] if len(mine) < len(view.files) else [])


def test_the_head(view):
    check_head(view)


def test_the_head_by_hand(demo_processed, demo_tables):
    page = ReturnsPage(oracle.source(demo_processed, END), oracle.wording("en"))
    due = "54 returns were due by 2014-02-28: 51 arrived, 1 of them late; 3 are missing."
    assert due in page.headline().text
    fates = page.fates.to_dict()
    assert fates == {name: int(demo_tables.files[name].sum()) for name in ["rows", *FATES]}


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (dt.date(2013, 3, 30), None),
        (dt.date(2013, 3, 31), (5, 5, 0, 0)),
        (dt.date(2013, 6, 29), (5, 5, 0, 0)),
        (dt.date(2013, 6, 30), (23, 22, 0, 1)),
        (dt.date(2013, 9, 30), (28, 27, 0, 1)),
        (dt.date(2013, 12, 31), (54, 51, 1, 3)),
    ],
)
def test_what_was_due_of_the_periods_that_were_over(demo_processed, day, said):
    known = oracle.source(demo_processed, END)
    page = ReturnsPage(Results(known.plan, demo_processed, day), oracle.wording("en"))
    day = LAST
    if said is None:
        assert page.due_by_now() == []
        return
    due, arrived, late, missing = said
    told = f"{due} returns were due by {day}: {arrived} arrived, {late} of them late;"
    assert page.due_by_now() == [f"{told} {missing} are missing."]


# Due and arrived.


def check_matrix(view: View) -> list[Owed]:
    block, language, words = view.page.matrix(), view.language, view.words
    (table,) = oracle.tables(block)
    months = [f"{month}月" if language == "zh" else f"{month}" for month in range(1, 13)]
    assert table.heads == [words("sender"), words("form"), *months]
    groups: dict[tuple[str, str], list[Owed]] = {}
    for each in owed(view):
        form = oracle.FORMS["forms"][each.form]["title"][language]
        groups.setdefault((oracle.sender_name(each.sender, language), form), []).append(each)
    expected = []
    for name in sorted(groups):
        cells = [*name]
        for each in groups[name]:
            status = f"{SIGNS[each.status]} {STATUSES[each.status][LANGUAGES.index(language)]}"
            filed = oracle.date(each.filed, language)
            n = each.accepted
            rows = {"zh": f"{n}行", "en": f"rows: {n}"}[language] if n else ""
            start, end = (oracle.date(day, language) for day in (each.start, each.end))
            due = oracle.date(each.due, language)
            title = {"zh": f"{start}至{end} 期限 {due}", "en": f"{start} to {end} Due {due}"}
            span = str(each.end.month - each.start.month + 1)
            lines = tuple(line for line in (filed, rows) if line)
            cells.append((each.status.replace(" ", "-"), span, title[language], status, lines))
        expected.append(cells)
    shown = []
    for row in table.elements:
        cells = [oracle.text(row.th), oracle.text(row.td)]
        for td in row.find_all("td")[1:]:
            lines = tuple(oracle.text(small) for small in td.find_all("small"))
            status = next(td.stripped_strings)
            cells.append((td["class"][0], td["colspan"], td["title"], status, lines))
        shown.append(cells)
    assert shown == expected
    assert all(sum(int(cell[1]) for cell in row[2:]) == 12 for row in shown)
    return owed(view)


def test_due_and_arrived(view):
    found = check_matrix(view)
    assert len(found) == 54


# Rows with reasons.


def in_order(view: View, names: list[str]) -> list[int]:
    """Places of rows by their files: this year's first, then by the end of the file's period."""
    ends: dict[str, pd.Timestamp] = {}
    for file in view.files.itertuples(index=False):
        ends.setdefault(file.file, file.period_to)

    def key(place: int):
        end = ends[names[place]]
        if pd.isna(end):
            return True, pd.Timestamp.max
        return not pd.Timestamp(2013, 1, 1) <= end <= pd.Timestamp(2013, 12, 31), end

    return sorted(range(len(names)), key=key)


def reason_rows(view: View, rows: list) -> list[list[str]]:
    """200 rows at most, under a heading for each year that a file is about; this year has those of
    files that say no period.
    """
    ends = {file.file: file.period_to for file in view.files.iloc[::-1].itertuples(index=False)}
    under: dict[int, list[list[str]]] = {}
    for place in in_order(view, [row.file for row in rows])[:200]:
        row = rows[place]
        year = 2013 if pd.isna(ends[row.file]) else ends[row.file].year
        cells = [row.file, row.sheet, str(row.row), view.words.reason(row.reason)]
        under.setdefault(year, []).append(cells)
    heading = {"zh": "{}年度", "en": "{}"}[view.language]
    found = []
    for year, part in under.items():
        found += [[heading.format(year)], *part]
    return found


def check_reasons(view: View, fate: str) -> list[list[str]]:
    """The rows of a list of reasons: 200 at most, and where there are more how many."""
    block = view.page.rejected() if fate == "rejected" else view.page.flagged()
    rows = [row for row in view.ledger.itertuples(index=False) if row.fate == fate and row.reason]
    name = {"rejected": "returns_rejected", "accepted": "returns_flagged"}[fate]
    language = view.language
    assert (block.id, block.title) == (name, view.words(name))
    if not rows:
        assert oracle.paragraphs(block) == [view.words(f"{name}_none")]
        return []
    (table,) = oracle.tables(block)
    assert table.heads == [view.words(each) for each in ["file", "sheet", "row", "reason"]]
    assert table.rows == reason_rows(view, rows)
    n = len(rows)
    more = {"zh": f"共{n}条，此处列200条。", "en": f"{n} in all; 200 are listed here."}[language]
    told = [view.words("returns_back")] if fate == "rejected" else []
    assert oracle.paragraphs(block) == told + ([more] if n > 200 else [])
    return [row for row in table.rows if len(row) > 1]


def test_rejected_rows(view):
    rows = check_reasons(view, "rejected")
    assert len(rows) == view.files["rejected"].sum() == (36 if view.day == END else 24)


def test_rows_to_look_at(view):
    """A task that was done after its period is among them once that is over."""
    assert len(check_reasons(view, "accepted")) == 18 + (view.source.as_of.year > 2013)


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_by_hand(demo_processed, demo_tables, language):
    """One of each kind, of the file whose rows it is."""
    view = View(oracle.source(demo_processed, END), demo_tables.files, demo_tables.ledger, language)
    file = "2013/质监局-监督抽查结果-2013年第四季度.xlsx"
    rows = {row[2]: row[3] for row in check_reasons(view, "rejected") if row[0] == file}
    by_hand = {
        "zh": {
            "16": "“抽样日期”写作“2013-11-31”，没有这一天或不是日期，请核对，格式如 2013-04-01",
            "24": f"与 {file}[报表] 第332行编号相同而“检验结果”不同，两行均未采用，请核对，只报正确的一行",
            "30": "“镇（街道、园区）”写作“丁属镇”，不在计划的单位之中，是否为：丁蜀镇",
            "332": f"与 {file}[报表] 第24行编号相同而“检验结果”不同，两行均未采用，请核对，只报正确的一行",
        },
        "en": {
            "16": '"抽样日期" says "2013-11-31", which is no day: check it; the form is 2013-04-01',
            "24": f'has the key of row 332 of {file}[报表] with another "检验结果"; neither counts: '
            "check, and report the right one",
            "30": '"镇（街道、园区）" says "丁属镇", which is no known unit: nearest: Dingshu Town',
            "332": f'has the key of row 24 of {file}[报表] with another "检验结果"; neither counts: '
            "check, and report the right one",
        },
    }
    assert rows == by_hand[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_rows_stand_under_the_year_of_their_file(tmp_path, odd_processed, plan2013, language):
    """This year's first, and with them those of a file that says no period."""
    _, files, ledger = odd_processed
    of = ["2012/old.csv", "2013/refused.csv"]
    rows = ledger[(ledger["fate"] == "rejected") & ledger["file"].isin(of)]
    rows = rows.groupby("file").head(1)
    strange = rows.tail(1).assign(file="odd/strange.pdf")
    rows = pd.concat([rows, strange])
    assert sorted(rows["file"]) == [*of, "odd/strange.pdf"]
    for name, table in {"ledger": rows, "files": files}.items():
        table.to_parquet(tmp_path / f"{name}.parquet", index=False)
    came(files, tmp_path)
    reseal(tmp_path)
    view = View(Results(plan2013, tmp_path, END), files, rows, language)
    check_reasons(view, "rejected")
    (table,) = oracle.tables(view.page.rejected())
    years = {"zh": ["2013年度", "2012年度"], "en": ["2013", "2012"]}[language]
    told = [years[0], "2013/refused.csv", "odd/strange.pdf", years[1], "2012/old.csv"]
    assert [row[0] for row in table.rows] == told


# File by file.


def remark(file, words) -> str:
    told = [words.reason(file.reason)] if file.reason else []
    if file.hidden:
        told.append(words("sheet_hidden"))
    if file.unknown:
        told.append(words("columns_unknown", columns=file.unknown))
    if file.absent:
        told.append(words("columns_absent", columns=file.absent))
    return oracle.after(told, words.language)


def check_files(view: View) -> list[list[str]]:
    block, language = view.page.by_file(), view.language
    (table,) = oracle.tables(block)
    fates = {"zh": ["采用", "重复", "退回", "非数据行"], "en": [*FATES]}[language]
    heads = [view.words(name) for name in ["file", "sheet", "form", "remark", "rows"]]
    assert table.heads == heads + fates
    rows = [*view.files.itertuples(index=False)]
    expected = []
    for place in in_order(view, [file.file for file in rows]):
        file = rows[place]
        known = isinstance(file.form, str)
        form = oracle.FORMS["forms"][file.form]["title"][language] if known else ""
        numbers = [str(getattr(file, name)) for name in ["rows", *FATES]]
        expected.append([file.file, file.sheet, form, remark(file, view.words), *numbers])
    assert expected and table.rows == expected
    return table.rows


def test_file_by_file(view):
    rows = check_files(view)
    assert len(rows) == len(view.files) == (159 if view.day == END else 138)
    assert sum(int(row[4]) for row in rows) == len(view.ledger)


# A small set, in which everything is odd.

REST = dict.fromkeys(FATES, 0)
TEXTS = dict.fromkeys(["sheet", "reason", "unknown", "absent"], "")


def sent(file: str, form: str, sender: str, period: str, filed: str = "", **told) -> dict:
    """A row of the table of files; a period is two days, and what is not told is nothing."""
    first, _, last = period.partition(" ")
    about = {"form": form or None, "sender": sender or None, "filed": filed or None}
    about |= {"hidden": False}
    about |= {"file": file, "period_from": first or None, "period_to": last or None}
    return TEXTS | REST | about | told


HALF, WHOLE = "2013-01-01 2013-06-30", "2013-01-01 2013-12-31"
LATE = ("2013/late.xlsx", "registers", "工商局", HALF)
ODD = [
    sent(*LATE, "2013-07-21", sheet="一", accepted=3, excluded=1),
    sent(*LATE, sheet="二", accepted=1, hidden=True, unknown="甲、乙", absent="丙"),
    sent("2012/old.csv", "registers", "工商局", "2012-07-01 2012-12-31", rejected=2, accepted=5),
    sent("2013/day.csv", "registers", "教育局", HALF, "2013-07-20", duplicate=4, absent="企业"),
    sent("2013/nothing.csv", "registers", "商务局", HALF, excluded=2, unknown="备注"),
    sent("2013/refused.csv", "registers", "发改委", HALF, rejected=201, hidden=True),
    sent("2013/january.csv", "coverage", "质监局", "2013-01-01 2013-01-31", accepted=7),
    sent("2013/whole.csv", "inspections", "农林局", WHOLE, "2014-01-15", accepted=8),
    sent("odd/strange.pdf", "", "", "", reason="not_a_table"),
    sent("2013/a.csv", "coverage", "质监局", "2013-04-01 2013-05-31", "2013-06-01", accepted=1),
    sent("2013/b.csv", "coverage", "质监局", "2013-06-01 2013-06-30", "2013-07-16", accepted=2),
    sent("2014/next.csv", "registers", "工商局", "2014-01-01 2014-06-30", accepted=9),
]


def odd_tables(demo_files: pd.DataFrame, demo_ledger: pd.DataFrame) -> list[pd.DataFrame]:
    """Files of every odd kind, and a ledger with a row for each of theirs."""
    files = pd.DataFrame(ODD)
    for name in ("period_from", "period_to", "filed"):
        files[name] = pd.to_datetime(files[name])
    files["rows"] = files[FATES].sum(axis=1)
    for name in demo_files.columns.difference(files.columns):
        files[name] = demo_files[name].iloc[0]
    files = files[demo_files.columns].astype(demo_files.dtypes.to_dict())
    rows = []
    for file in files.itertuples(index=False):
        fates = [fate for fate in FATES for _ in range(getattr(file, fate))]
        for number, fate in enumerate(fates, start=1):
            why = {"rejected": f"rejected_rows|{number}"}
            why["accepted"] = "hidden_row" if number == 2 else ""
            rows.append(
                {
                    "file": file.file,
                    "sheet": file.sheet,
                    "row": number,
                    "fate": fate,
                    "reason": why.get(fate, "footer"),
                    "sha256": "",
                    "text": "",
                }
            )
    return [files, pd.DataFrame(rows)[demo_ledger.columns]]


def came(files: pd.DataFrame, place) -> None:
    """All of them came on the last day."""
    rows = files[["file", "sheet"]].assign(received=pd.Timestamp(LAST))
    rows.to_parquet(place / "received.parquet", index=False)


@pytest.fixture(scope="module")
def odd_processed(demo_tables, tmp_path_factory):
    place = tmp_path_factory.mktemp("odd")
    files, ledger = odd_tables(demo_tables.files, demo_tables.ledger)
    files.to_parquet(place / "files.parquet", index=False)
    ledger.to_parquet(place / "ledger.parquet", index=False)
    came(files, place)
    reseal(place)
    return place, files, ledger


@pytest.fixture(params=WHEN, ids=lambda case: f"{case[0]}-{case[1]}")
def odd(request, odd_processed, plan2013):
    place, files, ledger = odd_processed
    day, language = request.param
    return View(Results(plan2013, place, day), *begun(files, ledger, day), language)


def test_the_head_of_odd_returns(odd):
    check_head(odd)


def test_due_and_arrived_of_odd_returns(odd):
    """Late by a day, on the day itself, nothing to tell, all refused, one month of three."""
    found = {(each.form, each.sender, each.start.month): each for each in check_matrix(odd)}
    statuses = {
        ("registers", "工商局", 1): "late",
        ("registers", "教育局", 1): "arrived",
        ("registers", "商务局", 1): "arrived",
        ("registers", "发改委", 1): "missing",
        ("coverage", "质监局", 1): "missing",
        ("coverage", "质监局", 4): "late",
        ("inspections", "农林局", 1): "late",
        ("inspections", "农林局", 10): "arrived" if odd.day == END else "not due",
    }
    assert {key: found[key].status for key in statuses} == statuses
    assert (
        found["registers", "工商局", 1].accepted == 4
        and found["coverage", "质监局", 4].accepted == 3
    )


def test_more_rejected_rows_than_are_shown(odd):
    rows = check_reasons(odd, "rejected")
    assert len(rows) == 200 and [row[2] for row in rows] == [str(n) for n in range(1, 201)]
    assert len(check_reasons(odd, "accepted")) > 4


def test_file_by_file_of_odd_returns(odd):
    rows = check_files(odd)
    next_year = ["2014/next.csv"] if odd.day == END else []
    assert [row[0] for row in rows][-1 - len(next_year) :] == [*next_year, "odd/strange.pdf"]
    assert len({row[3] for row in rows}) == 6


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("n", [0, 1, 200, 201])
def test_how_many_rejected_rows_are_listed(tmp_path, odd_processed, plan2013, n, language):
    """Exactly as many as fit need no remark; without any the page says so."""
    _, files, ledger = odd_processed
    rows = ledger[ledger["fate"] == "rejected"].head(n)
    rows.to_parquet(tmp_path / "ledger.parquet", index=False)
    files.to_parquet(tmp_path / "files.parquet", index=False)
    came(files, tmp_path)
    reseal(tmp_path)
    view = View(Results(plan2013, tmp_path, END), files, rows, language)
    assert len(check_reasons(view, "rejected")) == min(n, 200)
    assert check_reasons(view, "accepted") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_that_asks_for_no_returns(odd_processed, plan2013, language):
    place, *_ = odd_processed
    period = plan2013.period.model_copy(update={"returns": ()})
    plan = plan2013.model_copy(update={"period": period})
    page = ReturnsPage(Results(plan, place, MIDYEAR), oracle.wording(language))
    assert page.due_by_now() == []
    assert oracle.paragraphs(page.matrix()) == [oracle.wording(language)("returns_matrix_none")]
