"""Whether a Word file may be a template: what is damaged, too large, or would act is refused."""

from __future__ import annotations

import io
import re
import zipfile
import zlib

from yxq.words.errors import PlanError, refusal

LARGEST = 20 << 20  # bytes that a template may unpack to
MOST_TEXT = 2 << 20  # and of them its text
PARTS = 500
BODY = "word/document.xml"
CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
IS_DOCUMENT = f'"{CONTENT}.document.main+xml"'
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


class PaperError(PlanError):
    """A template that cannot be filled; the message names it, the place and the mend."""


def checked(data: bytes, name: str) -> bytes:
    """The bytes of a template that may be used; raises `PaperError` for any other."""
    for part, text in _texts(data, name).items():
        if "<!DOCTYPE" in text or "<!ENTITY" in text or "\0" in text:
            raise refusal("paper_damaged", PaperError, template=name, what=part)
        if part.endswith(".rels"):
            _check_relations(text, name)
        elif part.startswith("word/"):
            said = "".join(map("".join, INSTRUCTION.findall(text)))
            if acting := ACTING_FIELD.search(said):
                raise refusal("paper_acts", PaperError, template=name, what=acting[1])
    return data


def _texts(data: bytes, name: str) -> dict[str, str]:
    """The parts of a Word file that are text."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            members = packed.infolist()
            _check_members(members, name)
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
        raise refusal("paper_damaged", PaperError, template=name, what="ZIP") from None
    if BODY not in texts or IS_DOCUMENT not in texts.get("[Content_Types].xml", ""):
        raise refusal("paper_no_word", PaperError, template=name)
    return texts


def _check_members(members: list[zipfile.ZipInfo], name: str) -> None:
    """Before anything is unpacked: how much there is, and what it is called."""
    size = sum(member.file_size for member in members)
    body = sum(member.file_size for member in members if member.filename == BODY)
    names = [member.filename for member in members]
    if size > LARGEST or body > MOST_TEXT or len(names) > PARTS or len({*names}) < len(names):
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
