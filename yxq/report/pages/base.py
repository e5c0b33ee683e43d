"""What every page has: the plan, the tables, the date, the language, and the parts that pages
share.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pandas as pd

from yxq.attainment.results import Results
from yxq.plan.folder import Plan
from yxq.plan.target import Target
from yxq.report.blocks import Block, macro, table
from yxq.report.figures import Style
from yxq.words.states import State
from yxq.words.wording import Words


@dataclass
class Page:
    """What every page knows: the results that it shows, the words, and of which unit alone it may
    read.
    """

    source: Results
    words: Words

    def __post_init__(self) -> None:
        """A notebook may set a guard, which refuses where its parameters are no longer the page's."""
        self.guard: Callable[[], None] | None = None

    def _guarded(self) -> None:
        if self.guard is not None:
            self.guard()

    @property
    def plan(self) -> Plan:
        """The plan of the year."""
        return self.source.plan

    @property
    def processed(self) -> str:
        """Where the tables are."""
        return self.source.processed

    @property
    def as_of(self) -> dt.date:
        """The day."""
        return self.source.as_of

    @property
    def synthetic(self) -> bool:
        """Whether any return says that it is synthetic."""
        return self.source.synthetic

    @property
    def style(self) -> Style:
        """What its figures are drawn with."""
        return Style(self.words, self.synthetic)

    def _header(
        self,
        title: str,
        verdict: str,
        lines: list[str],
        facts: list[tuple[str, str, str]] | None = None,
        parts: list[Any] | None = None,
    ) -> Block:
        """What is on the first screen: the verdict, the numbers that matter (term, value, remark),
        and what to do.
        """
        self._guarded()
        subtitle = self.words(
            "subtitle",
            plan=self.words.text(self.plan.period.document.title),
            year=self.plan.year,
            as_of=self.words.date(self.as_of),
        )
        marks = [("synthetic", self.synthetic), ("draft", self.plan.period.draft)]
        mark = "\n".join(self.words(name) for name, holds in marks if holds)
        told = [f"{term} {value} {more}".strip() for term, value, more in facts or []]
        return Block(
            macro(
                "headline",
                title,
                subtitle,
                mark,
                verdict,
                facts or [],
                [line for line in lines if line],
                parts or [],
            ),
            "\n".join([title, subtitle, mark, verdict, *told, *lines]),
        )

    def _section(self, id: str, *parts: Any) -> Block:
        self._guarded()
        title = self.words(id)
        return Block(macro("section", id, title, list(parts)), f"[{title}]", id, title)

    def _none(self, id: str, why: str) -> Block:
        return self._section(id, macro("para", self.words(why)))

    def _table(self, caption: str, frame: pd.DataFrame, columns: str, **options: Any) -> Any:
        return table(self.words, caption, frame, columns, **options)

    def _counts(self, results: pd.DataFrame) -> dict[str, int]:
        found = results["state"].value_counts()
        return {state: int(found.get(state, 0)) for state in State}

    def _others(self, counts: dict[str, int], each: str = "state_count") -> list[str]:
        running = counts["on track"] + counts["behind"]
        rest = [
            self.words(each, state=self.words.entry("states", state), n=counts[state])
            for state in ("pending", "not applicable", "no data", "reported")
            if counts[state]
        ]
        return [
            self.words("running", on_track=counts["on track"], behind=counts["behind"])
            if running
            else "",
            self.words("others", list=self.words("list").join(rest)) if rest else "",
        ]

    @property
    def _document(self) -> list[str]:
        """What is to be known of the plan as a document."""
        document = self.plan.period.document
        return [fact for fact in (document.number, *map(self.words.text, document.facts)) if fact]

    def _assumptions(self, targets: list[Target]) -> Any:
        used = {name for target in targets for name in target.assumptions}
        rows = pd.DataFrame(
            [
                (self.words.text(a.text), self.words.text(a.source))
                for name, a in self.plan.period.assumptions.items()
                if a.general or name in used
            ],
            columns=["assumption", "basis"],
        )
        return self._table("assumptions", rows, "assumption basis") if len(rows) else ""


def shown_returns(plan: Plan, table: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Expected returns as text: form, sender, period, due, status, filed."""
    return pd.DataFrame(
        {
            "form": [words.text(plan.folder.forms[f].title) for f in table["form"]],
            "sender": table["sender"].map(words.sender),
            "period": [
                words("period_span", low=words.date(a), high=words.date(b))
                for a, b in zip(table["period_from"], table["period_to"], strict=True)
            ],
            "due": table["due"].map(words.date),
            "status": [words.entry("statuses", s) for s in table["status"]],
            "filed": table["filed"].map(words.date),
            "code": table["status"],
        },
        index=table.index,
    )
