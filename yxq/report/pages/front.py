"""The front page of a pack: how the city and every unit stand, on what data, and where to go."""

from __future__ import annotations

from dataclasses import dataclass, field

from yxq.plan.units import Unit
from yxq.report.blocks import Block
from yxq.report.pages.base import among_units
from yxq.report.pages.town_and_city import UnitResults
from yxq.report.sections import pack
from yxq.report.sections.headline import computed_shares, headline, unsettled
from yxq.report.sections.leader import leader, leading
from yxq.report.sections.league import finder
from yxq.report.sections.next_steps import with_needs
from yxq.report.sections.remedies import of_pack, overdue_lines
from yxq.report.sections.reminders import owing
from yxq.report.sections.returns import due_lines, due_returns
from yxq.report.sections.since import since
from yxq.report.sections.standing import (
    grade_facts,
    score_facts,
    score_lines,
    veto_ahead,
    veto_alert,
)
from yxq.report.sections.targets import short
from yxq.words.states import State


@dataclass
class FrontPage(UnitResults):
    """`index.html`: `made` are the units that have a page in the pack, `printed` the names of the
    pages that are there as PDF too, `made_papers` the office's papers, `failed` the templates that
    could not be filled, each with why, `register` what the workbook of the register is called,
    `own_pages` the targets that have a page of their own, `targets_failed` those whose page could
    not be made.
    """

    made: list[Unit]
    printed: frozenset[str] = frozenset()
    made_papers: tuple[str, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)
    register: str = ""
    own_pages: tuple[str, ...] = ()
    targets_failed: tuple[str, ...] = ()

    @property
    def _only(self) -> None:
        """Nothing: it reads the rows of all."""

    def blocks(self) -> list[Block]:
        """The sections of the page, in order."""
        sections = [
            self.headline(),
            *self.leader(),
            self.short(),
            self.since(),
            self.towns(),
            *self.remedies(),
            self.departments(),
            *self.targets(),
            *self.office_papers(),
            *self.papers(),
            self.plan_facts(),
            *self.assumed(),
        ]
        return [section for section in sections if section.html]

    def headline(self) -> Block:
        """The city's verdict, score and grades; on how much data; and what could not be made."""
        plan, words, counts, days = self.plan, self.words, self.counts, self.source.days
        returns, measures = self.source.returns, self.source.measures
        due, no_data = due_returns(plan, returns, *days), counts[State.NO_DATA]
        return headline(
            words("index_title", year=plan.year),
            self.opening,
            self.verdict,
            [
                *computed_shares(self.results, words),
                *score_lines(plan, self.score, self.source.table("credits"), words),
                *veto_ahead(plan, self.score, self.results, words),
                *overdue_lines(self.entries, words),
                *unsettled(counts, words),
                *due_lines(plan, returns, *days, words),
            ],
            [
                *score_facts(plan, self.score, words, self.over),
                *grade_facts(plan, self.scores, words, self.over),
                *pack.data_facts(plan, measures, due, no_data, *days, words),
            ],
            [
                *pack.not_made(plan, self.made, self.targets_failed, words),
                pack.legend(counts, words),
                pack.links(self.printed, words),
            ],
            veto_alert(plan, self.source.table("credits"), words),
        )

    def leader(self) -> list[Block]:
        """Who is in front and behind, what is to be decided and whom to call, if anything."""
        plan, words, source = self.plan, self.words, self.source
        lines = owing(plan, source.returns, source.files, *source.days, words)
        numbered, scores, shares = self.numbered, self.scores, self.shares
        about = leading(plan, numbered, scores, shares, lines, words, self.over)
        return leader(about, words, self.over)

    def short(self) -> Block:
        """The city's targets that are missed or behind, whose they are and what each needs."""
        rows = with_needs(self.numbered).assign(page="city#t-" + self.numbered["id"])
        columns = "target owner required value state needs"
        return short(rows, self.words, self.over, columns)

    def since(self) -> Block:
        """What has changed of the city since the former pack; its page has the units too."""
        units = [self.town, *(unit.name for unit in self.plan.towns)]
        return since(self.plan, self.comparison, [self.town], self.words, scored=units)

    @among_units
    def towns(self) -> Block:
        """Every unit with rank, score, grade and its targets by state, to be searched."""
        made, printed = self.made, self.printed
        return finder(self.plan, self.attained, self.scores, made, printed, self.words)

    def departments(self) -> Block:
        """The pages of the departments."""
        return pack.departments(self.plan, self.words)

    def targets(self) -> list[Block]:
        """The pages of targets that the pack has, if there are any."""
        return pack.targets(self.plan, self.own_pages, self.words)

    def office_papers(self) -> list[Block]:
        """The office's papers, and which could not be made, if there are any."""
        return pack.office_papers(self.made_papers, self.failed, self.words)

    def remedies(self) -> list[Block]:
        """How many remedies of all units are open, overdue and closed; none without a register."""
        if not self.register:
            return []
        return [of_pack(self.register, self.entries, len(self.unanswered), self.words)]

    def papers(self) -> list[Block]:
        """The workbooks that go back to the departments, if there are any."""
        return pack.papers(self.source.place / "returned", self.words)

    def plan_facts(self) -> Block:
        """The plan as a document."""
        return pack.plan_facts(self.plan, self.words)

    def assumed(self) -> list[Block]:
        """What the plan does not say and every page rests on, if anything."""
        return pack.assumed(self.plan, self.words)
