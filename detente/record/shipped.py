"""YAML files that ship with the package: trusted, and read with the fast loader where libyaml is there."""

from __future__ import annotations

from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

import yaml


def yaml_of(file: Traversable) -> Any:
    """What a shipped YAML file holds; None for an empty one."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text("utf-8"), loader)  # safe loaders only


def reader_file(*parts: str) -> Traversable:
    """A file of the folder of the reader of documents, by the names that lead to it."""
    return files("detente.record.propose").joinpath(*parts)
