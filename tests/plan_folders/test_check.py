"""Everything that is wrong with a plan folder is listed at once, and what is doubtful."""

import json
import shutil
import sys

import pytest
import small
from project import ROOT, read_yaml, write_yaml
from small import folder, form, target

from yxq import cli
from yxq.plan_folders.findings import Finding, table, together
from yxq.plan_folders.load import SHIPPED, check, load
from yxq.words.errors import PlanError

SHARE = {"form": "f", "passed": {"result": "pass"}}
ROWS = {"form": "f", "rows": True}


def found(place, kind="mistake"):
    """Key and what is wrong of each finding of a kind."""
    return {(f.file, f.key): f.what for f in check(place) if f.kind == kind}


def changed(place, file, change):
    content = read_yaml(place / file)
    change(content)
    write_yaml(place / file, content)
    return place


def test_the_shipped_plan_has_neither_mistakes_nor_doubts():
    assert check("yixing") == []


def test_every_mistake_of_every_file_is_told_at_once(tmp_path):
    place = shutil.copytree(SHIPPED / "yixing", tmp_path / "p")

    def wrong(content):
        targets = {t["id"]: t for t in content["targets"]}
        targets["T01"]["colour"] = "red"
        targets["T02"]["for"] = "region"
        targets["T04"]["measure"]["where"] = {"class": "drink"}
        targets["T05"] |= {"owner": "环保局", "assumptions": ["hope"]}
        content["scoring"]["veto"]["targets"] = ["T99", "T02"]

    changed(place, "2013.yml", wrong)
    changed(place, "forms.yml", lambda c: c["forms"]["projects"].update(absent="never"))
    text = (place / "units.csv").read_text(encoding="utf-8")
    bad = text.replace(",2022-10-31,", ",2022-13-31,").replace(",镇,dingshu-zhen", ",镇,../d")
    (place / "units.csv").write_text(bad, encoding="utf-8")
    told = found(place)
    assert {key for file, key in told if file == "2013.yml"} == {
        "targets.T01.colour",
        "targets.T02.for",
        "targets.T04.measure",
        "targets.T05.owner",
        "targets.T05.assumptions",
        "scoring.veto.targets",  # of T99; T02 is there, and wrong
    }
    assert told["2013.yml", "scoring.veto.targets"] == "'T99' is no target"
    assert {key for file, key in told if file != "2013.yml"} == {
        "forms.projects.absent",
        "slug",
        "valid_from",
    }
    every = check(place)
    assert all(f.mend and f.file for f in every) and len(every) == len(set(every))
    with pytest.raises(PlanError) as refused:
        load(place)
    assert str(refused.value) == f"{every[0]}; and {len(every) - 1} more: yxq check {place}"


def test_a_requirement_that_cannot_be_asked_is_told_with_all_that_is_wrong(tmp_path):
    wrong = target("C", ROWS | {"per": 10}, "> peers", lot="x", split="y")
    told = [f for f in check(folder(tmp_path, {"f": form("unit")}, wrong))]
    assert {f.key for f in told} == {"targets.C.measure.per"}
    wrong["measure"] = ROWS
    place = folder(tmp_path / "b", {"f": form("unit")}, wrong)
    assert {f.key for f in check(place)} == {
        "targets.C.split",
        "targets.C.lot",
        "targets.C.require",
    }


def test_what_is_wrong_with_a_file_as_a_whole_is_told_with_its_parts(tmp_path):
    place = folder(tmp_path, {"f": form("unit")}, target("C", ROWS, "most"), end="2014-12-31")
    assert {key for _, key in found(place)} == {"targets.C.require", "start, end"}


@pytest.mark.parametrize("text", ["[]", "3", "", "year: [2013]", "a: &x [*x]"])
def test_a_file_that_is_no_plan_is_one_mistake_or_more(tmp_path, text):
    place = folder(tmp_path, {"f": form("unit")}, target("C", ROWS))
    (place / "2013.yml").write_text(text, encoding="utf-8")
    assert {file.partition(" ")[0] for file, _ in found(place)} == {"2013.yml"}


OWED = {"sender": "办公室", "every": "year", "due_days": 1}
DOUBTS = {
    "a sample without the law": (
        {"f": form("unit", "result")},
        [target("C", SHARE, ">= 95%", sampled=True)],
        {},
        ("targets.C.sampled", "form f would take a list of failures alone for the whole sample"),
    ),
    "a sample taken for all": (
        {"f": form("unit", "result", sampled={"column": "result", "passed": "pass", "least": 5})},
        [target("C", SHARE, ">= 95%")],
        {},
        ("targets.C.sampled", "rows of form f are samples, and it is taken for a complete count"),
    ),
    "nobody owes it": (
        {"f": form("unit"), "g": form("unit", "n")},
        [target("C", ROWS), target("D", {"form": "g", "sum": "n"})],
        {"returns": [{"form": "g", "sender": "办公室", "every": "year", "due_days": 1}]},
        ("targets.C.owner", "nobody owes form f of 办公室, where other returns are owed"),
    ),
    "nobody needs it": (
        {"f": form("unit"), "g": form("unit", "n")},
        [target("C", ROWS)],
        {"returns": [OWED | {"form": name} for name in "fg"]},
        ("returns[1]", "no target of 办公室 uses form g"),
    ),
    "a form of no use": (
        {"f": form("unit"), "g": form("unit", "n")},
        [target("C", ROWS)],
        {},
        ("forms.g", "no target uses it"),
    ),
    "an assumption of no use": (
        {"f": form("unit")},
        [target("C", ROWS)],
        {"assumptions": {"a": {"text": small.TITLE, "source": small.TITLE}}},
        ("assumptions.a", "no target names it, so no page says it"),
    ),
    "a word in free text": (
        {"f": form("unit", "kind")},
        [target("C", ROWS | {"where": {"kind": "firm"}})],
        {},
        (
            "targets.C.measure.where",
            "kind may say anything, so that the word cannot be compared with it here",
        ),
    ),
    "a weight of no use": (
        {"f": form("unit")},
        [target("C", ROWS, ">= 1", weight=2)],
        {},
        ("targets.C.weight", "nothing is scored"),
    ),
    "a band out of reach": (
        {"f": form("unit")},
        [target("C", ROWS, ">= 1"), target("D", ROWS, ">= 2", title={"zh": "另", "en": "Other"})],
        {
            "scoring": {
                "bands": [
                    {"grade": g, "least": n}
                    for g, n in (("A", 100), ("B", 60), ("C", 50), ("D", 0))
                ],
                "seed": 1,
            }
        },
        ("scoring.bands", "no score reaches grade B"),
    ),
    "no English": (
        {"f": form("unit")},
        [target("C", ROWS), target("D", ROWS, title={"zh": "另", "en": ""})],
        {},
        ("targets.D.title.en", "has no en, where others have one"),
    ),
    "a draft": (
        {"f": form("unit")},
        [target("C", ROWS)],
        {"draft": True},
        ("draft", "every page says that it is a draft"),
    ),
}


@pytest.mark.parametrize(("forms", "targets", "more", "doubt"), DOUBTS.values(), ids=DOUBTS)
def test_what_is_doubtful_is_told_and_not_refused(tmp_path, forms, targets, more, doubt):
    place = folder(tmp_path, forms, *targets, **more)
    key, what = doubt
    told = {key: what for (_, key), what in found(place, "doubt").items()}
    assert told.get(key) == what
    assert load(place).periods and not found(place)


def test_a_plan_without_a_doubt(tmp_path):
    more = {"returns": [{"form": "f", "sender": "办公室", "every": "year", "due_days": 1}]}
    assert check(folder(tmp_path, {"f": form("unit")}, target("C", ROWS, ">= 1"), **more)) == []


NEVER = [
    (ROWS, ">= 0", "every"),
    (ROWS, ">= 1", ""),
    (ROWS, "> 0", ""),
    (ROWS, "< 0", "no"),
    (ROWS, "<= 0", ""),
    (ROWS, "< 1", ""),
    (SHARE, "<= 100%", "every"),
    (SHARE, "< 100%", ""),
    (SHARE, "> 100%", "no"),
    (SHARE, ">= 100%", ""),
    (SHARE, "< 0%", "no"),
    ({"form": "f", "sum": "n"}, ">= 0", ""),
    (SHARE, "units >= 80% of >= 90%", ""),
    (SHARE, "units > 100% of >= 90%", "no"),
    (SHARE, "units <= 100% of >= 90%", "every"),
    (SHARE, "gap < 0", "no"),
    (SHARE, "gap <= 0", ""),
    (SHARE, "gap <= 5%", ""),
    (ROWS, ">= last_year", ""),
    (SHARE, "0%..100%", "every"),
    (SHARE, "0%..99%", ""),
]


@pytest.mark.parametrize(("measure", "require", "which"), NEVER)
def test_what_every_number_meets_or_none(tmp_path, measure, require, which):
    whom = {"for": "city"} if require.startswith(("units", "gap")) else {}
    place = folder(
        tmp_path, {"f": form("unit", "result", "n")}, target("C", measure, require, **whom)
    )
    told = found(place, "doubt").get(("2013.yml", "targets.C.require"), "")
    assert told.partition(" number")[0] == which and not found(place)


RANKS = [
    ("rank <= 1", ""),
    ("rank < 1", "no"),
    ("rank <= 100%", "every"),
    ("rank <= 1/3", ""),
    ("rank <= 0%", "no"),
    ("rank >= 1", "every"),
]


@pytest.mark.parametrize(("require", "which"), RANKS)
def test_a_rank_that_every_city_has_or_none(tmp_path, require, which):
    measure = {"form": "f", "value": "value", "peer": "kind"}
    asked = target("C", measure, require, **{"for": "city"})
    place = folder(tmp_path, {"f": form("unit", "year", "kind", "value")}, asked)
    told = found(place, "doubt").get(("2013.yml", "targets.C.require"), "")
    assert told.partition(" number")[0] == which


def test_units_and_files_that_a_colleague_would_ask_about(tmp_path):
    place = folder(tmp_path, {"f": form("unit")}, target("C", ROWS))
    text = (place / "units.csv").read_text(encoding="utf-8")
    text = text.replace("Jia Town", "").replace("Yi Town", "Some City")
    (place / "units.csv").write_text(text.replace("bing,,,,,", "bing,,,,丙街道,"), encoding="utf-8")
    (place / "2014.yaml").write_text("", encoding="utf-8")
    (place / "notes.txt").write_text("", encoding="utf-8")
    assert found(place, "doubt") == {
        ("2014.yaml", ""): "is not read",
        ("units.csv", "name_en"): "2 units are called so",
        ("units.csv", "overlaps"): "丙街道 overlaps itself",
    }
    names = {f.what for f in check(place) if f.key == "name_en"}
    assert names == {"甲镇 has no English name, where others have one", "2 units are called so"}


def asked(monkeypatch, capsys, *arguments):
    """Exit code, standard output and standard error of `yxq check`."""
    monkeypatch.setattr(sys, "argv", ["yxq", "check", *map(str, arguments)])
    with pytest.raises(SystemExit) as stop:
        cli.main()
    return stop.value.code or 0, *capsys.readouterr()


def test_the_command_lists_them_and_its_code_says_whether_there_are_mistakes(
    tmp_path, monkeypatch, capsys
):
    code, out, err = asked(monkeypatch, capsys, "yixing", "--format", "csv")
    assert (code, out, err) == (
        0,
        "kind,file,key,value,what,mend\n",
        "yixing: 0 mistakes, 0 doubts\n",
    )
    place = folder(tmp_path, {"f": form("unit")}, target("C", ROWS, weight=2))
    code, out, err = asked(monkeypatch, capsys, place, "--format", "json")
    assert code == 0 and err == f"{place}: 0 mistakes, 1 doubts\n"
    assert json.loads(out) == [
        {
            "kind": "doubt",
            "file": "2013.yml",
            "key": "targets.C.weight",
            "value": "2",
            "what": "nothing is scored",
            "mend": "write scoring, or take the weight away",
        }
    ]
    changed(place, "2013.yml", lambda content: content["targets"][0].update(owner="x", clause="2"))
    code, out, err = asked(monkeypatch, capsys, place)
    assert code == 1 and err == f"{place}: 2 mistakes, 3 doubts\n"
    assert out.splitlines()[1].split()[:4] == ["mistake", "2013.yml", "targets.C.owner", "x"]
    code, out, err = asked(monkeypatch, capsys, tmp_path / "nowhere")
    assert code == 2 and not out and err.count("\n") == 1 and "no plan folder" in err


def test_a_plan_of_another_city_is_asked_about():
    told = found(ROOT / "tests" / "plans" / "chicago", "doubt")
    assert {key for _, key in told} == {
        f"targets.{id}.{key}" for id in ("pass75", "pass80") for key in ("sampled", "measure.where")
    }


def test_what_is_said_of_many_targets_is_one_row_to_be_read():
    of = [
        Finding(f"targets.T0{n}.owner", "is no sender", "add it", "待定", "2024.yml")
        for n in range(3)
    ]
    other = Finding("targets.T01.by", "no day", "write one", "x", "2024.yml")
    got = together(table([of[0], other, *of[1:]]))
    assert list(got["key"]) == ["targets.T00.owner and 2 more", "targets.T01.by"]
    assert list(got["what"]) == ["is no sender", "no day"]
    assert len(together(table([]))) == 0


def test_whose_a_named_file_is_must_be_known(tmp_path):
    """And is not told of where a unit could not be read, whose name is then not known."""
    place = shutil.copytree(SHIPPED / "yixing", tmp_path / "p")
    named = [{"name": "b.csv", "unit": "丁属镇"}, {"name": "a.csv", "sender": "质检局"}]
    changed(place, "forms.yml", lambda c: c.update(files=named))
    told = found(place)
    assert told == {
        ("forms.yml", "files[0].unit"): "'丁属镇' is none",
        ("forms.yml", "files[1].sender"): "'质检局' is none",
    }
    text = (place / "units.csv").read_text(encoding="utf-8")
    bad = text.replace(",镇,dingshu-zhen", ",镇,../d")
    (place / "units.csv").write_text(bad, encoding="utf-8")
    assert {file for file, _ in found(place)} == {"units.csv"}
