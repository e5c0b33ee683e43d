"""Where the templates of papers are: those of the plan folder, else the shipped ones."""

from __future__ import annotations

import functools
import shutil
from importlib.metadata import version
from pathlib import Path

from yxq.papers.deck import Deck
from yxq.papers.mail import Mail
from yxq.papers.template import Template
from yxq.plan.units import nearest
from yxq.tables.digests import sha
from yxq.words.errors import refusal
from yxq.words.wording import LANGUAGES, Words

SHIPPED = Path(__file__).parent / "templates"
FOLDER = "papers"  # of a plan folder
FILLED_BY = ("docxtpl", "jinja2", "python-docx", "python-pptx")
KINDS: dict[str, type[Template | Deck | Mail]] = {".docx": Template, ".pptx": Deck, ".txt": Mail}
TEMPLATES = {
    "paper_notice_now": ".docx",
    "paper_notice_year": ".docx",
    "paper_leader": ".docx",
    "paper_assignment": ".docx",
    "paper_feedback": ".docx",
    "paper_reminder": ".docx",
    "paper_slides": ".pptx",
    "paper_mail": ".txt",
}
"""The templates, by the wording that each is called by, and what kind of file each is, of KINDS."""


class Shelf:
    """The templates of one plan folder in one language, each read when it is first wanted."""

    def __init__(self, plan_folder: Path, words: Words) -> None:
        """Nothing is read yet."""
        self.words, self._own = words, plan_folder / FOLDER
        self.template = functools.cache(self._template)

    def file_of(self, key: str) -> Path:
        """The file of a template, the plan folder's own where it has one."""
        name = file_name(key, self.words)
        own = self._own / name
        return own if own.exists() else SHIPPED / self.words.language / name

    def _template(self, key: str) -> Template | Deck | Mail:
        return KINDS[TEMPLATES[key]](self.file_of(key))

    def unknown(self) -> dict[str, str]:
        """Files among the templates of the plan folder that are that of no paper, each with why."""
        known = {file_name(key, words) for words in map(Words, LANGUAGES) for key in TEMPLATES}
        files = sorted(file.name for file in own_files(self._own.parent))
        said = {}
        for name in files:
            if name not in known:
                near = nearest(name, {each: each for each in known}, str) or [*known]
                error = refusal("paper_of_no_name", near=near, template=name)
                said[name] = error.chinese if self.words.language == "zh" else f"{error}"
        return said


def file_name(key: str, words: Words) -> str:
    """What the file of a template is called in a language."""
    return f"{words(key)}{TEMPLATES[key]}"


def own_files(plan_folder: Path) -> list[Path]:
    """The templates of a plan folder, those that an office program has open left out."""
    files = [file for kind in KINDS for file in (plan_folder / FOLDER).glob(f"*{kind}")]
    return sorted(file for file in files if not file.name.startswith(("~", ".")))


def digest(plan_folder: Path) -> str:
    """A digest of the plan folder's own templates, and of what fills them; the shipped ones are the
    program's.
    """
    parts = [(name.encode(), version(name).encode()) for name in FILLED_BY]
    parts += [(file.name.encode(), file.read_bytes()) for file in own_files(plan_folder)]
    return sha(*(part for pair in parts for part in pair))


def take_over(out: Path) -> list[Path]:
    """Put the shipped templates into a plan folder, to be edited there; those that are there stay.
    What was put.
    """
    made = []
    for shipped in sorted(file for kind in KINDS for file in SHIPPED.rglob(f"*{kind}")):
        target = out / FOLDER / shipped.name
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(shipped, target)
            made.append(target)
    return made
