"""Whether a file may be a template: what is damaged, too large, or would act is refused."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from yxq.words.errors import PlanError, refusal

LARGEST = 20 << 20  # bytes that a template may unpack to
MOST_TEXT = 2 << 20  # and of them its text, or each of its slides
PARTS = 500
CONTENT = "application/vnd.openxmlformats-officedocument"
ACTING_PART = re.compile(r"vba|/activex/|/embeddings/|/afchunk", re.IGNORECASE)
RELATION = re.compile(r"<(?:\w+:)?Relationship\b[^>]*>")
ACTING_RELATION = re.compile(
    r"/relationships/(?:oleObject|package|control|aFChunk|subDocument|frame|vbaProject)[\"']",
    re.IGNORECASE,
)
HYPERLINK = re.compile(r"/hyperlink[\"']")
EXTERNAL = re.compile(r"TargetMode\s*=\s*[\"']External", re.IGNORECASE)
ATTRIBUTE = re.compile(r"Target\s*=\s*[\"']([^\"']*)")
# Fields that fetch, run or include something when the paper is opened.
INSTRUCTION = re.compile(
    r"<w:instrText\b[^>]*>(.*?)</w:instrText>|w:instr\s*=\s*\"([^\"]*)\"", re.S
)
ACTING_FIELD = re.compile(
    r"\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|IMPORT|LINK|DATABASE|MACROBUTTON|RD)\b",
    re.IGNORECASE,
)
# What a click or the mouse on a slide does, but for going to another slide.
ACTION = re.compile(r"\baction\s*=\s*[\"']([^\"']+)")
TO_A_SLIDE = re.compile(r"ppaction://hlink(?:sldjump|showjump)\b[\w?=]*$")
HOVER = re.compile(r"<(?:\w+:)?(hlinkHover|hlinkMouseOver)\b")


@dataclass(frozen=True)
class Kind:
    """A kind of file: its main part and that one's type, where its text is, and the wording that
    refuses what is none.
    """

    main: str
    content: str
    text: re.Pattern[str]
    is_none: str


WORD = Kind(
    "word/document.xml",
    f"{CONTENT}.wordprocessingml.document.main+xml",
    re.compile(r"word/document\.xml"),
    "paper_no_word",
)
SLIDES = Kind(
    "ppt/presentation.xml",
    f"{CONTENT}.presentationml.presentation.main+xml",
    re.compile(r"ppt/(?:slides|slideLayouts|slideMasters|notesSlides)/[^/]+\.xml"),
    "paper_no_slides",
)


class PaperError(PlanError):
    """A template that cannot be filled; the message names it, the place and the mend."""


def damaged(name: str, what: str) -> Exception:
    """The refusal of a template that is no whole file, and what is wrong."""
    return refusal("paper_damaged", PaperError, template=name, what=what)


def checked(data: bytes, name: str, kind: Kind = WORD) -> bytes:
    """The bytes of a template that may be used; raises `PaperError` for any other."""
    for part, text in _texts(data, name, kind).items():
        if "<!DOCTYPE" in text or "<!ENTITY" in text or "\0" in text:
            raise damaged(name, part)
        if part.endswith(".rels"):
            _check_relations(text, name)
        elif acting := _acting(text, kind):
            raise refusal("paper_acts", PaperError, template=name, what=acting)
    return data


def _acting(text: str, kind: Kind) -> str:
    """What acts in a part: fields of Word, what a click or the mouse does on a slide."""
    if kind is WORD:
        found = ACTING_FIELD.search("".join(map("".join, INSTRUCTION.findall(text))))
        return found[1] if found else ""
    acting = [action for action in ACTION.findall(text) if not TO_A_SLIDE.match(action)]
    return "".join([*acting, *HOVER.findall(text)][:1])


def _texts(data: bytes, name: str, kind: Kind) -> dict[str, str]:
    """The parts of a file that are text."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            _check_members(members, name, kind)
            parts = [m.filename for m in members if m.filename.endswith((".xml", ".rels"))]
            texts = {part: packed.read(part).decode("utf-8", "replace") for part in parts}
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        ValueError,
        OSError,
        NotImplementedError,
    ) as e:
        if isinstance(e, PaperError):
            raise
        raise damaged(name, "ZIP") from None
    types = texts.get("[Content_Types].xml", "")
    if kind.main not in texts or f'"{kind.content}"' not in types:
        raise refusal(kind.is_none, PaperError, template=name)
    return texts


def _check_members(members: list[zipfile.ZipInfo], name: str, kind: Kind) -> None:
    """Before anything is unpacked: how much there is, and what it is called."""
    size = sum(member.file_size for member in members)
    texts = [member.file_size for member in members if kind.text.fullmatch(member.filename)]
    names = [member.filename for member in members]
    too_long = max(texts, default=0) > MOST_TEXT
    if size > LARGEST or too_long or len(names) > PARTS or len({*names}) < len(names):
        raise refusal("paper_too_large", PaperError, template=name, most=LARGEST >> 20)
    if any(member.flag_bits & 1 for member in members):
        raise refusal("paper_locked", PaperError, template=name)
    if acting := next(filter(ACTING_PART.search, names), ""):
        raise refusal("paper_acts", PaperError, template=name, what=acting)


def _check_relations(text: str, name: str) -> None:
    """Nothing outside but links that a reader follows, and nothing that acts."""
    for relation in RELATION.findall(text):
        outside = EXTERNAL.search(relation) and not HYPERLINK.search(relation)
        if outside or ACTING_RELATION.search(relation):
            target = ATTRIBUTE.search(relation)
            what = target[1] if target else relation
            raise refusal("paper_acts", PaperError, template=name, what=what)
