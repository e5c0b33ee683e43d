"""What if: every number follows what is supposed, as reckoned by hand, and everything says so."""

import shutil
from fractions import Fraction

import pandas as pd
import pytest
from project import ROOT
from small_returns import small

import yxq
from yxq.attainment.results import Fixed
from yxq.plan_folders.load import load
from yxq.report.sheets import views
from yxq.returns import ingest
from yxq.tables import in_hand, store
from yxq.words.wording import Words

TOWN = "丁蜀镇"
BATCH = {"sample_no": "X1", "date": "2013-12-01", "unit": TOWN, "class": "product"}


@pytest.fixture(scope="module")
def data(demo_tables, tmp_path_factory):
    place = tmp_path_factory.mktemp("what_if")
    return small(place, demo_tables.records, (TOWN, "和桥镇", "官林镇"))


@pytest.fixture(scope="module")
def batches():
    return pd.DataFrame([BATCH, BATCH | {"sample_no": "X2"}]).assign(result="pass")


@pytest.fixture(scope="module")
def with_batches(data, batches):
    return yxq.what_if(data, added=batches)


def counts(data, unit=TOWN, target="T01"):
    row = yxq.attain(data, unit, target).iloc[0]
    return int(row["numerator"]), int(row["denominator"]), row["state"]


def test_two_more_batches_that_pass_count_for_the_town_and_the_city(data, with_batches):
    assert counts(data) == (110, 116, "not attained")
    assert counts(with_batches) == (112, 118, "not attained")  # 94.9 %
    passed, of, _ = counts(data, "宜兴市")
    assert counts(with_batches, "宜兴市")[:2] == (passed + 2, of + 2)
    others = yxq.attain(with_batches, targets="T01").query("unit not in ('丁蜀镇', '宜兴市')")
    same = yxq.attain(data, targets="T01").query("unit not in ('丁蜀镇', '宜兴市')")
    pd.testing.assert_frame_equal(others, same)
    assert len(others) == 2
    behind = yxq.behind(with_batches, TOWN, "T01").query("file == 'what_if'")
    assert [*behind["sample_no"]] == ["X1", "X2"] and [*behind["row"]] == [2, 3]


@pytest.mark.parametrize(
    ("asked", "bound", "exact"),
    [
        (">= 96%", "96%", Fraction(96, 100)),
        ("94.8%", "94.8%", Fraction(948, 1000)),
        ("1/2", "1/2", Fraction(1, 2)),
    ],
)
def test_another_threshold_is_asked_of_every_unit(data, asked, bound, exact):
    rows = yxq.attain(yxq.what_if(data, thresholds={"T1": asked}), targets="T01")
    met = [
        Fraction(int(n), int(of)) >= exact
        for n, of in zip(rows["numerator"], rows["denominator"], strict=True)
    ]
    assert [*(rows["state"] == "attained")] == met and len(met) == 4
    assert {*rows["bound"]} == {bound} and {*rows["require"]} == {f">= {bound}"}
    assert {*yxq.attain(data, targets="T01")["bound"]} == {"95%"}


def test_a_threshold_keeps_what_its_plan_asks_it_for(data):
    strict = yxq.what_if(data, thresholds={"T63": "3"}).plan.target("T63").require
    assert str(data.plan.target("T63").require) == "<= 0" and str(strict) == "<= 3"


def reckoned(data, unit, weights):
    """The score of a unit with other weights, from what each target earned without them."""
    rows = yxq.score(data, unit, by="credit").query("applies")
    share = rows["earned"] / rows["points"]
    weight = rows["target"].astype("str").map(weights).fillna(1.0)
    off = rows["deducted"].sum()
    return 100 * (share * weight).sum() / weight.sum() - off


@pytest.mark.parametrize("unit", [TOWN, "官林镇", "宜兴市"])
def test_weights_move_the_score_as_they_should(data, unit):
    supposed = yxq.what_if(data, weights={"T01": 2, "T04": "1/2"})
    found = yxq.score(supposed, unit)["score"].iloc[0]
    assert found == pytest.approx(reckoned(data, unit, {"T01": 2, "T04": 0.5}), abs=1e-9)
    assert found != yxq.score(data, unit)["score"].iloc[0]


def test_points_take_the_place_of_weights(data):
    points = {t.id: 2 if t.id == "T01" else 1 for t in data.plan.targets if t.is_scored}
    by_points = yxq.what_if(data, points=points)
    rows = yxq.score(by_points, TOWN, by="credit").query("applies")
    total = yxq.score(by_points, TOWN)[["total", "of"]].iloc[0]
    assert total["of"] == sum(points[id] for id in rows["target"])
    assert total["total"] == pytest.approx((rows["earned"] - rows["deducted"]).sum())


def test_the_scoring_is_another(data):
    was = yxq.score(data).query("unit != '宜兴市'")
    least = int(was["score_low"].max())  # grades go by what is certain
    bands = [{"grade": "甲", "least": least}, {"grade": "乙", "least": 0}]
    supposed = yxq.what_if(data, scoring={"bands": bands, "veto": None})
    now = yxq.score(supposed, [*was["unit"]])
    grades = ["甲" if score >= least else "乙" for score in was["score_low"]]
    assert [*now["grade"]] == grades and {*grades} == {"甲", "乙"}


def test_shares_are_moved_from_one_unit_to_another(data):
    now = yxq.quotas(data, targets="T20").set_index("unit")["quota"]
    less = now.idxmax()
    more = now.idxmin()
    shares = {less: now[less] - 1, more: now[more] + 1}
    for given in (
        {"T20": shares},
        pd.DataFrame({"target": "T20", "unit": [*shares], "quota": [*shares.values()]}),
    ):
        found = yxq.quotas(yxq.what_if(data, quotas=given), targets="T20").set_index("unit")
        assert [*found["quota"]] == [
            *(now + pd.Series({less: -1, more: 1})).fillna(now).astype(int)[found.index]
        ]
        assert {*found["basis"]} == {"official"} and found["quota"].sum() == 15


def test_records_are_taken_away_and_changed(data):
    failed = yxq.failures(data, TOWN, "T01")
    assert len(failed) == 6
    assert counts(yxq.what_if(data, removed=failed.head(2))) == (110, 114, "attained")
    passed = yxq.behind(data, TOWN, "T01").query("not passed").assign(result="pass")
    supposed = yxq.what_if(data, changed=passed.head(1))
    assert counts(supposed) == (111, 116, "attained")
    moved = yxq.compare(data, supposed)
    assert moved.summary["corrected"] == 1 and moved.summary["new"] == moved.summary["gone"] == 0
    where = passed.head(1)[["file", "sheet", "row"]].assign(unit="和桥镇")
    elsewhere = yxq.what_if(data, changed=where)
    assert counts(elsewhere)[:2] == (110, 115)
    was = counts(data, "和桥镇")
    assert counts(elsewhere, "和桥镇")[:2] == (was[0], was[1] + 1)


def test_a_return_is_taken_as_received(data):
    missing = data.returns.query("status == 'missing' and year == 2013 and form == 'registers'")
    supposed = yxq.what_if(data, arrived=missing.head(1))
    left = supposed.returns.query("status == 'missing' and year == 2013 and form == 'registers'")
    assert [*left.index] == [*missing.index[1:]] and len(missing) > 1
    assert supposed.returns.loc[missing.index[0], "accepted"] == 0
    was, now = (yxq.attain(each, "宜兴市")["missing"].sum() for each in (data, supposed))
    assert now < was


def test_one_supposition_after_another_is_both_at_once(data, batches, with_batches):
    both = yxq.what_if(data, added=batches, thresholds={"T01": "94%"}, weights={"T04": 3})
    later = yxq.what_if(yxq.what_if(with_batches, thresholds={"T01": "94%"}), weights={"T04": 3})
    for table in ("attained", "scores", "credits", "movers"):
        pd.testing.assert_frame_equal(both.table(table), later.table(table))
    assert counts(later) == (112, 118, "attained")
    words = Words("en")
    assert sorted(later.supposed.told(words)) == sorted(both.supposed.told(words))
    own = yxq.behind(later, TOWN, "T01").query("file == 'what_if'")
    assert counts(yxq.what_if(later, removed=own.head(1)))[:2] == (111, 117)
    fails = own.head(1).assign(result="fail")
    assert counts(yxq.what_if(later, changed=fails))[:2] == (111, 118)
    assert counts(yxq.what_if(later, removed=own))[:2] == (110, 116)
    assert later.supposed.real is data


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"thresholds": {"T99": "96%"}}, "unknown target 'T99'; did you mean T09"),
        ({"thresholds": {"T01": ">> 5"}}, "such a plan could not be: targets.T01.require: '>> 5'"),
        ({"thresholds": {"T01": "96%", "1": "97%"}}, "1 (T01) is named twice"),
        ({"thresholds": "96%"}, "thresholds is to be a dict, not a str"),
        ({"removed": [("a", "", 3)]}, "removed is to be a DataFrame, not a list"),
        ({"added": [BATCH]}, "added is to be a DataFrame, dict, not a list"),
        ({"quotas": {"T20": {TOWN: 1.5}}}, "the share of 丁蜀镇 is a whole number of zero or more"),
        ({"quotas": {"T20": {TOWN: -1}}}, "the share of 丁蜀镇 is a whole number of zero or more"),
        ({"quotas": pd.DataFrame({"unit": [TOWN]})}, "lacks the columns target, quota"),
        (
            {"quotas": pd.DataFrame({"target": ["T20"] * 2, "unit": [TOWN] * 2, "quota": [1, 2]})},
            "T20 丁蜀镇 is named twice",
        ),
        (
            {"added": pd.DataFrame([BATCH | {"result": "pass", "date": "2014-03-01"}])},
            "1 supposed records are of 2014-03-01, after 2013-12-31, and would not count",
        ),
        ({"thresholds": {"T71": "5"}}, "T71 asks 'done', so that the number '5' alone"),
        ({"weights": {"T01": 0}}, "targets.T01.weight: Input should be greater than 0"),
        ({"points": {"T01": 3}}, "no points, and others have"),
        ({"quotas": {"T20": {TOWN: 3}}}, "and the city's number is 15; change them"),
        ({"quotas": {"T20": {"丁属镇": 3}}}, "unknown unit '丁属镇'; did you mean 丁蜀镇"),
        ({"quotas": {"T01": {TOWN: 3}}}, "a count that units do not share"),
        ({"scoring": {"bonds": []}}, "scoring.bonds: no such key; write bands"),
        ({"added": {"sampling": pd.DataFrame([BATCH])}}, "no form is called 'sampling'"),
        ({"added": pd.DataFrame([BATCH])}, "samples lack the columns result"),
        ({"added": pd.DataFrame([BATCH | {"reslut": "pass"}])}, "has no column 'reslut'"),
        ({"added": pd.DataFrame([BATCH | {"result": "好"}])}, '"result" says "好": write one of'),
        (
            {"added": pd.DataFrame([BATCH | {"result": "pass", "unit": "丁属镇"}])},
            'says "丁属镇", which is no known unit: nearest: 丁蜀镇',
        ),
        ({"added": pd.DataFrame([BATCH | {"result": "pass"}] * 2)}, "the same as row 2 of what_if"),
        (
            {"added": pd.DataFrame([dict.fromkeys([*BATCH, "result"])])},
            "1 of the supposed records are blank",
        ),
        (
            {"removed": pd.DataFrame([{"file": "a.xlsx", "sheet": "", "row": 3}])},
            "no such record: 'a.xlsx 3'",
        ),
        ({"removed": pd.DataFrame([{"file": "a.xlsx"}])}, "lacks the columns row, sheet"),
        (
            {
                "arrived": pd.DataFrame(
                    [
                        {
                            "form": "registers",
                            "sender": "工商局",
                            "period_from": pd.Timestamp("2013-02-01"),
                            "period_to": pd.Timestamp("2013-02-28"),
                        }
                    ]
                )
            },
            "nobody owes such a return: 'registers 工商局 2013-02-01 2013-02-28'; did you mean",
        ),
        ({}, "what_if supposes nothing"),
        ({"added": pd.DataFrame()}, "what_if supposes nothing"),
    ],
)
def test_what_could_not_be_is_refused_in_one_line(data, asked, told):
    with pytest.raises(yxq.PlanError) as refused:
        yxq.what_if(data, **asked)
    assert told in str(refused.value) and "\n" not in str(refused.value)


def test_a_record_that_is_there_already_is_refused_with_where_it_is(data):
    there = yxq.behind(data, TOWN, "T01").head(1)
    with pytest.raises(yxq.PlanError, match=f"the same as .*row {there['row'].iloc[0]} of"):
        yxq.what_if(data, added=there)


def test_what_changes_nothing_or_contradicts_itself_is_told(data):
    row = yxq.behind(data, TOWN, "T01").query("not passed").head(1)
    with pytest.raises(yxq.PlanError, match="stays as it is: change a column of its form"):
        yxq.what_if(data, changed=row.assign(passed=True))
    with pytest.raises(yxq.PlanError, match="is named twice"):
        yxq.what_if(data, changed=row.assign(result="pass"), removed=row)
    with pytest.raises(yxq.PlanError, match="is named twice"):
        yxq.what_if(data, changed=pd.concat([row.assign(result="pass"), row]))


def test_what_was_sent_twice_goes_as_one(data, tmp_path):
    """Struck out or changed, the row that had been a duplicate does not take its place."""
    place = tmp_path / "raw"
    shutil.copytree(store.locate(data.processed).parent / "raw", place)
    one = yxq.behind(data, TOWN, "T01").head(1)
    lines = (place / one["file"].iloc[0]).read_text(encoding="utf-8").splitlines()
    again = f"{lines[0]}\n{lines[one['row'].iloc[0] - 1]}\n"
    (place / "龥 监督抽查结果.csv").write_text(again, encoding="utf-8")
    ingest.ingest(place, data.plan.folder, tmp_path / "processed")
    twice = yxq.load_data(plan=data.plan, processed=tmp_path / "processed")
    assert (yxq.ledger(twice, "duplicate")["file"] == "龥 监督抽查结果.csv").sum() == 1
    assert counts(twice) == counts(data)
    passed, of, _ = counts(twice)
    gone = yxq.what_if(twice, removed=one)
    assert counts(gone)[:2] == (passed - int(one["passed"].iloc[0]), of - 1)
    assert yxq.compare(twice, gone).summary["gone"] == 1
    renamed = yxq.what_if(twice, changed=one.assign(sample_no="另一个"))
    assert counts(renamed)[:2] == (passed, of)
    everything = yxq.what_if(twice, removed=yxq.behind(twice, TOWN, "T01"))
    row = yxq.attain(everything, TOWN, "T01").iloc[0]
    assert pd.isna(row["denominator"]) or row["denominator"] == 0


@pytest.mark.parametrize("asked", ["≥96%", "> 96 %", "96％", 0.96, ">=96%"])
def test_a_threshold_as_people_type_it(data, asked):
    require = str(yxq.what_if(data, thresholds={"T01": asked}).plan.target("T01").require)
    assert require == ("> 96%" if asked == "> 96 %" else ">= 96%")


def test_what_is_not_looked_at_is_refused(demo_processed):
    early = yxq.load_data(2013, processed=demo_processed, as_of="2013-06-30")
    whole = yxq.load_data(2013, processed=demo_processed)
    with pytest.raises(yxq.PlanError, match="after 2013-06-30, and would not count"):
        yxq.what_if(early, removed=yxq.failures(whole, TOWN, "T01").head(1))
    with pytest.raises(yxq.PlanError, match="after 2013-06-30, and would not count"):
        yxq.what_if(early, added=pd.DataFrame([BATCH | {"result": "pass"}]))


def test_weights_are_the_plans_doing(data):
    moved = yxq.compare(data, yxq.what_if(data, weights={"T01": 3}))
    assert moved.results.empty and {*moved.scores["causes"]} == {"plan"} and len(moved.scores)


def test_frames_are_copies_and_results_are_not_set(data):
    edited = data.measures
    edited.loc[:, "numerator"] = 0
    for name in ("attained", "files", "returns", "quotas", "scores"):
        frame = getattr(data, name)
        frame["unit" if "unit" in frame else "form"] = "nobody"
    assert counts(data) == (110, 116, "not attained") and len(data.attained) > 200
    for name in ("measures", "attained", "plan", "as_of", "received_by", "synthetic", "place"):
        with pytest.raises(Fixed, match=rf"not changed \({name}\): yxq.what_if"):
            setattr(data, name, None)
    assert issubclass(Fixed, AttributeError)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_page_and_figure_says_that_it_is_a_supposition(data, with_batches, language):
    words = Words(language)
    banner, mark = (
        words("supposed_page", said="").split("：" if language == "zh" else ":")[0],
        words("supposed_figure"),
    )
    for supposed, says in ((with_batches, True), (data, False)):
        pages = [yxq.page(supposed, TOWN, language=language), yxq.page(supposed, language=language)]
        pages.append(yxq.page(supposed, target="T01", language=language))
        for page in pages:
            assert (banner in page.headline().html) == says
            assert ("2" in page.headline().html.partition(banner)[2][:200]) or not says
        figures = [
            yxq.plot_units(supposed, None, "T01", language),
            yxq.plot_ranks(supposed, None, language),
        ]
        assert all((mark in repr(figure)) == says for figure in figures)
    assert mark in with_batches.described(words) and mark not in data.described(words)


def test_the_pages_of_a_supposition_show_its_numbers(with_batches):
    page = yxq.page(with_batches, TOWN)
    rows = page.targets().frame.set_index("id")
    assert rows.loc["T01", "counts"] == "112 / 118" and len(rows) == len(
        yxq.attain(with_batches, TOWN)
    )
    sheets = views(yxq.page(with_batches))
    numbers = [frame["numerator"] for frame in sheets.values() if "numerator" in frame]
    assert any((column == 112).any() for column in numbers)


def test_tables_are_kept_few_and_made_again(data, batches, monkeypatch):
    kept = store.locate(data.processed) / store.KEPT
    monkeypatch.setattr(in_hand, "MOST_SUPPOSED", 2)
    fresh = yxq.what_if(data, added=batches.assign(sample_no=["Y1", "Y2"]))
    assert len([*kept.glob(f"{in_hand.SUPPOSED}*")]) == 2 and fresh.place.is_dir()
    shutil.rmtree(fresh.place)
    assert counts(fresh) == (112, 118, "not attained")


def test_what_was_in_hand_on_a_day_is_what_is_supposed_of(demo_processed, batches):
    early = yxq.load_data(
        2013, processed=demo_processed, as_of="2013-09-30", received_by="2013-10-10"
    )
    more = yxq.what_if(early, added=batches.assign(date="2013-09-02"))
    assert counts(more)[:2] == tuple(n + 2 for n in counts(early)[:2])
    assert (more.as_of, more.received_by) == (early.as_of, early.received_by)
    pd.testing.assert_frame_equal(more.returns, early.returns)


def test_of_a_plan_of_several_years_only_the_year_asks_otherwise(tmp_path):
    folder = load(ROOT / "plans" / "chengdu")
    ingest.ingest(folder.path / "returns", folder, tmp_path)
    data = yxq.load_data(plan=folder.plan(2022), processed=tmp_path)
    target = next(t for t in data.plan.targets if t.require and t.kind == "share")
    supposed = yxq.what_if(data, thresholds={target.id: ">= 1%"})
    assert str(supposed.plan.target(target.id).require) == ">= 1%"
    for year in (2021, 2023):
        assert supposed.plan.folder.plan(year).period == folder.plan(year).period
    rows = yxq.years(supposed, targets=target.id).set_index("year")["require"].astype(str)
    assert (rows[2022] == ">= 1%").all() and not (rows[2023] == ">= 1%").any()
