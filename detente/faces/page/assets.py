"""Files that go with the page: citations, the README of a download, scripts and styles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from html import escape
from importlib import resources
from typing import TYPE_CHECKING, Any

from detente.ask.answer import package_version

if TYPE_CHECKING:
    from detente.faces.page.view_query import ViewQuery
    from detente.faces.page.views import ViewModel

JsonRow = dict[str, Any]
LICENCE = (
    "Numbers and text made by détente: MIT licence. Facts carry no licence; quotations are short and name their source."
    " World tables: see the licence of each in `meta` and in the package's documentation."
)


@dataclass(frozen=True)
class Citation:
    """How to cite what is shown."""

    bibtex: str
    apa: str


def citation(title: str, as_of: str, known: str) -> Citation:
    """How to cite what is shown, as BibTeX and in APA style."""
    version, today = package_version(), date.today()
    full = f"{title}: talks of {as_of}, as known on {known}"
    return Citation(
        bibtex="@misc{detente-" + f"{title.lower().replace(' ', '-')}-{as_of}" + ",\n"
        f"  title = {{{full}}},\n  author = {{{{The détente authors}}}},\n  year = {{{today.year}}},\n"
        f"  note = {{détente {version}, seen {today.isoformat()}}}\n}}",
        apa=f"The détente authors. ({today.year}). {full} (Version {version}) [Computer software output]. Seen"
        f" {today.isoformat()}.",
    )


def embedded(query: ViewQuery, model: ViewModel, cited: Citation) -> str:
    """The figure of another page that shows a view's picture, saved beside it."""
    picture, words = f"detente-{query.view}-{query.as_of}.svg", escape(f"{model.title}: {model.headline}")
    caption = escape(cited.apa, quote=False)
    return f'<figure><img src="{picture}" alt="{words}">\n<figcaption>{caption}</figcaption></figure>'


def readme(query: ViewQuery, model: ViewModel) -> str:
    """The README of a zip."""
    cite = citation(model.title, query.as_of, query.known)
    return "\n".join(
        [f"détente {package_version()}: {model.title}", "", model.headline, "",
         f"talks of {query.as_of}, as known on {query.known}; address {query.url()}", "", "Repeat:",
         f"  {model.command}", f"  {model.python}", "", "Cite:", cite.apa, "", cite.bibtex, "", LICENCE, ""]
    )  # fmt: skip


@cache
def static(name: str) -> str:
    """A file of the page."""
    return (resources.files("detente.faces.page") / "static" / name).read_text("utf-8")
