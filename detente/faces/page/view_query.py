"""What a request asks of a view: the view, its days, its parameters, and the addresses that keep them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from urllib.parse import quote_plus

from detente.faces import answers
from detente.faces.timeline_view import FILTERS

VIEWS = {"now": "Now", "record": "Record", "what-if": "What if", "country": "Country", "table": "Table",
         "methods": "Methods"}  # fmt: skip
PATHS = {name: "/" if name == "now" else f"/{name}" for name in VIEWS}
NAMES = {  # of parameters by view; all others are those of What if
    "": ("duty",), "record": FILTERS, "table": ("fallback", "payoff"), "methods": ("paper",),
    "country": ("economy", "sort"),
}  # fmt: skip
PASSING = ("page", "fact", "sort", "part")  # parameters that are not kept from one view to another


def encode(query: Mapping[str, Any]) -> str:
    """A query as it stands in an address; what is empty is left out."""
    return "&".join(f"{_quoted(str(key))}={_quoted(str(value))}" for key, value in query.items() if value)


@lru_cache(maxsize=1024)
def _quoted(text: str) -> str:
    """A name or value as it stands in an address: a page has a hundred links with the same days."""
    return quote_plus(text)


def address(path: str, **query: str) -> str:
    """A path with its query; parameters that are empty are left out."""
    asked = encode(query)
    return f"{path}?{asked}" if asked else path


def of_case() -> str:
    """What an address without a query needs to keep the negotiation that was chosen; empty where none was."""
    return address("", case=answers.chosen())


@dataclass(frozen=True)
class ViewQuery:
    """A view with its query: the days of time travel, the view's own parameters, and the negotiation, if chosen."""

    view: str
    as_of: str
    known: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    case: str = ""

    @property
    def days(self) -> dict[str, str]:
        """The negotiation, if chosen, and the days of time travel, as every address keeps them."""
        known = self.known if self.known != self.as_of else ""
        return {key: value for key, value in {"case": self.case, "asof": self.as_of, "known": known}.items() if value}

    @property
    def encoded(self) -> str:
        """The query as it stands in an address."""
        return encode({**self.days, **self.parameters})

    def url(self) -> str:
        """The address of this state of the page."""
        return f"{PATHS[self.view]}?{self.encoded}"

    @property
    def foreign(self) -> dict[str, str]:
        """The parameters of other views, which a form of this one keeps."""
        return {name: value for name, value in self.parameters.items() if _owner(name) != self.view and value}

    def link(self, view: str) -> str:
        """The address of another view at the same days, which keeps what was chosen in this one and in others."""
        passing = PASSING if view != "country" and self.view != "country" else (*PASSING, "outcome")
        kept = {name: value for name, value in self.parameters.items() if name not in passing}
        return f"{PATHS[view]}?{encode({**self.days, **kept})}"

    def with_parameter(self, name: str, value: str) -> str:
        """The address of this view with another value of one parameter; none where the value is empty."""
        return f"{PATHS[self.view]}?{encode({**self.days, **self.parameters, name: value})}"


def _owner(name: str) -> str:
    """The view that a parameter belongs to; What if has the levers and the pairs of its negotiation."""
    return next((view for view, names in NAMES.items() if name in names), "what-if")
