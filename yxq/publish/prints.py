"""The PDFs of a pack: printed anew only where the page, or the browser, is another."""

from __future__ import annotations

import shutil
from pathlib import Path

from yxq.publish import pdf
from yxq.publish.manifest import LastPack
from yxq.publish.messages import log
from yxq.report import html


class Printer:
    """How the pages of a pack become PDFs; without a browser they do not."""

    def __init__(self, browser: Path | None, last: LastPack) -> None:
        """`last` is the pack from which prints that would be the same are taken over; raises
        `ValueError` for what is no browser.
        """
        self.browser, self.last = browser, last
        self.version = pdf.version(browser) if browser else ""

    def print(self, pages: list[Path]) -> dict[Path, str]:
        """Print pages beside themselves, under `pdf/`; what could not be printed, with why."""
        if self.browser is None:
            return {}
        todo: dict[Path, Path] = {}
        same_browser = self.last.manifest.get("printed_by") == self.version
        for page in pages:
            target = page.parent / "pdf" / f"{page.stem}.pdf"
            name = f"pdf/{target.name}"
            if same_browser and self._same(page) and self.last.is_as_made(name):
                target.parent.mkdir(exist_ok=True)
                shutil.copyfile(self.last.folder / name, target)
            else:
                todo[page] = target
        if todo:
            log.info(f"{len(todo)} pages are printed")
        return pdf.write(todo, self.browser)

    def _same(self, page: Path) -> bool:
        """Whether the last pack's page, as it was made, differs in nothing but the characters of
        its font and the targets that it leads to.
        """
        if not self.last.is_as_made(page.name):
            return False
        before = (self.last.folder / page.name).read_text(encoding="utf-8")
        return html.bare(before) == html.bare(page.read_text(encoding="utf-8"))
