"""The notebooks in a real JupyterLab, driven through a real browser as an analyst would: change a
parameter, run all, look.
"""

import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect, sync_playwright
from project import ROOT

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
]
# every cell is in the page, also off screen; nothing is asked of anybody, nothing fetched, nothing
# saved unasked
SETTINGS = {
    "settings/@jupyterlab/notebook-extension/tracker.jupyterlab-settings": {
        "windowingMode": "none"
    },
    "settings/@jupyterlab/docmanager-extension/plugin.jupyterlab-settings": {"autosave": False},
    "settings/@jupyterlab/apputils-extension/notification.jupyterlab-settings": {
        "fetchNews": "false",
        "checkForUpdates": False,
    },
    "config/labconfig/page_config.json": {
        "disabledExtensions": {
            "@jupyterlab/extensionmanager-extension": True,
            "@jupyterlab/apputils-extension:announcements": True,
        }
    },
}
PLACES = {f"JUPYTER_{kind.upper()}_DIR": kind for kind in ("config", "data", "runtime")} | {
    "IPYTHONDIR": "ipython"
}
PLACES |= {f"JUPYTERLAB_{kind.upper()}_DIR": kind for kind in ("settings", "workspaces")}
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')].map(prompt => prompt.textContent.trim())"
SHOWN = """() => [...document.querySelectorAll('.jp-CodeCell')].map(cell => {
  const all = what => [...cell.querySelectorAll('.jp-OutputArea-output' + what)], said = found => found.map(e => e.innerText).join('\\n');
  return {text: said(all('')), error: said(all(':is([data-mime-type$="jupyter.error"], [data-mime-type$="jupyter.stderr"])')),
    headings: all(' h1').map(h => h.innerText), drawn: all(' svg').map(svg => [svg.getBoundingClientRect().width, svg.textContent]),
    pictures: all(' img').map(img => [img.getBoundingClientRect().width, img.naturalWidth]),
    missed: all(' .not-attained').map(e => getComputedStyle(e).backgroundColor),
    over: all('').filter(e => e.scrollWidth > e.clientWidth + 1).length}; })"""


@pytest.fixture(scope="module")
def lab(demo_processed, tmp_path_factory) -> Iterator[str]:
    """The address of a JupyterLab on a project's notebooks that leaves the user's own settings
    alone.
    """
    project = tmp_path_factory.mktemp("lab")
    shutil.copytree(ROOT / "notebooks", project / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copytree(demo_processed, project / "data" / "processed")
    home = project / ".lab"
    for name, values in SETTINGS.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_text(json.dumps(values), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port, token = free.getsockname()[1], secrets.token_hex(16)
    command = [
        sys.executable,
        "-m",
        "jupyterlab",
        "--no-browser",
        "--allow-root",
        "--ip=127.0.0.1",
        f"--port={port}",
        "--ServerApp.port_retries=0",
    ]
    settled = (
        os.environ
        | {name: str(home / place) for name, place in PLACES.items()}
        | {"JUPYTER_TOKEN": token}
    )
    with (home / "log").open("w", encoding="utf-8") as log:
        server = subprocess.Popen(
            command, cwd=project, env=settled, stdin=subprocess.DEVNULL, stdout=log, stderr=log
        )
    try:
        until = time.monotonic() + 60
        while not answers(f"http://127.0.0.1:{port}/api/status?token={token}"):
            assert server.poll() is None and time.monotonic() < until, (home / "log").read_text(
                encoding="utf-8"
            )
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/lab/tree/notebooks/{{}}?reset&token={token}"
    finally:
        server.terminate()  # it ends its kernels, then itself
        try:
            server.wait(30)
        finally:
            server.kill()


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=5).close()
    except OSError:
        return False
    return True


@pytest.fixture(scope="module")
def browser(chromium):
    with sync_playwright() as started:
        launched = started.chromium.launch(executable_path=chromium, args=QUIET)
        yield launched
        launched.close()


@pytest.fixture
def page(browser) -> Iterator[Page]:
    """A window of its own, for one that holds a notebook that was changed asks before it goes
    elsewhere.
    """
    made = browser.new_page(viewport={"width": 1280, "height": 900})
    yield made
    made.close()


def opened(page: Page, address: str, name: str) -> None:
    """Until its cells are in the page and its kernel is ready."""
    page.goto(address.format(name))
    expect(page.locator(".jp-CodeCell .cm-content").first).to_be_visible(timeout=60_000)
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=60_000)


def typed(page: Page, old: str, new: str) -> None:
    """Click into the line of a parameter, select it, type it anew."""
    line = page.locator(".jp-CodeCell .cm-line", has_text=old)
    whole = line.inner_text().replace(old, new)
    line.click()
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.type(whole)
    expect(page.locator(".jp-CodeCell .cm-line", has_text=new)).to_have_text(whole)


def run_all(page: Page) -> list[dict[str, Any]]:
    """By the menu, until the first cell has begun anew and then none is waiting; what each code
    cell shows.
    """
    before = page.evaluate(f"{PROMPTS}[0]")
    page.locator(".lm-MenuBar-item", has_text=re.compile("^Run$")).click()
    page.locator(".lm-Menu-item[data-command='runmenu:run-all']").click()
    page.wait_for_function(f"before => {PROMPTS}[0] !== before", arg=before, timeout=120_000)
    page.wait_for_function(f"() => !{PROMPTS}.includes('[*]:')", timeout=120_000)
    expect(page.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=60_000)
    shown: list[dict[str, Any]] = page.evaluate(SHOWN)
    return shown


def test_another_town_and_then_a_slip(lab, page):
    opened(page, lab, "town.ipynb")
    typed(page, '"丁蜀镇"', '"和桥镇"')
    shown = run_all(page)
    assert [cell["error"] for cell in shown if cell["error"]] == []
    assert next(cell["headings"] for cell in shown if cell["headings"]) == ["和桥镇"]
    drawn = [drawing for cell in shown for drawing in cell["drawn"]]
    assert len(drawn) >= 3 and all(
        width > 300 and re.search("[一-鿿]{4}", text) for width, text in drawn
    )
    assert {colour for cell in shown for colour in cell["missed"]} == {
        "rgb(235, 154, 91)"
    }  # the page's own look
    assert not sum(cell["over"] for cell in shown)
    typed(page, '"和桥镇"', '"丁属镇"')
    shown = run_all(page)
    wrong = next(n for n, cell in enumerate(shown) if cell["error"])
    assert shown[wrong]["error"].splitlines() == [
        "没有叫“丁属镇”的单位；是不是：丁蜀镇？",
        "unknown unit '丁属镇'; did you mean 丁蜀镇?",
    ]
    # Nothing of the former town is left. A cell that reaches the kernel after it has dropped those
    # that were waiting is run, and finds no page.
    left = [cell["text"] for cell in shown[wrong + 1 :] if cell["text"]]
    assert all("NameError" in text and "和桥镇" not in text for text in left)


def test_the_tour(lab, page):
    opened(page, lab, "explore.ipynb")
    shown = run_all(page)
    assert [cell["error"] for cell in shown if cell["error"]] == []
    assert len(shown) == 26 and all(cell["text"] or cell["pictures"] for cell in shown[3:])
    pictures = [picture for cell in shown for picture in cell["pictures"]]
    assert len(pictures) == 7 and all(
        500 < width <= real / 1.5 for width, real in pictures
    )  # sharp
    assert "synthetic data" in shown[3]["text"]
