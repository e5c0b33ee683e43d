"""The commitments of a document: what each asks, of what, by when, and in which words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from yxq.documents.asking import Asked, Said, asked, said
from yxq.documents.deadlines import QUARTER, deadline
from yxq.documents.facts import Facts
from yxq.documents.normalise import HAN, is_chinese
from yxq.documents.numbers import Number, numbers
from yxq.documents.outline import Sentence
from yxq.documents.past import is_past, is_supposed
from yxq.documents.phrases import Doubt, Sure, pattern

PARTS = re.compile(r"[,，;；:：。!?](?![0-9]{3})|\.(?=\s|$)")
LISTED = re.compile("、|以及|和|及|与")
RATE = re.compile(r"[^,，、]*?(?:率|比重|比例|占比|效率|指数|满意度)$")
LEADS = re.compile(
    r"^(?:确保|力争|争取|努力|积极|全市|全年|全省|全区|全县|年内|到[0-9]{4}年?(?:年?底)?"
    r"|(?:[0-9]{4}年)?[0-9]{1,2}月(?:[0-9]{1,2}日|[底末份])?(?:之?前|以前)?"
    r"|[0-9]{4}年(?:年?底)?前?|其中|并|使|将|把|实现|切实|"
    r"[一二三四五六七八九十]是|基本|累计|共|在|[,，、:： ]|and |to |that |ensure |we will "
    r"|the council will |by [0-9]{4},? )+",
    re.IGNORECASE,
)
TRAILS = re.compile(
    r"(?:要求|应|要|将|均|都|全部|分别|力争|保持|稳定|继续|全面|基本|进一步|不断|持续|累计|年均"
    r"|总体|全市|、|和|及|的|到|达|为|,| to| by| of| is| at| an?| the| be| will)+$"
)
TITLE = 80  # characters that a title may have


@dataclass(frozen=True)
class Draft:
    """A commitment as it was understood."""

    sentence: Sentence
    title: str
    require: str
    start: int
    """From and to which character of the sentence's paragraph the words stand that say so."""
    end: int
    sure: Sure
    unit: str = ""
    by: dt.date | None = None
    open: bool = False
    owner: str = ""
    doubts: tuple[Doubt, ...] = ()
    """Keys of `drafting` in words.yml: why somebody has to look at it."""
    at: tuple[int, ...] = ()
    """Where in the paragraph the numbers begin that it took."""

    @property
    def words(self) -> str:
        """The words that led to it, as they are read."""
        return self.sentence.text.text[self.start : self.end].strip()


def commitments(sentences: Sequence[Sentence], facts: Facts, past: frozenset[int]) -> list[Draft]:
    """The commitments of a document's sentences, tables apart, in its order; `past` are the numbers
    of sentences that tell what was.
    """
    found: list[Draft] = []
    day: dt.date | None = None
    paragraph = None
    for sentence in sentences:
        if sentence.paragraph is not paragraph:
            paragraph, day = sentence.paragraph, None
        if sentence.paragraph.cells or sentence.paragraph.kind != "text" or sentence.is_heading:
            continue
        if sentence.no in past:
            continue
        said_day = deadline(_until_first(sentence), facts.end)
        day = said_day[0] if said_day else day
        found += sentence_drafts(sentence, facts, day)
    return _said_once(found)


def _said_once(drafts: Sequence[Draft]) -> list[Draft]:
    """Without what was said before in other words of the same."""
    kept = {(draft.title, draft.require, draft.by): draft for draft in reversed(drafts)}
    return [draft for draft in drafts if kept[draft.title, draft.require, draft.by] is draft]


def _until_first(sentence: Sentence) -> str:
    """The beginning of a sentence, where the day stands that holds for what follows."""
    return re.split("[,，]", sentence.words[sentence.label :], maxsplit=1)[0]


def sentence_drafts(sentence: Sentence, facts: Facts, day: dt.date | None) -> list[Draft]:
    """What one sentence asks; `day` is by when where it names none itself."""
    return _Reader(sentence, facts, day).drafts()


class _Reader:
    """Reads one sentence."""

    def __init__(self, sentence: Sentence, facts: Facts, day: dt.date | None) -> None:
        self.sentence, self.facts, self.day = sentence, facts, day
        self.text = sentence.words
        self.numbers = numbers(self.text, sentence.label)
        self.counting = [n for n in self.numbers if n.sort == "quantity"]
        self.is_yearly = facts.start == facts.end
        self.before = "last_year" if self.is_yearly else f"y{facts.start - 1}"

    def drafts(self) -> list[Draft]:
        """What the sentence asks, in its order."""
        found = [*self._of_numbers()]
        found += self._of_words([(d.start, d.end) for d in found])
        if not found:
            found += self._to_be_done()
        owner = self._owner()
        offset = self.sentence.start
        placed = [
            replace(
                d,
                start=d.start + offset,
                end=d.end + offset,
                owner=owner,
                at=tuple(n + offset for n in d.at),
            )
            for d in found
        ]
        return sorted((one for d in placed for one in _each(d)), key=lambda d: d.start)

    def _of_numbers(self) -> Iterator[Draft]:
        last = None
        for i, number in enumerate(self.counting):
            begin = self.counting[i - 1].end if i else self.sentence.label
            end = self.counting[i + 1].start if i + 1 < len(self.counting) else len(self.text)
            if self._is_past(number):
                continue
            last = asked(self.text, number, begin, end, self.before, last)
            if last:
                yield self._drafted(number, last, begin, end)

    def _is_past(self, number: Number) -> bool:
        begin = max(
            (m.end() for m in re.finditer("[;；。)]", self.text[: number.start])), default=0
        )
        return is_past(before := self.text[begin : number.start]) or is_supposed(before)

    def _drafted(self, number: Number, asks: Asked, begin: int, end: int) -> Draft:
        part = self._part(number.start, begin)
        title, doubts = self._title(number, asks, part, end), list(asks.doubts)
        after = re.match(
            r"及?以上|以内|以下|之内|左右| or (?:more|less|fewer|above|below)",
            self.text[number.end :],
        )
        stop = number.end + (after.end() if after else 0)
        by, is_open = self._due(number.start), self._is_striven(part)
        if not title:
            doubts.append("subject")
        return Draft(
            self.sentence,
            title or self.text.strip()[:TITLE],
            asks.require,
            min(part, asks.start),
            stop,
            asks.sure if title else "guess",
            unit=number.unit,
            by=by,
            open=is_open,
            doubts=tuple(doubts),
            at=(number.start,),
        )

    def _part(self, at: int, begin: int) -> int:
        """Where the part of the sentence begins that a place belongs to."""
        marks = [m.end() for m in PARTS.finditer(self.text, self.sentence.label, at)]
        return max(
            [self.sentence.label, *(mark for mark in marks if mark <= at), self._behind(begin)]
        )

    def _behind(self, begin: int) -> int:
        """Behind a number and what belongs to it."""
        after = re.match(r"及?以上|以内|以下|之内|左右|、|和|及", self.text[begin:])
        return begin + (after.end() if after else 0)

    def _title(self, number: Number, asks: Asked, part: int, end: int) -> str:
        """What is measured: what stands before the words that ask, of a count what follows it."""
        before = _trimmed(self.text[part : max(part, min(asks.start, number.start))])
        behind = re.split("[,，、;；:：。(（]", self.text[self._behind(number.end) : end])[0]
        behind = re.sub("^的", "", behind).strip()
        if not is_chinese(self.text):
            stop = PARTS.search(self.text, number.end)
            whole = self.text[part : stop.start() if stop else len(self.text)]
            return _trimmed(whole)[: 2 * TITLE]
        is_share = number.written.endswith(("%", "‰", "pp"))
        if is_share and RATE.search(before):
            return before[:TITLE]
        if not is_share and behind and len(behind) > 1 and not before.endswith(("数", "量", "额")):
            return (f"{before}{behind}" if re.fullmatch(f"[{HAN}]{{0,4}}", before) else behind)[
                :TITLE
            ]
        if len(before) <= 2 and is_share:
            return self._part_before(part)
        between = _trimmed(self.text[asks.start : number.start])  # 新建公园4个
        named = between if len(between) > 2 else ""
        return (before or behind or named or self._part_before(part))[:TITLE]

    def _part_before(self, part: int) -> str:
        """What the part before speaks of, where a part says only how much."""
        before = [
            text for text in PARTS.split(self.text[self.sentence.label : part]) if text.strip()
        ]
        return _trimmed(before[-1])[:TITLE] if before else ""

    def _due(self, at: int) -> dt.date | None:
        """By when: the last day named before a place, else in its sentence or above it."""
        last = dt.date(self.facts.end, 12, 31)
        found = deadline(self.text[:at], self.facts.end) or deadline(self.text[at:], self.facts.end)
        day = found[0] if found else self.day
        return None if day == last else day

    def _is_striven(self, part: int) -> bool:
        return bool(pattern("striven").search(self.text[part : part + 12]))

    def _of_words(self, taken: list[tuple[int, int]]) -> Iterator[Draft]:
        """What parts without a number that counts ask."""
        start = self.sentence.label
        for mark in [*PARTS.finditer(self.text, start), None]:
            end = mark.start() if mark else len(self.text)
            has_number = any(start <= n.start < end for n in self.counting)
            is_taken = any(a < end and start < b for a, b in taken)
            part = self.text[start:end]
            if not (has_number or is_taken or is_past(part) or is_supposed(part)):
                for words in said(self.text, start, end, self.before):
                    yield self._of_said(words, start, end)
            start = mark.end() if mark else end

    def _of_said(self, words: Said, start: int, end: int) -> Draft:
        before, behind = self.text[start : words.start], self.text[words.end : end]
        title = _trimmed(before) if len(_trimmed(before)) > 1 else _trimmed(behind)
        if words.require == "<= 0":
            title = _trimmed(self.text[start:end])
        return Draft(
            self.sentence,
            title[:TITLE] or self.text[start:end].strip()[:TITLE],
            words.require,
            start,
            end,
            words.sure,
            by=self._due(words.start),
            open=self._is_striven(start),
            doubts=words.doubts,
        )

    def _to_be_done(self) -> Iterator[Draft]:
        """A task with a day, where nothing is counted."""
        found = deadline(self.text[self.sentence.label :], self.facts.end)
        is_told = is_past(self.text) or is_supposed(self.text)
        if found and not self.counting and not is_told and self._promises():
            at = self.sentence.label + found[1]
            start = self._part(max(at, self.sentence.label), self.sentence.label)
            stop = PARTS.search(self.text, self.sentence.label + found[2])
            title = _trimmed(self.text[start : stop.start() if stop else len(self.text)])
            yield Draft(
                self.sentence,
                title[:TITLE] or self.text.strip()[:TITLE],
                "done",
                start,
                len(self.text),
                "likely",
                "",
                found[0],
                self._is_striven(self.sentence.label),
                "",
                ("task",),
            )

    def _promises(self) -> bool:
        return bool(pattern("promising").search(self.text) or QUARTER.search(self.text))

    def _owner(self) -> str:
        found = pattern("owners").search(self.sentence.text.text, self.sentence.start)
        names = next(filter(None, found.groupdict().values()), "") if found else ""
        return re.sub("(?:负责|牵头)$", "", names).strip()


def _trimmed(words: str) -> str:
    """Words without what leads to and from them."""
    words = LEADS.sub("", words.strip())
    return TRAILS.sub("", words).strip(" ,，、:：()（）“”-–—•*.")


def _each(draft: Draft) -> list[Draft]:
    """One for each thing that is named together: 甲、乙覆盖率 are two rates."""
    title = draft.title
    parts = [part for part in LISTED.split(title) if part]
    if len(parts) > 1 and all(RATE.search(part) for part in parts):
        return [replace(draft, title=part, doubts=(*draft.doubts, "several")) for part in parts]
    listed = title.split("、")
    tail = re.search("[覆合达普完抽及就入优][^、]{1,3}率$", listed[-1])
    if len(listed) > 1 and tail and not any(RATE.search(part) for part in listed[:-1]):
        names = [part if i == len(listed) - 1 else part + tail[0] for i, part in enumerate(listed)]
        return [replace(draft, title=name, doubts=(*draft.doubts, "several")) for name in names]
    return [draft]
