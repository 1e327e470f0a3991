"""A pricing context under another closure than fixed deficits: balanced trade, or deficits that are revalued."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any

from detente.ask.pricing.context import MULTI_SECTOR, USES, PricingContext, TariffLevels
from detente.economy import exposure
from detente.economy.models import multi_sector, valuation
from detente.economy.robustness import CLOSURES
from detente.economy.uncertainty import Band
from detente.errors import QuestionError

FIXED, BALANCED, VALUATION = "fixed", "balanced", "valuation"
NAMES = (FIXED, BALANCED, VALUATION)


@dataclass(frozen=True, eq=False)
class ClosedContext(PricingContext):
    """A context whose outcomes are solved under a closure; unclosed: the one with fixed deficits that it is made of."""

    closure_name: str
    unclosed: PricingContext

    @property
    def with_fixed_deficits(self) -> PricingContext:
        """The context that it is made of, at this one's horizon."""
        return replace(self.unclosed, horizon=self.horizon)

    @property
    def closed_by(self) -> str:
        """The name of the closure of the trade balance."""
        return self.closure_name

    @property
    def outcome_model(self) -> Any:
        """The model by which outcomes are solved from their baseline."""
        return valuation if self.closure_name == VALUATION else multi_sector

    def bands(self, base: TariffLevels, outcomes: Mapping[str, TariffLevels], **options: Any) -> Band | None:
        """The band of real income where trade is balanced; none for revalued deficits. Raises QuestionError."""
        if self.closure_name == BALANCED:
            return super().bands(base, outcomes, **options)
        if options.get("draws"):
            raise QuestionError(f"--draws: there is no band under the closure {self.closure_name!r}; leave --draws out")
        return None

    def closure(self, revenue: str) -> dict[str, str]:
        """The closure by name, with what it means."""
        return {
            "name": self.closure_name,
            "meaning": f"{USES[revenue]}; {CLOSURES[self.closure_name]}",
        }


@lru_cache(maxsize=8)
def with_closure(context: PricingContext, closure: str) -> PricingContext:
    """The context under a closure by name; itself for fixed deficits. Raises QuestionError, NotConverged."""
    if closure not in NAMES:
        more = "; closures, with an s, shows wages held beside them" if closure == "held wages" else ""
        raise QuestionError(f"--closure {closure!r}: it is one of {', '.join(NAMES)}{more}")
    if closure == FIXED:
        return context
    if context.model != MULTI_SECTOR:
        raise QuestionError(f"--closure {closure!r}: the model {context.model} has one closure; leave --closure out")
    own = {field.name: getattr(context, field.name) for field in fields(PricingContext)}
    if closure == BALANCED:
        own["world"] = exposure.balanced(context.world)
    return ClosedContext(**own, closure_name=closure, unclosed=context)
