"""A plan folder in one language: units, senders, strata and wordings without an English name."""

import json

import jsonschema
import pytest
import small
import yaml

from yxq.plan_folders.diff import differences
from yxq.plan_folders.draft import scaffold, schema
from yxq.plan_folders.load import load

UNITS = """code,code_system,name,kind,slug
1,own,North,district,north
2,own,South,district,south
0,own,Sampleton,city,sampleton
"""
STRATA = {"column": "said", "values": ["a", "b"]}
NAMED = {"column": "said", "values": ["a", "b"], "en": ["first", "second"]}


def made(place, strata=STRATA, sender=None):
    checks = small.form("unit", "year", "said", "n", "of", when=["year"]) | {"title": "Checks"}
    of = {"form": "checks", "sum": "n", "over": "of", "strata": strata}
    asked = {"title": "Checks passed", "unit": "check/checks", "owner": "Food Office"}
    target = small.target("A1", of, ">= 90%", **asked)
    folder = small.folder(
        place,
        {"checks": checks},
        target,
        document={"title": "Food safety"},
        sections=[{"clause": "1", "title": {"en": "Shops"}}],
    )
    (folder / "units.csv").write_text(UNITS, encoding="utf-8")
    forms = yaml.safe_load((folder / "forms.yml").read_text(encoding="utf-8"))
    forms |= {"unit": "area", "senders": {"Food Office": sender or {}}}
    (folder / "forms.yml").write_text(yaml.safe_dump(forms, sort_keys=False), encoding="utf-8")
    return folder


def test_every_name_stands_in_both_languages(tmp_path):
    folder = load(made(tmp_path))
    plan = folder.plan()
    assert [unit.name_en for unit in folder.units] == ["North", "South", "Sampleton"]
    names = ("North", "South", "Sampleton", "Food Office", "a", "b")
    assert plan.english == {name: name for name in names}
    assert (plan.target("A1").title.zh, plan.section(plan.target("A1")).title.zh) == (
        "Checks passed",
        "Shops",
    )
    assert plan.sender("food office") == "Food Office"
    assert folder.unit("south").name == "South"


def test_names_that_are_given_are_taken(tmp_path):
    place = made(tmp_path, strata=NAMED, sender={"en": "Office of Food"})
    (place / "units.csv").write_text(
        UNITS.replace("name,kind", "name,name_en,kind")
        .replace("North,", "North,The North,")
        .replace("South,", "South,,")
        .replace("Sampleton,", "Sampleton,,"),
        encoding="utf-8",
    )
    plan = load(place).plan()
    assert plan.english == {
        **{"North": "The North", "South": "South", "Sampleton": "Sampleton"},
        **{"Food Office": "Office of Food", "a": "first", "b": "second"},
    }
    assert plan.sender("Office of Food") == "Food Office"


def test_the_schemas_take_it(tmp_path):
    folder = made(tmp_path)
    for name, file in (("plan", "2013.yml"), ("forms", "forms.yml")):
        content = yaml.load((folder / file).read_text(encoding="utf-8"), yaml.SafeLoader)
        jsonschema.validate(content, json.loads(schema(name)))
        content |= {"unit": {}} if name == "forms" else {"document": {"title": {"fr": "x"}}}
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(content, json.loads(schema(name)))


@pytest.mark.parametrize(
    ("title", "next_title"),
    [
        ("Food safety 2013", "Food safety 2014"),
        ("Food safety", "Food safety"),
        ("Food safety 2013/14", "Food safety 2013/14"),  # which new-plan says is still there
    ],
)
def test_the_next_plan_of_it(tmp_path, title, next_title):
    folder = made(tmp_path)
    file = folder / "2013.yml"
    file.write_text(
        file.read_text(encoding="utf-8").replace("title: Food safety", f"title: {title}"),
        encoding="utf-8",
    )
    began = scaffold(load(folder), 2014, tmp_path / "next")
    assert load(tmp_path / "next").plan(2014).period.document.title.en == next_title
    assert bool(began.stale) == (title == next_title == "Food safety 2013/14")


def test_what_changed_is_said_once(tmp_path):
    old = load(made(tmp_path)).plan()
    text = (tmp_path / "plan" / "2013.yml").read_text(encoding="utf-8")
    (tmp_path / "plan" / "2013.yml").write_text(
        text.replace("Checks passed", "Passed"), encoding="utf-8"
    )
    (row,) = differences(old, load(tmp_path / "plan").plan()).to_dict("records")
    assert (row["before"], row["after"]) == ("Checks passed", "Passed")
