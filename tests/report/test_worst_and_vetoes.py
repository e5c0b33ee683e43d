"""The city's worst products and firms that fail again, and the alert of a veto."""

from collections import Counter

import city_oracle as oracle
import pandas as pd
import pytest
from city_oracle import CITY, END
from project import posed

from yxq.report.blocks import Block
from yxq.report.pages import CityPage, FrontPage
from yxq.report.sections.standing import veto_alert
from yxq.report.sections.target_failures import worst_of_city
from yxq.words.wording import Words


def cases(*rows) -> pd.DataFrame:
    """Records: target, firm, item, failing item (none: passed), day of May; counts where stated."""
    made = [
        {
            "target": target,
            "date": pd.Timestamp(2013, 5, day),
            "unit": "丁蜀镇",
            "firm": firm,
            "item": item,
            "counts": counts,
            "failing": failing or "",
            "named": True,
            "total": 1,
            "failed": int(failing is not None),
        }
        for target, firm, item, failing, day, counts in rows
    ]
    return pd.DataFrame(made)


def test_products_that_failed_twice_and_firms_of_all_targets_together(plan2013):
    found = cases(
        ("T01", "甲厂", "电缆", "电阻", 1, ""),
        ("T01", "乙厂", "电缆", "标识", 2, ""),
        ("T05", "甲厂", "电缆", None, 3, ""),
        ("T05", "甲厂", "糕点", "菌落", 4, ""),
        ("T05", "丙厂", "糕点", None, 5, ""),
        ("T12", "丁厂", "", "无", 6, ""),
        ("T12", "丁厂", "", "无", 7, ""),
        ("T07", "戊厂", "桥", "裂", 8, "3 / 4"),
        ("T07", "戊厂", "桥", "裂", 9, "3 / 4"),
    )
    words = Words("zh", plan2013.folder.unit_word, plan2013.english)
    parts = worst_of_city(plan2013, found, words)
    products, firms = (oracle.tables(Block(str(part), ""))[0] for part in parts)
    assert products.caption == "不合格最多的产品或对象（两次以上，全部目标合计）"
    # of all seven one by one five failed, of cables two of three
    assert products.rows == [["电缆", "2", "3", "33.3%", "67%", "67%"]]
    assert [row[:5] for row in firms.rows] == [
        ["丁厂", "丁蜀镇", "2", "2", "2013年5月6日"],
        ["甲厂", "丁蜀镇", "2", "3", "2013年5月1日"],
    ]
    assert worst_of_city(plan2013, found[found["failed"] == 0], words) == []


@pytest.fixture
def city(demo_processed):
    words = oracle.wording("zh")
    return CityPage(oracle.source(demo_processed, END), words, CITY)


def test_the_demos_worst(city):
    failed = city.failing[(city.failing["counts"] == "") & (city.failing["item"] != "")]
    times = Counter(failed["item"])
    products, firms, _ = oracle.tables(city.failures())
    assert [int(row[1]) for row in products.rows] == sorted(times.values(), reverse=True)[:8]
    assert all(times[row[0]] == int(row[1]) for row in products.rows)
    by_firm = Counter(city.failing.loc[city.failing["counts"] == "", "firm"])
    often = sorted((n for firm, n in by_firm.items() if firm and n > 1), reverse=True)[:8]
    assert [int(row[2]) for row in firms.rows] == often and often[0] > 2


def vetoed(*pairs) -> pd.DataFrame:
    rows = [{"unit": unit, "target": id, "vetoed": True} for unit, id in pairs]
    return pd.DataFrame([*rows, {"unit": "周铁镇", "target": "T63", "vetoed": False}])


def test_a_veto_names_unit_and_target(plan2013):
    words = Words("zh", plan2013.folder.unit_word, plan2013.english)
    title = f"T63 {plan2013.target('T63').title.zh}"
    alert = veto_alert(plan2013, vetoed(("高塍镇", "T63"), ("官林镇", "T63"), (CITY, "T63")), words)
    page = oracle.soup(Block(str(alert), ""))
    assert page.p["role"] == "alert"
    assert page.get_text() == f"一票否决：官林镇（{title}）、高塍镇（{title}）、宜兴市（{title}）。"
    assert [a["data-page"][:9] for a in page.find_all("a")] == ["320282104", "320282108", "city"]
    assert (
        veto_alert(plan2013, vetoed(), words) == "" == veto_alert(plan2013, vetoed().head(0), words)
    )
    many = vetoed(*((unit.name, "T63") for unit in plan2013.towns[:13]))
    page = oracle.soup(Block(str(veto_alert(plan2013, many, words)), ""))
    assert len(page.find_all("a")) == 12 and page.get_text().endswith("等共13个单位。")


def test_it_stands_above_all_on_the_citys_page_and_the_index(demo_processed):
    source = oracle.changed(demo_processed, END, lambda attained: None)
    posed(source, credits=oracle.source(demo_processed, END).credits.copy())
    words = oracle.wording("zh")
    pages = CityPage(source, words, CITY), FrontPage(source, words, CITY, source.plan.towns)
    for page in pages:
        assert oracle.soup(page.headline()).find(role="alert") is None
    at = source.credits["unit"].eq("官林镇") & source.credits["target"].eq("T63")
    assert at.sum() == 1
    posed(source, credits=source.credits.assign(vetoed=at))
    for page in pages:
        shown = oracle.soup(page.headline())
        alert = shown.find(role="alert")
        assert alert.get_text().startswith("一票否决：官林镇（T63 ")
        following = alert.find_next_siblings()
        assert shown.find(class_="verdict") in following and shown.dl in following
