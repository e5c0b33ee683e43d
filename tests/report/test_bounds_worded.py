"""What follows from another number is worded with what it comes to for a unit, if it is known."""

import pytest
import small
from small import folder, form, read, target

from yxq.report import display
from yxq.report.pages import open_page
from yxq.words.wording import Words

LEVEL = {"form": "g", "value": "value"}
PART = {"form": "f", "sum": "n", "over": "of"}
COUNT = {"form": "f", "sum": "n"}
NATIONAL = {"title": small.TITLE, "unit": "point/points", "owner": "办公室"}
NATIONAL |= {"measure": {"form": "g", "value": "size"}}
LEVELS = (
    "unit,year,value,size\n甲镇,2010,20.5,1\n甲镇,2012,10,1\n甲镇,2013,12,11.5\n乙镇,2013,7,9\n"
)
COUNTS = """unit,on,n,of
甲镇,2010-05-01,2000,6000
甲镇,2012-05-01,40,50
甲镇,2013-05-01,30,60
"""
ASKED = [  # require, measure, bound, in Chinese and in English, of 甲镇
    ("<= y2010 * 60%", LEVEL, "12.3", "≤2010年的60%（12.3吨/公顷）", "≤ 60% of 2010 (12.3 t/ha)"),
    ("> y2010", LEVEL, "20.5", "＞2010年（20.5吨/公顷）", "> 2010 (20.5 t/ha)"),
    (">= national", LEVEL, "11.5", "≥national（11.5吨/公顷）", "≥ national (11.5 t/ha)"),
    (">= last_year * 110%", LEVEL, "11", "≥上年的110%（11吨/公顷）", None),
    (">= last + 1", LEVEL, "11", "≥上次＋1（11吨/公顷）", "≥ the value before + 1 (11 t/ha)"),
    (
        "90%..110% of y2010",
        LEVEL,
        "18.45..22.55",
        "2010年的90%～2010年的110%（18.45吨/公顷～22.55吨/公顷）",
        "90% of 2010–110% of 2010 (18.45 t/ha–22.55 t/ha)",
    ),
    (">= y2010", PART, "0.333333333333", "≥2010年（33.33%）", "≥ 2010 (33.33%)"),
    (">= y2010 + 1pp", PART, "0.343333333333", None, "≥ 2010 + 1 pp (34.33%)"),
    (">= y2010", COUNT, "2000", "≥2010年（2,000吨/公顷）", "≥ 2010 (2,000 t/ha)"),
    ({"镇": "> y2010", "街道": ">= 5"}, LEVEL, "20.5", None, "> 2010 (20.5 t/ha)"),
    ("> last_year", LEVEL, "", "高于上年（10吨/公顷）", "above the year before (10 t/ha)"),
    (">= 12.50", LEVEL, "12.50", "≥12.50吨/公顷", "≥ 12.50 t/ha"),
]


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    place = tmp_path_factory.mktemp("bounds")
    made = form("unit", "year", "value", "size", when=["year"], key=["unit", "year"])
    forms = {"g": made, "f": form("unit", "on", "n", "of", when=["on"])}
    unit = {"zh": "吨/公顷", "en": "t/ha"}
    targets = [
        target(f"A{n}", measure, require, unit=unit)
        for n, (require, measure, *_) in enumerate(ASKED)
    ]
    plan = folder(place, forms, *targets, bases={"national": NATIONAL})
    tables = read(place, plan, g=LEVELS, f=COUNTS)
    return lambda language: open_page(
        "city", plan=str(plan), processed=str(tables.place), as_of="2014-01-31", language=language
    )


@pytest.mark.parametrize("n", range(len(ASKED)), ids=[str(asked[0]) for asked in ASKED])
def test_what_a_bound_comes_to(opened, n):
    *_, bound, zh, en = ASKED[n]
    rows = opened("zh").attained
    row = rows[(rows["unit"] == "甲镇") & (rows["target"] == f"A{n}")]
    assert row["bound"].tolist() == [bound]
    for language, wanted in (("zh", zh), ("en", en)):
        page = opened(language)
        (told,) = display.results(page.plan, row, page.words)["required"]
        assert wanted in (told, None)


def test_where_it_is_not_known_or_of_all_units_it_is_as_the_plan_has_it(opened):
    page = opened("en")
    rows = page.attained[page.attained["target"] == "A0"]
    told = display.results(page.plan, rows, page.words).set_index(rows["unit"])["required"]
    assert told.to_dict() == {
        "甲镇": "≤ 60% of 2010 (12.3 t/ha)",
        **dict.fromkeys(("乙镇", "丙街道", "某市"), "≤ 60% of 2010"),
    }
    assert display.required(page.plan.target("A0"), Words("en")) == "≤ 60% of 2010"
    kinds = page.attained[page.attained["target"] == "A9"].set_index("unit")["bound"]
    assert kinds.to_dict() == {"甲镇": "20.5", "乙镇": "", "丙街道": "5", "某市": ""}
