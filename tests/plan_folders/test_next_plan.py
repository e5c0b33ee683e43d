"""The next plan: a draft begun from the last, checked as one edits it, compared with it, and
attainment across both.
"""

import datetime as dt
import json
import re
import shutil

import jsonschema
import pandas as pd
import pytest
import yaml
from project import DEMO, ROOT, ingested

import yxq
from yxq.attainment import history
from yxq.plan.requirement import parse
from yxq.plan_folders import diff, draft, draft_text
from yxq.plan_folders.load import SHIPPED, load
from yxq.publish import jobs
from yxq.report.pages import TargetPage, open_page
from yxq.words.errors import PlanError

pytestmark = pytest.mark.slow  # not part of `make quick`

PLANS = [
    SHIPPED / "yixing",
    ROOT / "tests" / "plans" / "chicago",
    ROOT / "tests" / "plans" / "taiwan",
]
DAY = dt.date(2014, 10, 20)  # three quarters are in


def block(text: str, id: str) -> str:
    """A target as it stands in a plan file."""
    return re.search(rf"  - id: {id}\n(?:    .*\n|      .*\n|\n)*", text)[0]


def edited(text: str) -> str:
    """What somebody made of the draft of 2014, sentence by sentence."""
    for id, old, new in (
        ("T01", 'require: ">= 95%"', 'require: ">= 96%"'),
        ("T05", 'require: ">= 96%"', 'require: ">= 95%"'),
        ("T06", "require: rank <= 1/3", "require: rank <= 1/4"),
        ("T20", 'require: ">= 15"', 'require: ">= 20"'),
        ("T52", "distinct: [item, firm]", "distinct: [firm]"),
        ("T63", "owner: 质监局", "owner: 质强办"),
        ("T54", 'require: ">= 4"', 'require: ">= 3"'),
    ):
        one = block(text, id)
        assert old in one, id
        text = text.replace(one, one.replace(old, new))
    new = (
        block(text, "T04")
        .replace("id: T04", "id: T76")
        .replace("class: agricultural", "class: product")
        .replace("农林局", "质监局")
    )
    new = re.sub(
        r"title: .*", "title: {zh: 重点工业产品合格率, en: Key industrial products passed}", new
    )
    return text.replace(block(text, "T31"), "").rstrip("\n") + "\n" + new


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The folder of 2013 and 2014, the latter compared and no draft any more."""
    place = tmp_path_factory.mktemp("plans") / "yixing"
    made = draft.scaffold(load("yixing"), 2014, place)
    text = made.plan.read_text(encoding="utf-8")
    made.plan.write_text(edited(text).replace(draft_text.DRAFT + "\n", ""), encoding="utf-8")
    return load(place)


@pytest.fixture(scope="module")
def tables(folder, tmp_path_factory):
    """The quality bureau's returns of 2012 to the third quarter of 2014; those of 2014 are those of
    2013 a year later.
    """
    home = tmp_path_factory.mktemp("next")
    for file in DEMO.rglob("质监局-*"):
        if "2011" in file.name or not ("监督抽查" in file.name or "名录" in file.name):
            continue
        shutil.copy(file, home)
        if "2013" in file.name and file.suffix != ".xlsx":
            (home / file.name.replace("2013", "2014")).write_bytes(
                file.read_bytes().replace(b"2013", b"2014")
            )
    return ingested(home, folder, tmp_path_factory.mktemp("processed"))


def years(folder, tables, id: str, unit: str = "宜兴市") -> pd.DataFrame:
    rows = history.years(folder, tables.measures, tables.files, id, DAY)
    return rows[rows["unit"] == unit].set_index("year")


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.name)
def test_a_draft_is_the_last_plan_a_year_on(path, tmp_path):
    last = load(path).plan()
    made = draft.scaffold(last.folder, last.year + 1, tmp_path / path.name)
    new = load(tmp_path / path.name).plan()
    assert new.year == last.year + 1 and new.period.draft and new.span() == last.span(last.year + 1)
    assert diff.differences(last, new).empty and not diff.others(last, new)
    document = new.period.document
    assert (
        document.number == "" and document.signed is None and document.facts == ()
    )  # nobody has read the new one
    assert f"{last.year}" not in document.title.zh
    text = made.plan.read_text(encoding="utf-8")
    assert (
        text.startswith("# yaml-language-server: $schema=schema/plan.json\n") and "《" not in text
    )
    for target in last.targets:
        if target.kind not in ("task", "reported"):
            assert f"# {last.year}: {target.require}" in block(text, target.id)
        if target.by is not None:
            assert f"# {last.year}: {target.by}" in block(text, target.id)
    old = (path / f"{last.year}.yml").read_text(encoding="utf-8")
    comments = [line for line in old.splitlines() if line.lstrip().startswith("#")]
    assert all(line in text for line in comments)  # what somebody wrote beside a number stays there
    for n in made.stale:
        assert f"{last.year}" in text.splitlines()[n - 1]
    if path.name == "yixing":
        assert any("计划期末（2013年12月31日）" in text.splitlines()[n - 1] for n in made.stale)


def test_a_draft_of_a_draft_begins_anew(tmp_path):
    """One header, one note a line, one mark."""
    place = tmp_path / "yixing"
    draft.scaffold(load("yixing"), 2014, place)
    text = draft.scaffold(load(place), 2015, place).plan.read_text(encoding="utf-8")
    assert text.count("yaml-language-server") == text.count("\ndraft:") == 1
    assert '%"  # 2013:' not in text and 'require: ">= 95%"  # 2014: >= 95%' in text
    assert load(place).plan(2015).period.draft


def test_dates_of_tasks_move_on_but_those_beyond_the_year(tmp_path):
    source = shutil.copytree(SHIPPED / "yixing", tmp_path / "yixing")
    plan = source / "2013.yml"
    text = plan.read_text(encoding="utf-8")
    one = block(text, "T48")
    plan.write_text(
        text.replace(one, one.replace("require: done\n", "require: done\n    by: 2013-06-30\n")),
        encoding="utf-8",
    )
    new = load(draft.scaffold(load(source), 2014, source).plan.parent).plan(2014)
    assert new.target("T48").due == dt.date(2014, 6, 30)
    assert new.target("T47").due == dt.date(2014, 12, 31)  # set for that day in 2013 already
    assert diff.differences(load(source).plan(2013), new).empty


@pytest.mark.parametrize(
    ("year", "again", "mistake"),
    [
        (2014, True, "there is a plan for 2014 already"),
        (2013, False, "no plan before 2013; there are 2013"),
    ],
)
def test_a_plan_that_is_there_is_not_written_over(tmp_path, year, again, mistake):
    place = tmp_path / "yixing"
    if again:
        draft.scaffold(load("yixing"), year, place)
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    with pytest.raises(PlanError, match=mistake):
        draft.scaffold(load("yixing"), year, place)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_plan_that_does_not_load_leaves_nothing_behind(tmp_path):
    (tmp_path / "units.csv").write_text("code,name\n", encoding="utf-8")  # somebody's own
    with pytest.raises(PlanError, match=r"units\.csv"):
        draft.scaffold(load("yixing"), 2014, tmp_path)
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["units.csv"]


def test_what_changed(folder):
    got = diff.differences(folder.plan(2013), folder.plan(2014))
    assert got.drop(columns="title").values.tolist() == [
        ["T01", "raised", "require", ">= 95%", ">= 96%"],
        ["T05", "lowered", "require", ">= 96%", ">= 95%"],
        ["T06", "raised", "require", "rank <= 1/3", "rank <= 1/4"],
        ["T20", "raised", "require", ">= 15", ">= 20"],
        [
            "T52",
            "redefined",
            "measure",
            *got.loc[got["target"] == "T52", ["before", "after"]].iloc[0],
        ],
        ["T54", "lowered", "require", ">= 4", ">= 3"],
        ["T63", "changed", "owner", "质监局", "质强办"],
        ["T76", "added", "target", "", ">= 96%"],
        ["T31", "dropped", "target", ">= 100%", ""],
    ]
    assert (
        '"distinct":["item","firm"]' in got.iloc[4]["before"]
        and '"distinct":["firm"]' in got.iloc[4]["after"]
    )


MIRROR = {"added": "dropped", "dropped": "added", "raised": "lowered", "lowered": "raised"}


def test_read_backward_everything_is_the_other_way_round(folder):
    there, back = (
        diff.differences(folder.plan(a), folder.plan(b)) for a, b in ((2013, 2014), (2014, 2013))
    )
    turned = {
        (row.target, MIRROR.get(row.change, row.change), row.what, row.after, row.before)
        for row in there.itertuples()
    }
    assert {
        (row.target, row.change, row.what, row.before, row.after) for row in back.itertuples()
    } == turned


@pytest.mark.parametrize(
    ("id", "old", "new", "change"),
    [
        ("T29", "1..2", "2..2", "raised"),
        ("T29", "1..2", "1..3", "lowered"),
        ("T29", "1..2", "2..3", "changed"),
        ("T29", "1..2", ">= 1", "changed"),
        ("T63", "<= 1", "<= 0", "raised"),
        ("T63", "<= 0", "<= 2", "lowered"),
        ("T63", "<= 1", "< 1", "raised"),
        ("T06", "rank <= 1/3", "rank <= 1/2", "lowered"),
        ("T27", "> last_year", ">= last_year", "lowered"),
        ("T27", "> last_year", "> last_year * 110%", "raised"),
        ("T27", ">= last_year + 3", ">= last_year + 2", "lowered"),
        ("T27", "> last_year", "> peers", "changed"),
    ],
)
def test_what_is_harder_is_raised(folder, id, old, new, change):
    asked = ({"require": parse(text)} for text in (old, new))
    assert told(folder, id, *asked) == ([change] if change else [])


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ("2013-06-30", "2014-06-30", ""),
        ("2013-06-30", "2014-05-31", "raised"),
        ("2013-06-30", "2014-07-01", "lowered"),
        ("2014-12-31", "2014-12-31", ""),
        ("open", "2014-12-01", "raised"),
        ("2013-06-30", "open", "lowered"),
        (None, "2014-06-30", "raised"),
        (None, "2014-12-31", ""),
    ],
)
def test_a_task_that_is_due_sooner_is_raised(folder, old, new, change):
    """Without a date it is due at the period's end; its date counts from the period's beginning."""
    days = (
        None if day is None else day if day == "open" else dt.date.fromisoformat(day)
        for day in (old, new)
    )
    assert told(folder, "T14", *({"by": day} for day in days)) == ([change] if change else [])


def told(folder, id: str, *updates: dict) -> list[str]:
    """What is said of a target that is another in the next plan."""
    some = folder.plan(2013).target(id)
    plans = []
    for plan, update in zip((folder.plan(2013), folder.plan(2014)), updates, strict=True):
        period = plan.period.model_copy(update={"targets": (some.model_copy(update=update),)})
        plans.append(plan.model_copy(update={"period": period}))
    return [*diff.differences(*plans)["change"]]


def test_a_target_over_years_whose_plans_differ(folder, tables):
    got = years(folder, tables, "T01")
    assert [*got["standing"]] == ["no plan", "first plan", "raised"] and [*got["bound"]] == [
        "",
        "95%",
        "96%",
    ]
    assert got.loc[2012, "state"] is pd.NA and [*got.loc[[2013, 2014], "state"]] == [
        "attained",
        "on track",
    ]
    samples = tables.records["inspections"].query("once and `class` == 'product'")
    for year in (2012, 2013, 2014):
        here = samples[samples["date"].dt.year == year]
        assert (got.loc[year, "denominator"], got.loc[year, "numerator"]) == (
            len(here),
            (here["result"] == "pass").sum(),
        )
    assert (got["denominator"] > 500).all()


def test_targets_that_were_added_dropped_or_redefined_say_so(folder, tables):
    added, dropped = years(folder, tables, "T76"), years(folder, tables, "T31")
    assert added["standing"].to_dict() == {2012: "no plan", 2013: "not in the plan", 2014: "added"}
    assert set(added["plan"]) == {"yixing-2014"}  # there is no other definition
    assert added["state"].isna().to_dict() == {2012: True, 2013: True, 2014: False}
    assert (
        added.loc[2013, "value"] == years(folder, tables, "T01").loc[2013, "value"]
    )  # the same samples
    assert (
        dropped["standing"].to_dict()[2014] == "not in the plan"
        and dropped.loc[2014, "state"] is pd.NA
    )
    assert years(folder, tables, "T52")["standing"].to_dict() == {
        2012: "no plan",
        2013: "first plan",
        2014: "redefined",
    }
    assert years(folder, tables, "T02")["standing"].to_dict()[2014] == "unchanged"


def test_what_was_not_reported_is_no_zero_in_any_year(folder, tables):
    """Nobody but the quality bureau has sent anything here."""
    got = years(folder, tables, "T53")
    assert got["value"].isna().all() and set(got["state"].dropna()) == {"no data"}


def test_the_page_of_a_target_tells_its_years(folder, tables):
    page: TargetPage = open_page(
        "target", 2014, DAY, str(folder.path), str(tables.place), "zh", target="T76"
    )
    text = page.years().html
    assert (
        "新增目标" in text
        and "当年计划无此目标" in text
        and "重点工业产品合格率" in page.headline().html
    )
    redefined = (
        open_page("target", 2014, DAY, str(folder.path), str(tables.place), "en", target="T52")
        .years()
        .html
    )
    assert "redefined; not comparable with before" in redefined


def test_a_draft_says_so_on_its_pages(folder, tables, tmp_path):
    place = shutil.copytree(folder.path, tmp_path / "yixing")
    file = place / "2014.yml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("year: 2014\n", "year: 2014\ndraft: true\n"),
        encoding="utf-8",
    )
    for kind, more in (
        ("target", {"target": "T01"}),
        ("city", {}),
        ("returns", {}),
        ("town", {"town": "丁蜀镇"}),
    ):
        pages = [
            open_page(kind, 2014, DAY, str(path), str(tables.place), **more).headline().html
            for path in (place, folder.path)
        ]
        assert ["计划文件标为草案" in page for page in pages] == [True, False]


def plain(text: str) -> object:
    """YAML as an editor reads it: a date is text."""
    loader = type(
        "Loader",
        (yaml.SafeLoader,),
        {
            "yaml_implicit_resolvers": {
                key: [
                    (tag, regexp) for tag, regexp in pairs if tag != "tag:yaml.org,2002:timestamp"
                ]
                for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()
            }
        },
    )
    return yaml.load(text, loader)


def faults(name: str, text: str) -> list[str]:
    """What an editor underlines."""
    schema = json.loads(draft.schema(name))
    jsonschema.Draft7Validator.check_schema(schema)
    checker = jsonschema.Draft7Validator(
        schema, format_checker=jsonschema.Draft7Validator.FORMAT_CHECKER
    )
    return [error.message for error in checker.iter_errors(plain(text))]


@pytest.mark.parametrize("path", PLANS, ids=lambda p: p.name)
def test_an_editor_finds_no_fault_with_the_plans_that_load(path):
    for file in path.glob("[0-9]*.yml"):
        assert faults("plan", file.read_text(encoding="utf-8")) == []
    assert faults("forms", (path / "forms.yml").read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('    require: ">= 95%"\n', "    require: 95%\n"),
        ('    require: ">= 95%"\n', "    require: 95\n"),
        ('    require: ">= 95%"\n', '    require: "=> 95%"\n'),
        ('    require: ">= 95%"\n', '    reqiure: ">= 95%"\n'),
        ("    require: 1..2\n", "    require: 1-2\n"),
        ("    require: done\n", "    require: finished\n"),
        ("    by: 2014-12-31\n", "    by: 31.12.2014\n"),
        ("    for: each\n", "    for: village\n"),
        ("    for: each\n", ""),
        ("    sampled: true\n", "    sampled: perhaps\n"),
        ("  - id: T01\n", "  - id: T 01\n"),
        ("start: 2013-01-01\n", "start: tomorrow\n"),
        ("year: 2013\n", ""),
        ("vary: 25%", "vary: a quarter"),
    ],
)
def test_what_the_loader_refuses_an_editor_underlines(tmp_path, old, new):
    text = (SHIPPED / "yixing" / "2013.yml").read_text(encoding="utf-8")
    assert old in text
    wrong = text.replace(old, new, 1)
    assert faults("plan", wrong)
    place = shutil.copytree(SHIPPED / "yixing", tmp_path / "yixing")
    (place / "2013.yml").write_text(wrong, encoding="utf-8")
    with pytest.raises(PlanError):
        load(place)


def test_a_task_due_before_the_period_begins_is_refused(tmp_path):
    place = shutil.copytree(SHIPPED / "yixing", tmp_path / "yixing")
    file = place / "2013.yml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("by: 2014-12-31", "by: 2012-12-31"),
        encoding="utf-8",
    )
    with pytest.raises(PlanError, match=r"T47\.by: 2012-12-31 lies before the period begins"):
        load(place)


def test_a_leap_year_moves_no_date(folder):
    """30 June is 30 June, though it is a day later in the year."""
    some = folder.plan(2013).target("T48")
    for year in range(2011, 2017):
        plans = []
        for y in (year, year + 1):
            task = some.model_copy(update={"by": dt.date(y, 6, 30)})
            period = folder.plan(2013).period.model_copy(
                update={
                    "year": y,
                    "start": dt.date(y, 1, 1),
                    "end": dt.date(y, 12, 31),
                    "targets": (task,),
                }
            )
            plans.append(folder.plan(2013).model_copy(update={"period": period}))
        assert diff.differences(*plans).empty


def test_english_wording_redefines_nothing(folder):
    plan = folder.plan(2013)
    was = plan.target("T40")
    told = was.measure.strata.model_copy(
        update={"en": tuple(f"new {name}" for name in was.measure.strata.en)}
    )
    now = was.model_copy(
        update={"measure": was.measure.model_copy(update={"strata": told}), "note": "other"}
    )
    plans = [
        plan.model_copy(update={"period": plan.period.model_copy(update={"targets": (target,)})})
        for target in (was, now)
    ]
    assert [*diff.differences(*plans)[["change", "what"]].itertuples(index=False, name=None)] == [
        ("changed", "measure"),
        ("changed", "note"),
    ]


def test_a_target_of_another_year_is_said_to_be_one(folder, tables):
    with pytest.raises(PlanError, match="T31 is no target of 2014; it is in the plan of 2013"):
        yxq.months(yxq.load_data(2014, DAY, folder.path, tables.place), targets="T31")


def test_a_notebook_is_run_for_the_years_that_have_its_target(folder, tables, tmp_path):
    """And for no year at all is a mistake, and not a run without anything."""

    def made(years: str, *targets: str) -> list[str]:
        request = jobs.Request(
            ROOT / "notebooks" / "target.ipynb",
            tmp_path,
            str(folder.path),
            tables.place,
            targets=targets,
            years=years,
            given=frozenset({"plan", "processed"}),
        )
        return [f"{job.output.parent.name} {job.output.stem}" for job in jobs.jobs(request)]

    assert made("2013-2014", "T31", "T76") == ["2013 target-T31", "2014 target-T76"]
    with pytest.raises(PlanError, match="no plan of 2014 has the targets T31"):
        made("2014", "T31")
