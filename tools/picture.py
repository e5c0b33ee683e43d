"""The README's picture: the first screen of a town's page as a browser shows it; `make picture`."""

import io

from PIL import Image
from playwright.sync_api import sync_playwright
from project import ROOT

from yxq.publish import pdf

PAGE = "320282112-dingshu-zhen.html"


def main() -> None:
    """Write docs/town.png, small enough for a page that is often loaded."""
    with sync_playwright() as started:
        browser = started.chromium.launch(
            executable_path=str(pdf.browser()), args=["--no-sandbox", "--disable-gpu"]
        )
        page = browser.new_page(viewport={"width": 1180, "height": 820})
        page.goto((ROOT / "reports" / "2013" / PAGE).as_uri())
        page.evaluate("document.fonts.ready")
        picture = Image.open(io.BytesIO(page.screenshot()))
        browser.close()
    (ROOT / "docs").mkdir(exist_ok=True)
    picture.convert("RGB").quantize(64).save(ROOT / "docs" / "town.png", optimize=True)


if __name__ == "__main__":
    main()
