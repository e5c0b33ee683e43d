"""Which commitment of a new document is which target of an old plan: by what they say."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from yxq.documents.fates import Target as Drafted
from yxq.documents.normalise import HAN, normalise
from yxq.plan.target import Target

LEAST = 0.4  # how alike two must be to be taken for the same
SAME = 0.75  # from which on nobody has to look
HELD = 0.8  # what it counts that a long sentence holds all words of a short title
CLAUSE, SORT = 0.15, 0.10  # what the same clause, and the same sort of requirement, speak for it


@dataclass(frozen=True)
class Match:
    """An old target that a commitment goes on with, and how alike they are, from 0 to 1."""

    target: Target
    likeness: float

    @property
    def is_sure(self) -> bool:
        """Whether they say the same but for a word."""
        return self.likeness >= SAME


def matched(drafted: Sequence[Drafted], targets: Sequence[Target]) -> dict[str, Match]:
    """The old target of each drafted one that has one, by the draft's id; each is taken once.

    Of all ways to pair them that which is most alike altogether (an assignment, Kuhn 1955); how
    alike two are is the cosine of their pairs of characters and words, rare ones counting more, or
    how much of the old title the new words hold.
    """
    if not drafted or not targets:
        return {}
    new = [(_tokens(t.draft.title), _tokens(t.draft.words)) for t in drafted]
    old = [_tokens(" ".join(_said(target))) for target in targets]
    weights = _weights([*(title | words for title, words in new), *old])
    likeness = np.array(
        [
            [max(_alike(title, b, weights), HELD * _held(title | words, b, weights)) for b in old]
            for title, words in new
        ]
    )
    for i, one in enumerate(drafted):
        for k, target in enumerate(targets):
            likeness[i, k] = min(1.0, likeness[i, k] + _besides(one, target))
    pairs = zip(*linear_sum_assignment(-likeness), strict=True)
    return {
        drafted[i].id: Match(targets[k], float(likeness[i, k]))
        for i, k in pairs
        if likeness[i, k] >= LEAST
    }


def _said(target: Target) -> list[str]:
    """What an old target says, in both languages where it has them."""
    says = [target.says.zh, target.says.en] if target.says else []
    return [*dict.fromkeys([target.title.zh, target.title.en, *says])]


def _tokens(text: str) -> Counter[str]:
    """Pairs of Chinese characters, and other words."""
    plain = normalise(text).text.lower()
    han = re.findall(f"[{HAN}]+", plain)
    pairs = [run[i : i + 2] for run in han for i in range(len(run) - 1)]
    return Counter(pairs + re.findall(r"[a-z][a-z0-9-]{2,}", plain))


def _weights(texts: Sequence[Mapping[str, int]]) -> dict[str, float]:
    """How much each token tells: the rarer the more."""
    known = Counter(token for text in texts for token in text)
    return {token: math.log(1 + len(texts) / n) for token, n in known.items()}


def _alike(a: Mapping[str, int], b: Mapping[str, int], weights: Mapping[str, float]) -> float:
    """The cosine of two texts."""
    dot = sum(weights[token] ** 2 for token in a.keys() & b.keys())
    norm = math.sqrt(_square(a, weights) * _square(b, weights))
    return dot / norm if norm else 0.0


def _held(text: Mapping[str, int], title: Mapping[str, int], weights: Mapping[str, float]) -> float:
    """How much of a title a text holds."""
    whole = _square(title, weights)
    return _square({t: 1 for t in text.keys() & title.keys()}, weights) / whole if whole else 0.0


def _square(text: Mapping[str, int], weights: Mapping[str, float]) -> float:
    return sum(weights[token] ** 2 for token in text)


def _besides(one: Drafted, target: Target) -> float:
    """What speaks for two being the same besides their words."""
    clause = one.draft.sentence.clause == target.clause
    return CLAUSE * clause + SORT * (sort_of(one.draft.require) == sort_of(_written(target)))


def _written(target: Target) -> str:
    return str(target.require) if target.require else ""


def alike_titles(one: str, other: str) -> bool:
    """Whether two titles share half of the words of the shorter."""
    a, b = set(_tokens(one)), set(_tokens(other))
    return 2 * len(a & b) >= min(len(a), len(b)) > 0


def sort_of(require: str) -> str:
    """Of what sort a requirement is: a share, a number, a rank, a task, a comparison, words."""
    text = re.sub(r"^[0-9]{4}: ", "", require)
    for sort, sign in (("rank", "rank"), ("peers", "peers"), ("change", "last_year|y[0-9]{4}")):
        if re.search(sign, text):
            return sort
    if text in ("", "done"):
        return text
    return "share" if re.search("%|‰|/", text) else "number"
