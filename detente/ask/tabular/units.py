"""The fields that answers share: what a key is called in a table, with its unit, and what it means."""

from __future__ import annotations

from collections.abc import Mapping

from detente.ask.tabular.data_table import Field

PERCENT, POINTS = "percent", "percentage points"
SUFFIXES = {  # how a key ends that says its unit itself
    "_bn_usd": "billion USD", "bn_usd": "billion USD", "_usd_a_household": "USD a household",
    "usd_a_household": "USD a household", "_million_usd": "million USD", "_million": "millions", "_pp": POINTS,
    "_pct": PERCENT, "_usd": "USD", "_mmt": "million tonnes", "usd_bn": "billion USD", "_days": "days",
    "days_left": "days", "_points": POINTS,
}  # fmt: skip
CHANGES = {  # percent changes
    "real_income": "real income: income deflated by consumer prices",
    "real_income_low": "real income, low end of the band",
    "real_income_high": "real income, high end of the band",
    "low": "low end of the band", "high": "high end of the band",
    "welfare": "welfare", "linear_welfare": "welfare, terms of trade and volume of trade, to first order",
    "terms_of_trade": "welfare by terms of trade, to first order",
    "volume_of_trade": "welfare by the volume of trade, to first order",
    "real_wage": "wage deflated by consumer prices", "wage": "wage, nominal", "employment": "employment",
    "gdp": "value added and duty, nominal", "real_gdp": "real gross domestic product", "real_gdp_now": "real GDP now",
    "real_gdp_long_run": "real GDP once capital has adjusted", "price": "price index, nominal",
    "exports": "exports, nominal", "imports": "imports, nominal", "output": "output", "capital": "stock of capital",
    "consumption": "consumption", "consumption_long_run": "consumption once capital has adjusted; not welfare",
    "investment_price": "price of investment", "price_direct": "consumer prices, duty alone",
    "price_before": "consumer prices before substitution", "price_after": "consumer prices after substitution",
    "price_equilibrium": "consumer prices in equilibrium, nominal", "change": "change", "effect": "effect",
    "loss": "loss of real income of the target", "cost": "cost to the sender",
    "cost_if_answered": "cost to the sender if answered", "net": "loss less cost", "needed": "what the demand must add",
    "second_order": "real income, to second order", "rent_to_importers": "real income, all rent to importers",
    "rent_to_exporters": "real income, all rent to exporters",
    "unemployment": "unemployment", "shapley": "Shapley value", "alone": "alone", "last": "added last",
}  # fmt: skip
RATES = {  # levels in percent
    "rate_base": "average duty in the base year", "rate_before": "average duty before",
    "rate_after": "average duty after",
}  # fmt: skip
REVENUE = Field("revenue_pct_of_income", unit="percent of baseline income", description="change of the duty collected")
PLAIN = {  # shared by all tables
    "economy": Field("economy", description="ISO 3166 alpha-3, or a bloc"),
    "economy_name": Field("economy_name", description="name of the economy"),
    "sector": Field("sector", description="sector of the world"),
    "sector_name": Field("sector_name", description="name of the sector"),
    "scenario": Field("scenario", description="name of the scenario"),
    "outcome": Field("outcome", description="name of the outcome"),
    "measure": Field("measure", description="measure of the scenario or of the record"),
    "probability": Field("probability", unit="fraction", description="forecast probability"),
    "residual": Field("residual", unit="fraction", description="largest relative excess demand at the solution"),
    "gap": Field("gap", unit="fraction", description="largest relative excess demand at the solution"),
    "iterations": Field("iterations", description="steps of the solver"),
    "converged": Field("converged", description="whether the solution is an equilibrium"),
    "as_of": Field("as_of", description="the day that the answer is about"),
    "known": Field("known", description="the day up to which facts are used, or from which one counts as known"),
    "source": Field("source", description="where it is said"),
    "url": Field("url", description="address of the source"),
    "quote": Field("quote", description="words of the source, verbatim"),
}  # fmt: skip


def field_of(key: str, own: Mapping[str, Field], *, changes: bool = False) -> Field:
    """The field of a key: the table's own, one that answers share, one whose name says its unit, or one without.

    changes: whether keys that end in the name of a quantity, such as real_income, are percent changes.

    >>> field_of("now_real_gdp", {}, changes=True).name, field_of("duty_bn_usd", {}).unit
    ('now_real_gdp_pct', 'billion USD')
    """
    shared = own.get(key) or PLAIN.get(key)
    if shared is not None:
        return shared
    unit = next((unit for end, unit in SUFFIXES.items() if key.endswith(end)), None)
    if unit is not None:
        return Field(key, unit=unit)
    return _percent(key) if changes else Field(key)


def _percent(key: str) -> Field:
    """The field of a key that ends as a known change or rate does; one without a unit where it does not."""
    for names, text in ((CHANGES, "percent change: "), (RATES, "")):
        known = max((name for name in names if f"_{key}".endswith(f"_{name}")), key=len, default=None)
        if known is not None:
            before = key.removesuffix(known).rstrip("_").replace("_", " ")
            meaning = text + names[known] + (f" ({before})" if before else "")
            return Field(f"{key}_pct", unit=PERCENT, description=meaning)
    return Field(key)
