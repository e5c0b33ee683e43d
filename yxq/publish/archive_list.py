"""The list of all packs of a year, in place and former: `archive/index.html`, made of their names
and of nothing else, and none of any pack's own files.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from yxq.publish.archive import (
    ALTERED,
    FOREIGN,
    LIST,
    UNKNOWN,
    Published,
    described,
    entries,
    newest,
)
from yxq.publish.manifest import ARCHIVE
from yxq.report import fonts, html
from yxq.report.blocks import table
from yxq.report.html import Look
from yxq.report.pages import CityPage
from yxq.report.sections.headline import headline
from yxq.words.wording import Words

FORWARD = (
    '<!DOCTYPE html><meta charset="utf-8"><title>yxq</title><a href="../../index.html">↑</a>\n'
)
"""What stands in a former pack where its index leads to: the list is above it."""

LANGUAGES = {"zh": "pack_zh", "en": "pack_en"}
KEPT = {"": "pack_former", ALTERED: "pack_altered", FOREIGN: "pack_foreign"}


def write_list(pack: Path, page: CityPage) -> None:
    """Write the list beside a pack that is as it was made, unless it is there as it should be."""
    words, former = page.words, entries(pack)
    shown = _rows(described(pack, as_made=True), former, words)
    listed = table(words, "archive_list", shown, "pack received_until pack_language pack_kept")
    title = words("archive_title", year=page.plan.year)
    block = headline(title, page.opening, words("archive_note"), parts=[listed])
    text = html.of_blocks([block], Look(title, words.language, alone=True), "archive")
    _write(pack / ARCHIVE / LIST, fonts.put(text, fonts.rule([text])))
    for each in former:
        _write(each.folder / ARCHIVE / LIST, FORWARD)


def _write(file: Path, text: str) -> None:
    """Write a text where it is another than what is there."""
    content = text.encode()
    if file.is_file() and file.read_bytes() == content:
        return
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_name(".list.part")
    part.write_bytes(content)
    part.replace(file)


def _rows(now: Published, former: list[Published], words: Words) -> pd.DataFrame:
    """A row a pack, the newest first; the one in place is not listed twice."""
    packs = [now, *(each for each in former if each.id != now.id)]
    packs.sort(key=newest, reverse=True)
    return pd.DataFrame([_row(each, each is now, words) for each in packs])


def _row(pack: Published, in_place: bool, words: Words) -> dict[str, str]:
    row = {"pack": pack.id, "received_until": "", "pack_language": "", "page": ""}
    row["pack_kept"] = words("pack_in_place" if in_place else KEPT[pack.state])
    if pack.id.startswith(UNKNOWN):
        return row
    as_of, by, language, *_ = pack.id.split("_")
    as_of, by = (words.date(dt.date.fromisoformat(day)) for day in (as_of, by))
    return row | {
        "pack": words("pack_of", as_of=as_of),
        "received_until": by,
        "pack_language": words(LANGUAGES[language]),
        "page": "../index" if in_place else f"{pack.id}/index",
    }
