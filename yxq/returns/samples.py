"""Which rows of a form are samples that passed: by the form itself, else by what is asked of it."""

from __future__ import annotations

from dataclasses import dataclass

from yxq.plan.folder import Folder
from yxq.plan.measure import Wanted

LEAST = 5  # samples of which none passed that are a list of failures, where the form does not say


@dataclass(frozen=True)
class Samples:
    """The column that says how a sample came out, what it says of one that passed, and how many
    samples without any are a list of failures only.
    """

    column: str
    passed: Wanted
    least: int = LEAST


def samples(folder: Folder, form: str) -> Samples | None:
    """The samples of a form; a share that a target calls sampled is one of samples, declared in the
    form or not. None where its rows are none.
    """
    if declared := folder.forms[form].sampled:
        return Samples(declared.column, declared.passed, declared.least)
    targets = (target for year in folder.periods for target in folder.plan(year).targets)
    asked = (t.measure.passed for t in targets if t.sampled and t.measure.form == form)
    return next((Samples(*one) for passed in asked for one in passed.items()), None)
