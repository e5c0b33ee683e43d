"""What was in hand on a day is what ingest makes of the files that had come by then; and no result
looks ahead of either day.
"""

import datetime as dt
import hashlib
import json
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import openpyxl
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from project import examples, ingested
from small import folder, form, target

from yxq.attainment import owed
from yxq.attainment.results import COMPUTED, load_data
from yxq.plan_folders.load import load
from yxq.returns import in_hand as making
from yxq.returns import ingest, received
from yxq.tables import in_hand, makers, store
from yxq.words.errors import PlanError

FORMS = {"f": form("unit", "on", "said", "n", "of", key=["said"], again="latest", when=["on"])}
OWED = [{"form": "f", "sender": "办公室", "every": "quarter", "due_days": 15}]
TOWNS = ("甲镇", "乙镇", "丙街道")
START = dt.date(2013, 1, 1)
SEEN = dt.date(2014, 12, 31)  # by ingest, of what states an earlier day


def plan_at(place: Path, forms=FORMS) -> Path:
    targets = [
        target("A", {"form": "f", "sum": "n", "over": "of"}, ">= 50%"),
        target("B", {"form": "f", "sum": "n"}, ">= 3"),
    ]
    return known(folder(place, forms, *targets, returns=OWED))


def known(plan: Path) -> Path:
    """With what tells that a return was filed on a day, or corrects another."""
    with (plan / "forms.yml").open("a", encoding="utf-8") as forms:
        forms.write("layout: {footers: [填报日期], corrections: [更正]}\n")
    return plan


def lines(quarter: int, rows: list, filed: dt.date | None, correction: bool = False) -> list[list]:
    """A return: title, heading, rows of (unit, day, thing, n, of), and when it was filed."""
    mark = "（更正）" if correction else ""
    foot = [[f"填报日期：{filed.year}年{filed.month}月{filed.day}日"]] if filed else []
    title = f"2013年第{'一二三四'[quarter - 1]}季度某项{mark}"
    return [[title], ["unit", "on", "said", "n", "of"], *rows, *foot]


def as_bytes(rows: list[list]) -> bytes:
    return "".join(",".join(map(str, row)) + "\n" for row in rows).encode()


def put(raw: Path, files: dict[str, bytes], processed: Path, seen: dict[str, dt.date]) -> None:
    """Files as they lie there, and the register of when they were first seen."""
    raw.mkdir(parents=True)
    for name, data in files.items():
        (raw / name).write_bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        received.seen(processed, {digest}, seen.get(name, SEEN))


def tree(place: Path) -> dict[str, bytes]:
    """Every file of a set of tables."""
    files = {f.relative_to(place).as_posix(): f for f in place.rglob("*") if f.is_file()}
    ours = {n: f for n, f in files.items() if not n.startswith(".") or n == ".seal"}
    return {name: file.read_bytes() for name, file in ours.items()}


def had_come(processed: Path, plan: Path, day: dt.date) -> Path:
    return in_hand.place(processed, day, load(plan).path, makers.in_hand)


# The law


@st.composite
def returns(draw):
    """One return: quarter, rows, the day when it came, whether it says so, whether it corrects."""
    quarter = draw(st.integers(1, 2))
    row = st.tuples(
        st.sampled_from(TOWNS), st.integers(0, 80), st.integers(0, 3), st.integers(0, 2)
    )
    rows = [
        [unit, START + dt.timedelta(90 * (quarter - 1) + day), f"X{thing}", n, 2]
        for unit, day, thing, n in draw(st.lists(row, max_size=4))
    ]
    came = START + dt.timedelta(draw(st.integers(90, 99)))
    return quarter, rows, came, draw(st.booleans()), draw(st.booleans())


TWICE = [["甲镇", START, "X0", 1, 2]]
OTHERWISE = [["甲镇", START, "X0", 2, 2]]
FIRST, LAST = START + dt.timedelta(91), START + dt.timedelta(95)


@settings(max_examples=examples(4, 12), deadline=None)
@given(st.lists(returns(), min_size=1, max_size=4), st.integers(90, 99))
@example([(1, TWICE, FIRST, True, False), (2, OTHERWISE, LAST, True, False)], 93)  # a conflict
@example([(1, TWICE, FIRST, False, False), (1, OTHERWISE, LAST, True, True)], 93)  # a correction
@example([(1, TWICE, LAST, False, False), (2, TWICE, FIRST, True, False)], 93)  # the first is later
def test_what_came_later_is_as_if_it_had_never_come(tmp_path_factory, sent, day):
    place, by = tmp_path_factory.mktemp("law"), START + dt.timedelta(day)
    plan, files, days, seen = plan_at(place), {}, {}, {}
    for number, (quarter, rows, came, states, corrects) in enumerate(sent):
        name = f"办公室-{number}.csv"
        text = as_bytes(lines(quarter, rows, came if states else None, corrects))
        same = [days[n] for n, data in files.items() if data == text]  # the same bytes, seen before
        came = min([came, *same])
        files[name], seen[name] = text, SEEN if states else came
        days |= dict.fromkeys([n for n, data in files.items() if data == text], came)
    seen |= {name: days[name] for name in files if seen[name] != SEEN}
    put(place / "all" / "raw", files, place / "all" / "p", seen)
    ingested(place / "all" / "raw", load(plan), place / "all" / "p")
    there = {name: data for name, data in files.items() if days[name] <= by}
    if not there:
        with pytest.raises(PlanError, match=f"nothing had been received by {by}, the first return"):
            had_come(place / "all" / "p", plan, by)
        return
    put(place / "cut" / "raw", there, place / "cut" / "p", seen)
    ingested(place / "cut" / "raw", load(plan), place / "cut" / "p")
    found = had_come(place / "all" / "p", plan, by)
    assert tree(found) == tree(place / "cut" / "p")
    assert (found == place / "all" / "p") == (len(there) == len(files))
    for later in (max(days.values()), dt.date(2014, 3, 1)):
        assert had_come(place / "all" / "p", plan, later) == place / "all" / "p"


def rows_of(*dates: str) -> list[list]:
    return [[TOWNS[n % 3], day, f"Y{n}", 1, 2] for n, day in enumerate(dates)]


@settings(max_examples=examples(3, 12), deadline=None)
@given(st.lists(st.integers(0, 364), min_size=1, max_size=8), st.integers(0, 364))
@example([10, 120, 181, 200], 180)
def test_rows_dated_later_change_no_result(tmp_path_factory, days, until):
    place, as_of = tmp_path_factory.mktemp("leak"), START + dt.timedelta(until)
    forms = {"f": form("unit", "on", "said", "tonnes", "hectares", key=["said"], when=["on"])}
    asked = target("A", {"form": "f", "sum": "tonnes"}, ">= 3")
    ratio = target("B", {"form": "f", "sum": "tonnes", "over": "hectares", "per": 10}, ">= 5")
    plan = known(folder(place, forms, asked, ratio, returns=OWED))
    tables = {}
    for kept in (365, until):
        raw = place / f"raw{kept}"
        raw.mkdir()
        for quarter in (1, 2, 3, 4):
            rows = [
                [TOWNS[n % 3], START + dt.timedelta(day), f"Y{n}", 1.25 if day > until else 1, 2]
                for n, day in enumerate(days)
                if day <= kept and (day * 4) // 365 == quarter - 1
            ]
            made = lines(quarter, rows, dt.date(2014, 1, 10))
            made[1] = ["unit", "on", "said", "tonnes", "hectares"]
            (raw / f"办公室-{quarter}.csv").write_bytes(as_bytes(made))
        ingested(raw, load(plan), place / f"p{kept}")
        data = load_data(2013, as_of, plan, place / f"p{kept}", dt.date(2014, 2, 1))
        tables[kept] = [data.table(name) for name in COMPUTED]
    for one, other in zip(tables[365], tables[until], strict=True):
        pd.testing.assert_frame_equal(one, other)


# Sets of a day


@pytest.fixture
def two(tmp_path):
    """A return of April, its correction of July, and a conflict of another sender of June."""
    plan = plan_at(tmp_path)
    april, july = dt.date(2013, 4, 10), dt.date(2013, 7, 10)
    files = {
        "办公室-1.csv": as_bytes(lines(1, [["甲镇", "2013-02-01", "X1", 1, 2]], april)),
        "办公室-2.csv": as_bytes(lines(1, [["甲镇", "2013-02-01", "X1", 2, 2]], july, True)),
    }
    processed = tmp_path / "processed"
    put(tmp_path / "raw", files, processed, {})
    ingested(tmp_path / "raw", load(plan), processed)
    return plan, processed


MAY = dt.date(2013, 5, 1)


def amount(plan: Path, processed: Path, by: dt.date | None) -> float:
    data = load_data(2013, "2013-06-30", plan, processed, by)
    return data.attained.set_index(["unit", "target"])["value"]["甲镇", "B"]


def test_a_correction_counts_from_the_day_when_it_came(two):
    assert amount(*two, MAY) == 1
    assert amount(*two, dt.date(2013, 7, 9)) == 1
    assert amount(*two, dt.date(2013, 7, 10)) == amount(*two, None) == 2


def test_a_sheet_is_in_hand_from_its_own_day(tmp_path):
    """A workbook of two returns, each with its day."""
    plan, book = plan_at(tmp_path), openpyxl.Workbook()
    for quarter, filed in ((1, dt.date(2013, 4, 10)), (2, dt.date(2013, 7, 10))):
        sheet = book.create_sheet(f"Q{quarter}")
        day = dt.date(2013, 3 * quarter, 1)
        for row in lines(quarter, [["甲镇", day, f"X{quarter}", 1, 2]], filed):
            sheet.append(row)
    book.remove(book.worksheets[0])
    (tmp_path / "raw").mkdir()
    book.save(tmp_path / "raw" / "办公室.xlsx")
    ingested(tmp_path / "raw", load(plan), tmp_path / "p")
    assert amount(plan, tmp_path / "p", None) == 2
    assert amount(plan, tmp_path / "p", MAY) == 1
    files = load_data(2013, "2013-06-30", plan, tmp_path / "p", MAY).files
    assert files["sheet"].tolist() == ["Q1"]


def test_two_at_once_make_one_whole_set(two):
    plan, processed = two
    with ThreadPoolExecutor(4) as pool:
        places = set(pool.map(lambda _: had_come(processed, plan, MAY), range(4)))
    assert len(places) == 1 and [*tree(*places)]
    assert [file.name for file in (processed / store.KEPT).iterdir()] == [places.pop().name]


def test_a_set_is_made_once_and_again_when_it_is_damaged_or_stale(two, monkeypatch):
    plan, processed = two
    made = Counter()

    def counted(*asked):
        made["sets"] += 1
        making.make(*asked)

    monkeypatch.setattr(makers, "in_hand", counted)
    first = had_come(processed, plan, MAY)
    before = tree(first)
    assert had_come(processed, plan, MAY + dt.timedelta(1)) == first and made["sets"] == 1
    (first / "files.parquet").write_bytes(b"")
    assert had_come(processed, plan, MAY) == first and made["sets"] == 2
    assert tree(first) == before
    units = plan / "2013.yml"
    units.write_text(units.read_text("utf-8").replace(">= 3", ">= 4"), encoding="utf-8")
    assert had_come(processed, plan, MAY) != first and made["sets"] == 3


def test_a_new_ingest_takes_old_sets_away_and_the_same_are_made_again(two):
    plan, processed = two
    first = had_come(processed, plan, MAY)
    before = tree(first)
    new = as_bytes(lines(2, [["乙镇", "2013-05-01", "X9", 1, 2]], dt.date(2013, 7, 12)))
    (processed.parent / "raw" / "办公室-3.csv").write_bytes(new)
    ingested(processed.parent / "raw", load(plan), processed)
    assert not first.exists()
    assert tree(had_come(processed, plan, MAY)) == before


def test_returns_that_were_read_otherwise_are_not_put_together(two):
    plan, processed = two
    forms = (plan / "forms.yml").read_text("utf-8").replace("某项", "别项")
    (plan / "forms.yml").write_text(forms, encoding="utf-8")
    with pytest.raises(store.NotIngested, match="run `yxq ingest` again") as refused:
        had_come(processed, plan, MAY)
    assert "\n" not in str(refused.value) and "请重新运行 yxq ingest" in refused.value.chinese


# Days


def test_a_year_later_a_run_with_both_days_given_is_the_same(two, monkeypatch):
    plan, processed = two
    asked = (2013, "2013-06-30", plan, processed, "2013-05-01")
    before = [load_data(*asked).table(name) for name in COMPUTED]
    monkeypatch.setattr(ingest, "today", lambda: dt.date(2027, 11, 27))

    def never(plan):
        raise AssertionError("asked for today")

    monkeypatch.setattr("yxq.attainment.results.default_as_of", never)
    text = as_bytes(lines(1, [["甲镇", "2013-02-01", "X1", 0, 2]], None))
    (processed.parent / "raw" / "办公室-9.csv").write_bytes(text)
    ingested(processed.parent / "raw", load(plan), processed)
    data = load_data(*asked)
    data.keep()
    for name, table in zip(COMPUTED, before, strict=True):
        pd.testing.assert_frame_equal(data.table(name), table)
    assert load_data(2013, "2013-06-30", plan, processed).received_by == dt.date(2027, 11, 27)


@pytest.mark.parametrize(
    ("as_of", "received_by"), [("2013-07-09", "2013-07-10"), ("2013-07-11", "2013-07-11")]
)
def test_without_a_day_all_that_is_in_hand_counts_and_the_day_is_said(two, as_of, received_by):
    plan, processed = two
    told = load_data(2013, as_of, plan, processed)
    assert f"{told.received_by}" == received_by and told.place == processed
    asked = load_data(2013, as_of, plan, processed, received_by)
    assert asked.place == processed and asked._place == told._place
    pd.testing.assert_frame_equal(asked.attained, told.attained)
    assert {*told.attained["received_by"].astype(str)} == {received_by}


def test_without_as_of_it_is_no_later_than_the_day_of_receipt(two):
    assert load_data(2013, None, *two, "2013-05-01").as_of == MAY
    assert load_data(2013, None, *two, "2014-05-01").as_of == dt.date(2014, 1, 15)


@pytest.mark.parametrize(
    ("as_of", "received_by", "told"),
    [
        ("2013-02-30", None, "as_of '2013-02-30' is no date"),
        ("2013-06-30", "2013-02-30", "received_by '2013-02-30' is no date"),
        ("2012-12-31", None, "2012-12-31 is outside the period of plan-2013"),
        ("2015-01-01", None, "2015-01-01 is outside the period of plan-2013"),
        ("2013-06-30", "2012-12-31", "received_by 2012-12-31 is before the period of plan-2013"),
        (None, "2012-12-31", "received_by 2012-12-31 is before the period of plan-2013"),
    ],
)
def test_a_day_on_which_nothing_can_be_said_is_refused_in_a_line(two, as_of, received_by, told):
    with pytest.raises(PlanError) as refused:
        load_data(2013, as_of, *two, received_by)
    assert told in str(refused.value) and "\n" not in str(refused.value) + refused.value.chinese


def test_the_days_at_the_ends_are_none_of_them(two):
    for as_of in ("2013-01-01", "2014-12-31"):
        assert f"{load_data(2013, as_of, *two).as_of}" == as_of
    early = load_data(2013, "2013-06-30", *two, "2013-01-01")  # the plan can be looked at
    with pytest.raises(PlanError, match="nothing had been received by 2013-01-01, the first ret"):
        early.place.exists()


# What was due


@pytest.mark.parametrize(
    ("as_of", "received_by", "status"),
    [
        ("2013-06-30", "2013-07-14", "not due"),  # outstanding: over, and not due yet
        ("2013-06-30", "2013-07-15", "missing"),
        ("2013-06-29", "2013-07-15", "not due"),  # not over by the day
        ("2013-07-15", "2013-06-30", "not due"),  # by the day of receipt nobody was late
        ("2013-07-15", "2013-07-15", "missing"),
    ],
)
def test_a_return_is_missing_when_it_was_due_by_the_day_of_receipt(two, as_of, received_by, status):
    data = load_data(2013, as_of, *two, received_by)
    second = data.returns[data.returns["period_to"] == pd.Timestamp(2013, 6, 30)]
    assert second["status"].tolist() == [status]
    days = (dt.date.fromisoformat(day) for day in (as_of, received_by))
    assert owed.is_due(second, *days).tolist() == [status == "missing"]
    note = data.attained.set_index(["unit", "target"])["note"]["甲镇", "A"]
    assert ("incomplete|1|2" in note) == (status == "missing")


def test_between_the_years_end_and_the_due_date_the_last_return_is_outstanding(two):
    data = load_data(2013, "2013-12-31", *two, "2014-01-14")
    assert data.returns[data.returns["year"] == 2013]["status"].tolist()[-1] == "not due"
    data = load_data(2013, "2013-12-31", *two, "2014-01-15")
    assert data.returns[data.returns["year"] == 2013]["status"].tolist()[-1] == "missing"


def test_a_return_of_the_whole_year_has_come_for_what_had_begun(tmp_path):
    plan = plan_at(tmp_path)
    text = as_bytes(lines(1, [["甲镇", "2013-02-01", "X1", 1, 2]], dt.date(2014, 1, 5)))
    (tmp_path / "raw").mkdir()
    whole = text.decode().replace("2013年第一季度", "2013年度").encode()
    (tmp_path / "raw" / "办公室.csv").write_bytes(whole)
    ingested(tmp_path / "raw", load(plan), tmp_path / "p")
    for as_of, came in (("2013-06-30", 2), ("2013-07-01", 3), ("2013-12-31", 4)):
        rows = load_data(2013, as_of, plan, tmp_path / "p").returns.query("year == 2013")
        assert rows["status"].tolist() == ["late"] * min(came, 3) + (
            ["not due"] * (4 - came) or ["arrived"]
        )
        assert rows["files"].notna().tolist() == [n < came for n in range(4)]


def test_what_is_about_a_later_period_is_not_told_of(two):
    plan, processed = two
    text = as_bytes(lines(4, [["甲镇", "2013-11-31", "X7", 1, 2]], dt.date(2014, 1, 3)))
    (processed.parent / "raw" / "办公室-4.csv").write_bytes(text)
    ingested(processed.parent / "raw", load(plan), processed)
    assert "办公室-4.csv" in set(load_data(2013, "2013-10-01", plan, processed).files["file"])
    data = load_data(2013, "2013-09-30", plan, processed)
    assert "办公室-4.csv" not in set(data.files["file"]) and data.received_by.year == 2014
    before = data.attained
    shutil.rmtree(processed)
    (processed.parent / "raw" / "办公室-4.csv").unlink()
    ingested(processed.parent / "raw", load(plan), processed)
    again = load_data(2013, "2013-09-30", plan, processed, data.received_by)
    pd.testing.assert_frame_equal(again.attained, before)
    assert json.loads((processed / "state.json").read_text("utf-8"))["state"]
