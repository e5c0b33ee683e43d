"""The rows of the register to be filled in: what falls short now, and what is not closed yet."""

from __future__ import annotations

import pandas as pd

from yxq.report import display
from yxq.report.pages.city import CityPage
from yxq.report.sections.next_steps import with_needs
from yxq.words.states import SHORT, Remedy

KEY = ["unit", "target"]
BESIDE = {"required": "asked_of_it", "value": "result_now", "state": "state_now"}
BESIDE |= {"needs": "lacking_now", "owner": "answers_for_it"}


def register_rows(page: CityPage) -> pd.DataFrame:
    """A row for every result of the city's page that is missed or behind, and for every entry that
    goes on, by unit in the plan's order, the city last.

    Columns: those of `yxq.attainment.register.register`, missing where nothing was said; and what
    is only to be read beside them: what is asked, the result, its state, what it needs, who answers
    for it, and how the entry stands.
    """
    plan, words, entries = page.plan, page.words, page.entries
    goes_on = entries["standing"].isin([Remedy.OPEN, Remedy.OVERDUE])
    short = page.attained["state"].isin(SHORT)
    asked = pd.concat([page.attained.loc[short, KEY], entries.loc[goes_on, KEY]])
    order = [*(u.name for u in (*plan.units, plan.city)), *(target.id for target in plan.targets)]
    place = {name: n for n, name in enumerate(order)}
    asked = asked.drop_duplicates().sort_values(KEY, key=lambda names: names.map(place))
    rows = asked.merge(entries, "left", on=KEY)
    shown = with_needs(display.results(plan, page.attained, words))[[*BESIDE]]
    told = page.attained[KEY].join(shown.rename(columns=BESIDE))
    standing = [words.entry("remedies", one) if one else "" for one in rows["standing"].fillna("")]
    return rows.merge(told, "left", on=KEY).assign(standing_now=standing)
