"""Small documents of our own, as they are read."""

from yxq.documents.drafts import Drafted, drafted
from yxq.documents.read import Document, Paragraph

HEAD = ("样市2024年质量工作要点", "一、主要目标")


def document(*texts: str, head: tuple[str, ...] = HEAD) -> Drafted:
    """What is drafted from paragraphs of text under a title."""
    paragraphs = tuple(Paragraph(text, f"line {n}") for n, text in enumerate((*head, *texts), 1))
    return drafted(Document("made.txt", "txt", "utf-8", paragraphs, ()))


def english(*texts: str) -> Drafted:
    """The same of an English plan for 2021 to 2025."""
    return document(*texts, head=("Sampleton plan 2021-2025",))


def asked(found: Drafted) -> list[tuple[str, str]]:
    """What each draft asks, and by when."""
    return [(d.require, d.by.isoformat() if d.by else "") for d in found.drafts]
