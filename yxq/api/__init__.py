"""The analyst's bench: what `import yxq` offers; the names are listed there.

Every function takes the data of a plan year (`load_data`), then units, then targets, one or several
or none for all, and gives a plain DataFrame or a figure; none of them prints, writes or changes
anything. Units go by name, alias, code or English name, targets by id or title, departments by name
or alias; an unknown one raises `PlanError` with the nearest. Columns that repeat a few names are
categorical, in the plan's order, and what may be missing is nullable: missing is never zero.
"""

from yxq.api.pictures import chinese as chinese
from yxq.api.pictures import plot_funnel as plot_funnel
from yxq.api.pictures import plot_months as plot_months
from yxq.api.pictures import plot_pareto as plot_pareto
from yxq.api.pictures import plot_ranks as plot_ranks
from yxq.api.pictures import plot_units as plot_units
from yxq.api.pictures import plot_years as plot_years
from yxq.api.records import behind as behind
from yxq.api.records import breakdown as breakdown
from yxq.api.records import failures as failures
from yxq.api.records import ledger as ledger
from yxq.api.records import offenders as offenders
from yxq.api.records import pareto as pareto
from yxq.api.records import rejected as rejected
from yxq.api.supposing import compare as compare
from yxq.api.supposing import diff as diff
from yxq.api.supposing import page as page
from yxq.api.supposing import what_if as what_if
from yxq.api.tables import attain as attain
from yxq.api.tables import bounds as bounds
from yxq.api.tables import chance as chance
from yxq.api.tables import funnel as funnel
from yxq.api.tables import months as months
from yxq.api.tables import planning as planning
from yxq.api.tables import quotas as quotas
from yxq.api.tables import sample_size as sample_size
from yxq.api.tables import score as score
from yxq.api.tables import years as years
from yxq.attainment.results import Results as Results
from yxq.attainment.results import load_data as load_data
from yxq.attainment.results import load_plan as load_plan
from yxq.attainment.since import Comparison as Comparison
from yxq.plan.folder import Plan as Plan
from yxq.stats.apportionment import allocate as allocate
from yxq.tables.store import NotIngested as NotIngested
from yxq.words.errors import PlanError as PlanError
