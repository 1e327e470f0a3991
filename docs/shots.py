"""Six views as the README shows them: `python docs/shots.py` writes docs/page-*.png from the page as it is.

Needs Chromium, Playwright and Pillow; each picture is the first 1280 by 1250 of a view.
"""

from __future__ import annotations

import io
import shutil
import socket
import sys
import threading
import time
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import sync_playwright

from detente.faces.page import server as serve

HERE = Path(__file__).resolve().parent
DAY = "asof=2025-10-26"
VIEWS = {
    "now": f"/?{DAY}",
    "record": f"/record?{DAY}",
    "what-if": f"/what-if?{DAY}&us_on_china=24&china_on_us=24",
    "table": f"/table?{DAY}",
    "methods": f"/methods?{DAY}&paper=liberation-day",
    "country": f"/country?{DAY}&economy=DEU",
}
ARGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
LARGEST = 150_000  # bytes of a picture


def start() -> tuple[uvicorn.Server, str]:
    """The page on a free port of this machine, and its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(serve.app(warm=False), host="127.0.0.1", port=port, log_level="error"))
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.02)
    return server, f"http://127.0.0.1:{port}"


def small(shot: bytes) -> bytes:
    """A screenshot, in fewer colours only where it would be too large."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    for made in (picture, picture.quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)):
        out = io.BytesIO()
        made.save(out, "png", optimize=True)
        if out.tell() <= LARGEST:
            break
    return out.getvalue()


def main() -> None:
    """Write the pictures."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        sys.exit("screenshots need Chromium: apt-get install chromium")
    server, site = start()
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=ARGS)
        page = browser.new_page(viewport={"width": 1280, "height": 1250}, color_scheme="light", locale="en-GB")
        page.set_default_timeout(240_000)
        for name, address in VIEWS.items():
            page.goto(site + address)
            made = small(page.screenshot())
            if len(made) > LARGEST:
                sys.exit(f"docs/page-{name}.png: {len(made)} bytes, above {LARGEST}")
            (HERE / f"page-{name}.png").write_bytes(made)
            print(f"docs/page-{name}.png: {len(made)} bytes")
        browser.close()
    server.should_exit = True


if __name__ == "__main__":
    main()
