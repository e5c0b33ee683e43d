"""A list of failures alone gives no rate, be its rows declared to be samples or not."""

import pytest
from project import ingested

from yxq.plan_folders import load
from yxq.returns.samples import Samples, samples

FOLDER = load.load("yixing")
HEAD = "样品编号,抽样日期,镇（街道、园区）,类别,检验结果"


def undeclared(**change: object):
    form = FOLDER.forms["inspections"].model_copy(update={"sampled": None, **change})
    return FOLDER.model_copy(update={"forms": FOLDER.forms | {"inspections": form}})


def test_a_form_that_does_not_say_so_has_the_samples_of_what_is_asked_of_it():
    assert samples(undeclared(), "inspections") == Samples("result", "pass", 5)
    assert samples(FOLDER, "inspections") == Samples("result", "pass", 5)
    assert samples(FOLDER, "projects") is None and samples(FOLDER, "coverage") is None


@pytest.mark.parametrize(
    ("failed", "passed", "refused"), [(5, 0, 5), (9, 0, 9), (4, 0, 0), (5, 1, 0)]
)
def test_a_list_of_failures_is_refused(tmp_path, failed, passed, refused):
    (tmp_path / "raw").mkdir()
    words = ["不合格"] * failed + ["合格"] * passed
    rows = [f"C{n},2013-04-02,丁蜀镇,产品,{word}" for n, word in enumerate(words)]
    text = "\n".join([HEAD, *rows, ""])
    (tmp_path / "raw" / "质监局-2013年第二季度.csv").write_text(text, encoding="utf-8")
    tables = ingested(tmp_path / "raw", undeclared(), tmp_path / "processed")
    assert (tables.ledger["reason"] == f"failures_only|{failed}").sum() == refused
    assert (tables.ledger["fate"] == "rejected").sum() == refused
