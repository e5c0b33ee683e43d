"""A year, a pack a month: what each says has changed is what an independent diff finds."""

import datetime as dt
import itertools
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
import small
from project import ingested

from yxq.attainment.since import Comparison, compare
from yxq.plan_folders.load import load
from yxq.publish import archive, pack
from yxq.publish.archive import entries, verify
from yxq.report.pages import FrontPage, open_page
from yxq.report.sections import since
from yxq.report.sheets import views
from yxq.tables import snapshots
from yxq.words.errors import PlanError

pytestmark = pytest.mark.slow

CITY, JIA, YI, BING = "某市", "甲镇", "乙镇", "丙街道"
COLUMNS = ("unit", "on", "said", "n", "of")
SCORING = {"bands": [{"grade": "A", "least": 80}, {"grade": "B", "least": 0}], "seed": 1}
NUMBERS = ["state", "value", "numerator", "denominator", "bound"]
FILES: dict[str, tuple[dt.date, list[str]]] = {}  # name -> when it is filed, and its rows
for month in range(1, 13):
    rows = [
        f"{JIA},2013-{month:02}-03,J{month},{9 + month % 2},10",
        f"{YI},2013-{month:02}-04,Y{month},{6 + month % 3},10",
    ]
    rows += [f"{BING},2013-{month:02}-05,B{month},10,10"] if month % 4 == 0 else []
    filed = dt.date(2013 + month // 12, month % 12 + 1, 10)
    FILES[f"2013年{month}月某项"] = filed, rows
FILES["2013年2月某项更正"] = dt.date(2013, 5, 12), [f"{YI},2013-02-04,Y2,10,10"]
FILES["2013年6月某项更正"] = dt.date(2013, 9, 12), [f"{BING},2013-06-03,J6,9,10"]  # was another's
FILES["2013年4月某项更正"] = dt.date(2013, 8, 12), [f"{BING},2013-04-05,B4,撤回,撤回"]
CHANGED = {  # by the month of the pack: key -> change, beside the month's own new rows
    4: {"Y2": "corrected"},
    7: {"B4": "withdrawn"},
    8: {"J6": "corrected"},
}


def days(month: int) -> tuple[dt.date, dt.date]:
    """The month's last day, and the 20th of the next."""
    begins = dt.date(2013 + month // 12, month % 12 + 1, 1)
    return begins - dt.timedelta(1), begins.replace(day=20)


def file_returns(until: dt.date) -> None:
    for name, (filed, rows) in FILES.items():
        if filed <= until:
            lines = [name, ",".join(COLUMNS), *rows, f"填报日期：{filed:%Y年%m月%d日}"]
            Path("raw", f"办公室-{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    ingested(Path("raw"), load("plan"), Path("processed"))


def build(month: int) -> Path:
    as_of, received_by = days(month)
    place, outcomes = pack.build(
        load("plan").plan(2013), Path("out"), Path("processed"), as_of, received_by=received_by
    )
    assert not [outcome.error for outcome in outcomes if outcome.error]
    return place


@pytest.fixture(scope="module")
def year(tmp_path_factory, no_kernels):
    """Twelve packs, all but the last in the archive."""
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place := tmp_path_factory.mktemp("year"))
        yield packs_of_a_year(place)


def packs_of_a_year(place: Path) -> list[Path]:
    form = small.form(*COLUMNS, key=["said"], again="corrections", when=["on"])
    rate = small.target("A", {"form": "f", "sum": "n", "over": "of"}, ">= 90%")
    count = small.target("B", {"form": "f", "rows": True}, ">= 12")
    owed = [{"form": "f", "sender": "办公室", "every": "month", "due_days": 15}]
    plan = small.folder(place, {"f": form}, rate, count, returns=owed, scoring=SCORING)
    with (plan / "forms.yml").open("a", encoding="utf-8") as forms:
        forms.write("layout: {footers: [填报日期], corrections: [更正]}\n")
    Path("raw").mkdir()
    for month in range(1, 13):
        file_returns(days(month)[1])
        place = build(month)
    return [*(entry.folder for entry in reversed(entries(place))), place]


def tables(place: Path) -> dict[str, pd.DataFrame]:
    return {name: pd.read_parquet(place / "data" / f"{name}.parquet") for name in snapshots.TABLES}


def compared(before: Path, after: Path) -> Comparison:
    return compare(snapshots.read(before), snapshots.read(after))


def told(frame: pd.DataFrame, column: str) -> pd.Series:
    return frame[column].map(lambda value: "" if pd.isna(value) else str(value))


def moved_by_pandas(before: pd.DataFrame, after: pd.DataFrame) -> dict[tuple[str, str], set[str]]:
    """What moved, by an outer merge of the attained tables as text."""
    both = before.merge(after, on=["unit", "target"], how="outer", suffixes=("_x", "_y"))
    differs = {name: told(both, f"{name}_x") != told(both, f"{name}_y") for name in NUMBERS}
    moved = pd.DataFrame(differs).set_axis(pd.MultiIndex.from_frame(both[["unit", "target"]]))
    return {key: {*row.index[row]} for key, row in moved.iterrows() if row.any()}


def test_a_year_month_by_month(year):
    assert len(year) == 12 and verify(year[-1]) == []
    for month, (before, after) in enumerate(itertools.pairwise(year), start=2):
        found, was, now = compared(before, after), tables(before), tables(after)
        listed = {
            (row.unit, row.target): {*row.moved.split(";")} for row in found.results.itertuples()
        }
        assert listed == moved_by_pandas(was["attained"], now["attained"]), month
        # the rows, by hand
        own = [row.split(",")[2] for row in FILES[f"2013年{month}月某项"][1]]
        wanted = dict.fromkeys(own, "new") | CHANGED.get(month, {})
        assert {key.split("\x1f")[0]: change for key, change in rows_by_key(found)} == wanted, month
        # and every result that moved names what moved it
        assert (found.results["causes"] != "").all()
        for row in found.results.itertuples():
            behind = found.behind(row.unit, row.target)
            assert row.rows == len(behind)
            named = {*row.causes.split(";")} & {"new", "corrected", "withdrawn", "gone"}
            assert named == {*behind["change"]}, (month, row)
        scores = was["scores"].merge(now["scores"], on="unit", suffixes=("_x", "_y"))
        differs = {
            row["unit"]
            for _, row in scores.iterrows()
            for name in ("score", "rank", "grade")
            if str(row[f"{name}_x"]) != str(row[f"{name}_y"])
        }
        assert {*found.scores["unit"]} == differs, month


def rows_by_key(found: Comparison) -> list[tuple[str, str]]:
    return [*zip(found.rows["key"], found.rows["change"], strict=True)]


def test_the_rows_lead_to_file_and_row(year):
    withdrawn = compared(year[5], year[6]).rows.set_index("change").loc["withdrawn"]
    assert withdrawn["file"] == "办公室-2013年4月某项.csv" and withdrawn["row"] == 5
    assert withdrawn["unit"] == BING
    corrected = compared(year[2], year[3]).rows.set_index("change").loc["corrected"]
    assert corrected["file"] == "办公室-2013年2月某项更正.csv" and corrected["row"] == 3
    assert corrected["file_before"] == "办公室-2013年2月某项.csv" and corrected["row_before"] == 4
    assert corrected["targets"] == "A;B" and corrected["sender"] == "办公室"
    moved = compared(year[6], year[7]).rows
    moved = moved[moved["change"] == "corrected"]
    assert {*moved["unit"]} == {JIA, BING} and len(moved) == 2


def test_the_archive_of_a_year_is_small_and_nothing_is_lost(year, capsys):
    whole = sum(f.stat().st_size for place in year for f in own_files(place))
    held = {f.stat().st_ino: f.stat().st_size for place in year for f in own_files(place)}
    with capsys.disabled():
        print(f"\n12 packs: {whole} bytes, {sum(held.values())} on the disk")
    assert sum(held.values()) <= whole and len(year) == 12
    last, before = year[-1], own_bytes(year[2])
    assert own_bytes(build(3)) == before  # March again, after all that came since
    assert len(entries(last)) == 12 and verify(last) == []
    assert own_bytes(build(12)) == own_bytes(build(12))


def own_files(place: Path) -> list[Path]:
    files = (file for file in place.rglob("*") if file.is_file())
    return [file for file in files if "archive" not in file.relative_to(place).parts]


def own_bytes(place: Path) -> dict[str, bytes]:
    return {f.relative_to(place).as_posix(): f.read_bytes() for f in own_files(place)}


def page_since(kind: str, before: Path, after: Path, month: int, **more):
    """A page that is compared with a former pack."""
    as_of, by = days(month)
    page = open_page(kind, 2013, as_of, "plan", "processed", received_by=by, since="x", **more)
    page.source.keep_comparison(compared(before, after))
    return page


def lines(block, caption: str) -> list[list[str]]:
    """The cells of the rows of a table."""
    text = block.html.partition(f"<caption>{caption}</caption>")[2].partition("</table>")[0]
    rows = re.findall("<tr>(.*?)</tr>", text.partition("<tbody>")[2], re.S)
    return [re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]


def test_the_section_says_what_moved_and_because_of_which_rows(year):
    page = page_since("town", year[2], year[3], 4, town=YI)
    section = page.since()
    assert "上期统计截止日2013年3月31日，报表接收截止日2013年4月20日。" in section.html
    assert "2项结果有变化；新报1行、更正1行。" in section.html
    same = "↓ 进度落后"
    (first, second) = lines(section, "状态未变，数值因更正、撤回或计划改动而变")
    assert first == [
        '<a href="#s-A">A 某项</a>',
        same,
        f'<span class="behind">{same}</span>',
        "70.0%（21 / 30）",
        "75.0%（30 / 40）",
        "新报1行、更正1行",
        "办公室-2013年2月某项更正.csv：3、办公室-2013年4月某项.csv：4",
    ]
    assert second[3:5] == ["3件", "4件"]


def test_the_city_has_all_units_and_the_index_the_city_and_all_scores(year):
    page = page_since("city", year[2], year[3], 4)
    city, front = page.since(), FrontPage(page.source, page.words, CITY, []).since()
    scores = [['<a data-page="3-bing">丙街道</a>', "0.0", "50.0", "3", "2", "B", "B"]]
    assert lines(city, "得分、名次、等级的变化") == lines(front, "得分、名次、等级的变化") == scores
    (up,) = lines(city, "转好")
    assert up[0] == '<a data-page="3-bing#s-A">丙街道</a>' and up[6:] == [
        "新报1行",
        "办公室-2013年4月某项.csv：5",
    ]
    assert lines(front, "转好") == [] and "8项结果有变化" in city.html
    moved = lines(front, "状态未变，数值因更正、撤回或计划改动而变")
    assert [row[0] for row in moved] == [
        '<a data-page="city#s-A">A 某项</a>',
        '<a data-page="city#s-B">B 某项</a>',
    ]
    sheet = views(page)["与上期相比"]
    assert len(sheet) == 8 and [*sheet] == since.SHEET
    assert "与上期相比" not in views(open_page("city", 2013, days(4)[0], "plan", "processed"))


def test_a_first_pack_says_nothing_and_one_that_is_not_kept_is_refused(year):
    page = open_page("city", 2013, days(1)[0], "plan", "processed")
    assert page.since().html == "" and page.since().id == ""
    page.source.since = "2012-12-31_2013-01-20_zh_00000000"
    with pytest.raises(PlanError, match="no comparison with 2012-12-31"):
        page.source.comparison()


def test_the_section_is_bounded(year, monkeypatch):
    monkeypatch.setattr(since, "SHOWN", 2)
    monkeypatch.setattr(since, "SCORES_SHOWN", 0)
    page = page_since("city", year[2], year[3], 4)
    text = page.since().html
    assert len(lines(page.since(), "转好")) == 1
    assert len(lines(page.since(), "状态未变，数值因更正、撤回或计划改动而变")) == 1
    assert "另有3项有变化，见工作簿“与上期相比”表。" in text and "另有1个单位" in text
    assert "另有3项状态未变、数值有变化" in text


@pytest.mark.parametrize(
    ("before", "after", "way"),
    [
        ("on track", "attained", "up"),
        ("behind", "on track", "up"),
        ("pending", "on track", "up"),
        ("not attained", "behind", "up"),
        ("on track", "behind", "down"),
        ("attained", "no data", "down"),
        ("pending", "not attained", "down"),
        ("behind", "no data", "otherwise"),
        ("pending", "not applicable", "otherwise"),
        (pd.NA, "behind", "otherwise"),
        ("behind", "behind", ""),
    ],
)
def test_where_a_state_moves(before, after, way):
    assert since.direction(before, after) == way


def test_the_same_twice_has_not_changed(year):
    shutil.copytree(year[4] / "data", "again")
    found = compared(year[4], Path("again"))
    assert found.summary == dict.fromkeys(found.summary, 0)
    assert [len(frame) for frame in (found.results, found.scores, found.rows, found.targets)] == [
        0
    ] * 4


def test_what_a_pack_is_compared_with(year):
    """The newest that is earlier by a day and later by none, whatever is in place."""
    place = year[-1]
    for month in (3, 12):
        found = archive.before(place, "plan-2013", days(month), "zh")
        assert found.days == days(month - 1)
    assert archive.before(place, "plan-2013", days(1), "zh") is None
    assert archive.before(place, "plan-2014", days(3), "zh") is None
    as_of, by = days(3)
    assert archive.before(place, "plan-2013", (as_of, by + dt.timedelta(1)), "zh").days == days(3)
    assert archive.before(place, "plan-2013", (as_of, by - dt.timedelta(1)), "zh").days == days(2)
    february = next(entry.folder for entry in entries(place) if entry.days == days(2))
    (february / "data" / "rows.parquet").write_bytes(b"x")
    assert archive.before(place, "plan-2013", days(3), "zh").days == days(1)
