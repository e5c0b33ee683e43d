"""The encoding of a text is known, declared or refused: nothing is read in one that is a guess."""

import pytest
from project import ingested

from yxq.plan_folders import load

FOLDER = load.load("yixing")
ASCII = "sample_no,date,unit,firm,class,result"
CHINESE = "样品编号,抽样日期,镇（街道、园区）,受检单位,类别,检验结果"
ROW = "C1,2013-04-02,{},{},{},{}"
NAME = "质监局-2013年第二季度"


def lenient():
    """A form in which whatever does not pass has failed."""
    form = FOLDER.forms["inspections"]
    result = form.columns["result"].model_copy(update={"otherwise": "fail"})
    columns = form.columns | {"result": result}
    forms = {"inspections": form.model_copy(update={"columns": columns, "city_rows": True})}
    return FOLDER.model_copy(update={"forms": FOLDER.forms | forms})


def reasons(tmp_path, content: bytes, suffix: str = "csv") -> list[str]:
    """Fate and reason of each row."""
    (tmp_path / "raw").mkdir()
    (tmp_path / "raw" / f"{NAME}.{suffix}").write_bytes(content)
    tables = ingested(tmp_path / "raw", lenient(), tmp_path / "processed")
    told = [*tables.ledger[["fate", "reason"]].itertuples(index=False, name=None)]
    return [f"{fate} {why}".strip() for fate, why in told if why != "header"]


def text(head: str, *cells: str, encoding: str, times: int = 3) -> bytes:
    rows = (ROW.format(*cells).replace("C1", f"C{n}") for n in range(times))
    return "\n".join([head, *rows, ""]).encode(encoding)


FOREIGN = {
    "big5": ("丁蜀鎮", "樣例廠", "產品", "合格"),
    "cp1252": ("Dingshu", "MÜNCHEN Käserei", "product", "pass"),
    "euc-kr": ("서울특별시", "부산", "식품", "적합"),
    "shift-jis": ("東京都", "大阪府", "食品", "適合"),
    "euc-jp": ("東京都", "大阪府", "食品", "適合"),
    "cp1251": ("Москва", "Завод", "product", "pass"),
    "iso-8859-7": ("Αθήνα", "Εταιρεία", "product", "pass"),
    "tis-620": ("กรุงเทพ", "บริษัท", "product", "pass"),
}


@pytest.mark.parametrize("encoding", FOREIGN)
def test_text_of_another_encoding_is_refused(tmp_path, encoding):
    told = reasons(tmp_path, text(ASCII, *FOREIGN[encoding], encoding=encoding))
    assert told and all(
        why.startswith(("rejected unknown_encoding", "rejected bad_byte")) for why in told
    )


@pytest.mark.parametrize("head", [ASCII, CHINESE])
@pytest.mark.parametrize("town", ["丁蜀镇", "湖㳇镇"])
def test_chinese_text_is_known_by_its_headings_or_by_the_plans_own_words(tmp_path, head, town):
    content = text(head, town, "氿滨厂", "产品", "合格", encoding="gb18030")
    assert reasons(tmp_path, content) == ["accepted"] * 3


def test_chinese_text_in_which_nothing_is_the_plans_is_refused(tmp_path):
    content = text(ASCII, "Dingshu", "样例厂", "product", "pass", encoding="gb18030")
    assert reasons(tmp_path, content) == ["rejected unknown_encoding"] * 3


def test_the_same_in_unicode_is_read(tmp_path):
    content = text(ASCII, "丁蜀镇", "MÜNCHEN", "产品", "坏", encoding="utf-8")
    assert reasons(tmp_path, content) == ["accepted"] * 3


@pytest.mark.parametrize("row", [2, 3, 4])
def test_a_bad_byte_is_told_with_its_row(tmp_path, row):
    lines = text(CHINESE, "丁蜀镇", "样例厂", "产品", "合格", encoding="gbk").split(b"\n")
    lines[row - 1] = lines[row - 1].replace("样例".encode("gbk"), b"\x80 ")
    assert reasons(tmp_path, b"\n".join(lines)) == [f"rejected bad_byte|{row}|0x80|GB18030"]


def test_it_is_in_a_long_file_too(tmp_path):
    rows = [
        ROW.format("丁蜀镇", "样例厂", "产品", "合格").replace("C1", f"C{n}") for n in range(90_000)
    ]
    lines = [CHINESE.encode("gbk"), *(row.encode("gbk") for row in rows)]
    lines[80_000] += b"\x80"
    assert reasons(tmp_path, b"\n".join(lines)) == ["rejected bad_byte|80001|0x80|GB18030"]


@pytest.mark.parametrize("word", ["合\ufffd", "\ufffd\ufffd"])
def test_what_could_not_be_read_is_no_result(tmp_path, word):
    told = reasons(tmp_path, text(ASCII, "丁蜀镇", "厂", "产品", word, encoding="utf-8", times=1))
    assert told == [f"rejected unread_character|result|{word}"]


@pytest.mark.parametrize("error", ["#N/A", "#VALUE!", "Err:502", "########"])
def test_nor_is_an_error(tmp_path, error):
    told = reasons(tmp_path, text(ASCII, "丁蜀镇", "厂", "产品", error, encoding="utf-8", times=1))
    assert told == [f"rejected cell_error|result|{error}"]


@pytest.mark.parametrize(("said", "read"), [("big5", True), ("", False), ("no-such", False)])
def test_a_page_says_its_encoding(tmp_path, said, read):
    head = f'<html><head><meta charset="{said}"></head>'
    rows = [ASCII, ROW.format("丁蜀", "樣例廠", "食品", "合格")]
    cells = ("".join(f"<td>{cell}</td>" for cell in row.split(",")) for row in rows)
    page = f"{head}<table>{''.join(f'<tr>{row}</tr>' for row in cells)}</table></html>"
    told = reasons(tmp_path, page.encode("big5"), "htm")
    assert (told == ["accepted"]) if read else ("unknown_encoding" in told[0]), told
