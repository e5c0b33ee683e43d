"""The front page of a pack: how the city and every unit stand, as of when, on what data, and where
to read on.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import pandas as pd

from yxq.plan.units import Unit
from yxq.report.blocks import Block, macro
from yxq.report.pages.city import CityPage, town_table
from yxq.report.pages.returns import ReturnsPage
from yxq.tables import store
from yxq.words.states import State

PDFS = {"index": "index_pdf", "city": "city_pdf", "returns": "returns_pdf"}


@dataclass
class FrontPage(CityPage):
    """`index.html`: `made` are the units that have a page in the pack, `printed` the pages that are
    there as PDF too.
    """

    made: list[Unit]
    printed: frozenset[str] = frozenset()

    def blocks(self) -> list[Block]:
        """The sections of the page, in order."""
        return [
            self.headline(),
            self.short(),
            self.towns(),
            *self.papers(),
            self.plan_facts(),
            *self.assumed(),
        ]

    def headline(self) -> Block:
        """The city's verdict, score and grades; on how much data, to which day; and what could not
        be made.
        """
        words, counts = self.words, self._counts(self.results)
        failed = [words.unit(unit) for unit in self.plan.towns if unit not in self.made]
        lines = [*self._others(counts), *ReturnsPage(self.source, words).due_by_now()]
        parts = (
            [macro("alert", words("not_made", list=words("list").join(failed)))] if failed else []
        )
        states = [
            {"code": s, "label": words("state_of", state=words.state(s), n=counts[s])}
            for s in State
            if counts[s]
        ]
        parts.append(macro("legend", states))
        files = [
            ("city.html", words("city_page")),
            ("city.html#owners", words("owners")),
            ("returns.html", words("returns_page")),
            ("attainment.xlsx", words("workbook")),
        ]
        files += [
            (f"pdf/{name}.pdf", words(title))
            for name, title in PDFS.items()
            if name in self.printed
        ]
        parts.append(macro("links", files))
        title = words("index_title", year=self.plan.year)
        return self._header(title, self.verdict, lines, [*self._facts(), *self._data()], parts)

    def _data(self) -> list[tuple[str, str, str]]:
        """Until when data reach, how many of the returns due are in, and how many targets have
        none.
        """
        words, rows = self.words, self.source.measures
        day = rows.loc[
            (rows["year"] == self.plan.year) & (rows["date"] <= pd.Timestamp(self.as_of)), "date"
        ].max()
        due = ReturnsPage(self.source, words).owed
        filed = words("data_now", filed=words.date(self.source.files["filed"].max()))
        found = [(words("data_until"), words.date(day), filed)]
        if len(due):
            share = f"{int((due['status'] != 'missing').sum())} / {len(due)}"
            found.append(
                (
                    words("returns_in"),
                    share,
                    words("none_of", n=int((self.results["state"] == "no data").sum())),
                )
            )
        return found

    def short(self) -> Block:
        """The city's targets that are missed or behind, whose they are and what each needs."""
        rows = self._numbered[self.shown["code"].isin(["not attained", "behind"])]
        if rows.empty:
            return self._none("short", "short_none")
        needs = rows["needed"].where(rows["needed"] != "", rows["note"])
        rows = rows.assign(needs=needs, page="city#t-" + rows["id"])
        return self._section(
            "short", self._table("short", rows, "target owner required value state needs")
        )

    def towns(self) -> Block:
        """Every unit with rank, score, grade and its targets by state; found by any of its names,
        sorted by any column.
        """
        words = self.words
        shown = town_table(self.plan, self.attained, self.scores, words)
        made = {unit.name: unit for unit in self.made}
        states = [state for state in State if state in shown]
        rows = []
        for name, row in shown[shown.index.isin(made)].iterrows():
            unit = made[str(name)]
            bar = [(state, int(row[state])) for state in states if row[state]]
            told = words("list").join(
                words("state_count", state=words.entry("states", s), n=n) for s, n in bar
            )
            found_by = " ".join(
                [unit.name, unit.name_en, unit.code, unit.slug, unit.kind, *unit.aliases]
            ).lower()
            rows.append(
                dict(row)
                | {
                    "href": unit.page,
                    "pdf": unit.page in self.printed,
                    "find": found_by,
                    "bar": bar,
                    "told": told,
                }
            )
        columns = ["rank", "rank_interval", "score", "grade"] if not self.scores.empty else []
        heads = [(column, words(column)) for column in [*columns, "share_attained"]]
        heads += [(state, words.state(state)) for state in states]
        note = words("city_towns_note" if self.scores.empty else "city_towns_ranked")
        finder = {
            "label": words("find"),
            "told": words("found", n="{n}", total=len(rows)),
            "none": words("found_none"),
        }
        grid = macro(
            "league",
            words("city_towns"),
            words("unit"),
            words("glance"),
            heads,
            rows,
            finder,
            bool(self.printed),
        )
        return self._section("city_towns", macro("para", note), grid)

    def papers(self) -> list[Block]:
        """The workbooks that go back to the departments."""
        back = sorted(
            file.name for file in (store.locate(self.processed) / "returned").glob("*.xlsx")
        )
        return (
            [
                self._section(
                    "back_books",
                    macro("links", [(f"returned/{quote(name)}", name) for name in back]),
                )
            ]
            if back
            else []
        )

    def plan_facts(self) -> Block:
        """The plan as a document."""
        return self._section("plan_facts", macro("list", self._document))

    def assumed(self) -> list[Block]:
        """What the plan does not say and every page rests on."""
        general = [
            self.words.text(a.text) for a in self.plan.period.assumptions.values() if a.general
        ]
        return [self._section("assumptions", macro("list", general))] if general else []
