"""The page as one file: opens from a disk, asks for nothing, and its levers step over points that were solved."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from detente.faces import answers, proof, words
from detente.faces.page import assets, captions, charts, render, screen_values, views
from detente.faces.page.view_query import ViewQuery
from detente.faces.picture.chart import SLIM, WIDE, Chart

POINTS = (-30, -20, -10, 0, 10, 24, 34, 50, 75, 100)  # percentage points of each lever
SCRIPTS = ("detente.js", "export.js")
JsonRow = dict[str, Any]


@dataclass(frozen=True)
class LeverGrid:
    """Real income, percent, of every economy at every pair of lever points, each pair solved.

    points: the stops of either lever; titles: of the levers; rows: by the points of the first, then of the second;
    about: the world, the horizon and the elasticities.
    """

    parties: tuple[str, ...]
    titles: tuple[str, str]
    points: tuple[int, ...]
    codes: tuple[str, ...]
    names: tuple[str, ...]
    rows: tuple[JsonRow, ...]
    about: JsonRow

    @property
    def zero(self) -> int:
        """The stop at which nothing is moved."""
        return self.points.index(0)

    def chart(self, first: int, second: int, asked: tuple[str, str]) -> Chart:
        """The chart of a pair of points; asked: the days."""
        income = self.rows[self.points.index(first) * len(self.points) + self.points.index(second)]["x"]
        rows = [
            {"economy": code, "name": name, "real_income": value, "low": None, "high": None}
            for code, name, value in zip(self.codes, self.names, income, strict=True)
        ]
        moves = [
            f"{title} {words.signed(points, 0)} points"
            for title, points in zip(self.titles, (first, second), strict=True)
            if points
        ]
        title = "Real income: the parties and the economies most affected"
        caption = captions.priced(title, views.CHANGE, self.about, asked, ", ".join(moves) or "No duty is moved")
        return Chart(caption, charts.economies(rows, self.parties))

    def to_json(self, asked: tuple[str, str]) -> JsonRow:
        """The grid as the script reads it: rows of income x, the world's w and proof; drawings, packed."""
        return {
            "drawings": self._packed_drawings(asked),
            "points": self.points, "rows": self.rows, "codes": self.codes, "names": self.names,
            "titles": self.titles,
            "parties": [
                {"code": code, "name": words.economy(code), "at": self.codes.index(code)}
                for code in self.parties if code in self.codes
            ],
        }  # fmt: skip

    def _packed_drawings(self, asked: tuple[str, str]) -> str:
        """The drawings of every pair of points in both widths, as JSON, packed with gzip, in base 64."""
        drawn = (self.chart(first, second, asked) for first in self.points for second in self.points)
        text = json.dumps([[chart.svg(WIDE), chart.svg(SLIM)] for chart in drawn])
        return base64.b64encode(gzip.compress(text.encode(), mtime=0)).decode()


def page(as_of: str, known: str) -> str:
    """The whole file. Raises QuestionError, NotConverged."""
    query = ViewQuery("now", as_of, known)
    grid = solve_grid(as_of, known)
    scripts = [inline_script(assets.static(name)) for name in SCRIPTS]
    style = assets.static("detente.css")
    hashes = " ".join(f"'{digest(script)}'" for script in scripts)
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src '{digest(style)}'; base-uri 'none'; form-action 'none'"
    )
    values = {
        "standalone": True, "scripts": scripts, "style": style, "policy": policy, "static": "", "grid": grid,
        "economies": grid.chart(0, 0, (as_of, known)), "solved": grid.to_json((as_of, known)),
    }  # fmt: skip
    model = views.now(query)
    assert isinstance(model.content, views.NowContent)
    screen = screen_values.values(model.content.screen, links=False)
    return render.render("page/export.html", render.context(query, model) | screen | values)


def inline_script(script: str) -> str:
    """A script as it can stand inside a page: nothing in it ends the tag."""
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def digest(text: str) -> str:
    """A content security policy's hash of an inline script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def solve_grid(as_of: str, known: str) -> LeverGrid:
    """Solve every pair of lever points. Raises NotConverged."""
    from detente.ask.questions.what_if import whatif

    (first_lever, first_title), (second_lever, second_title) = answers.levers()

    def solve(first: float, second: float) -> JsonRow:
        levers = {first_lever: first, second_lever: second}
        return whatif(levers, as_of=as_of, known=known, **answers.shown()._asdict()).data

    points = _points_from(solve(1, 1)["moves"])
    solved = [solve(first, second) for first in points for second in points]
    economies = solved[0]["economies"]
    return LeverGrid(
        answers.parties(),
        (first_title, second_title),
        points,
        tuple(row["economy"] for row in economies),
        tuple(row["name"] for row in economies),
        tuple(_grid_row(data) for data in solved),
        solved[0]["economy"],
    )


def _points_from(moves: list[JsonRow]) -> tuple[int, ...]:
    """The stops of levers that move these pairs: nobody takes more off than the average duty."""
    averages = [move["average_before_pct"] or 0.0 for move in moves]
    return tuple(point for point in POINTS if point >= 0 or -point <= min(averages, default=0.0))


def _grid_row(data: JsonRow) -> JsonRow:
    return {
        "x": [round(row["real_income"], 5) for row in data["economies"]],
        "w": round(data["world_mean"], 5),
        "proof": f"Solved, not interpolated: {proof.residual(data['solver']['gap'])}.",
    }
