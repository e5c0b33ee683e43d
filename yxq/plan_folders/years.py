"""A plan file of several years, such as `2021-2025.yml`, as a plan a year.

Every year is assessed by itself. What is asked may stand there year by year, the plan's path:
`require: {2021: ">= 30%", 2023: ">= 50%"}`. A year that the path leaves out is on its way to the
next one that it names, as it is to the day of a `by`: nothing is made up in between. After the last
one nothing more is asked, and the number is reported, with what was asked last.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from yxq.plan.model import DATE
from yxq.plan.period import Period, moved
from yxq.plan_folders.findings import Finding
from yxq.plan_folders.reading import Reading, content_of, validated
from yxq.words.wording import LANGUAGES, Words

NAME = re.compile(r"([0-9]{4})(?:-([0-9]{4}))?")
# What compares with a year before cannot be said ahead of it.
OF_ITS_YEAR = re.compile(r"\blast(_year)?\b")
MOST_YEARS = 30
IF_ASKED = ("require", "by", "split", "lot")

Ends = dict[int, tuple[str, str]]  # first and last day of each year


def plan_files(folder: Path) -> tuple[dict[int, Path], list[Finding]]:
    """The plan file of each year of a folder, and names of files that say no year or another's."""
    files: dict[int, Path] = {}
    mistakes = []
    for file in sorted(folder.glob("*.yml")):
        if NAME.fullmatch(file.stem) and not labels(file.stem):
            told = "call it by its first year and a later one, such as 2021-2025.yml"
            mistakes.append(Finding("", told, file=file.name))
        for year in labels(file.stem):
            if year in files:
                both = f"{files[year].name} and {file.name} both hold {year}"
                mistakes.append(Finding("", both, "keep it in one of them", file=file.name))
            files.setdefault(year, file)
    return files, mistakes


def labels(name: str) -> range:
    """The years that the name of a plan file, or its `year`, says; none where it says none.

    >>> [*labels("2021-2023")], [*labels("2013")], [*labels("forms")]
    ([2021, 2022, 2023], [2013], [])
    """
    found = NAME.fullmatch(name)
    if found is None:
        return range(0)
    first, last = int(found[1]), int(found[2] or found[1])
    is_several = first < last <= first + MOST_YEARS
    return range(first, last + 1) if is_several or not found[2] else range(0)


def read_periods(file: Path) -> list[Reading]:
    """The periods of a plan file, one a year; what is wrong in each year is told once."""
    found = content_of(file)
    if found.mistakes:
        return [found]
    try:
        parts = a_year_each(found.content)
    except ValueError as error:
        return [Reading(mistakes=[replace(Finding.told(str(error)), file=file.name)])]
    read = [validated(file, Period, part) for part in parts]
    said = found.content.get("year") if isinstance(found.content, dict) else None
    if read[0].content is not None and str(said) != file.stem:
        told = f"year: {said} does not fit the file's name; call it {said}.yml"
        read[0].mistakes.append(replace(Finding.told(told, said), file=file.name))
    return read


def a_year_each(content: Any) -> list[Any]:
    """The content of a plan file as one for each year that it says; raises `ValueError`.

    What a `Period` refuses by itself is left to it.
    """
    years = labels(str(content.get("year"))) if isinstance(content, dict) else range(0)
    if not years:
        return [content]
    ends, targets = _ends(content, years), content.get("targets")
    if not ends or not isinstance(targets, list):
        return [content | {"year": years[0]}]
    parts = []
    for year, (start, end) in ends.items():
        part = content | {"year": year, "targets": [_of_year(t, ends, year) for t in targets]}
        parts.append(part | ({"start": start, "end": end} if len(ends) > 1 else {}))
    return parts


def _ends(content: dict[str, Any], years: range) -> Ends:
    """First and last day of each year, as long as the first; of one year as they are written."""
    start, end = (str(content.get(key)) for key in ("start", "end"))
    if len(years) == 1:
        return {years[0]: (start, end)}
    if not (re.fullmatch(DATE, start) and re.fullmatch(DATE, end)):
        return {}
    first, last = (dt.date.fromisoformat(day) for day in (start, end))
    starts = [moved(first, n) for n in range(len(years) + 1)]
    ends = [day - dt.timedelta(days=1) for day in starts[1:]]
    if ends[-1] != last:
        whole = f"{len(years)} years from {first} end on {ends[-1]}, not on {last}"
        raise ValueError(f"start, end: {whole}; change a day, or the years of the file's name")
    pairs = zip(starts[:-1], ends, strict=True)
    return {year: (str(a), str(b)) for year, (a, b) in zip(years, pairs, strict=True)}


def _of_year(target: Any, ends: Ends, year: int) -> Any:
    """A target as one year of the file has it."""
    asked = _asked(target, ends) if isinstance(target, dict) else None
    if asked is None:
        return target
    start, end = ends[year]
    day, what = next(((day, what) for day, what in asked.items() if day >= start), ("", None))
    if what is None or (day > end and OF_ITS_YEAR.search(str(what))):
        whom = {"for": "both"} if target.get("for") == "shared" else {}
        kept = {key: value for key, value in target.items() if key not in IF_ASKED}
        return _asked_before(asked, ends, start) | kept | whom
    of_year = {key: value for key, value in target.items() if key != "by"} | {"require": what}
    return of_year | {"by": day} if day != end or what == "done" else of_year


def _asked_before(asked: dict[str, Any], ends: Ends, start: str) -> dict[str, Any]:
    """What a target that asks no number of a year says in its place: what was asked last."""
    before = [(day, what) for day, what in asked.items() if day < start and what]
    day, what = before[-1] if before else ("", "done")
    if what == "done":
        return {}
    year = next(year for year, (_, end) in ends.items() if day <= end)
    kinds = what.items() if isinstance(what, dict) else ()
    told = ", ".join(f"{kind} {text}" for kind, text in kinds) or what
    said = {
        language: Words(language).entry("requirements", "asked_before", year=year, asked=told)
        for language in LANGUAGES
    }
    return {"says": said}


def _asked(target: dict[str, Any], ends: Ends) -> dict[str, Any] | None:
    """What is asked by which day, in order; nothing where it is the same in every year."""
    path, by, id = target.get("require"), str(target.get("by")), target.get("id")
    if isinstance(path, dict) and path and all(str(year).isdigit() for year in path):
        if "by" in target:
            raise ValueError(f"targets.{id}.by: the years of require say when; take by away")
        if unknown := sorted(set(map(int, path)) - set(ends)):
            years = "-".join(map(str, dict.fromkeys((min(ends), max(ends)))))
            raise ValueError(f"targets.{id}.require: {unknown[0]} is no year of the plan, {years}")
        return {ends[int(year)][1]: path[year] for year in sorted(path, key=int)}
    is_within = re.fullmatch(DATE, by) and len(ends) > 1 and by >= min(ends.values())[0]
    return {by: path} if is_within and path is not None else None
