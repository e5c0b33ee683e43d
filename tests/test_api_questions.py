"""Several units and targets, what is open, what did not count, and figures that stand alone."""

import io
from fractions import Fraction

import matplotlib
import openpyxl
import pandas as pd
import pytest
from small_returns import small

import yxq
from yxq.attainment.chances import chances
from yxq.words.wording import Words

TOWNS = ("丁蜀镇", "和桥镇", "官林镇")


@pytest.fixture(scope="module")
def early(demo_tables, tmp_path_factory):
    place = tmp_path_factory.mktemp("questions")
    return small(place, demo_tables.records, TOWNS, as_of="2013-06-30")


def test_the_order_is_units_then_targets_and_a_slip_is_told(early):
    for function in (yxq.attain, yxq.months, yxq.years, yxq.behind, yxq.failures, yxq.funnel):
        with pytest.raises(yxq.PlanError, match="'T01' is a target and no unit: the order is"):
            function(early, "T01")
        with pytest.raises(yxq.PlanError, match="'和桥' is a unit and no target: the order is"):
            function(early, None, "和桥")
    with pytest.raises(yxq.PlanError, match=r"name one target here, such as .* \(there are 0\)"):
        yxq.plot_units(early)


def test_several_units_and_targets_are_what_each_is(early):
    both, ids = ["丁蜀镇", "官林镇"], ["T01", "T04"]
    for function in (yxq.attain, yxq.months, yxq.years, yxq.funnel):
        together = function(early, both, ids)
        apart = [function(early, unit, id) for unit in both for id in ids]
        assert len(together) == sum(map(len, apart)) > 0
        assert {*together["unit"].astype(str)} == {*both}
        assert {*together["target"].astype(str)} == {*ids}
    for function in (yxq.behind, yxq.failures):
        apart = pd.concat([function(early, unit, "T01") for unit in both], ignore_index=True)
        pd.testing.assert_frame_equal(function(early, both, "T01"), apart)
        assert len(apart)
    firms = yxq.breakdown(early, both, "T01", by="unit").set_index("unit")["total"]
    for unit in both:
        assert firms[unit] == yxq.attain(early, unit, "T01")["denominator"].iloc[0]


def test_only_some_states(early):
    rows = yxq.attain(early)
    behind = yxq.attain(early, states=["behind", "no data"])
    assert len(behind) == rows["state"].isin(["behind", "no data"]).sum() > 0
    with pytest.raises(
        yxq.PlanError, match="unknown state 'late'; there are attained, not attained"
    ):
        yxq.attain(early, states="late")


def test_a_chance_of_several_is_the_product_of_those_that_are_open():
    rows = pd.DataFrame(
        [
            ("甲", "on track", False, 0.8),
            ("甲", "behind", False, 0.25),
            ("甲", "attained", True, None),
            ("甲", "no data", False, None),
            ("乙", "not attained", True, None),
            ("乙", "on track", False, 0.9),
            ("丙", "pending", False, None),
        ],
        columns=["unit", "state", "final", "probability"],
    )
    found = chances(rows).set_index("unit")
    assert [*found.loc["甲"]][:-1] == [4, 1, 0, 2, 1]
    assert found.loc["甲", "chance"] == pytest.approx(0.2)
    assert [*found.loc["乙"]] == [2, 0, 1, 1, 0, 0.0]
    assert [*found.loc["丙"]][:-1] == [1, 0, 0, 0, 1] and pd.isna(found.loc["丙", "chance"])


def test_the_chances_are_those_of_the_results(early):
    rows = yxq.attain(early, targets=["T01", "T04", "T05"])
    for unit, mine in rows.groupby(rows["unit"].astype(str)):
        expected = 1.0
        for chance in mine["probability"]:
            expected *= chance
        found = yxq.chance(early, unit, ["T01", "T04", "T05"]).iloc[0]
        assert found["chance"] == pytest.approx(expected) and found["open"] == 3


def test_what_is_open_lies_between_its_ends(early):
    by_result = yxq.bounds(early, by="result")
    credits = yxq.score(early, by="credit").set_index(["unit", "target"])
    assert len(by_result) == (credits["lacking"] > 0).sum() > 0
    assert (by_result["earned_low"] <= by_result["earned_high"]).all()
    for row in by_result.itertuples():
        own = credits.loc[(row.unit, row.target)]
        assert (row.points, row.lacking, row.earned) == (
            own["points"],
            own["lacking"],
            own["earned"],
        )
    by_unit, scores = yxq.bounds(early), yxq.score(early)
    assert [*by_unit["score_low"]] == [*scores["score_low"]] and "credit" not in by_unit
    assert (
        yxq.bounds(early, "官林镇")["rank_worst"].iloc[0]
        == scores.set_index("unit").loc["官林镇", "rank_worst"]
    )
    with pytest.raises(yxq.PlanError, match="'target'; there are unit, result"):
        yxq.bounds(early, by="target")


def test_the_ledger_is_in_words_and_its_sums_are_the_files(demo_processed, demo_tables):
    data = yxq.load_data(2013, processed=demo_processed)
    rows = yxq.ledger(data)
    sums = demo_tables.files[["accepted", "duplicate", "rejected", "excluded"]].sum()
    assert rows["fate"].value_counts().to_dict() == sums.to_dict()
    rejected = yxq.rejected(data, "en")
    assert len(rejected) == sums["rejected"] and not rejected["reason"].str.contains(r"\|").any()
    misspelt = rejected[rejected["text"].str.contains("丁属镇")].iloc[0]
    assert "which is no known unit: nearest: Dingshu Town" in misspelt["reason"]
    assert misspelt["sender"] and misspelt["form"] == "inspections"
    with pytest.raises(yxq.PlanError, match="no fate 'refused'; there are: accepted"):
        yxq.ledger(data, "refused")


FIGURES = [
    (lambda data: yxq.plot_months(data, TOWNS, "T01"), "产品质量监督抽查合格率"),
    (lambda data: yxq.plot_months(data, "丁蜀镇", ["T01", "T04"]), "丁蜀镇"),
    (lambda data: yxq.plot_years(data, TOWNS, "T01"), "产品质量监督抽查合格率"),
    (lambda data: yxq.plot_units(data, None, ["T01", "T04", "T20"]), "2013年"),
    (lambda data: yxq.plot_units(data, TOWNS[:2], "T01"), "产品质量监督抽查合格率"),
    (lambda data: yxq.plot_funnel(data, targets=["T01", "T04"]), "2013年"),
]


@pytest.mark.parametrize(("draw", "title"), FIGURES)
def test_a_figure_stands_alone_and_takes_its_numbers_along(early, tmp_path, draw, title):
    figure = draw(early)
    texts = [text.get_text() for text in figure.findobj(matplotlib.text.Text)]
    above = next(text for text in texts if "（截至2013年6月30日）" in text)
    assert above.startswith(title) and len(figure.frame)
    for name in ("a.png", "a.svg", "a.pdf", "a.xlsx"):
        assert figure.save(tmp_path / name).stat().st_size > 1000
    assert (tmp_path / "a.png").read_bytes()[:4] == b"\x89PNG"
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").worksheets[0]
    assert sheet.title == "数据" and sheet.max_row == len(figure.frame) + 2
    with pytest.raises(yxq.PlanError, match=r"'a.gif' cannot be saved: the kinds are .png, .svg"):
        figure.save(tmp_path / "a.gif")


def test_panels_show_what_months_say(early):
    frame = yxq.plot_months(early, TOWNS, "T01").frame
    rows = yxq.months(early, TOWNS, "T01")
    june = rows[rows["month"] == pd.Period("2013-06")].set_index("unit")
    for town in TOWNS:
        shown = frame[(frame["title"] == town) & (frame["month"] == "6")]["value"].iloc[0]
        exact = Fraction(int(june.loc[town, "so_far"]), int(june.loc[town, "of"]))
        assert shown == pytest.approx(float(exact), abs=1e-12)
    assert {*frame["asked"]} == {0.95}
    units = yxq.plot_units(early, None, ["T01", "T04"]).frame
    attained = yxq.attain(early, targets="T04").set_index("unit")["value"]
    mine = (
        units[units["target"] == "主要农产品抽检合格率"]
        if (units["target"] == "主要农产品抽检合格率").any()
        else units[units["target"] == units["target"].iloc[-1]]
    )
    assert [*mine["value"]] == [
        attained[unit]
        for unit in (*sorted(TOWNS, key=[u.name for u in early.plan.towns].index), "宜兴市")
    ]


def test_too_many_panels_and_two_scales_are_refused(early):
    with pytest.raises(yxq.PlanError, match="24 panels at the most, and these are 75"):
        yxq.plot_units(early, None, [target.id for target in early.plan.targets])
    with pytest.raises(yxq.PlanError, match="no scale in common"):
        yxq.plot_months(early, "丁蜀镇", ["T01", "T20"])


def test_an_analysts_own_figure_has_its_chinese():
    from matplotlib import pyplot

    with yxq.chinese():  # a glyph that lacks is a warning, and a warning an error
        figure, axes = pyplot.subplots()
        axes.set_title("丁蜀镇合格率 湖㳇镇")
        figure.savefig(io.BytesIO())
        pyplot.close(figure)


def test_a_section_has_its_frame_at_hand(early):
    page = yxq.page(early, "丁蜀镇")
    frame = page.targets().frame
    assert [*frame["id"]] == [*yxq.attain(early, "丁蜀镇")["target"]]
    assert page.monthly().frames and len(page.missing().frame)
    assert page.headline().frame.empty
    city = yxq.page(early, language="en")
    assert city.words.language == "en" and {"denominator", "beyond"} <= {*city.funnel().frame}
    assert yxq.page(early, target="T01").headline().html.count("T01")
    assert Words("zh")("data") == "数据"


def test_the_version_is_told():
    assert yxq.__version__.split(".")[0].isdigit()
