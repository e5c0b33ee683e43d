"""From a document's file to its paragraphs, each with its place; nothing is interpreted here.

A file is told by its bytes, never by its name, and read as `word`, `pdf`, `web_page`, `markdown` or
`plain` text; `lines` joins what was broken, `contents` finds the table of contents.
"""

from yxq.documents.read.document import Document, Paragraph
from yxq.documents.read.identify import read

__all__ = ["Document", "Paragraph", "read"]
