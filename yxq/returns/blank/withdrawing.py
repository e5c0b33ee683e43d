"""How a form says that a row is withdrawn."""

from __future__ import annotations

from yxq.plan.folder import Folder
from yxq.plan.forms import Form
from yxq.words.wording import Words


def withdrawal(folder: Folder, words: Words) -> str:
    """The word by which a row is withdrawn, in a language; empty where there is none."""
    known = folder.layout.withdrawn
    of_language = [word for word in known if word.isascii() == (words.language == "en")]
    return next(iter([*of_language, *known]), "")


def withdrawing(folder: Folder, form: Form, words: Words) -> str:
    """How a row that was sent is withdrawn; nothing of a form whose rows are not told apart."""
    word = withdrawal(folder, words)
    if not form.key or not word:
        return ""
    columns = words("list").join(form.label(name) for name in form.key if name in form.columns)
    return words("blank_withdraw", columns=columns, word=word)
