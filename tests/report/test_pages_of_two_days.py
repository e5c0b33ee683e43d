"""No page looks ahead: of all the demo's returns, with a day of receipt, each shows what it shows
of those that had come by then.
"""

import datetime as dt
import inspect
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from project import DEMO, ingested

from yxq.attainment.results import COMPUTED, load_data
from yxq.report.pages import CityPage, FrontPage, ReturnsPage, TargetPage, TownPage
from yxq.report.sheets import views
from yxq.words.wording import Words

AS_OF, BY = dt.date(2013, 6, 30), dt.date(2013, 7, 31)
TOWN = "丁蜀镇"


@pytest.fixture(scope="module")
def cut(demo_processed, yixing, tmp_path_factory) -> Path:
    """The tables of the demo's returns without those that came later."""
    place = tmp_path_factory.mktemp("cut")
    came = pd.read_parquet(demo_processed / "received.parquet")
    assert came["stated"].all()  # the demo's returns say so themselves
    there = came.loc[came["received"] <= pd.Timestamp(BY), "file"].unique()
    assert len(there) == 130 and came["file"].nunique() == 159
    for name in there:
        (place / "raw" / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(DEMO / name, place / "raw" / name)
    shutil.copytree(demo_processed / ".parts", place / "processed" / ".parts")  # read once
    return ingested(place / "raw", yixing, place / "processed").place


@pytest.fixture(scope="module")
def sources(cut, demo_processed, plan2013):
    return [load_data(None, AS_OF, plan2013, place, BY) for place in (demo_processed, cut)]


def sections(page) -> dict[str, str]:
    """All that a page shows, by the name of the section."""
    shown = {"opening": " ".join(page.opening)}
    for name, method in inspect.getmembers(type(page), inspect.isfunction):
        if method.__annotations__.get("return") == "Block":
            block = getattr(page, name)()
            shown[name] = f"{block.html}\n{block.text}"
    return shown


def pages(source, language: str) -> dict[str, dict[str, str]]:
    """The pages and the workbook; in English, which is the same page in other words, a few."""
    words, plan = Words(language, source.plan.folder.unit_word, source.plan.english), source.plan
    city = CityPage(source, words, plan.city.name)
    front = FrontPage(source, words, plan.city.name, plan.towns)
    shown = {
        "town": sections(TownPage(source, words, TOWN)),
        "returns": sections(ReturnsPage(source, words)),
        "front": {block.id: f"{block.html}\n{block.text}" for block in front.blocks()},
    }
    if language == "zh":
        shown |= {
            "city": sections(city),
            "target": sections(TargetPage(source, words, plan.target("T01"))),
            "workbook": {title: frame.to_csv() for title, frame in views(city).items()},
        }
    return shown


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_shows_what_had_come_and_no_more(sources, language):
    shown, alone = (pages(source, language) for source in sources)
    assert len(shown) == {"zh": 6, "en": 3}[language] and all(
        len(parts) >= 5 for parts in shown.values()
    )
    for page, parts in shown.items():
        assert parts.keys() == alone[page].keys()
        assert [name for name in parts if parts[name] != alone[page][name]] == []
    text = "".join("".join(parts.values()) for parts in shown.values())
    days = ("2013年6月30日", "2013年7月31日") if language == "zh" else ("2013-06-30", "2013-07-31")
    assert text.count(
        f"{days[0]}　报表接收截止日{days[1]}" if language == "zh" else days[1]
    ) >= len(shown)
    assert "2013年第二季度" in text and not re.search("2013年(第[三四]季度|下半年|度[./])", text)


def test_the_tables_are_the_same_and_say_both_days(sources):
    one, other = sources
    for name in (*COMPUTED, "measures", "received", "ledger"):
        pd.testing.assert_frame_equal(one.table(name), other.table(name))
    days = one.attained[["as_of", "received_by"]].drop_duplicates()
    assert days.astype("str").to_numpy().tolist() == [[f"{AS_OF}", f"{BY}"]]
    assert one.digests == other.digests


def test_the_half_year_is_told_by_the_day_of_receipt(sources, demo_processed, plan2013):
    """23 returns of the first half were due by 31 July, one never came; on 30 June 5 were due."""
    page = ReturnsPage(sources[0], Words("en"))
    assert page.due_by_now() == [
        "23 returns were due by 2013-07-31: 22 arrived, 0 of them late; 1 are missing."
    ]
    on_the_day = ReturnsPage(load_data(None, AS_OF, plan2013, demo_processed, AS_OF), Words("en"))
    assert on_the_day.due_by_now() == [
        "5 returns were due by 2013-06-30: 5 arrived, 0 of them late; 0 are missing.",
        "18 more of periods that are over are not due yet and have not come: they are outstanding, "
        "not missing.",
    ]


def test_what_is_about_a_later_period_is_not_on_the_page_of_an_earlier_day(
    demo_processed, plan2013
):
    """Of all that is in hand: no rows of October are returned on a page of June."""
    source = load_data(None, AS_OF, plan2013, demo_processed)
    page = ReturnsPage(source, Words("zh"))
    assert source.received_by == dt.date(2014, 2, 28)
    for section in (page.rejected, page.flagged, page.by_file):
        rows = re.findall(r"2013/[^<]*?-2013年[^.<]*\.\w+</td>", section().html)
        assert not [name for name in rows if re.search("第[三四]季度|下半年", name)]
    status = source.returns.set_index(["form", "sender", "period_from"])["status"]
    assert status["inspections", "质监局", pd.Timestamp(2013, 7, 1)] == "not due"
    assert status["inspections", "质监局", pd.Timestamp(2013, 4, 1)] == "arrived"
