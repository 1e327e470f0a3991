"""Rates and money as texts write them."""

from __future__ import annotations

import re
from typing import Any

RATE = re.compile(
    r"(?P<n>\d{1,3}(?:\.\d{1,6})?)\s?(?:-\s?)?(?P<u>percentage points?|percent\b|per cent\b|%|pp\b|points\b"
    r"|phần trăm|điểm phần trăm|个百分点|個百分點)"
)


TURN = re.compile(
    r"(?:từ \d+(?:[.,]\d+)?\s?% (?:xuống|lên)(?: còn| mức)? "
    r"|(?:从|由)\d+(?:\.\d+)?%.{0,3}?(?:降|提高|升|上调|下调|增)\D{0,2})"
    r"(?P<n>\d{1,3}(?:\.\d{1,6})?)\s?%"
)
SPAN = re.compile(
    r"from (?:\d+[-–])?\d+(?:\.\d+)?\s?(?:%|percent)? (?:down |up )?to (?P<n>\d{1,3}(?:\.\d{1,6})?)\s?(?:%"
    r"|percent|per cent)"
)


MONEY = re.compile(
    r"(?:(?P<c>US\$|\$|€|£|¥)\s?)?(?<![\d.,])(?P<n>\d{1,9}(?:[.,]\d{1,9})?)\s?(?P<m>billion|bn|million|trillion|亿"
    r"|tỷ)?\s?(?P<w>dollars?|euros?|pounds?|USD|美元|欧元)?",
    re.I,
)


def rates(text: str) -> list[tuple[str, float]]:
    """Rates as key and number: levels rate_pct, changes rate_pp."""
    if m := SPAN.search(text) or TURN.search(text):
        return [("rate_pct", _number(m.group("n")))]
    out = []
    for m in RATE.finditer(text):
        if re.match(
            r"\s(?:of the value|or more|owned|of (?:all|world|global)|of (?:its|their) (?:exports|imports|gdp"
            r"|sales|output))",
            text[m.end() :],
        ) or (re.search(r"(?:at|by) $", text[: m.start()]) and "owned" in text):
            continue
        key = (
            "rate_pp"
            if "point" in m.group("u") or m.group("u") in ("pp", "điểm phần trăm", "个百分点", "個百分點")
            else "rate_pct"
        )
        out.append((key, _number(m.group("n"))))
    return out


def _number(text: str) -> float:
    value = float(text.replace(",", ""))
    return int(value) if value == int(value) else value


def money(text: str) -> dict[str, Any]:
    for m in MONEY.finditer(text):
        if m.group("m") and (m.group("c") or m.group("w")):
            thousands = re.fullmatch(r"\d{1,3},\d{3}", m.group("n"))
            n = float(m.group("n").replace(",", "" if thousands else "."))
            scale = {"million": 0.001, "trillion": 1000.0, "亿": 0.1}.get(m.group("m").lower(), 1.0)
            euro = (m.group("c") or "") == "€" or "euro" in (m.group("w") or "").lower() or m.group("w") == "欧元"
            pound = (m.group("c") or "") == "£" or "pound" in (m.group("w") or "").lower()
            key = "eur_bn" if euro else "gbp_bn" if pound else "usd_bn"
            key += "_per_year" if re.match(r"\s(?:per year|a year|annually)", text[m.end() :]) else ""
            n = round(n * scale, 6)
            return {key: int(n) if n == int(n) else n}
    return {}
