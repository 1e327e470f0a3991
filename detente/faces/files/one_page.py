"""The page as one file: opens from a disk, asks for nothing, and its levers step over points that were solved."""

from __future__ import annotations

import base64
import hashlib
import re
from typing import Any

from detente.faces.page import assets, charts, render, views
from detente.faces.page.views import ViewQuery

POINTS = (-30, -20, -10, 0, 10, 24, 34, 50, 75, 100)
SCRIPTS = ("vendor/vega.min.js", "vendor/vega-lite.min.js", "vendor/vega-embed.min.js")


def page(as_of: str, known: str) -> str:
    """The whole file. Raises QuestionError, NotConverged."""
    asked = ViewQuery("now", as_of, known)
    shown = views.now(asked)
    told = grid(as_of, known)
    first = {k: told[k] for k in ("names", "codes")}
    zero = told["rows"][told["us"].index(0) * len(told["china"]) + told["china"].index(0)]
    rows = [
        {"economy": c, "name": n, "real_income": x, "low": None, "high": None}
        for c, n, x in zip(first["codes"], first["names"], zero["x"], strict=True)
    ]
    scripts = [*(plain(assets.static(name)) for name in SCRIPTS), assets.interpreter(),
               plain(assets.static("detente.js")), plain(assets.static("export.js"))]  # fmt: skip
    style = assets.static("detente.css")
    policy = (
        "default-src 'none'; img-src data: blob:; script-src " + " ".join(f"'{digest(s)}'" for s in scripts)
        + f"; style-src '{digest(style)}'; base-uri 'none'; form-action 'none'"
    )  # fmt: skip
    return (
        render.environment()
        .get_template("page/export.html")
        .render(
            render.context(asked, shown)
            | {"alone": True, "scripts": scripts, "style": style, "policy": policy, "grid": told,
               "chart_of": charts.economies(rows), "static": ""}
        )
    )  # fmt: skip


def plain(script: str) -> str:
    """A script as it can stand inside a page: no map to fetch, nothing that ends the tag."""
    text = re.sub(r"^//# sourceMappingURL=.*$", "", script, flags=re.M)
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def digest(text: str) -> str:
    """A content security policy's hash of an inline script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def grid(as_of: str, known: str) -> dict[str, Any]:
    """Real income of every economy at every pair of lever points, each solved."""
    from detente.ask.questions.what_if import whatif

    found = [
        whatif({"us_on_china": a, "china_on_us": b}, as_of=as_of, known=known, dossier=views.DOSSIER).data
        for a in POINTS for b in POINTS
    ]  # fmt: skip
    rows = [
        {"x": [round(r["real_income"], 5) for r in d["economies"]], "w": round(d["world_mean"], 5),
         "g": f"{d['solver']['gap']:.0e}"}
        for d in found
    ]  # fmt: skip
    economies = found[0]["economies"]
    codes = [r["economy"] for r in economies]
    return {"us": list(POINTS), "china": list(POINTS), "rows": rows, "codes": codes,
            "names": [r["name"] for r in economies], "at": {c: codes.index(c) for c in ("USA", "CHN")}}  # fmt: skip
