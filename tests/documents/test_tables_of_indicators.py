"""Tables of indicators in a plain text: which lines are rows, and what their cells ask."""

import pytest
from made import HEAD

from yxq.documents.drafts import Drafted, drafted
from yxq.documents.read import read

COLUMNS = "指标名称\t单位\t目标值"


@pytest.fixture
def found(tmp_path):
    """What is drafted from a text with these lines below a title and a heading."""

    def made(*lines: str) -> Drafted:
        file = tmp_path / "made.txt"
        file.write_text("\n".join([*HEAD, "", *lines]) + "\n", encoding="utf-8")
        return drafted(read(file))

    return made


def told(of: Drafted) -> list[tuple[str, str]]:
    return [(draft.title, draft.require) for draft in of.drafts]


@pytest.mark.parametrize("caption", [(), ("主要指标\t\t",)])
def test_every_row_below_the_heading_asks_something(found, caption):
    rows = "抽查合格率\t%\t95", "监测覆盖率\t%\t98", "计量检定率\t%\t97"
    asked = [("抽查合格率", ">= 95%"), ("监测覆盖率", ">= 98%"), ("计量检定率", ">= 97%")]
    assert told(found(*caption, COLUMNS, *rows)) == asked


@pytest.mark.parametrize(("words", "asked"), [("翻一番", 200), ("减半", 50)])
def test_a_change_in_words_is_on_the_year_before_the_plan(found, words, asked):
    of = found(COLUMNS, "抽查合格率\t%\t95", f"检验收入\t万元\t{words}")
    sign = ">=" if asked > 100 else "<="
    assert told(of)[1:] == [("检验收入", f"{sign} y2023 * {asked}%")]


def test_lines_that_end_in_a_page_are_contents_and_those_of_three_cells_a_table(tmp_path):
    file = tmp_path / "made.txt"
    file.write_text("总则\t1\n目标\t2\n\n甲\t乙\t1\n丙\t丁\t12\n", encoding="utf-8")
    assert [(p.text, p.table) for p in read(file).paragraphs] == [
        ("总则\t1", 0),
        ("目标\t2", 0),
        ("甲 | 乙 | 1", 1),
        ("丙 | 丁 | 12", 1),
    ]
