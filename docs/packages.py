"""What the wheel depends on, read from the hashed requirements: names, versions, hashes, who asks for them."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Pinned:
    """One pinned package: hashes are sha256, asked_by the packages that need it."""

    name: str
    version: str
    hashes: tuple[str, ...]
    asked_by: tuple[str, ...]

    @property
    def line(self) -> str:
        """The requirement as pip reads it."""
        return " ".join([f"{self.name}=={self.version}", *(f"--hash=sha256:{h}" for h in self.hashes)])


def pinned(file: str) -> dict[str, Pinned]:
    """{name: package} of requirements/FILE."""
    found = {}
    text = (ROOT / "requirements" / file).read_text("utf-8")
    for block in re.split(r"^(?=[a-z0-9][a-z0-9._-]*==)", text, flags=re.M):
        head = re.match(r"([a-z0-9._-]+)==(\S+)", block)
        if head:
            asked = re.findall(r"^ +#(?: via)? +([a-z0-9._-]+)$", block, re.M)
            found[head[1]] = Pinned(head[1], head[2], tuple(re.findall(r"sha256:(\w+)", block)), tuple(asked))
    return found


def wanted(*extras: str) -> set[str]:
    """The names that pyproject.toml asks for: the core, and these extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    lines = [*project["dependencies"], *(x for e in extras for x in project["optional-dependencies"][e])]
    return {re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in lines}


def needed(*extras: str) -> list[Pinned]:
    """Everything an installation brings, sorted by name: what is asked for, and what that asks for in turn."""
    every = (pinned("test.txt") if extras else {}) | pinned("core.txt")
    names = wanted(*extras)
    while more := {p.name for p in every.values() if names & set(p.asked_by)} - names:
        names |= more
    return [every[name] for name in sorted(names)]
