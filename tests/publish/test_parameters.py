"""Parameters arrive in a notebook as what they are, and wrong ones are refused before anything
runs.
"""

import datetime as dt
import decimal
import fractions
import json
import math
from pathlib import Path, PurePosixPath

import nbformat
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from papermill.cli import _resolve_type

from yxq.publish import parameters

PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
DAYS = (
    st.dates()
    | st.datetimes()
    | st.datetimes(timezones=st.just(dt.UTC))
    | st.times()
    | st.timedeltas()
)
EXACT = st.decimals(allow_nan=False) | st.fractions()
VALUES = st.recursive(
    PLAIN | DAYS | EXACT,
    lambda each: st.lists(each) | st.tuples(each) | st.dictionaries(st.text(), each),
    max_leaves=8,
)


def arrived(value):
    scope: dict[str, object] = {}
    exec(parameters.cell({"value": value}), scope)
    return scope["value"]


@given(VALUES)
def test_every_value_arrives_as_what_it_is(value):
    got = arrived(value)
    assert type(got) is type(value) and got == value
    assert arrived(parameters.carry({"value": value})["value"]) == value


@given(VALUES)
def test_what_papermill_records_is_json(value):
    assert isinstance(json.dumps(parameters.carry({"value": value})), str)


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (np.int64(2013), 2013),
        (np.float64(0.5), 0.5),
        (np.bool_(True), True),
        ([np.int32(1), (np.int8(2),)], [1, (2,)]),
        (pd.Timestamp("2013-06-30 12:00"), pd.Timestamp("2013-06-30 12:00")),
        (Path("数据") / "raw", Path("数据/raw")),
        (PurePosixPath("a/b"), Path("a/b")),
        (decimal.Decimal("0.95"), decimal.Decimal("0.95")),
        (fractions.Fraction(1, 3), fractions.Fraction(1, 3)),
        ("C:\\ubeef\\丁蜀镇", "C:\\ubeef\\丁蜀镇"),
        ("引号\"和'\n换行", "引号\"和'\n换行"),
    ],
)
def test_values_of_libraries(value, wanted):
    got = arrived(value)
    assert type(got) is type(wanted) and got == wanted


def test_what_is_not_finite_arrives():
    assert math.isnan(arrived(math.nan)) and arrived([-math.inf]) == [-math.inf]


def test_chinese_is_readable_and_only_the_imports_that_are_needed_are_there():
    assert parameters.cell({"town": "丁蜀镇", "n": 1}) == "# Parameters\ntown = '丁蜀镇'\nn = 1"
    assert parameters.cell({"day": dt.date(2013, 6, 30)}).splitlines()[1:] == [
        "import datetime",
        "day = datetime.date(2013, 6, 30)",
    ]


def test_a_value_that_cannot_be_written_down_is_refused_by_name():
    with pytest.raises(
        TypeError, match="parameter frame: a value of type DataFrame cannot be handed to a notebook"
    ):
        parameters.carry({"frame": pd.DataFrame()})


def notebook(source: str):
    tagged = nbformat.v4.new_code_cell(source, metadata={"tags": ["parameters"]})
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("other = 1"), tagged])


def test_defaults_are_read_and_filled_in():
    made = notebook(
        "town: str\nyear: int = 2013  # 年\nas_of = None\npaths = ['a',\n  'b']\nfrom_ = Path('x')"
    )
    assert parameters.declared(made) == (
        {"year": 2013, "as_of": None, "paths": ["a", "b"], "from_": "Path('x')"},
        {"town"},
    )
    assert parameters.settle(made, {"town": "丁蜀镇", "year": 2014}, "a.ipynb")["year"] == 2014
    assert parameters.settle(made, {"town": "丁蜀镇"}, "a.ipynb")["as_of"] is None


def test_unknown_and_missing_ones_are_refused_by_name():
    made = notebook("town: str\nyear = 2013")
    with pytest.raises(ValueError, match=r"a.ipynb: unknown parameter twon; it has year, town"):
        parameters.settle(made, {"twon": "丁蜀镇"}, "a.ipynb")
    with pytest.raises(
        ValueError, match=r"a.ipynb: parameter town has no default and must be given"
    ):
        parameters.settle(made, {}, "a.ipynb")
    with pytest.raises(ValueError, match=r"a.ipynb: unknown parameter year; it has none"):
        parameters.settle(notebook("# none yet"), {"year": 1}, "a.ipynb")


@pytest.mark.parametrize(
    ("source", "told"),
    [
        ("town = “和桥镇”", "line 1, town = “和桥镇”: invalid character '“' (U+201C)"),
        ("town = '和桥镇'\nyear = 2013年", "line 2, year = 2013年: invalid syntax"),
        ("%time\nyear = 2013年", "line 2, year = 2013年: invalid syntax"),
        ("town =", "line 1, town =: invalid syntax"),
    ],
)
def test_a_cell_that_cannot_be_read_is_one_line_with_the_place(source, told):
    with pytest.raises(ValueError) as refused:
        parameters.settle(notebook(source), {}, "a.ipynb")
    assert str(refused.value) == (
        f"a.ipynb: the parameters cell (cell 2) cannot be read: {told}; "
        "text stands in straight quotes"
    )


def test_magic_is_no_parameter_and_no_hindrance():
    made = notebook("%time\n!ls\nyear = 2013\nfiles = !ls\ntown: str\n?year")
    assert parameters.declared(made)[0]["year"] == 2013
    assert parameters.declared(made)[1] == {"town"}
    assert parameters.declared(notebook("%%time\nyear = 2014"))[0] == {"year": 2014}
    assert parameters.declared(notebook("%%capture held\nn = 1\n!ls"))[0] == {"n": 1}
    assert parameters.declared(notebook("%%bash\nyear=2014"))[0] == {}


def test_of_a_notebook_without_a_tagged_cell_the_cell_to_be_tagged_is_named():
    made = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_markdown_cell("town = 1"),
            nbformat.v4.new_code_cell("not python at all"),
            nbformat.v4.new_code_cell("%time\ntown = '丁蜀镇'"),
        ]
    )
    with pytest.raises(ValueError) as refused:
        parameters.settle(made, {"town": "和桥镇"}, "a.ipynb")
    assert str(refused.value) == (
        "a.ipynb: no cell is tagged `parameters`: tag cell 3, which sets town"
    )
    with pytest.raises(ValueError, match="write a cell that sets n, and tag it"):
        parameters.settle(made, {"n": 1}, "a.ipynb")
    assert parameters.settle(made, {}, "a.ipynb") == {}


def test_two_tagged_cells_are_refused():
    """The second would set back what the first was given."""
    made = notebook("town = '丁蜀镇'")
    made.cells.append(made.cells[1].copy())
    with pytest.raises(ValueError) as refused:
        parameters.settle(made, {"town": "和桥镇"}, "a.ipynb")
    assert str(refused.value) == (
        "a.ipynb: cells 2 and 3 are tagged `parameters`; keep the tag of one of them"
    )


CELL = {"cell_type": "code", "id": "a", "metadata": {}, "source": "1", "outputs": []}
CELL |= {"execution_count": None}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{", "not a notebook"),
        ("[]", "not a notebook"),
        ("null", "not a notebook"),
        (
            {"cells": [CELL, {**CELL, "metadata": ...}]},
            'cell 2 has no metadata; write "metadata": {}',
        ),
        ({"cells": [{**CELL, "source": ...}]}, 'cell 1 has no source; write "source": ""'),
        (
            {"cells": [{**CELL, "cell_type": ...}]},
            'cell 1 has no cell_type; write "cell_type": "code"',
        ),
        ({"cells": [3]}, "not a notebook"),
        ({"cells": [], "metadata": ...}, "not a notebook as Jupyter writes it"),
    ],
)
def test_a_file_that_is_no_notebook_is_one_line(tmp_path, content, told):
    def without(entry):
        if isinstance(entry, dict):
            return {key: without(value) for key, value in entry.items() if value is not ...}
        return [without(one) for one in entry] if isinstance(entry, list) else entry

    if isinstance(content, dict):
        whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}} | content
        content = json.dumps(without(whole))
    (tmp_path / "a.ipynb").write_text(content)
    with pytest.raises(ValueError) as refused:
        parameters.declared_in(tmp_path / "a.ipynb")
    assert str(refused.value).startswith(f"{tmp_path / 'a.ipynb'}: {told}")
    assert "\n" not in str(refused.value)


@given(st.text() | st.sampled_from(["True", "1_0", "٣", "1e5", "nan", "-inf", " 7 ", "0x1", ""]))
def test_the_command_line_is_read_as_papermill_reads_it(text):
    ours, theirs = parameters.typed(text), _resolve_type(text)
    assert type(ours) is type(theirs) and repr(ours) == repr(theirs)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("010", 10),
        ("NO", "NO"),
        ("no", "no"),
        ("None", None),
        ("null", "null"),
        ("{", "{"),
        ("True", True),
        ("true", "true"),
        ("2013-06-30", "2013-06-30"),
        ("1.50", 1.5),
        ("a: b", "a: b"),
    ],
)
def test_what_is_no_constant_and_no_number_is_text(text, value):
    got = parameters.typed(text)
    assert type(got) is type(value) and got == value


@pytest.mark.parametrize(
    ("value", "default", "wrong"),
    [
        (10, "质监局", "10 is a whole number, but the default '质监局' a text"),
        ("a", 1, "'a' is a text, but the default 1 a whole number"),
        (1.5, 1, "1.5 is a number, but the default 1 a whole number"),
        (True, 1, "True is True or False, but the default 1 a whole number"),
        (1, False, "1 is a whole number, but the default False True or False"),
        (True, 1.0, "True is True or False, but the default 1.0 a number"),
        ("[1]", [1], "'[1]' is a text, but the default [1] a list"),
        ({"a": 1}, [1], "{'a': 1} is a mapping, but the default [1] a list"),
        (dt.date(2013, 6, 30), "x", "datetime.date(2013, 6, 30) is of type date, but the default"),
        (1, 1.5, ""),
        (math.inf, 1.5, ""),
        (2, 1, ""),
        ("b", "a", ""),
        (False, True, ""),
        ([], [1], ""),
        (None, "a", ""),
        (3, None, ""),
        (3, parameters.Unknown("Path('x')"), ""),
    ],
)
def test_a_value_is_of_the_kind_of_its_default(value, default, wrong):
    said = parameters.wrong_kind(value, default)
    assert said.startswith(wrong) and bool(said) is bool(wrong) and "\n" not in said


def test_a_default_that_only_running_it_tells_is_known_as_such():
    defaults, _ = parameters.declared(notebook("a = Path('x')\nb = 'Path'"))
    assert isinstance(defaults["a"], parameters.Unknown) and type(defaults["b"]) is str


def test_yaml_gives_names_and_values_or_one_line():
    assert parameters.from_yaml("a: [1, b]\nc: {d: no}") == {"a": [1, "b"], "c": {"d": False}}
    for text in ("{", "a: b: c", "[1]", "3", "", "1: 2"):
        with pytest.raises(ValueError) as refused:
            parameters.from_yaml(text)
        said = str(refused.value)
        assert said.startswith(f"-y {text}: ") and "\n" not in said
