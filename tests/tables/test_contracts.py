"""A table that is not what its contract says is not written, and the error says what is not."""

import datetime as dt

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from yxq.attainment.results import COMPUTED, Results
from yxq.attainment.snapshot import snapshot
from yxq.returns.records import form_contract
from yxq.tables import contracts
from yxq.tables.contracts import CONTRACTS, Broken, check, check_batch


@pytest.fixture(scope="module")
def frames(plan2013, demo_tables) -> dict[str, pd.DataFrame]:
    """Each table of the demo that has a contract, of all units."""
    results = Results(plan2013, demo_tables.place, dt.date(2014, 1, 31))
    made = {name: getattr(results, name) for name in COMPUTED}
    days = dict.fromkeys(("period_from", "period_to", "filed"), contracts.DAY)
    measures = demo_tables.measures.astype(dict(contracts.MEASURES.columns))
    of_pack = snapshot(results)
    taken_back = pd.DataFrame([("a.csv", "", 3)], columns=[*contracts.WITHDRAWN.columns])
    made |= {name: of_pack[name] for name in ("about", "targets", "rows")}
    made["withdrawn"] = taken_back.astype({"file": "str", "sheet": "str"})
    return made | {
        "ledger": demo_tables.ledger,
        "files": demo_tables.files.astype(days),
        "measures": measures,
        "received": pd.read_parquet(demo_tables.place / "received.parquet"),
    }


def broken(name: str, frame: pd.DataFrame) -> str:
    with pytest.raises(Broken) as error:
        check(name, frame)
    assert "\n" not in str(error.value)
    return str(error.value)


@pytest.mark.parametrize("name", CONTRACTS)
def test_the_demo_keeps_every_contract(frames, name):
    assert check(name, frames[name]) is frames[name]
    assert set(COMPUTED) <= set(CONTRACTS)


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_key_is_there_once(frames, name):
    twice = pd.concat([frames[name], frames[name].head(1)], ignore_index=True)
    assert name in broken(name, twice) and "not unique" in broken(name, twice)


@pytest.mark.parametrize("name", CONTRACTS)
def test_columns_are_all_there_and_no_others(frames, name):
    last = frames[name].columns[-1]
    assert last in broken(name, frames[name].drop(columns=last))
    assert "more" in broken(name, frames[name].assign(more=1))
    assert "more" in broken(name, frames[name].head(0).assign(more=1))


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("ledger", "fate", "lost"),
        ("files", "refused", "perhaps"),
        ("attained", "state", "nearly"),
        ("owed", "status", "lost"),
        ("files", "sha256", None),
        ("measures", "target", None),
        ("attained", "unit", None),
        ("scores", "unit", None),
    ],
)
def test_words_are_known_and_values_there(frames, name, column, value):
    frame = frames[name].copy()
    frame.loc[frame.index[0], column] = value
    assert column in broken(name, frame)


@pytest.mark.parametrize(
    ("name", "column", "dtype"),
    [
        ("files", "rows", "float64"),
        ("measures", "numerator", "float64"),
        ("attained", "value", "str"),
        ("scores", "rank", "float64"),
        ("ledger", "row", "str"),
    ],
)
def test_a_column_has_its_dtype(frames, name, column, dtype):
    assert column in broken(name, frames[name].astype({column: dtype}))


def records(demo_tables, form: str) -> pa.Table:
    return pq.read_table(demo_tables.place / "records" / f"{form}.parquet")


def test_records_are_what_their_form_says(yixing, demo_tables):
    sent = {name: f for name, f in yixing.forms.items() if name != yixing.remedies.form}
    assert len(sent) == 7
    for name, form in sent.items():  # the demo has no register of remedies
        contract = form_contract(form, yixing)
        table = records(demo_tables, name).cast(contract.arrow)
        assert check_batch(name, contract, table) is table
        contract.schema.validate(table.to_pandas().astype(dict(contract.columns)))


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("result", "perhaps", "result is 'perhaps'"),
        ("unit", None, "unit has no value"),
        ("file", None, "file has no value"),
    ],
)
def test_a_batch_of_records_that_breaks_its_contract(yixing, demo_tables, column, value, told):
    contract = form_contract(yixing.forms["inspections"], yixing)
    frame = records(demo_tables, "inspections").to_pandas()
    frame.loc[3, column] = value
    with pytest.raises(Broken, match=told):
        table = pa.Table.from_pandas(frame, preserve_index=False).cast(contract.arrow)
        check_batch("records/inspections", contract, table)


def test_a_batch_of_other_types_is_refused(demo_tables):
    table = pa.Table.from_pandas(demo_tables.ledger, preserve_index=False)
    with pytest.raises(Broken, match=r"^ledger: columns are file .*, and not file [^\n]*$"):
        check_batch("ledger", contracts.LEDGER, table)
    right = table.cast(contracts.LEDGER.arrow)
    fates = pa.array(["lost"] * len(right)).dictionary_encode()
    with pytest.raises(Broken, match="fate is 'lost'"):
        check_batch("ledger", contracts.LEDGER, right.set_column(4, "fate", fates))
