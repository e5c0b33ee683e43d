"""What `import yxq` offers: names found, results plain and typed, nothing printed or written, and
numbers that add up.
"""

import ast
import datetime as dt
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import api_docs
import matplotlib
import matplotlib.text
import numpy as np
import pandas as pd
import pytest
from project import ROOT

import yxq
from yxq import api
from yxq.attainment import drill, history
from yxq.attainment.measures import measure
from yxq.plan_folders.load import SHIPPED
from yxq.report import figure_data
from yxq.report.figures import Style
from yxq.words.wording import Words

RATES = ("T01", "T04", "T05", "T08", "T23", "T40")


@pytest.fixture(scope="module")
def data(demo_processed):
    return yxq.load_data(2013, processed=demo_processed)


@pytest.fixture(scope="module")
def samples(demo_tables):
    """The product samples of 2013 as they were ingested: another way to the numbers of T01."""
    rows = demo_tables.records["inspections"]
    return rows[(rows["class"] == "product") & (rows["date"].dt.year == 2013)]


def test_the_names_are_listed_in_one_place_and_all_are_there():
    public = {
        each.name
        for room in ("pictures", "records", "supposing", "tables")
        for each in ast.parse((ROOT / "yxq" / "api" / f"{room}.py").read_text("utf-8")).body
        if isinstance(each, ast.FunctionDef) and not each.name.startswith("_")
    }
    assert public <= set(yxq.__all__) and dir(yxq) == yxq.__all__ == sorted(yxq.__all__)
    for name in yxq.__all__:
        assert getattr(yxq, name) is getattr(api, name)
    with pytest.raises(AttributeError, match="has no attribute 'atain'; it has NotIngested, "):
        yxq.atain  # noqa: B018


def test_importing_it_is_quick_and_prints_writes_and_needs_nothing(tmp_path, demo_processed):
    """From an empty folder that cannot be written to, with the modules that take seconds left for
    later.
    """
    code = f"""import sys, yxq
print(sorted(set(sys.modules) & {{'pandas', 'matplotlib', 'scipy'}}))
data = yxq.load_data(2013, processed={str(demo_processed)!r})
for name in yxq.__all__:
    if name.startswith('plot_'):
        target = None if name in ('plot_ranks', 'plot_pareto') else 'T01'
        given = () if name == 'plot_ranks' else (None, target)
        assert getattr(yxq, name)(data, *given) is not None
for name in ('attain', 'score', 'quotas', 'failures', 'offenders', 'pareto', 'behind'):
    assert len(getattr(yxq, name)(data))
"""
    before = {path: path.stat().st_mtime_ns for path in demo_processed.rglob("*")}
    home = os.environ | {"MPLCONFIGDIR": str(tmp_path / "config"), "PYTHONWARNINGS": "error"}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=home,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "[]\n", "")
    assert [path.name for path in tmp_path.iterdir()] in ([], ["config"])  # matplotlib's own
    assert {path: path.stat().st_mtime_ns for path in demo_processed.rglob("*")} == before


@pytest.mark.parametrize("unit", ["湖㳇镇", "湖父镇", "湖父", "320282115", "Hufu Town", 320282115])
def test_a_unit_by_any_of_its_names(data, unit):
    code = data.plan.town("湖㳇镇").code
    unit = type(unit)(code) if f"{unit}".isdigit() else unit
    assert [*yxq.attain(data, unit, "T01")["unit"]] == ["湖㳇镇"]
    assert set(yxq.months(data, unit, "T01")["unit"]) == {"湖㳇镇"}


@pytest.mark.parametrize(
    ("call", "told"),
    [
        (lambda data: yxq.attain(data, "丁属镇"), "unknown unit '丁属镇'; did you mean 丁蜀镇"),
        (lambda data: yxq.attain(data, targets=["T01", "抽检率"]), "unknown target '抽检率'"),
        (
            lambda data: yxq.attain(data, owners="质检局"),
            "unknown department '质检局'; did you mean 质监局",
        ),
        (
            lambda data: yxq.failures(data, "丁蜀镇", "T52"),
            "T52 江苏省名牌产品 is no rate of counts",
        ),
        (lambda data: yxq.funnel(data, targets="T63"), "T63 区域性质量问题 is no rate of counts"),
        (
            lambda data: yxq.behind(data, "丁蜀镇", "T47"),
            "T47 国家环保设备质检中心 is no target of 丁蜀镇",
        ),
        (
            lambda data: yxq.breakdown(data, by="colour"),
            "cannot break down by 'colour'; there are item, firm, unit, month, target",
        ),
        (
            lambda data: yxq.score(data, by="owner"),
            "cannot break down by 'owner'; there are unit, section, target",
        ),
        (lambda data: yxq.load_data(2012), "no plan for 2012; there are 2013"),
        (
            lambda data: yxq.load_data(2013, as_of="30 June"),
            "as_of '30 June' is no date; write 2013-06-30",
        ),
        (
            lambda data: yxq.load_plan("nowhere"),
            "no plan folder 'nowhere'; shipped with yxq: yixing",
        ),
    ],
)
def test_what_cannot_be_had_is_told_in_a_line(data, call, told):
    with pytest.raises(yxq.PlanError) as refused:
        call(data)
    assert told in str(refused.value) and "\n" not in str(refused.value)


def test_no_tables_says_what_to_do(tmp_path):
    with pytest.raises(yxq.NotIngested, match="run `yxq ingest` first") as refused:
        yxq.attain(yxq.load_data(2013, processed=tmp_path))
    assert "请先运行 yxq ingest" in refused.value._render_traceback_()[0]
    assert (
        repr(yxq.load_data(2013, "2013-06-30", processed=tmp_path))
        == f"yixing-2013 as of 2013-06-30, from {tmp_path}"
    )


def test_results_are_plain_frames_with_categories_and_missing_values(data):
    got = yxq.attain(data)
    assert type(got) is pd.DataFrame and len(got) == 20 * 52 + 75
    for column in ("unit", "target", "state", "kind"):
        assert isinstance(got[column].dtype, pd.CategoricalDtype), column
    assert got["state"].cat.categories[0] == "attained" and got["target"].cat.ordered
    assert [*got["target"].cat.categories] == [
        f"T{n:02d}" for n in range(1, 76)
    ]  # in the plan's order
    assert f"{got['numerator'].dtype}" == "Int64" and got["numerator"].isna().any()
    assert (
        not got[["unit", "target", "state", "kind"]].isna().any(axis=None)
    )  # no category was forgotten
    assert (got.groupby("state", observed=False).size().index == got["state"].cat.categories).all()
    assert "synthetic" in repr(data)


def test_rows_say_what_their_target_is_called_and_whose_it_is(data):
    got = yxq.attain(data).astype({"target": "str"})
    listed = pd.DataFrame(
        [(each.id, each.title.zh, each.owner) for each in data.plan.targets],
        columns=["target", "title", "owner"],
    )
    named = got[["target", "title", "owner"]].drop_duplicates(ignore_index=True)
    assert named.sort_values("target").to_numpy().tolist() == listed.to_numpy().tolist()
    assert [*got.columns[:4]] == ["unit", "target", "title", got.columns[3]]


def test_every_frame_counts_its_rows_from_nought(data):
    frames = [
        yxq.attain(data, "丁蜀镇"),
        yxq.score(data),
        yxq.months(data, targets="T01"),
        yxq.years(data, targets="T01"),
        yxq.funnel(data, targets="T01"),
        yxq.behind(data, "丁蜀镇"),
        yxq.failures(data, "官林镇"),
        yxq.breakdown(data, "官林镇", by="firm"),
        yxq.pareto(data, "官林镇"),
        yxq.offenders(data, "官林镇"),
    ]
    for frame in frames:
        assert len(frame) and [*frame.index] == [*range(len(frame))], frame.columns


def test_a_department_has_its_own_targets(data):
    senders = list(data.plan.folder.senders)
    parts = [yxq.attain(data, "宜兴市", owners=name) for name in senders]
    assert sum(map(len, parts)) == 75
    assert len(
        yxq.attain(data, "宜兴市", owners=["质监局", "Housing and Construction Bureau"])
    ) == len(parts[0]) + len(parts[senders.index("住建局")])


@pytest.mark.parametrize("id", RATES)
def test_drilling_down_loses_nothing(data, id):
    """Failures of a unit are what its numerator lacks, however they are broken down; the city has
    each once.
    """
    result = yxq.attain(data, targets=id).set_index("unit")
    for unit in ("丁蜀镇", "新建镇", "环科园", "宜兴市"):
        lacking = int(result.loc[unit, "denominator"] - result.loc[unit, "numerator"])
        assert yxq.failures(data, unit, id)["failed"].sum() == lacking
        for by in drill.BY:
            got = yxq.breakdown(data, unit, id, by)
            assert (
                got["failed"].sum() == lacking
                and got["total"].sum() == result.loc[unit, "denominator"]
            )
            in_order = got["month"] if by == "month" else -got["failed"]
            assert in_order.is_monotonic_increasing and got["cumulative"].is_monotonic_increasing
            if lacking:
                assert got["share"].sum() == pytest.approx(1) and got["cumulative"].iloc[
                    -1
                ] == pytest.approx(1)


def test_every_failure_leads_to_its_row(data, samples):
    """The row that a failure names holds that batch."""
    got = yxq.failures(data, targets="T01").set_index(["file", "sheet", "row"])
    want = samples[samples["once"] & (samples["result"] == "fail")].set_index(
        ["file", "sheet", "row"]
    )
    assert set(got.index) == set(want.index) and len(got) == len(want) > 40
    pd.testing.assert_series_equal(
        got["firm"].sort_index(), want["firm"].sort_index(), check_dtype=False
    )
    pd.testing.assert_series_equal(
        got["failing"].sort_index(),
        want["failing_item"].sort_index(),
        check_dtype=False,
        check_names=False,
    )


def test_offenders_and_items_counted_another_way(data, samples):
    wrong = samples[samples["once"] & (samples["result"] == "fail")]
    often = wrong.groupby("firm").size()
    got = yxq.offenders(data, targets="T01").set_index("firm")
    assert got["failed"].to_dict() == often[often >= 2].to_dict() and len(got) >= 2
    assert (
        got["total"].to_dict()
        == samples[samples["once"]].groupby("firm").size()[got.index].to_dict()
    )
    assert (got["first"] <= got["last"]).all() and len(
        yxq.offenders(data, targets="T01", least=4)
    ) == 0
    items = yxq.pareto(data, targets="T01").set_index("failing")["failed"]
    assert items.to_dict() == wrong["failing_item"].value_counts().to_dict()


def test_a_batch_that_fails_on_two_items_counts_once_for_each():
    cases = pd.DataFrame(
        {"failing": ["铅、镉", "铅", None, "铅；锑", "镉,镉", "锑，"], "named": True, "failed": 1}
    )
    got = drill.pareto(cases).set_index("failing")["failed"]
    assert got.to_dict() == {"铅": 3, "镉": 2, "锑": 2, "": 1}


def test_by_unit_each_has_its_own_though_they_overlap(data):
    for id in ("T01", "T04", "T05"):
        result = yxq.attain(data, targets=id).set_index("unit").drop("宜兴市")
        got = yxq.breakdown(data, targets=id, by="unit").set_index("unit")
        assert got["total"].to_dict() == result["denominator"].to_dict()
        assert (got["total"] - got["failed"]).to_dict() == result["numerator"].to_dict()
        assert (
            got["total"].sum() > yxq.attain(data, "宜兴市", id)["denominator"].sum()
        )  # shared records stand with both


@pytest.mark.parametrize(
    "named",
    [
        lambda plan: plan.town("丁蜀镇"),
        lambda plan: np.int64(320282112),
        lambda plan: [plan.town("丁蜀镇")],
    ],
)
def test_a_unit_or_target_itself_will_do(data, named):
    assert [*yxq.attain(data, named(data.plan), data.plan.target("T01"))["unit"]] == ["丁蜀镇"]


@pytest.mark.parametrize("wrong", [None, 0.5, b"x", float("nan"), [None]])
def test_what_is_no_name_is_refused_like_a_wrong_one(data, wrong):
    for call in (
        lambda: yxq.months(data, targets=[wrong]),
        lambda: yxq.plot_units(data, targets=[wrong]),
        lambda: yxq.attain(data, [wrong]),
    ):
        with pytest.raises(yxq.PlanError, match="unknown"):
            call()


@pytest.mark.parametrize("wrong", [20130630, 0, pd.NaT, "2013-6-30", pd.Period("2013-06")])
def test_a_day_that_is_none_is_refused(wrong):
    with pytest.raises(yxq.PlanError, match="is no date; write 2013-06-30"):
        yxq.load_data(2013, as_of=wrong)


@pytest.mark.parametrize(
    "day", [dt.datetime(2013, 6, 30, 12), pd.Timestamp("2013-06-30 18:00"), "2013-06-30"]
)
def test_the_hour_of_a_day_does_not_matter(day):
    assert type(yxq.load_data(2013, as_of=day).as_of) is dt.date and yxq.load_data(
        2013, as_of=day
    ).as_of == dt.date(2013, 6, 30)


def test_on_the_first_day_there_is_nothing_and_no_error_and_before_it_a_refusal(demo_processed):
    with pytest.raises(yxq.PlanError, match="2012-12-31 is outside the period of yixing-2013"):
        yxq.load_data(2013, as_of="2012-12-31", processed=demo_processed)
    early = yxq.load_data(2013, as_of="2013-01-01", processed=demo_processed)
    assert list(yxq.years(early, targets="T01")) == list(history.YEARS)
    assert (
        yxq.breakdown(early, "西渚镇", "T07", "month").empty
        and yxq.failures(early).empty
        and yxq.pareto(early).empty
    )


def test_what_is_given_away_can_be_changed(demo_processed, tmp_path):
    """Without the tables that are kept on disk."""
    fresh = yxq.load_data(
        2013,
        processed=shutil.copytree(
            demo_processed, tmp_path / "tables", ignore=shutil.ignore_patterns(".results")
        ),
    )
    mine = fresh.table("attained")
    mine["state"] = "attained"
    assert (yxq.attain(fresh)["state"] == "not attained").any()


def test_a_year_without_any_is_a_zero_and_not_left_out(data):
    """Nothing happened in 2011, and the returns that would have said so are in."""
    got = yxq.years(data, "宜兴市", "T63").set_index("year")
    assert got["numerator"].to_dict() == {2011: 0, 2012: 1, 2013: 0}


def test_a_period_that_is_no_calendar_year_has_its_months_in_order(demo_tables, tmp_path):
    place = shutil.copytree(SHIPPED / "yixing", tmp_path / "yixing")
    text = (
        (place / "2013.yml")
        .read_text(encoding="utf-8")
        .replace("start: 2013-01-01\nend: 2013-12-31", "start: 2012-07-01\nend: 2013-06-30")
    )
    (place / "2013.yml").write_text(text, encoding="utf-8")
    plan = yxq.load_plan(place)
    drawn = figure_data.months(
        plan,
        plan.target("T01"),
        history.months(
            plan, measure(plan, demo_tables.records), plan.target("T01"), dt.date(2013, 6, 30)
        ).query("unit == '宜兴市'"),
        pd.DataFrame({"as_of": [pd.Timestamp("2013-06-30")], "bound": ["95%"]}),
        Style(Words(), False),
    )
    axes = drawn.axes[0]
    assert [label.get_text() for label in axes.get_xticklabels()] == [
        *"789",
        "10",
        "11",
        "12",
        *"123456",
    ]
    line = drawn.axes[1].lines[0].get_xdata()
    assert [*line] == [*range(1, 13)]  # from left to right


def test_figures_are_drawn_by_several_threads_at_once(data):
    before = dict(matplotlib.rcParams)
    with ThreadPoolExecutor(4) as pool:
        made = [*pool.map(lambda _: yxq.plot_units(data, targets="T01").__html__(), range(8))]
    assert len(set(made)) == 1 and dict(matplotlib.rcParams) == before


def test_months_add_up_to_the_year(data, samples):
    for id in (*RATES, "T52", "T20"):
        result = yxq.attain(data, targets=id).set_index("unit")
        last = yxq.months(data, targets=id).groupby("unit", observed=True).tail(1).set_index("unit")
        assert (last["so_far"] == result.loc[last.index, "numerator"]).all(), id
        assert (last["of"].dropna() == result.loc[last.index, "denominator"].dropna()).all()
    june = yxq.months(data, "丁蜀镇", "T01").set_index("month").loc[pd.Period("2013-06")]
    here = samples[(samples["unit"] == "丁蜀镇") & (samples["date"].dt.month == 6)]
    assert (june["numerator"], june["denominator"]) == ((here["result"] == "pass").sum(), len(here))


@pytest.mark.parametrize(
    ("target", "language"),
    [
        *((id, "zh") for id in ("T01", "T12", "T16", "T20", "T47", "T52", "T63", "T72", "T75")),
        ("T01", "en"),
        ("T52", "en"),
    ],
)
def test_every_plot_of_every_kind_of_target(data, target, language):
    """Marked as synthetic, or nothing where there is nothing to draw; with no glyph lacking (a
    warning is an error).
    """
    drawn = [
        yxq.plot_units(data, None, target, language),
        yxq.plot_months(data, None, target, language),
        yxq.plot_years(data, "宜兴市", target, language),
    ]
    if target in ("T01", "T12"):
        drawn += [
            yxq.plot_funnel(data, None, target, language),
            yxq.plot_pareto(data, None, target, language),
        ]
    made = [drawing for drawing in drawn if drawing is not None]
    assert made or target in ("T47", "T75")
    mark = {"zh": "演示数据（合成）", "en": "synthetic data"}[language]
    for drawing in made:
        assert mark in [text.get_text() for text in drawing.findobj(matplotlib.text.Text)]
        assert drawing.__html__().startswith("<svg ")


def test_a_plot_is_a_figure_that_can_be_changed(data, tmp_path):
    drawing = yxq.plot_ranks(data)
    drawing.axes[0].set_title("名次")
    drawing.savefig(tmp_path / "ranks.png")
    assert (tmp_path / "ranks.png").stat().st_size > 10_000


def test_as_of_another_day(demo_processed):
    data = yxq.load_data(2013, dt.date(2013, 6, 30), processed=demo_processed)
    assert set(yxq.attain(data)["as_of"]) == {pd.Timestamp("2013-06-30")}
    assert yxq.failures(data, targets="T01")["date"].max() <= pd.Timestamp("2013-06-30")
    assert yxq.months(data, targets="T01")["month"].max() == pd.Period("2013-06")
    assert yxq.years(data, targets="T01")["as_of"].max() == pd.Timestamp("2013-06-30")


def test_the_page_of_the_bench_is_made_of_its_docstrings():
    assert api_docs.FILE.read_text(encoding="utf-8") == api_docs.text()
    assert sorted(name for names in api_docs.GROUPS.values() for name in names) == yxq.__all__
