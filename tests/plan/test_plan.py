"""The plan folder says what the plan says, and a mistake in it is named."""

import csv
import datetime as dt
import re
import shutil
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from project import ROOT, read_yaml, write_yaml

from yxq.plan_folders.load import SHIPPED, load
from yxq.words.errors import PlanError

YIXING = SHIPPED / "yixing"
SHARED = ROOT.parent / "shared" / "domain"


def test_all_75_commitments_in_order(plan2013):
    assert [t.id for t in plan2013.targets] == [f"T{n:02d}" for n in range(1, 76)]


def test_25_carry_a_number_range_date_or_zero(plan2013):
    """The others are ours (front third), compare with another number, or have none (open)."""
    carried = [
        t
        for t in plan2013.targets
        if t.bound not in ("", "open") and "front_third" not in t.assumptions
    ]
    assert len(carried) == 25


RATES = {
    "T01": "19/20",
    "T02": "1",
    "T03": "1",
    "T04": "24/25",
    "T05": "24/25",
    "T07": "1",
    "T08": "49/50",
    "T11": "1",
    "T12": "1",
    "T13": "1",
    "T23": "3/5",
    "T31": "1",
    "T32": "49/50",
    "T33": "49/50",
    "T40": "1",
    "T42": "1/3",
}


@pytest.mark.parametrize(("id", "share"), RATES.items())
def test_rate_thresholds_are_exact(plan2013, id, share):
    assert plan2013.target(id).constant == Fraction(share)


def test_no_rate_target_is_left_out(plan2013):
    assert {t.id for t in plan2013.targets if t.kind == "share"} == set(RATES)


@pytest.mark.parametrize(
    ("id", "bounds"),
    {
        "T20": (15, None),
        "T29": (1, 2),
        "T35": (10, None),
        "T52": (8, None),
        "T53": (7, None),
        "T54": (4, None),
        "T57": (6, None),
        "T63": (None, 0),
    }.items(),
)
def test_counts_that_are_asked(plan2013, id, bounds):
    assert plan2013.target(id).require.ends == bounds


def test_the_only_dated_milestone_is_the_inspection_centre(plan2013):
    assert {t.id: str(t.due) for t in plan2013.targets if t.kind == "task" and t.due} == {
        "T47": "2014-12-31"
    }


KIND_OF = {  # of the commitments as they were read
    "rate_at_least": ["share"],
    "count_at_least": ["count"],
    "count_between": ["count"],
    "count_at_most": ["count"],
    "rising": ["count", "level"],
    "above_peer_mean": ["level"],
    "rank_within_front": ["rank"],
    "milestone": ["task"],
    "reported": ["reported"],
}
WHOM = {"town": ["each"], "city": ["city"], "both": ["each", "both", "shared"]}


@pytest.mark.skipif(not SHARED.is_dir(), reason="the domain notes are not beside the project")
def test_targets_agree_with_the_commitments_as_read(plan2013):
    with (SHARED / "commitments-2013.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {f"T{int(row['no']):02d}": row for row in csv.DictReader(file)}
    for target in plan2013.targets:
        row = rows[target.id]
        said = (target.clause, target.title.zh, target.title.en, target.owner, target.measure.form)
        assert said == tuple(row[k] for k in ("clause", "term_zh", "title_en", "owner", "form"))
        assert target.kind in KIND_OF[row["rule"]] and target.whom in WHOM[row["scope"]]
        if target.kind == "share":
            assert target.constant == Fraction(row["threshold"])


def test_20_units_in_2013_and_the_21st_later(yixing, plan2013):
    assert len(plan2013.towns) == 20
    kinds = [unit.kind for unit in plan2013.towns]
    assert (kinds.count("街道"), kinds.count("镇"), kinds.count("园区")) == (5, 13, 2)
    later = yixing.unit("阳羡旅游度假区")
    assert later.valid_from and later.valid_from.year == 2022
    with pytest.raises(PlanError, match="not assessed in 2013"):
        plan2013.town("阳羡旅游度假区")


@pytest.mark.parametrize("name", ["湖㳇镇", "湖父镇", "湖氵父镇", "湖?镇", "湖？镇", " 湖　㳇镇 "])
def test_hufu_under_every_name(yixing, name):
    assert yixing.match(name).name == "湖㳇镇"


@pytest.mark.parametrize("name", ["湖镇", "?镇", "丁属镇", "开发区", "320282001"])
def test_a_name_is_never_guessed(yixing, name):
    assert yixing.match(name) is None


def test_every_unit_and_target_is_found_by_each_of_its_names(plan2013):
    for unit in (*plan2013.towns, plan2013.folder.city):
        for text in (
            unit.name,
            unit.code,
            unit.name_en,
            unit.name_en.upper(),
            unit.page,
            *unit.aliases,
        ):
            assert plan2013.town(text) == unit, text
    for target in plan2013.targets:
        for text in (
            target.id,
            target.id.lower(),
            target.title.zh,
            target.title.en,
            f" {target.title.en.upper()}",
        ):
            assert plan2013.target(text) == target, text
    for name, sender in plan2013.folder.senders.items():
        assert {plan2013.sender(text) for text in (name, sender.en, *sender.aliases)} == {name}


@pytest.mark.parametrize(
    ("ask", "en", "zh"),
    [
        (
            lambda plan: plan.target("产品抽查合格率"),
            "did you mean T01 产品质量监督抽查合格率",
            "没有叫“产品抽查合格率”的目标；是不是：T01",
        ),
        (
            lambda plan: plan.sender("质检局"),
            "unknown department '质检局'; did you mean 质监局",
            "没有叫“质检局”的部门；是不是：质监局",
        ),
        (
            lambda plan: plan.town("丁属镇"),
            "unknown unit '丁属镇'; did you mean 丁蜀镇",
            "没有叫“丁属镇”的单位；是不是：丁蜀镇",
        ),
        (lambda plan: plan.town("阳羡旅游度假区"), "is not assessed in 2013", "在2013年不参加考核"),
        (
            lambda plan: plan.folder.plan(2019),
            "no plan for 2019; there are 2013",
            "没有2019年的计划；现有2013",
        ),
    ],
)
def test_a_wrong_name_is_told_in_both_languages_and_without_a_traceback(plan2013, ask, en, zh):
    with pytest.raises(PlanError, match=re.escape(en)) as refused:
        ask(plan2013)
    chinese, english = refused.value._render_traceback_()
    assert zh in chinese and english == str(refused.value)


def test_a_name_of_two_leads_to_neither(tmp_path):
    """Wards share a slug, and two targets a title."""
    folder = load(ROOT / "tests" / "plans" / "chicago")
    with pytest.raises(PlanError, match="unknown unit 'ward'"):
        folder.unit("ward")
    made = folder.plan(2013)
    same = [target.model_copy(update={"title": made.targets[0].title}) for target in made.targets]
    twice = made.model_copy(
        update={"period": made.period.model_copy(update={"targets": tuple(same)})}
    )
    with pytest.raises(PlanError, match="title of several targets; write an id: pass75, pass80"):
        twice.target(made.targets[0].title.zh)


def test_an_unknown_unit_is_offered_the_nearest(yixing):
    with pytest.raises(PlanError, match="unknown unit '丁属镇'; did you mean 丁蜀镇"):
        yixing.unit("丁属镇")


def test_every_assumption_is_used_or_general(plan2013):
    used = {name for target in plan2013.targets for name in target.assumptions}
    general = {name for name, a in plan2013.period.assumptions.items() if a.general}
    assert used | general == set(plan2013.period.assumptions)


def test_every_target_has_an_owner_who_sends_its_form(plan2013):
    """Else nobody could ever be found missing."""
    owed = {(r.form, r.sender) for r in plan2013.period.returns}
    asked = [*plan2013.targets, *plan2013.period.bases.values()]
    assert {(one.measure.form, one.owner) for one in asked} == owed


def test_an_unknown_year_names_those_there_are(yixing):
    with pytest.raises(PlanError, match="no plan for 2019; there are 2013"):
        yixing.plan(2019)


def test_an_unknown_folder_names_those_shipped():
    with pytest.raises(PlanError, match=r"no plan folder 'nowhere'; shipped with yxq: yixing"):
        load("nowhere")


def edit(folder: Path, file: str, change) -> None:
    path = folder / file
    content = read_yaml(path)
    change(content)
    write_yaml(path, content)


def set_in(path: list, value):
    def change(content):
        for key in path[:-1]:
            content = content[key]
        content[path[-1]] = value

    return change


MISTAKES = [
    (["targets", 0, "require"], 0.95, r"targets\.T01\.require: .* such as '>= 0\.95'"),
    (["targets", 41, "require"], "0.33", r"targets\.T42\.require: '0\.33' is no requirement"),
    (["targets", 0, "require"], ">= 195%", "no share between 0 and 100%"),
    (["targets", 0, "require"], ">= 95", "no share between 0 and 100%"),
    (["targets", 28, "require"], "2..1", "not a range from low to high"),
    (["targets", 19, "require"], ">= 15%", "no whole number of what is counted"),
    (
        ["targets", 8, "require"],
        "> last_yaer",
        "'last_yaer' is nothing to compare with; write last_year",
    ),
    (["targets", 5, "for"], "each", "only the city is compared with its peers"),
    (["targets", 0, "require"], "> peers", "compares with peers; write which column"),
    (["targets", 0, "require"], "> T01", "a target is not compared with itself"),
    (["targets", 0, "require"], "gap <= 5%", "asked of all units together; write city"),
    (["targets", 0, "require"], "done", "done is asked of a task, and of nothing else"),
    (["targets", 13, "require"], ">= 1", "done is asked of a task, and of nothing else"),
    (["targets", 0, "by"], "2013-06-30", "T01.by: a number is asked for at the period's end"),
    (["targets", 13, "by"], "soon", r"targets\.T14\.by.*: no day .*; write one such as"),
    (["targets", 0, "for"], "village", r"targets\.T01\.for"),
    (["targets", 0, "for"], "shared", "only a count of at least so many can be shared"),
    (["targets", 0, "colour"], "red", r"targets\.T01\.colour: no such key \(value 'red'\)"),
    (
        ["targets", 0, "measure"],
        {"form": "registers", "distinct": ["firm"]},
        ">= 95% is no whole number of what is counted",
    ),
    (
        ["targets", 0, "measure", "form"],
        "inspection",
        "T01.measure.form: 'inspection' is not in forms.yml",
    ),
    (
        ["targets", 0, "measure", "where"],
        {"klass": "product"},
        "T01.measure: klass is no column of form inspections",
    ),
    (["targets", 0, "owner"], "环保局", "T01.owner: '环保局' is not among the senders"),
    (["targets", 1, "id"], "T01", "the id T01 is given twice"),
    (["targets", 0, "assumptions"], ["hope"], "T01.assumptions: hope is not under assumptions"),
    (["targets", 0, "clause"], "九、1", "no section begins '九、1'"),
    (
        ["targets", 0, "measure", "passed"],
        {"result": "passs"},
        "T01.measure: result never says 'passs'; it says fail, pass",
    ),
    (["targets", 0, "measure", "where"], {"class": "produkt"}, "class never says 'produkt'"),
    (
        ["targets", 6, "measure", "when"],
        ["firm"],
        "firm is a column of type text, and a date is needed",
    ),
    (["start"], "2013-01-15", "whole months, twelve at most"),
    (["year"], 2014, "2014 is no year of the period"),
    (["returns", 0, "sender"], "环保局", r"returns\[0\]\.sender"),
    (["targets", 0, "split"], "firms_of_scale", "only a count that is shared"),
    (
        ["targets", 51, "split"],
        "firms",
        r"T52.split: 'firms' is not under bases \(or write equal\)",
    ),
    (["targets", 0, "lot"], "lots", "T01.lot: 'lots' is not under bases"),
    (["targets", 1, "lot"], "firms_of_scale", "only a sampled rate without strata has a lot"),
    (["targets", 0, "weight"], 0, r"targets\.T01\.weight"),
    (["targets", 0, "weight"], "half", r"targets\.T01\.weight"),
    (
        ["bases", "firms_of_scale", "owner"],
        "环保局",
        "bases.firms_of_scale.owner: '环保局' is not among the senders",
    ),
    (
        ["bases", "firms_of_scale", "measure", "where"],
        {"indicator": "企业"},
        "indicator never says '企业'",
    ),
    (
        ["bases", "firms_of_scale", "measure"],
        {"form": "registers", "distinct": ["firm"]},
        "a basis needs a value, this is distinct",
    ),
    (
        ["scoring", "bands"],
        [{"grade": "A", "least": 80}, {"grade": "B", "least": 90}, {"grade": "C", "least": 0}],
        "from the highest least score down to 0",
    ),
    (["scoring", "bands"], [{"grade": "A", "least": 60}], "down to 0"),
    (
        ["scoring", "partial"],
        [{"reached": "80%", "credit": "1/4"}, {"reached": "95%", "credit": "1/2"}],
        "from the largest share reached down",
    ),
    (
        ["scoring", "bands"],
        [{"grade": "A", "least": 60}, {"grade": "A", "least": 0}],
        "a grade stands there twice",
    ),
    (["scoring", "veto"], {"targets": ["T63"], "grade": "E"}, "'E' is no grade of the bands"),
    (
        ["scoring", "veto"],
        {"targets": ["T99"], "grade": "D"},
        "scoring.veto.targets: 'T99' is no target",
    ),
    (["scoring", "deductions", 0, "targets"], ["T71", "T71"], "T71 stands in two of them"),
    (["scoring", "draws"], 10, r"scoring\.draws: .* greater than or equal to 1000"),
    (["scoring", "missing_at_most"], "120%", r"scoring\.missing_at_most"),
]


@pytest.mark.parametrize(("path", "value", "message"), MISTAKES)
def test_a_mistake_in_the_period_is_named(tmp_path, path, value, message):
    shutil.copytree(YIXING, tmp_path / "p")
    edit(tmp_path / "p", "2013.yml", set_in(path, value))
    with pytest.raises(PlanError, match=message) as error:
        load(tmp_path / "p")
    assert str(error.value).startswith("2013.yml: ") and "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        (
            "2013.yml",
            "year: 2013",
            "year: 2013\nyear: 2014",
            r"2013\.yml line \d+: .*'year' is written twice",
        ),
        (
            "2013.yml",
            "start: 2013-01-01",
            "start: 2013-13-01",
            r"2013\.yml: start: Input should be a valid date.*value '2013-13-01'",
        ),
        ("2013.yml", "targets:", "targets: [", r"2013\.yml line \d+: not valid YAML"),
        (
            "forms.yml",
            "type: date,",
            "type: day,",
            r"forms\.yml: forms\.inspections\.columns\.date\.type",
        ),
        (
            "forms.yml",
            "key: [sample_no]",
            "key: [sample]",
            r"names columns that it does not have: sample",
        ),
        (
            "units.csv",
            "丁蜀;丁山",
            "丁蜀;丁山;宜城",
            r"units\.csv: name, aliases: 宜城 leads to two units",
        ),
        (
            "units.csv",
            ",镇,dingshu-zhen",
            ",city,dingshu-zhen",
            r"units\.csv: kind: exactly one unit is the city",
        ),
        (
            "units.csv",
            "320282112,",
            "320282113,",
            r"units\.csv: code: 国家统计局 320282113 is given to two units",
        ),
        (
            "units.csv",
            "新街街道;高塍镇",
            "新街道;高塍镇",
            r"units\.csv: overlaps: 新街道 is no unit's name",
        ),
        (
            "units.csv",
            ",镇,dingshu-zhen",
            ",镇,../dingshu",
            r"units\.csv: slug: String should match pattern",
        ),
        (
            "forms.yml",
            "  教育局: {",
            "  ../教育局: {",
            r"forms\.yml: senders\.\.\./教育局.*: String should match pattern",
        ),
        ("units.csv", "2022-10-31", "2022-13-31", r"units\.csv: valid_from: .* in line 23"),
    ],
)
def test_a_mistake_in_any_file_is_named(tmp_path, file, old, new, message):
    shutil.copytree(YIXING, tmp_path / "p")
    path = tmp_path / "p" / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanError, match=message):
        load(tmp_path / "p")


UNITS = [unit.name for unit in load().plan(2013).towns]
SPLIT = [2, 2, 2, 2, *[0] * (len(UNITS) - 4)]  # of the eight of T52


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (
            [(2013, "T52", unit, n) for unit, n in zip(UNITS, SPLIT, strict=True)][:-1],
            f"2013 T52, unit: {UNITS[-1]} is missing",
        ),
        (
            [(2013, "T52", unit, 1) for unit in UNITS],
            "2013 T52, quota: they sum to 20, and the city's number is 8",
        ),
        ([(2013, "T01", unit, 1) for unit in UNITS], "2013 T01: a count that units do not share"),
        ([(2012, "T52", unit, 1) for unit in UNITS], "2012 T52: no such target or year"),
        (
            [(2013, "T52", "丁属镇", 8)],
            r"2013 T52, unit: '丁属镇' is not assessed in 2013; did you mean 丁蜀镇",
        ),
        (
            [(2013, "T52", UNITS[0], -1)],
            r"quotas.csv: quota: .*greater than or equal to 0.* in line 2",
        ),
        (
            [
                (2013, "T52", unit, n)
                for unit, n in zip([*UNITS, UNITS[4]], [*SPLIT, 0], strict=True)
            ],
            f"unit: {UNITS[4]} stands there twice",
        ),
    ],
)
def test_a_mistake_in_the_official_shares_is_named(tmp_path, rows, message):
    shutil.copytree(YIXING, tmp_path / "p")
    lines = [
        "year,target,unit,quota,source",
        *(",".join(map(str, row)) + ",宜质强办〔2013〕1号" for row in rows),
    ]
    (tmp_path / "p" / "quotas.csv").write_text("\n".join(lines), encoding="utf-8")
    with pytest.raises(PlanError, match=message):
        load(tmp_path / "p")


def test_official_shares_are_read(tmp_path):
    shutil.copytree(YIXING, tmp_path / "p")
    written = [
        "湖父镇" if unit == "湖㳇镇" else unit for unit in UNITS
    ]  # as the office may have to write it
    lines = [
        f"2013,T52,{unit},{n},宜质强办〔2013〕1号" for unit, n in zip(written, SPLIT, strict=True)
    ]
    (tmp_path / "p" / "quotas.csv").write_text(
        "\n".join(["year,target,unit,quota,source", *lines]), encoding="utf-8"
    )
    found = load(tmp_path / "p").plan(2013).quotas
    assert [(quota.unit, quota.quota) for quota in found] == [*zip(UNITS, SPLIT, strict=True)]
    assert {quota.source for quota in found} == {"宜质强办〔2013〕1号"}


@pytest.mark.parametrize("file", ["units.csv", "forms.yml"])
def test_a_missing_or_foreign_file_is_named(tmp_path, file):
    shutil.copytree(YIXING, tmp_path / "p")
    (tmp_path / "p" / file).write_bytes("单位".encode("gb18030"))
    with pytest.raises(PlanError, match=f"{file}: not UTF-8"):
        load(tmp_path / "p")
    (tmp_path / "p" / file).unlink()
    with pytest.raises(PlanError, match=f"{file}: there is no such file"):
        load(tmp_path / "p")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('require: ">= 15"\n', "require: 15\n", r"T20\.require: .* such as '>= 15'"),
        ('require: ">= 15"\n', 'require: ">= 1:30"\n', r"T20\.require: .* from ':30' on"),
        ('require: ">= 15"\n', 'require: ">= 1_5"\n', r"T20\.require: .* from '1_5' on"),
        ('require: ">= 95%"\n', 'require: ">= ９５%"\n', r"T01\.require: .* from '９５%' on"),
        ('require: ">= 95%"\n', 'require: ">= 95％"\n', r"T01\.require: .* from '％' on"),
        ('require: ">= 95%"\n', 'require: "≥ 95%"\n', r"T01\.require: '≥ 95%' is no requirement"),
        ("by: 2014-12-31\n", "by: 20141231\n", r"targets\.T47\.by.*: no day"),
        ("by: 2014-12-31\n", "by: 2014-06-31\n", r"targets\.T47\.by.*: no day"),
        ("- id: T02\n", "- id: t01\n", "the id T01 or t01 is given twice"),
        ("- id: T02\n", "- id: all\n", "the id all means all of them"),
    ],
)
def test_what_yaml_or_python_would_take_for_something_else(tmp_path, old, new, told):
    place = shutil.copytree(YIXING, tmp_path / "yixing")
    text = (place / "2013.yml").read_text(encoding="utf-8")
    assert old in text
    (place / "2013.yml").write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanError, match=told):
        load(place)


@pytest.mark.parametrize(
    ("rule", "threshold", "scope", "line"),
    [
        ("rate_at_least", "95%", "town", "require: '>= 95%', for: each"),
        ("count_between", "1..2", "city", "require: '1..2', for: city"),
        ("count_at_least", "8", "both", "require: '>= 8', for: shared"),
        ("count_at_most", "0", "both", "require: '<= 0', for: each"),
        ("rising", None, "city", "require: '> last_year', for: city"),
        ("rank_within_front", "1/3", "city", "require: 'rank <= 1/3', for: city"),
        ("milestone", "open", "city", "require: done, by: open, for: city"),
        ("milestone", None, "town", "require: done, for: each"),
        ("reported", None, "both", "no require, for: each"),
    ],
)
def test_the_first_edition_is_told_the_line_of_this_one(tmp_path, rule, threshold, scope, line):
    def old(content: dict) -> None:
        target = content["targets"][0]
        del target["require"], target["for"]
        target |= {"rule": rule, "scope": scope}
        target |= {"threshold": threshold} if threshold else {}

    place = shutil.copytree(YIXING, tmp_path / "p")
    edit(place, "2013.yml", old)
    with pytest.raises(PlanError, match=rf"targets.T01: .* are gone; write {line}"):
        load(place)


@pytest.mark.parametrize(
    ("text", "id"), [("T1", "T01"), ("1", "T01"), ("t52", "T52"), ("63", "T63")]
)
def test_a_target_by_its_number(plan2013, text, id):
    assert plan2013.target(text).id == id


@pytest.mark.parametrize("text", ["dingshu", "Dingshu-Zhen", "320282112-dingshu-zhen"])
def test_a_unit_by_pinyin_or_by_the_name_of_its_page(plan2013, text):
    assert plan2013.town(text).name == "丁蜀镇"


def beginning(plan, first: dt.date):
    """The plan with a year that begins on another day."""
    last = first.replace(year=first.year + 1) - dt.timedelta(days=1)
    period = plan.period.model_copy(update={"start": first, "end": last})
    return plan.model_copy(update={"period": period})


# A year begins with a month, of the year that it is called by or of the one before.
FIRSTS = [dt.date(2012 + (month > 12), 1 + (month - 1) % 12, 1) for month in range(2, 25)]


@given(st.dates(dt.date(1990, 1, 1), dt.date(2040, 12, 31)), st.sampled_from(FIRSTS))
def test_the_year_of_a_day_is_the_one_whose_span_contains_it(plan2013, day, first):
    plan = beginning(plan2013, first)
    low, high = plan.span(plan.year_of(day))
    assert low <= day <= high


@pytest.mark.parametrize(
    ("start", "day", "year"),
    [
        ("2013-01-01", "2013-01-01", 2013),
        ("2013-01-01", "2013-12-31", 2013),
        ("2013-01-01", "2012-12-31", 2012),
        ("2013-04-01", "2013-03-31", 2012),  # called by the year in which it begins
        ("2013-04-01", "2013-04-01", 2013),
        ("2013-04-01", "2014-03-31", 2013),
        ("2012-10-01", "2012-09-30", 2012),  # called by the year in which it ends
        ("2012-10-01", "2012-10-01", 2013),
        ("2012-10-01", "2013-09-30", 2013),
    ],
)
def test_the_year_of_the_first_and_the_last_days(plan2013, start, day, year):
    plan = beginning(plan2013, dt.date.fromisoformat(start))
    assert plan.year_of(dt.date.fromisoformat(day)) == year
