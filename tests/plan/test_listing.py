"""The targets of a plan as a table."""

from project import read_yaml

from yxq.plan.listing import listed
from yxq.plan_folders.load import SHIPPED
from yxq.words.wording import Words

RAW = read_yaml(SHIPPED / "yixing" / "2013.yml")["targets"]


def test_every_target_as_the_plan_file_has_it(plan2013):
    table = listed(plan2013, Words("zh"), full=False)
    assert [*table.columns] == [
        *("target", "clause", "title", "kind", "require", "by", "unit", "for", "owner", "form")
    ]
    for row, raw in zip(table.to_dict("records"), RAW, strict=True):
        wanted = {"target": raw["id"], "clause": raw["clause"], "title": raw["title"]["zh"]}
        wanted |= {"require": raw.get("require", ""), "by": str(raw.get("by", ""))}
        wanted |= {"unit": raw["unit"]["zh"], "for": raw["for"], "owner": raw["owner"]}
        wanted |= {"form": raw["measure"]["form"]}
        assert {name: row[name] for name in wanted} == wanted
    kinds = table["kind"].value_counts().to_dict()
    told = {"share": 16, "count": 10, "level": 6, "rank": 1, "task": 20, "reported": 22}
    assert kinds == told


def test_all_that_is_said_of_it(plan2013):
    table = listed(plan2013, Words("en"), full=True)
    for row, raw in zip(table.to_dict("records"), RAW, strict=True):
        assert (row["title_zh"], row["title_en"]) == (raw["title"]["zh"], raw["title"]["en"])
        assert row["title"] == raw["title"]["en"] and row["sampled"] == raw.get("sampled", False)
        assert row["assumptions"] == ";".join(raw.get("assumptions", []))
        assert row["note"] == raw.get("note", "")
