"""Records that are supposed give what records really sent would give, to the byte."""

from __future__ import annotations

import re
import shutil

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from project import ROOT, examples
from small_returns import as_csv, file_name, small

from yxq.attainment.results import COMPUTED, load_data
from yxq.plan_folders.load import load
from yxq.plan_folders.supposed import Asked
from yxq.returns import ingest
from yxq.returns.what_if import what_if
from yxq.tables import store
from yxq.words.errors import PlanError

SUPPOSED = "龥"  # how names of files begin that are sent, and sorted, after all others
PLANS = {"gicumbi": 2013, "chengdu": 2022, "ningbo": 2013, "yixing": 2013}


@pytest.fixture(scope="module")
def base(request, tmp_path_factory, demo_tables):
    """A function: plan -> its folder, returns and what they came to."""
    made = {}

    def of(name):
        if name not in made:
            place = tmp_path_factory.mktemp(name)
            if name == "yixing":
                towns, as_of = ("丁蜀镇", "和桥镇"), "2013-09-30"
                made[name] = place, small(place, demo_tables.records, towns, 6, as_of)
            else:
                folder = load(ROOT / "plans" / name)
                shutil.copytree(folder.path / "returns", place / "raw")
                ingest.ingest(place / "raw", folder, place / "processed")
                plan = folder.plan(PLANS[name])
                made[name] = place, load_data(plan=plan, processed=place / "processed")
        return made[name]

    return of


def results(data):
    """All that is computed, byte for byte; which files a return came in is another thing."""
    tables = {name: getattr(data, name) for name in COMPUTED}
    return {name: table.to_parquet(index=False) for name, table in tables.items()}


def really(place, data, gone, come):
    """The same data with rows taken out of their files, and other rows sent after them."""
    folder = data.plan.folder
    with_them = place / "really"
    shutil.rmtree(with_them, ignore_errors=True)
    shutil.copytree(place / "raw", with_them / "raw")
    for file, rows in gone.groupby("file"):
        path = with_them / "raw" / file
        lines = path.read_text(encoding="utf-8-sig").splitlines()
        left = [line for n, line in enumerate(lines, start=1) if n not in {*rows["row"]}]
        assert len(left) == len(lines) - rows["row"].nunique()
        path.write_text("\n".join(left) + "\n", encoding="utf-8")
    for n, (form, sender, first, last, rows) in enumerate(come):
        name = folder.forms[form].title.zh
        if sender is not None:
            name = file_name(folder, form, sender, first, last)
        sent = with_them / "raw" / f"{SUPPOSED}{n} {name}.csv"
        sent.write_text(as_csv(folder.forms[form], rows), encoding="utf-8")
    ingest.ingest(with_them / "raw", folder, with_them / "processed")
    ledger = store.read(with_them / "processed", "ledger")
    later = ledger[ledger["file"].str.startswith(SUPPOSED) & (ledger["row"] > 1)]
    count = (later["fate"] == "accepted").all() and len(later) == sum(len(c[4]) for c in come)
    real = load_data(
        as_of=data.as_of,
        plan=data.plan,
        processed=with_them / "processed",
        received_by=data.received_by,
    )
    return real, count


def altered(draw, form, rows):
    """Some records with another value in some columns, taken from others of their form."""
    changed = rows.copy()
    names = [name for name in form.columns if rows[name].notna().any()]
    for name in draw(st.lists(st.sampled_from(names), min_size=1, max_size=3, unique=True)):
        column = form.columns[name]
        for row in changed.index:
            if column.type in ("count", "number"):
                value = draw(st.integers(0, 60))
            elif name in form.key and column.type == "text":
                value = f"新{draw(st.integers(0, 10**6))}"
            else:
                value = draw(st.sampled_from(sorted(rows[name].dropna().astype(object).unique())))
            changed[name] = changed[name].astype(object)
            changed.loc[row, name] = value
    return changed


@st.composite
def changes(draw, data):
    """Records that are gone, that are others, and that are new, each a few."""
    records = {name: rows for name, rows in data.records().items() if len(rows)}
    gone, others, more = [], [], []
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from(sorted(records)))
        rows, form = records[name], data.plan.folder.forms[name]
        places = draw(st.lists(st.integers(0, len(rows) - 1), min_size=1, max_size=3, unique=True))
        some, what = rows.iloc[places], draw(st.sampled_from(["gone", "others", "more"]))
        if what == "gone":
            gone.append(some)
        elif what == "others":
            others.append((name, altered(draw, form, some)))
        else:
            new = altered(draw, form, some)
            whose = draw(st.booleans())
            more.append(
                (name, new if whose else new.drop(columns=["sender", "period_from", "period_to"]))
            )
    return gone, others, more


def sheets(name, rows):
    """Rows as the files that they are sent in: of one return together, else all together."""
    if "sender" not in rows:
        return [(name, None, None, None, rows)]
    return [
        (name, *whose, some)
        for whose, some in rows.groupby(["sender", "period_from", "period_to"], sort=False)
    ]


SHAPE = ["file", "sheet", "row"]


@pytest.mark.parametrize("name", PLANS)
def test_what_is_supposed_is_what_would_be(base, name):
    place, data = base(name)
    seen = {"same": 0, "moved": 0, "refused": 0}
    before = results(data)

    @settings(
        max_examples=examples(6, 100),
        deadline=None,
        derandomize=True,
        suppress_health_check=[*HealthCheck],
    )
    @given(changes(data))
    def law(drawn):
        gone, others, more = drawn
        taken = pd.concat([*gone, *(rows for _, rows in others), pd.DataFrame(columns=SHAPE)])
        # One frame of a form, and of one form alone that changes: what can be said in one call.
        forms = [form for form, _ in more]
        if taken.duplicated(SHAPE).any() or len({*forms}) < len(forms) or len(others) > 1:
            return
        come = [one for form, rows in (*others, *more) for one in sheets(form, rows)]
        real, counts = really(place, data, taken[SHAPE].astype({"row": int}), come)
        asked = {
            "removed": pd.concat(gone)[SHAPE] if gone else None,
            "changed": others[0][1].astype(object) if others else None,
            "added": dict(more) or None,
        }
        try:
            supposed = what_if(data, Asked(), **asked)
        except PlanError as error:
            is_vain = re.search("give another day|stays as it is|is named twice", str(error))
            assert is_vain or not counts
            seen["refused"] += 1
            return
        assert counts
        found = results(supposed)
        assert found == results(real)
        seen["same" if found == before else "moved"] += 1

    law()
    assert seen["moved"] >= 1, seen
