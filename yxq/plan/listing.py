"""The targets of a plan as a table, for `yxq targets`."""

from __future__ import annotations

import pandas as pd

from yxq.plan.folder import Plan
from yxq.words.wording import Words


def listed(plan: Plan, words: Words, full: bool) -> pd.DataFrame:
    """The targets, a row each, in the plan's order and the language of `words`.

    Columns: target (id), clause, title, kind, require and by (as written), unit, for, owner, form;
    with `full` also title_zh, title_en, sampled, assumptions (parted by `;`), note.
    """
    rows = []
    for target in plan.targets:
        row: dict[str, object] = {
            "target": target.id,
            "clause": target.clause,
            "title": words.text(target.title),
            "kind": target.kind,
            "require": str(target.require or (words.text(target.says) if target.says else "")),
            "by": str(target.by or ""),
            "unit": words.text(target.unit),
            "for": target.whom,
            "owner": target.owner,
            "form": target.measure.form,
        }
        if full:
            row |= {
                "title_zh": target.title.zh,
                "title_en": target.title.en,
                "sampled": target.sampled,
                "assumptions": ";".join(target.assumptions),
                "note": target.note,
            }
        rows.append(row)
    return pd.DataFrame(rows)
