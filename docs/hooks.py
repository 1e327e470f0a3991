"""What is made while the site is built: a page a replicated paper, the charts of the gallery, links to the glossary."""

from __future__ import annotations

import csv
import re
from pathlib import Path
from typing import Any

import gallery
import glossary_links
from mkdocs.structure.files import File, Files

PAPERS = Path(__file__).resolve().parents[1] / "detente" / "replications"


def cells(folder: Path) -> int | None:
    """How many published cells lie beside a paper's README; None where they are not in one table."""
    file = folder / "published.csv"
    if not file.exists():
        return None
    with file.open(encoding="utf-8", newline="") as rows:
        return sum(1 for _ in csv.DictReader(rows))


def page(folder: Path) -> str:
    """A paper's page: its README, or a line where it has none; its rows; the command that prints them."""
    name = re.search(r'^PAPER = "(.+)"', (folder / "cases.py").read_text("utf-8"), re.M)
    if name is None:
        raise ValueError(f"{folder.name}/cases.py does not say by which name it is replicated")
    readme = folder / "README.md"
    told = readme.read_text("utf-8").rstrip() if readme.exists() else f"# {name[1]}"
    count = cells(folder)
    rows = "" if count is None else f"{count} rows of published numbers lie beside it. "
    return f"{told}\n\n## Theirs, ours, gap\n\n{rows}To see them:\n\n    detente replicate {name[1]}\n"


def folders() -> list[Path]:
    """The folders of the replicated papers."""
    return sorted(p.parent for p in PAPERS.glob("*/cases.py"))


def on_config(config: Any, **_: Any) -> Any:
    """Put the pages of the papers below `Replications`."""
    part = next(entry for entry in config.nav if "Replications" in entry)
    part["Replications"] = ["replications/index.md", *(f"replications/{f.name}.md" for f in folders())]
    return config


def on_files(files: Files, config: Any, **_: Any) -> Files:
    """Add the pages of the replications and their list, and the charts of the gallery."""
    lines = []
    for folder in folders():
        text = page(folder)
        title = re.search(r"^# (.+)$", text, re.M)
        lines.append(f"- [{title[1] if title else folder.name}]({folder.name}.md)")
        made = File.generated(config, f"replications/{folder.name}.md", content=text)
        files.append(made)
    for name, chart in gallery.charts().items():
        files.append(File.generated(config, f"gallery/{name}", content=chart))
    head = (
        "# Replications\n\nEvery model stands beside a published table, at the printed precision. What is missed stays"
        " on the page, with its reason.\n\n"
    )
    files.append(File.generated(config, "replications/index.md", content=head + "\n".join(lines) + "\n"))
    return files


def on_page_content(html: str, page: Any, files: Files, **_: Any) -> str:
    """Link the terms of the glossary on every page that people read; made references stay as they are."""
    if page.file.src_uri == "glossary.md":
        return glossary_links.with_anchors(html)
    if page.file.src_uri in ("commands.md", "reference.md", "licences.md"):
        return html
    target = files.get_file_from_path("glossary.md")
    return html if target is None else glossary_links.linked(html, target.url_relative_to(page.file))
