"""Samples that come several to a firm, from files: interval and evidence by what they tell."""

import pytest
import small
from scipy.stats import beta

from yxq.plan_folders.load import load
from yxq.stats.clusters import intraclass
from yxq.stats.evidence import wilson
from yxq.words.errors import PlanError

FORM = small.form("unit", "on", "kind", "result", when=["on"], again="add")
HEAD = "unit,on,kind,result\n"


def target(**more) -> dict:
    measure = {"form": "tests", "passed": {"result": "pass"}} | more
    return small.target("A1", measure, ">= 70%", sampled=True)


def results(place, *firms: tuple, clusters: str | None = "kind", **options):
    """Firms: unit, name, passed, all."""
    lines = [
        f"{unit},2013-03-{1 + n:02},{name},{'pass' if n < passed else 'fail'}"
        for unit, name, passed, total in firms
        for n in range(total)
    ]
    more = {"clusters": clusters} if clusters else {}
    plan = small.folder(place, {"tests": FORM}, target(**more))
    tables = small.read(place, plan, tests=HEAD + "\n".join(lines) + "\n")
    assert (tables.files["rejected"] == 0).all()
    return small.results(plan, tables, **options)


AS_ONE = [("甲镇", f"厂{n}", 4 * (n > 0), 4) for n in range(10)]  # 36 of 40; each firm as one


def test_firms_that_pass_or_fail_as_one_tell_as_much_as_one_sample_each(tmp_path):
    """9 of 10 firms: what 9 of 10 samples would say, and 36 of 40 would say more."""
    row = results(tmp_path, *AS_ONE).loc["甲镇", "A1"]
    low, high = wilson(9, 10)
    assert (row["numerator"], row["denominator"]) == (36, 40)
    assert (row["low"], row["high"]) == pytest.approx((float(low), float(high)))
    assert row["evidence"] == "not shown" and beta.cdf(0.7, 9, 2) > 0.05
    assert row["note"] == "clustered|10" and row["state"] == "attained"
    # 4 more firms that pass would show it: 13 of 14, (.7^14 + 14 x .3 x .7^13 = .0475), 16 samples.
    assert row["further"] == 16


def test_without_the_key_each_sample_tells_by_itself(tmp_path):
    row = results(tmp_path, *AS_ONE, clusters=None).loc["甲镇", "A1"]
    low, high = wilson(36, 40)
    assert (row["low"], row["high"]) == pytest.approx((float(low), float(high)))
    assert row["evidence"] == "demonstrated" and row["note"] == ""


def test_firms_that_are_no_more_alike_than_others_change_nothing(tmp_path):
    even = [("甲镇", f"厂{n}", 3, 4) for n in range(10)]
    row = results(tmp_path, *even).loc["甲镇", "A1"]
    assert (row["low"], row["high"]) == pytest.approx(tuple(map(float, wilson(30, 40))))
    assert row["note"] == ""


def test_how_alike_they_are_is_the_same_of_all_units_and_their_sizes_are_their_own(tmp_path):
    """One sample a firm keeps its interval; samples without a firm stand alone."""
    single = [("乙镇", f"店{n}", int(n > 1), 1) for n in range(10)]
    blank = [("丙街道", "", 1, 1), ("丙街道", "", 3, 4), ("丙街道", "厂甲", 3, 4)]
    rows = results(tmp_path, *AS_ONE, *single, *blank)
    of_single = rows.loc["乙镇", "A1"]
    assert of_single["low"] == pytest.approx(float(wilson(8, 10)[0])) and of_single["note"] == ""
    named = [*AS_ONE, *single, blank[2]]
    units, _, passed, total = zip(*named, strict=True)
    alike = intraclass(passed, total, units)
    # Of nine samples four are of one firm: (16 + 5) / 9 is the mean size.
    effect = 1 + (21 / 9 - 1) * alike
    assert 0.8 < alike < 1
    low, _ = wilson(7 / effect, 9 / effect)
    assert rows.loc["丙街道", "A1"]["low"] == pytest.approx(float(low))


def test_the_city_has_its_firms_too(tmp_path):
    row = results(tmp_path, *AS_ONE).loc["某市", "A1"]
    assert row["low"] == pytest.approx(float(wilson(9, 10)[0])) and row["note"] == "clustered|10"


@pytest.mark.parametrize(
    "measure",
    [
        {"form": "tests", "rows": True, "clusters": "kind"},
        {"form": "tests", "passed": {"result": "pass"}, "clusters": "kind", "span": "mean 2"},
    ],
)
def test_what_is_not_sampled_one_by_one_has_no_clusters(tmp_path, measure):
    plan = small.folder(tmp_path, {"tests": FORM}, small.target("A1", measure))
    with pytest.raises(PlanError, match="clusters: only samples of one year that pass or fail"):
        load(plan)


def test_a_column_that_the_form_lacks_is_refused(tmp_path):
    plan = small.folder(tmp_path, {"tests": FORM}, target(clusters="firma"))
    with pytest.raises(PlanError, match="firma"):
        load(plan)
