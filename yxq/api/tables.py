"""How far units have come, what it is worth, and over time: a frame a question."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from yxq.api.names import Names, chosen, listed, rate_of, targets_of, typed
from yxq.attainment import chances, comparison, credits, history
from yxq.attainment import planning as next_year
from yxq.attainment.bounds import open_results
from yxq.attainment.credits import scoring_of
from yxq.attainment.results import Results
from yxq.stats import sampling
from yxq.words.errors import refusal
from yxq.words.states import State


def attain(
    data: Results,
    units: Names = None,
    targets: Names = None,
    owners: Names = None,
    states: Names = None,
) -> pd.DataFrame:
    """How far units have come with targets, a row a unit and target; the city is a unit.

    owners: only the targets that these departments answer for; states: only results in these
    (attained, not attained, on track, behind, pending, not applicable, no data, reported).

    Columns: unit, target, title, clause, kind, require, bound (a unit's share where it has
    one), numerator, denominator, value (shares between 0 and 1), state, evidence (of sampled
    rates: demonstrated, not shown or refuted, one-sided at 5 %, within the year however often
    one looks; of complete counts: census), low and high (its 95 % interval), gap (in the
    target's own unit, negative when short), needed (more passes, items, of an amount, or days),
    previous (the year before up to the same day), change, probability (that it will be met at
    the period's end, while it runs), as_of, received_by, note (reasons), further (samples, all
    passing, that would demonstrate it), have and asked (the two numbers that were compared),
    expected (items by now), done (a milestone's day), previous_numerator, previous_denominator,
    year_before (the whole of it), change_low to change_high (how far chance reaches: of rates
    points, of counts the ratio), trend (better, worse, level), owner.

    >>> data = yxq.load_data(2013)
    >>> rows = yxq.attain(data, ["丁蜀", "宜兴市"], "T01")
    >>> rows[["unit", "numerator", "denominator", "state", "needed"]]
      unit  numerator  denominator         state  needed
    0  丁蜀镇        110          116  not attained     1.0
    1  宜兴市       1250         1297      attained     0.0
    >>> [*yxq.attain(data, "丁蜀", owners="住建局")["target"]]
    ['T07', 'T08', 'T11', 'T12', 'T13', 'T54', 'T66', 'T67']
    """
    rows, plan = chosen(data, data.table("attained"), units, targets), data.plan
    if owners is not None:
        senders = {plan.sender(name) for name in listed(owners)}
        asked = [target.id for target in plan.targets if target.owner in senders]
        rows = rows[rows["target"].isin(asked)]
    if states is not None:
        wanted = listed(states)
        if unknown := [name for name in wanted if name not in [*State]]:
            raise refusal("unknown_state", name=unknown[0], known=", ".join(State))
        rows = rows[rows["state"].isin(wanted)]
    rows = typed(data, rows)
    ids = rows["target"].astype("str")
    titles = ids.map({target.id: target.title.zh for target in plan.targets})
    rows.insert(rows.columns.get_loc("target") + 1, "title", titles)
    return rows.assign(owner=ids.map({target.id: target.owner for target in plan.targets}))


def score(data: Results, units: Names = None, by: str = "unit") -> pd.DataFrame:
    """Score, grade and rank, a row a unit; `by` section, target or credit: the subscores, what each
    target would move, or what each result is worth and why.

    Raises `PlanError` for a plan without scoring.

    Columns by unit: unit, score (0 to 100), grade, rank, rank_low and rank_high (where it lies in
    90 of 100 draws), vetoed, deducted (points), missing (share of the weight without data; above
    the plan's limit there is neither score nor rank), judged (share of all weight that the score
    rests on), ranked (how many units are), total and of (points earned, and that apply, on the
    plan's own sheet), score_low to score_high, grade_low to grade_high, rank_best to rank_worst
    (what missing returns could still change; rank and grade go by the least), and while the period
    runs end_low, end_high, end_grade, end_chance, all_met (of simulated ends of the year).

    By section: unit, clause, score, missing. By target: unit, target, points and places (gained by
    full credit, or lost without it), chance (that it brings them). By credit: unit, target, points
    (those of the score sheet, else the weight), earned, why, applies, missing, pending, deducted,
    vetoed, lacking (points whose returns are missing).

    >>> scores = yxq.score(yxq.load_data(2013), "丁蜀镇")
    >>> scores[["unit", "score", "grade", "rank", "rank_low", "rank_high"]]
      unit      score grade  rank  rank_low  rank_high
    0  丁蜀镇  93.055556     A    11         7         12
    """
    scoring_of(data.plan)
    tables = {"unit": "scores", "section": "subscores", "target": "movers", "credit": "credits"}
    if not isinstance(by, str) or by not in tables:
        raise refusal("unknown_column", name=by, known=", ".join(tables))
    return typed(data, chosen(data, data.table(tables[by]), units))


def quotas(data: Results, units: Names = None, targets: Names = None) -> pd.DataFrame:
    """Each unit's share in the city's counts, official or computed; `allocate` splits one.

    Columns: unit, target, quota, basis (`official`, `equal`, or the plan's basis), source (of
    official shares), size (the unit's by the basis: 1 is the mean).

    >>> yxq.quotas(yxq.load_data(2013), "丁蜀镇", "江苏省名牌产品")[["unit", "quota", "basis"]]
      unit  quota           basis
    0  丁蜀镇      1  firms_of_scale
    """
    return typed(data, chosen(data, data.table("quotas"), units, targets))


def bounds(data: Results, units: Names = None, by: str = "unit") -> pd.DataFrame:
    """What missing returns could still change, if all that is missing fails and if all of it
    passes; nothing is assumed of it. `by` unit or result.

    Columns by unit: unit, score (as it stands), score_low, score_high, grade_low, grade_high,
    rank_best, rank_worst, missing (share of the weight without data). By result, of those that
    lack any: unit, target, points, lacking (of them, whose returns are missing), earned,
    earned_low, earned_high.

    >>> yxq.bounds(yxq.load_data(2013), "丁蜀镇")[["score_low", "score_high", "rank_best"]]
       score_low  score_high  rank_best
    0  90.540541   93.243243          8
    """
    scoring_of(data.plan)
    if by == "result":
        rows = open_results(data.plan, credits.credits(data.plan, data.table("attained")))
        return typed(data, chosen(data, rows, units))
    if by != "unit":
        raise refusal("unknown_column", name=by, known="unit, result")
    columns = ["score", "score_low", "score_high", "grade_low", "grade_high"]
    columns += ["rank_best", "rank_worst", "missing"]
    return score(data, units)[["unit", *columns]]


def chance(data: Results, units: Names = None, targets: Names = None) -> pd.DataFrame:
    """How likely it is that units (all, and the city) meet all of some targets at the period's end,
    a row a unit.

    Columns: unit, targets (how many are asked of it), met and missed (for good), open (each with a
    chance), without (no verdict or no chance; left out), chance (of all but those; a unit's targets
    are taken to go independently of each other).

    >>> early = yxq.load_data(2013, as_of="2013-06-30")
    >>> yxq.chance(early, "丁蜀镇", ["T01", "T04", "T05"]).round(2)
      unit  targets  met  missed  open  without  chance
    0  丁蜀镇        3    0       0     3        0    0.25
    """
    return typed(data, chances.chances(chosen(data, data.table("attained"), units, targets)))


def months(data: Results, units: Names = None, targets: Names = None) -> pd.DataFrame:
    """Targets month by month, a row a target, unit and month with any; annual values and tasks have
    none.

    Columns: target, unit, month, numerator and denominator (of counts only the former), value (the
    rate of a rate), so_far and of (both added up since the period began).

    >>> rows = yxq.months(yxq.load_data(2013, as_of="2013-02-28"), "丁蜀镇", "T01")
    >>> rows.drop(columns=["target", "value"])
      unit    month  numerator  denominator  so_far  of
    0  丁蜀镇  2013-01          7            7       7   7
    1  丁蜀镇  2013-02          4            6      11  13
    """
    measures, found = data.measures, []
    for target in targets_of(data, targets):
        rows = history.months(data.plan, measures, target, data.as_of)
        found.append(rows.assign(target=target.id)[["target", *rows]])
    table = pd.concat([rows for rows in found if len(rows)] or found[:1], ignore_index=True)
    return typed(data, chosen(data, table, units))


def years(data: Results, units: Names = None, targets: Names = None) -> pd.DataFrame:
    """Targets year by year, each as its own plan has it, with what became of it.

    Columns: year, plan (whose definition the number follows), standing (first plan, unchanged,
    raised, lowered, changed, redefined, added; not in the plan or no plan: measured as the next
    plan defines it, without requirement or state), unit, target, require, bound, numerator,
    denominator, value, state, as_of, received_by, note.

    >>> rows = yxq.years(yxq.load_data(2013), "宜兴市", "T01")
    >>> rows[["year", "standing", "bound", "value", "state"]].round(3)
       year    standing bound  value     state
    0  2011     no plan            0.934       NaN
    1  2012     no plan            0.955       NaN
    2  2013  first plan       95%  0.964  attained
    """
    folder, measures, files = data.plan.folder, data.measures, data.files
    found = [
        history.years(folder, measures, files, target.id, *data.days)[history.YEARS]
        for target in targets_of(data, targets)
    ]
    table = pd.concat([rows for rows in found if len(rows)] or found[:1], ignore_index=True)
    return typed(data, chosen(data, table, units))


def funnel(data: Results, units: Names = None, targets: Names = None) -> pd.DataFrame:
    """Each unit's rate against what chance allows around the city's, a row a target and unit; of
    all rates if no target is named.

    Columns: target, unit, numerator, denominator, value, centre (the city's rate), phi and tau (how
    far units differ beyond chance), low_95, high_95, low_998, high_998 (between which a unit of its
    number of samples would lie, widened by tau), beyond (below, above, far below, far above, or
    empty), beyond_chance (the same of chance alone). Of many units some lie outside 95 % by chance.

    >>> rows = yxq.funnel(yxq.load_data(2013), targets="T01").query("beyond != ''")
    >>> rows[["unit", "value", "low_95", "beyond"]].round(3)
      unit  value  low_95     beyond
    9  官林镇  0.887   0.918  far below
    """
    if targets is None:
        rates = [target for target in data.plan.targets if target.kind == "share"]
    else:
        rates = [rate_of(data, target) for target in listed(targets)]
    rows = chosen(data, data.table("attained"), None, rates)
    return typed(data, chosen(data, comparison.funnel(data.plan, rows), units))


def sample_size(
    threshold: float,
    truths: float | Iterable[float],
    risk: float = sampling.RISK,
    power: float = sampling.POWER,
) -> pd.DataFrame:
    """How many samples demonstrate a threshold, a row a true share: the first number that has the
    power, and the one from which every larger has it, for power rises in saw teeth.

    Columns: truth, n, failures (that may be among them), power, settled; missing where no number
    would do. Raises `ValueError` for a share that is none between 0 and 1.

    >>> yxq.sample_size(0.95, [0.97, 0.98, 0.99, 1])[["truth", "n", "failures", "settled"]]
       truth    n  failures  settled
    0   0.97  601        21      694
    1   0.98  234         6      286
    2   0.99  124         2      124
    3   1.00   59         0       59
    """
    truths = [truths] if isinstance(truths, float | int) else [*truths]
    for share in (threshold, risk, power, *truths):
        if not 0 <= share <= 1:
            raise ValueError(f"a share between 0 and 1, such as 0.95, not {share}")
    none = dict.fromkeys(sampling.Size._fields)
    sizes = (sampling.sample_size(threshold, truth, risk, power) for truth in truths)
    rows = [size._asdict() if size else none for size in sizes]
    counts = {"n": "Int64", "failures": "Int64", "power": "Float64", "settled": "Int64"}
    return pd.DataFrame(rows).astype(counts).assign(truth=truths)[["truth", *counts]]


def planning(data: Results) -> pd.DataFrame:
    """What a year's samples say about the next: how many decide each sampled rate, with what risks,
    and which threshold is within reach; a row a target.

    Columns: target, units, least, median and most (samples of a unit), better and worse (true
    rates: half the failures that the threshold allows, and twice as many), producer (the risk that
    a unit of the median number, truly at the threshold, misses it), consumer (that one truly at
    `worse` attains), demonstrates and refutes (samples that do so in 80 and 90 % if the truth is
    `better` or `worse`), reached (units that attain), expected (that would in another year like
    this), realistic (the threshold that four in five would reach then).

    >>> rows = yxq.planning(yxq.load_data(2013))
    >>> rows[["target", "median", "producer", "demonstrates", "expected", "realistic"]].round(2)
      target  median  producer  demonstrates  expected  realistic
    0    T01      64      0.40           361     14.69       0.94
    1    T04      47      0.57           452     16.05       0.96
    2    T05      51      0.33           452     15.36       0.95
    """
    return typed(data, next_year.planning(data.plan, data.table("attained")))
