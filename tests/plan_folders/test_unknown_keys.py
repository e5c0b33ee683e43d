"""A key that no model knows is refused with the nearest of those that can stand in its place."""

import pytest
import small
from small import folder, form, target

from yxq.plan_folders.load import check

SUM = {"form": "f", "sum": "n"}
MEASURE = "clusters, distinct, done, due, form, over, passed, peer, per, rows, span, strata, sum"
MEASURE = f"{MEASURE}, value, when, where, word"
PERIOD = (
    "assumptions, bases, document, draft, end, returns, scoring, sections, start, targets, year"
)
UNITS = "aliases, code, code_system, column, initials, kind, name, name_en, note, overlaps, row"
UNITS += ", slug, valid_from, valid_to"
ASSUMED = {"title": small.TITLE, "text": small.TITLE, "source": small.TITLE}


def told(place, *targets, forms=None, **more):
    made = folder(place, forms or {"f": form("unit", "n")}, *targets, **more)
    found = [finding for finding in check(str(made)) if finding.what.startswith("no such key")]
    return [(finding.key, finding.mend) for finding in found]


@pytest.mark.parametrize(
    ("more", "key", "near", "known"),
    [
        ({"dokument": 1}, "dokument", "document, or ", PERIOD),
        # What an assumption is called is no key, though a key is called so too.
        (
            {"assumptions": {"text": ASSUMED}},
            "assumptions.text.title",
            "text, or ",
            "general, source, text",
        ),
    ],
)
def test_of_a_plan(tmp_path, more, key, near, known):
    wanted = [(key, f"write {near}one of {known}, or take it away")]
    assert told(tmp_path, target("A", SUM), **more) == wanted


@pytest.mark.parametrize(
    ("given", "key", "near", "known"),
    [
        ({"measure": SUM | {"ovr": "n"}}, "measure.ovr", "over", MEASURE),
        (
            {"worth": {"each": {"short": 1, "take": 1, "leest": 0}}},
            "worth.each.leest",
            "least",
            "least, round, short, take",
        ),
        ({"title": {"zh": "某", "en": "a", "eng": "b"}}, "title.eng", "en", "en, zh"),
    ],
)
def test_of_a_part_of_a_target(tmp_path, given, key, near, known):
    wanted = [(f"targets.A.{key}", f"write {near}, or one of {known}, or take it away")]
    assert told(tmp_path, target("A", SUM, ">= 1") | given) == wanted


def test_of_a_target_whose_key_is_for_and_not_its_name_in_the_code(tmp_path):
    ((key, mend),) = told(tmp_path, target("A", SUM, whom="each"))
    assert key == "targets.A.whom" and ", for, " in mend and ", whom" not in mend


def test_of_a_form_and_of_a_table(tmp_path):
    ((key, mend),) = told(tmp_path / "a", target("A", SUM), forms={"f": form("unit", "n", chek=[])})
    assert key == "forms.f.chek"
    assert mend.startswith("write checks, or one of absent, again, checks, city_rows, columns, key")
    made = folder(tmp_path / "b", {"f": form("unit", "n")}, target("A", SUM))
    (made / "units.csv").write_text(small.UNITS.replace("note", "nte"), encoding="utf-8")
    found = [finding for finding in check(str(made)) if finding.file == "units.csv"]
    mends = {finding.mend for finding in found}
    assert mends == {f"write note, or one of {UNITS}, or take it away"}
    whats = [finding.what for finding in found]
    assert whats == [f"no such key in line {line}" for line in (2, 3, 4, 5)]
