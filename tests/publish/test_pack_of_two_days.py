"""A pack of two days is the same bytes as one of the returns that had come by then, and a year
later.
"""

import datetime as dt
from pathlib import Path

import pytest
import small
from plain_packs import notebooks_here, plain_fonts
from project import ingested

from yxq.plan_folders.load import load
from yxq.publish.pack import build
from yxq.returns import ingest

pytestmark = pytest.mark.slow  # three packs

AS_OF, BY = dt.date(2013, 6, 30), dt.date(2013, 7, 20)
OWED = [{"form": "f", "sender": "办公室", "every": "quarter", "due_days": 15}]
RETURNS = {  # quarter, day of filing, rows
    "1": (1, "2013年4月9日", ["甲镇,2013-02-03,X1,9,10", "乙镇,2013-02-04,X2,8,10"]),
    "2": (2, "2013年7月9日", ["甲镇,2013-05-03,X3,10,10", "丙街道,2013-05-31,X4,7,10"]),
    "2更正": (2, "2013年8月9日", ["甲镇,2013-05-03,X3,1,10", "丙街道,2013-05-31,X4,7,10"]),
    "3": (3, "2013年10月9日", ["甲镇,2013-02-03,X1,2,10", "乙镇,2013-09-31,X5,8,10"]),
}


def returned(raw: Path, *names: str) -> None:
    raw.mkdir(exist_ok=True)
    for name in names:
        quarter, filed, rows = RETURNS[name]
        title = f"2013年第{'一二三四'[quarter - 1]}季度某项{name[1:]}"
        lines = [title, "unit,on,said,n,of", *rows, f"填报日期：{filed}"]
        (raw / f"办公室-{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def packed(place: Path, plan: Path) -> dict[str, bytes]:
    """Every file of the pack, made in a folder that is called alike wherever it is."""
    with pytest.MonkeyPatch.context() as patch, notebooks_here(), plain_fonts():
        patch.chdir(place)
        found = load(plan).plan(2013)
        made, outcomes = build(found, Path("out"), Path("processed"), AS_OF, received_by=BY)
        assert not [outcome.error for outcome in outcomes if outcome.error]
        files = [file for file in sorted(made.rglob("*")) if file.is_file()]
        return {file.relative_to(made).as_posix(): file.read_bytes() for file in files}


def test_a_pack_does_not_look_ahead_and_stays_as_it_is(tmp_path, monkeypatch):
    columns = ("unit", "on", "said", "n", "of")
    form = small.form(*columns, key=["said"], again="latest", when=["on"])
    rate = small.target("A", {"form": "f", "sum": "n", "over": "of"}, ">= 90%")
    plan = small.folder(tmp_path, {"f": form}, rate, returns=OWED)
    with (plan / "forms.yml").open("a", encoding="utf-8") as forms:
        forms.write("layout: {footers: [填报日期], corrections: [更正]}\n")
    packs = []
    for name, files in (("cut", ["1", "2"]), ("whole", ["1", "2", "2更正", "3"])):
        (tmp_path / name).mkdir()
        returned(tmp_path / name / "raw", *files)
        ingested(tmp_path / name / "raw", load(plan), tmp_path / name / "processed")
        packs.append(packed(tmp_path / name, plan))
    cut, whole = packs
    assert len(cut) > 12 and cut.keys() == whole.keys()
    assert [name for name in cut if cut[name] != whole[name]] == []
    assert "报表接收截止日2013年7月20日" in whole["city.html"].decode()
    returns = whole["returns.html"].decode()
    assert "办公室-2.csv" in returns and "办公室-2更正.csv" not in returns
    monkeypatch.setattr(ingest, "today", lambda: dt.date(2027, 1, 1))
    late = "2013年第二季度某项\nunit,on,said,n,of\n乙镇,2013-06-01,X9,0,10\n"
    (tmp_path / "whole" / "raw" / "办公室-late.csv").write_text(late, encoding="utf-8")
    ingested(tmp_path / "whole" / "raw", load(plan), tmp_path / "whole" / "processed")
    assert packed(tmp_path / "whole", plan) == whole
