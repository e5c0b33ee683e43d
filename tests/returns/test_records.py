"""The contract of a form's records: every column is what its type in forms.yml says."""

import pandas as pd
import pyarrow as pa
import pytest

from yxq.plan.folder import Folder
from yxq.plan.forms import Form
from yxq.returns.records import form_contract
from yxq.tables.contracts import Broken, check_batch

COLUMNS = {
    "x": {"type": "count"},
    "value": {"type": "number"},
    "kind": {"type": "word", "words": {"share": ["比重"], "amount": ["资金"]}},
    "unit": {"type": "unit"},
}
ORIGIN = {"once": True, "synthetic": False, "file": "a.csv", "sheet": "", "row": 2}


def check(folder: Folder, *given: dict, columns: dict = COLUMNS) -> None:
    """Rows of a form, missing what is not given, held against its contract."""
    about = {"title": {"zh": "表", "en": "form"}, "absent": "none", "columns": columns}
    contract = form_contract(Form.model_validate(about), folder)
    rows = [dict.fromkeys(contract.columns) | ORIGIN | row for row in given]
    frame = pd.DataFrame(rows, dtype=object).astype(dict(contract.columns))
    check_batch("form", contract, pa.Table.from_pandas(frame, contract.arrow, preserve_index=False))


@pytest.mark.parametrize(
    ("column", "value"),
    [("x", -1), ("kind", "no such word"), ("unit", "no such town"), ("unit", "丁蜀")],
)
def test_a_column_that_is_not_what_its_type_says_is_an_error(yixing, column, value):
    with pytest.raises(Broken, match=column):
        check(yixing, {}, {column: value})


def test_columns_that_are_what_their_types_say(yixing):
    check(
        yixing,
        {"x": 0, "kind": "amount", "unit": "丁蜀镇"},
        {"kind": "share", "unit": "宜兴市"},
        {},
    )


def test_a_word_that_stands_for_any_other_is_one_of_the_columns_words(yixing):
    kind = {"type": "word", "words": {"share": ["比重"]}, "otherwise": "other"}
    check(yixing, {"kind": "other"}, columns=COLUMNS | {"kind": kind})
