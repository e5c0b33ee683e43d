"""The tables of two small packs by hand, for tests of what has changed."""

from __future__ import annotations

import pandas as pd

CITY = "某市"
DEFINED = {"A": "a", "B": "b"}
ROWS = [  # unit, key, digest, targets, row
    ("甲", "k1", "1", "A", 1),
    ("甲", "k2", "2", "A;B", 2),
    ("乙", "k3", "3", "A", 3),
    ("乙", "", "4", "B", 4),
    ("乙", "", "4", "B", 5),
]
RESULTS = {("甲", "A"): ("behind", 8), ("乙", "A"): ("on track", 9), ("乙", "B"): ("pending", 2)}
RESULTS[CITY, "A"] = "behind", 17


def side(
    rows=ROWS, results=RESULTS, defined=DEFINED, day="2013-06-30", withdrawn=(), program="1", **more
) -> dict[str, pd.DataFrame]:
    """The tables of a pack."""
    columns = ["unit", "key", "digest", "targets", "row"]
    used = pd.DataFrame(rows, columns=columns).assign(form="f", sender="办", file="x.csv", sheet="")
    attained = pd.DataFrame(
        [
            {"unit": unit, "target": target, "state": state, "numerator": n, "denominator": 10}
            for (unit, target), (state, n) in results.items()
        ]
    )
    attained["value"] = attained["numerator"] / attained["denominator"]
    attained = attained.assign(bound=">= 90%", due=1, missing=0)
    about = {"plan": "p", "year": 2013, "city": CITY, "scoring": "", "program": program} | more
    about |= {"as_of": pd.Timestamp(day), "received_by": pd.Timestamp(day)}
    scores = {"unit": ["甲", "乙"], "score": [80.0, pd.NA], "rank": [1, 2], "grade": ["B", None]}
    return {
        "about": pd.DataFrame([about]),
        "targets": pd.DataFrame([*defined.items()], columns=["target", "definition"]),
        "attained": attained,
        "scores": pd.DataFrame(scores).astype({"score": "Float64", "rank": "Int64"}),
        "rows": used,
        "withdrawn": pd.DataFrame(withdrawn, columns=["file", "sheet", "row"]).astype(
            {"file": "str", "sheet": "str"}
        ),
    }
