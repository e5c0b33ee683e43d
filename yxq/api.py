"""The analyst's bench: what `import yxq` offers; the names are listed there.

Every function takes the data of a plan year (`load_data`) and gives a plain DataFrame or a
matplotlib figure; none of them prints, writes or changes anything. Units go by name, alias, code or
English name, targets by id or title, departments by name or alias; an unknown one raises
`PlanError` with the nearest. Columns that repeat a few names are categorical, in the plan's order,
and what may be missing is nullable: missing is never zero.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import get_args

import pandas as pd

from yxq.attainment import comparison, drill, history
from yxq.attainment import planning as next_year
from yxq.attainment.credits import scoring_of
from yxq.attainment.results import Results as Results
from yxq.attainment.results import load_data as load_data
from yxq.attainment.results import load_plan as load_plan
from yxq.attainment.since import Comparison as Comparison
from yxq.attainment.since import compare as between
from yxq.attainment.snapshot import snapshot
from yxq.plan.folder import Plan as Plan
from yxq.plan.target import Kind, Target
from yxq.plan.units import Unit
from yxq.plan_folders.diff import differences
from yxq.plan_folders.supposed import Asked, required
from yxq.report import figure_data, figures
from yxq.report.figures import Drawing, Style
from yxq.report.pages import TargetPage, page_of
from yxq.report.pages.base import style_of
from yxq.report.pages.town_and_city import UnitPage
from yxq.returns.what_if import what_if as suppose
from yxq.stats import sampling
from yxq.stats.apportionment import allocate as allocate
from yxq.tables import snapshots
from yxq.tables.store import NotIngested as NotIngested
from yxq.words.errors import PlanError as PlanError
from yxq.words.errors import refusal
from yxq.words.states import State
from yxq.words.wording import Words

Names = str | Iterable[str] | None  # one, several, or all


def attain(
    data: Results, units: Names = None, targets: Names = None, owners: Names = None
) -> pd.DataFrame:
    """How far units have come with targets, a row a unit and target; the city is a unit.

    owners: only the targets that these departments answer for. Columns: unit, target, title,
    clause, kind, require, bound (a unit's share where it has one), numerator, denominator, value
    (shares between 0 and 1), state, evidence (of sampled rates: demonstrated, not shown or refuted,
    one-sided at 5 %, within the year however often one looks; of complete counts: census), low and
    high (its 95 % interval), gap (in the target's own unit, negative when short), needed (more
    passes, items, of an amount, or days), previous (the year before up to the same day), change,
    probability (that it will be met at the period's end, while it runs), as_of, received_by, note
    (reasons), further (samples, all passing, that would demonstrate it), have and asked (the two
    numbers that were compared), expected (items by now), done (a milestone's day),
    previous_numerator, previous_denominator, year_before (the whole of it), change_low to
    change_high (how far chance reaches: of rates points, of counts the ratio), trend (better,
    worse, level), owner.

    >>> data = yxq.load_data(2013)
    >>> rows = yxq.attain(data, ["丁蜀", "宜兴市"], "T01")
    >>> rows[["unit", "numerator", "denominator", "state", "needed"]]
      unit  numerator  denominator         state  needed
    0  丁蜀镇        110          116  not attained     1.0
    1  宜兴市       1250         1297      attained     0.0
    >>> [*yxq.attain(data, "丁蜀", owners="住建局")["target"]]
    ['T07', 'T08', 'T11', 'T12', 'T13', 'T54', 'T66', 'T67']
    """
    rows, plan = _chosen(data, data.table("attained"), units, targets), data.plan
    if owners is not None:
        senders = {plan.sender(name) for name in _listed(owners)}
        asked = [target.id for target in plan.targets if target.owner in senders]
        rows = rows[rows["target"].isin(asked)]
    rows = _typed(data, rows)
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
    return _typed(data, _chosen(data, data.table(tables[by]), units))


def quotas(data: Results, units: Names = None, targets: Names = None) -> pd.DataFrame:
    """Each unit's share in the city's counts, official or computed; `allocate` splits one.

    Columns: unit, target, quota, basis (`official`, `equal`, or the plan's basis), source (of
    official shares), size (the unit's by the basis: 1 is the mean).

    >>> yxq.quotas(yxq.load_data(2013), "丁蜀镇", "江苏省名牌产品")[["unit", "quota", "basis"]]
      unit  quota           basis
    0  丁蜀镇      1  firms_of_scale
    """
    return _typed(data, _chosen(data, data.table("quotas"), units, targets))


def months(data: Results, target: str, units: Names = None) -> pd.DataFrame:
    """A target month by month, a row a unit and month with any; annual values and tasks have none.

    Columns: unit, month, numerator and denominator (of counts only the former), value (the rate of
    a rate), so_far and of (both added up since the period began).

    >>> yxq.months(yxq.load_data(2013, as_of="2013-02-28"), "T01", "丁蜀镇").drop(columns="value")
      unit    month  numerator  denominator  so_far  of
    0  丁蜀镇  2013-01          7            7       7   7
    1  丁蜀镇  2013-02          4            6      11  13
    """
    rows = history.months(data.plan, data.measures, _target(data, target), data.as_of)
    return _typed(data, _chosen(data, rows, units))


def years(data: Results, target: str, units: Names = None) -> pd.DataFrame:
    """A target year by year, each as its own plan has it, with what became of it.

    Columns: year, plan (whose definition the number follows), standing (first plan, unchanged,
    raised, lowered, changed, redefined, added; not in the plan or no plan: measured as the next
    plan defines it, without requirement or state), unit, target, require, bound, numerator,
    denominator, value, state, as_of, received_by, note.

    >>> rows = yxq.years(yxq.load_data(2013), "T01", "宜兴市")
    >>> rows[["year", "standing", "bound", "value", "state"]].round(3)
       year    standing bound  value     state
    0  2011     no plan            0.934       NaN
    1  2012     no plan            0.955       NaN
    2  2013  first plan       95%  0.964  attained
    """
    folder, id = data.plan.folder, _target(data, target).id
    rows = history.years(folder, data.measures, data.files, id, *data.days)
    return _typed(data, _chosen(data, rows[history.YEARS], units))


def funnel(data: Results, target: str) -> pd.DataFrame:
    """Each unit's rate against what chance allows around the city's, a row a unit.

    Columns: target, unit, numerator, denominator, value, centre (the city's rate), phi and tau (how
    far units differ beyond chance), low_95, high_95, low_998, high_998 (between which a unit of its
    number of samples would lie, widened by tau), beyond (below, above, far below, far above, or
    empty), beyond_chance (the same of chance alone). Of many units some lie outside 95 % by chance.

    >>> rows = yxq.funnel(yxq.load_data(2013), "T01").query("beyond != ''")
    >>> rows[["unit", "value", "low_95", "beyond"]].round(3)
      unit  value  low_95     beyond
    9  官林镇  0.887   0.918  far below
    """
    rows = _chosen(data, data.table("attained"), None, _rate(data, target).id)
    return _typed(data, comparison.funnel(data.plan, rows))


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
    return _typed(data, next_year.planning(data.plan, data.table("attained")))


def behind(data: Results, unit: str | None = None, target: str | None = None) -> pd.DataFrame:
    """The records that a result is computed from, passed or not, with file, sheet and row; of the
    city if no unit is named.

    Columns: those of the return form, and label (the period's year), day, month, stratum, passed.

    >>> rows = yxq.behind(yxq.load_data(2013), "丁蜀镇", "T01")
    >>> len(rows), int(rows["passed"].sum())
    (116, 110)
    """
    _, records = _behind(data, unit, target)
    parts = [rows.assign(target=id) for id, rows in records.items() if len(rows)]
    return pd.concat(parts, ignore_index=True) if parts else pd.DataFrame()


def failures(data: Results, unit: str | None = None, target: str | None = None) -> pd.DataFrame:
    """What failed behind a unit's rates (or one of them), the latest first, down to file, sheet and
    row.

    Columns: target, date, number (of the sample), unit, firm, item (product, project or stratum),
    counts (what a row that states counts says), failing (the failing item), total and failed
    (counts), file, sheet, row. Raises `PlanError` for a target that is no rate of counts.

    >>> rows = yxq.failures(yxq.load_data(2013), "丁蜀镇", "T01")
    >>> rows[["date", "item", "failing", "file", "row"]].head(2)
            date  item failing                            file  row
    0 2013-11-28  电线电缆    导体电阻  2013/质监局-监督抽查结果-2013年第四季度.xlsx  210
    1 2013-07-05  耐火材料    体积密度   2013/质监局-监督抽查结果-2013年第三季度.csv   27
    """
    rows = _cases(data, unit, target)
    return rows[rows["failed"] > 0].drop(columns="named").reset_index(drop=True)


def breakdown(
    data: Results, by: str, unit: str | None = None, target: str | None = None
) -> pd.DataFrame:
    """Where the failures lie `by` item (product, project), firm, unit, month or target, the most
    first.

    Columns: that of `by`, failed, total, rate (that passed), share (of all failures), cumulative
    (share up to this row). By unit each has its own, so that what two of them share stands with
    both.

    >>> yxq.breakdown(yxq.load_data(2013), "item", target="T01").head(2).round(3)
       item  failed  total   rate  share  cumulative
    0  耐火材料      11    189  0.942  0.234       0.234
    1  电线电缆       8    161  0.950  0.170       0.404
    """
    if by not in drill.BY:
        raise refusal("unknown_column", name=by, known=", ".join(drill.BY))
    return drill.breakdown(_cases(data, unit, target, by == "unit" and unit is None), by)


def pareto(data: Results, unit: str | None = None, target: str | None = None) -> pd.DataFrame:
    """How often each item failed, the most frequent first.

    Columns: failing, failed, share (of all that is named), cumulative.

    >>> yxq.pareto(yxq.load_data(2013), target="T05").head(2).round(3)
      failing  failed  share  cumulative
    0    菌落总数      13  0.481       0.481
    1    大肠菌群       6  0.222       0.704
    """
    return drill.pareto(_cases(data, unit, target))


def offenders(
    data: Results, unit: str | None = None, target: str | None = None, least: int = 2
) -> pd.DataFrame:
    """Firms that failed `least` times or more, the most often first.

    Columns: firm, unit (all of them), failed, total, rate, first, last (day of a failure), item,
    failing (what failed).

    >>> yxq.offenders(yxq.load_data(2013), "官林镇")[["firm", "failed", "total", "failing"]]
              firm  failed  total       failing
    0  官林样例电线电缆01厂       3      7     导体电阻、标识标注
    1  官林样例水性涂料01厂       3      9  对比率、挥发性有机化合物
    """
    return drill.repeated(_cases(data, unit, target), least)


def diff(old: Plan, new: Plan) -> pd.DataFrame:
    """What changed from one plan to another, a row a difference.

    Columns: target, change (added, dropped; raised or lowered: harder or easier to attain;
    redefined: numbers of the two cannot be compared; changed), what, before, after, title.

    >>> plan = yxq.load_plan("yixing", 2013)
    >>> yxq.diff(plan, plan).empty
    True
    """
    return differences(old, new)


def compare(before: Results | str | Path, after: Results | str | Path) -> Comparison:
    """What has changed from one pack to another, each named by its folder; of the data of a session
    as they stand.

    `.results` (state, value, counts or bound that moved, each with its causes and how many rows),
    `.scores`, `.rows` (new, corrected, withdrawn, gone, to file, sheet and row) and `.targets` (the
    plan was changed) are DataFrames; `.summary` counts them. Raises `PlanError` for what is no
    pack, and for two of two plans.

    >>> data = yxq.load_data(2013, as_of="2013-06-30")
    >>> yxq.compare(data, yxq.load_data(2013)).summary["corrected"]
    0
    """
    two = [
        snapshot(each) if isinstance(each, Results) else snapshots.read(each)
        for each in (before, after)
    ]
    return between(*two)


def page(
    data: Results, unit: str | None = None, target: str | None = None, language: str = "zh"
) -> UnitPage | TargetPage:
    """The page of a unit (the city's if none is named) or of a target, with a method a section: as
    the notebooks show it, of any data. A section has the frame behind it at hand.

    >>> page = yxq.page(yxq.load_data(2013), "丁蜀镇")
    >>> page.targets().frame[["id", "counts", "state"]].head(1)
        id   counts state
    0  T01  110/116  ✗ 未达成
    """
    if target is not None:
        found: TargetPage = page_of("target", data, language, target=_target(data, target).id)
        return found
    name = _unit(data, unit)
    kind = "city" if name == data.plan.city.name else "town"
    opened: UnitPage = page_of(kind, data, language, town=name)
    return opened


def what_if(
    data: Results,
    *,
    thresholds: Mapping[str, object] | None = None,
    weights: Mapping[str, object] | None = None,
    points: Mapping[str, object] | None = None,
    quotas: Mapping[str, Mapping[str, int]] | pd.DataFrame | None = None,
    scoring: Mapping[str, object] | None = None,
    added: pd.DataFrame | Mapping[str, pd.DataFrame] | None = None,
    changed: pd.DataFrame | None = None,
    removed: pd.DataFrame | None = None,
    arrived: pd.DataFrame | None = None,
) -> Results:
    """The data as they would be, on which every function and page works, marked as a supposition
    wherever it is shown; `compare(data, supposed)` says what would move. Of a supposition another
    can be made.

    thresholds: target -> a requirement as plans write it (">= 96%"), or its number alone ("96%").
    weights, points: target -> a number. quotas: target -> unit -> share (units that are left out
    keep theirs), or a frame with target, unit and quota. scoring: keys of `scoring` in the plan
    file, each in place of the plan's.

    added: a frame in a form's columns (in its names, or as a return calls them), one if they tell
    the form, else by form; sender, period_from and period_to may say in which return they come.
    They are read as a return is. changed: records with file, sheet and row (of `behind`, say) and
    other values. removed: file, sheet and row (of `behind` or `failures`). arrived: rows of
    `data.returns` taken as received, with nothing in them.

    Raises `PlanError` for what could not be: an unknown target, shares that do not sum up, a record
    that the form would reject.

    >>> data = yxq.load_data(2013)
    >>> batch = {"sample_no": "X1", "date": "2013-12-01", "unit": "丁蜀镇", "class": "product"}
    >>> batches = pd.DataFrame([batch, batch | {"sample_no": "X2"}]).assign(result="pass")
    >>> supposed = yxq.what_if(data, thresholds={"T01": "96%"}, added=batches)
    >>> yxq.attain(supposed, "丁蜀镇", "T01")[["numerator", "denominator", "bound", "state"]]
       numerator  denominator bound         state
    0        112          118   96%  not attained
    """
    keys: dict[str, dict[str, object]] = {}
    for key, given in (("require", thresholds), ("weight", weights), ("points", points)):
        for name, value in (given or {}).items():
            id = _target(data, name).id
            is_threshold = key == "require" and not isinstance(value, Mapping)
            keys.setdefault(id, {})[key] = required(data.plan, id, value) if is_threshold else value
    asked = Asked(keys, _shares(data, quotas), dict(scoring or {}))
    return suppose(data, asked, added, changed, removed, arrived)


def _shares(
    data: Results, given: Mapping[str, Mapping[str, int]] | pd.DataFrame | None
) -> dict[str, dict[str, int]]:
    """Each unit's share in the counts that are given, what is left out as it is."""
    if isinstance(given, pd.DataFrame):
        rows = given.groupby("target", observed=True)
        given = {id: dict(zip(of["unit"], of["quota"], strict=True)) for id, of in rows}
    shares = {}
    for name, of_units in (given or {}).items():
        id = _target(data, name).id
        now = quotas(data, targets=id).set_index("unit")["quota"].to_dict()
        said = {_unit(data, unit): share for unit, share in of_units.items()}
        shares[id] = {str(unit): int(share) for unit, share in (now | said).items()}
    return shares


def plot_units(data: Results, target: str, language: str = "zh") -> Drawing | None:
    """All units at one target, the best on top.

    >>> drawing = yxq.plot_units(yxq.load_data(2013), "T01")
    """
    found = _target(data, target)
    return figure_data.units(
        data.plan, found, attain(data, targets=found.id), _style(data, language)
    )


def plot_months(
    data: Results, target: str, unit: str | None = None, language: str = "zh"
) -> Drawing | None:
    """A target month by month, of the city if no unit is named.

    >>> drawing = yxq.plot_months(yxq.load_data(2013), "T01", "丁蜀镇")
    """
    found = _target(data, target)
    name = _assessed(data, unit, found)
    result = attain(data, name, found.id)
    return figure_data.months(
        data.plan, found, months(data, found.id, name), result, _style(data, language)
    )


def plot_years(
    data: Results, target: str, unit: str | None = None, language: str = "zh"
) -> Drawing | None:
    """A target over the years, one unit (the city if none is named) in front of all.

    >>> drawing = yxq.plot_years(yxq.load_data(2013), "T01")
    """
    found = _target(data, target)
    named = data.plan.town(_assessed(data, unit, found))
    return figure_data.years(data.plan, found, years(data, found.id), named, _style(data, language))


def plot_pareto(
    data: Results, unit: str | None = None, target: str | None = None, language: str = "zh"
) -> Drawing | None:
    """Failing items by how often they failed, the first ten; none where none is named.

    >>> drawing = yxq.plot_pareto(yxq.load_data(2013), target="T05")
    """
    items = pareto(data, unit, target).set_index("failing")["failed"].head(10)
    return figures.pareto(items, _style(data, language)) if len(items) else None


def plot_ranks(data: Results, language: str = "zh") -> Drawing | None:
    """Each unit's place, with the places that it may as well have.

    >>> drawing = yxq.plot_ranks(yxq.load_data(2013))
    """
    return figure_data.ranks(data.plan, score(data), _style(data, language))


def plot_funnel(data: Results, target: str, language: str = "zh") -> Drawing | None:
    """Rates by number of samples, between the limits of chance around the city's; none where nobody
    has any.

    >>> drawing = yxq.plot_funnel(yxq.load_data(2013), "T01")
    """
    found = _rate(data, target)
    return figure_data.funnel(data.plan, [found], funnel(data, found.id), _style(data, language))


def _listed(names: Names) -> list[str]:
    """One name or several."""
    if isinstance(names, str | bytes | Unit | Target) or not isinstance(names, Iterable):
        return [_name(names)]
    return [_name(each) for each in names]


def _name(named: object) -> str:
    """What a unit or a target is asked for by: itself, or what it is called, a number too."""
    if isinstance(named, Unit):
        return named.name
    return named.id if isinstance(named, Target) else str(named)


def _unit(data: Results, unit: str | None) -> str:
    """A unit's name, the city's if none is given."""
    return data.plan.city.name if unit is None else data.plan.town(_name(unit)).name


def _target(data: Results, target: str) -> Target:
    """A target of the year; one of another year's plan is refused with the years that have it."""
    plan, asked = data.plan, _name(target)
    years = [
        f"{year}"
        for year, period in plan.folder.periods.items()
        if any(each.id == asked for each in period.targets)
    ]
    if years and f"{plan.year}" not in years:
        raise refusal("target_of_another_year", name=asked, year=plan.year, years=", ".join(years))
    return plan.target(asked)


def _assessed(data: Results, unit: str | None, target: Target) -> str:
    """A unit's name, if the target is one of its own; else it is refused."""
    name = _unit(data, unit)
    if target.whom == "city" and name != data.plan.city.name:
        raise refusal(
            "not_a_target_of_the_unit", target=f"{target.id} {target.title.zh}", unit=name
        )
    return name


def _chosen(data: Results, rows: pd.DataFrame, units: Names, targets: Names = None) -> pd.DataFrame:
    """The rows of some units and targets."""
    if units is not None:
        rows = rows[rows["unit"].isin([_unit(data, name) for name in _listed(units)])]
    if targets is not None:
        rows = rows[rows["target"].isin([_target(data, name).id for name in _listed(targets)])]
    return rows


def _typed(data: Results, rows: pd.DataFrame) -> pd.DataFrame:
    """With what repeats a few names as categories in the plan's order, which tables and groups then
    keep.
    """
    plan = data.plan
    kinds = {
        "unit": [unit.name for unit in plan.folder.units],
        "target": [target.id for target in plan.targets],
        "state": [*State],
        "standing": history.STANDINGS,
        "kind": [*get_args(Kind)],
    }
    types = {
        name: pd.CategoricalDtype(kinds[name], ordered=name in ("target", "state"))
        for name in kinds
        if name in rows
    }
    return rows.astype(types).reset_index(drop=True)


def _rate(data: Results, target: str) -> Target:
    """A target that is a rate of counts; any other is refused."""
    found = _target(data, target)
    if found.kind != "share":
        raise refusal("not_a_rate", target=f"{found.id} {found.title.zh}", given=found.kind)
    return found


def _behind(
    data: Results, unit: str | None, target: str | None, each_unit: bool = False
) -> tuple[list[Target], dict[str, pd.DataFrame]]:
    """The targets asked for (all of the unit's, if none is named), and the records behind each."""
    plan, name = data.plan, _unit(data, unit)
    city = name == plan.city.name
    targets = [each for each in plan.targets if city or each.whom != "city"]
    if target is not None:
        targets = [_target(data, target)]
        _assessed(data, unit, targets[0])
    forms = {each.measure.form for each in targets}
    records = data.records(None if city or each_unit else name, forms)
    return targets, drill.behind(plan, targets, records, None if each_unit else name, data.as_of)


def _cases(
    data: Results, unit: str | None, target: str | None, each_unit: bool = False
) -> pd.DataFrame:
    """The cases behind a unit's rates, or behind one of them; or of each unit by itself."""
    rate = None if target is None else _rate(data, target).id
    return drill.cases(*_behind(data, unit, rate, each_unit))


def _style(data: Results, language: str) -> Style:
    return style_of(data, Words(language, data.plan.folder.unit_word, data.plan.english))
