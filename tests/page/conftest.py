"""A real browser against the page: `make test-page`. Without a browser these tests fail; they are never skipped."""

import shutil
import socket
import threading
import time
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import sync_playwright

from detente.faces.page import limits
from detente.faces.page import server as page_server

ARGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
VIEWS = {
    "now": "/?asof=2025-10-26",
    "record": "/record?asof=2025-10-26",
    "what-if": "/what-if?asof=2025-10-26&us_on_china=24&china_on_us=24",
    "table": "/table?asof=2025-10-26&fallback=war",
    "methods": "/methods?asof=2025-10-26&paper=liberation-day",
}


@pytest.fixture(scope="session")
def site():
    """The address of the page, served on a free port of this machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "BURST", 1e6)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        server = uvicorn.Server(
            uvicorn.Config(page_server.app(warm=False), host="127.0.0.1", port=port, log_level="error")
        )
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            assert thread.is_alive()
            time.sleep(0.02)
        yield f"http://127.0.0.1:{port}"
        server.should_exit = True
        thread.join(10)


@pytest.fixture(scope="session")
def browser():
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert path, "the page is tested in a real browser: install Chromium (apt-get install chromium)"
    with sync_playwright() as play:
        chromium = play.chromium.launch(executable_path=path, args=ARGS)
        yield chromium
        chromium.close()


@pytest.fixture
def visit(browser, site):
    """Open a page of the site, and note every request, every error and every message of the console."""
    contexts = []

    def open_page(path="/", *, width=1280, theme="light", scripts=True):
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, java_script_enabled=scripts
        )
        contexts.append(context)
        context.set_default_timeout(180_000)  # a busy machine is not a failure
        page = context.new_page()
        page.requested, page.errors = [], []
        page.on("request", lambda r: page.requested.append(r.url))
        page.on("pageerror", lambda e: page.errors.append(str(e)))
        page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
        page.goto(path if "://" in path else site + path)
        return page

    yield open_page
    for context in contexts:
        context.close()


def outside(page, site):
    """Requests of a page that left the site."""
    own = urlsplit(site).netloc
    return [u for u in page.requested if urlsplit(u).scheme not in ("data", "blob") and urlsplit(u).netloc != own]
