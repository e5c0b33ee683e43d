"""Which rows are listed as failures: what made a result short, and counts as amounts are shown."""

import pandas as pd
import pytest
from small import folder, form, read, target

from yxq.attainment import drill
from yxq.plan.measure import Measure
from yxq.report import answers
from yxq.report.pages import open_page

PART = {"form": "f", "sum": "tonnes", "over": "hectares"}
STOCK = {"form": "g", "sum": "n", "over": "of", "span": "latest"}
FLOW = {"form": "g", "sum": "n", "over": "of"}
LAW = {"rule": "at_most", "column": "tonnes", "of": ["hectares"]}
AMOUNTS = "unit,on,tonnes,hectares\n甲镇,2013-05-01,4720,5000\n乙镇,2013-05-01,99,100\n"
# 甲镇 ends the year with 9 of 10, 乙镇 with 1996 of 2000, 丙街道 reports once, and all is well.
COUNTS = """unit,on,n,of
甲镇,2013-03-31,4,10
甲镇,2013-06-30,9,10
乙镇,2013-03-31,1,2000
乙镇,2013-06-30,1996,2000
丙街道,2013-03-31,10,10
"""


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    place = tmp_path_factory.mktemp("failures")
    forms = {
        "f": form("unit", "on", "tonnes", "hectares", when=["on"], checks=[LAW]),
        "g": form("unit", "on", "n", "of", when=["on"]),
    }
    plan = folder(
        place,
        forms,
        target("A", PART, ">= 95%", unit={"zh": "率", "en": "share"}),
        target("E", STOCK, ">= 50%"),  # reached, and so B is who lacks something
        target("B", STOCK, ">= 99%"),
        target("C", FLOW, ">= 1%"),
        target("D", PART | {"span": "latest"}, ">= 90%"),
    )
    tables = read(place, plan, **{"f": AMOUNTS, "g": COUNTS})

    def page(kind, language="en", **of):
        day = "2014-01-31"
        processed = str(tables.place)
        return open_page(
            kind, plan=str(plan), processed=processed, as_of=day, language=language, **of
        )

    return page


def listed(rows, *names):
    return [tuple(row) for row in rows[[*names]].itertuples(index=False)]


def test_the_page_of_a_town_lists_what_made_it_short(opened):
    """甲镇: 4720 of 5000 is 94.4%, 9 of 10 is 90%; the items of C failed, though 1% is reached."""
    jia, yi = (opened("town", town=town) for town in ("甲镇", "乙镇"))
    states = [dict(zip(p.results["target"], p.results["state"], strict=True)) for p in (jia, yi)]
    reached = dict.fromkeys("ABCDE", "attained")
    assert states == [reached | {"A": "not attained", "B": "not attained"}, reached]
    wanted = [("4,720 / 5,000", 280), ("9 / 10", 1), ("9 / 10", 1), ("4 / 10", 6)]
    assert listed(jia.failing, "counts", "failed") == wanted
    days = jia.failing["date"].dt.strftime("%m-%d").tolist()
    assert days == ["05-01", "06-30", "06-30", "03-31"]
    assert listed(yi.failing, "counts") == [("1,996 / 2,000",), ("1 / 2,000",)]  # of C alone


@pytest.mark.parametrize(
    ("id", "counts"),
    [
        ("A", ["4,720 / 5,000", "99 / 100"]),  # the city is short, and so by all of it
        ("B", ["9 / 10"]),  # the city has 2005 of 2010, which is enough
        ("C", ["9 / 10", "1,996 / 2,000", "4 / 10", "1 / 2,000"]),
        ("D", []),
        ("E", []),
    ],
)
def test_the_page_of_a_target_lists_what_made_any_short(opened, id, counts):
    cases = opened("target", target=id).cases
    assert cases.loc[cases["failed"] > 0, "counts"].tolist() == counts


def test_what_a_number_comes_from_is_the_last_report_of_a_stock(opened):
    page = opened("city")
    wanted = {"A": 2, "B": 2, "C": 5, "D": 2, "E": 2}
    assert {id: len(rows) for id, rows in page.behind.items()} == wanted
    rows = drill.sources(page.plan, page.source.records(), page.as_of)
    of_stock = rows[rows["target"] == "B"]
    own, of_city = [("甲镇", 3), ("乙镇", 5), ("丙街道", 6)], [("某市", 3), ("某市", 5)]
    assert listed(of_stock, "unit", "row") == own + of_city
    of_all = drill.behind(page.plan, page.targets_here, page.source.records(), None, page.as_of)
    assert of_all["B"]["row"].tolist() == [3, 5, 6]
    bing = opened("town", town="丙街道").behind
    assert {id: rows["row"].tolist() for id, rows in bing.items()}["B"] == [6]
    by_unit = opened("target", target="B").cases_by_unit
    assert by_unit["row"].tolist() == [3]  # 丙街道 and 乙镇 reach it, and so does the city


@pytest.mark.parametrize(
    ("language", "needed", "of_items"),
    [("zh", "还差30", "还差1件"), ("en", "30 more", "1 more items")],
)
def test_the_parts_of_a_share_of_amounts_are_written_as_amounts(opened, language, needed, of_items):
    """30 of what a share is of, which the plan does not name; counts are written as ever."""
    page = opened("city", language)
    rows = answers.attained(page, answers.chosen(page, ["甲镇", "乙镇"]), readable=True)
    rows = rows.set_index(["unit", "id"])[["counts", "needed"]]
    assert rows.loc["甲镇", "A"].tolist() == ["4,720 / 5,000", needed]
    assert rows.loc["甲镇", "B"].tolist() == ["9 / 10", of_items]
    assert rows.loc["乙镇", "B"].tolist() == ["1996 / 2000", ""]


def test_of_a_stock_the_last_day_counts_of_each_year_stratum_and_peer():
    rows = pd.DataFrame(
        [
            ("a", "x", 2012, 5, "某"),
            ("b", "x", 2013, 3, "某"),
            ("c", "x", 2013, 4, "某"),
            ("d", "y", 2013, 2, "某"),
            ("e", "x", 2013, 2, "他"),
            ("f", "x", 2013, 4, "某"),
        ],
        columns=["name", "stratum", "label", "day", "city"],
    )
    of_peers = Measure(form="f", value="value", peer="city")
    assert [*drill._that_count(of_peers, rows, [])["name"]] == [*"acdef"]
    own = Measure(form="f", sum="n", span="latest")
    assert [*drill._that_count(own, rows, [])["name"]] == [*"acdf"]
    assert [*drill._that_count(own, rows, ["city"])["name"]] == [*"acdef"]
    adds_up = Measure(form="f", sum="n")
    assert [*drill._that_count(adds_up, rows, [])["name"]] == [*"abcdef"]
