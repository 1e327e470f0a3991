"""No sentence of a shipped answer contradicts the numbers of the same answer: thirty days of two negotiations.

Leverage and the truce are recounted in test_verdict_words; here their words stand in the brief.
"""

import re
from functools import cache
from statistics import median

import pytest

from detente.ask.questions.brief import brief
from detente.ask.questions.card import card
from detente.ask.questions.compare import compare
from detente.ask.questions.deal import deal
from detente.ask.questions.leverage import leverage
from detente.ask.questions.truce import truce
from detente.ask.questions.what_if import whatif
from detente.bargain.verdicts import NOTHING
from detente.errors import QuestionError
from detente.faces.brief_view import brief_view
from detente.faces.card_view import card_view
from detente.faces.first_screen.build import screen_view

MONTHS = [f"{year}-{month:02d}-19" for year in (2025, 2026) for month in range(1, 13) if (year, month) < (2026, 12)]
SLOW = [("us-china", day) for day in MONTHS] + [("us-eu", day) for day in MONTHS[5:12]]
CLOSE = 1e-6  # percent: numbers of one answer that must be the same


@cache
def whole_brief(case, day):
    return brief(dossier=case, as_of=day)


def signed_numbers(text, digits):
    """The signed numbers of a text with so many decimals."""
    return [
        float(x.replace("\N{MINUS SIGN}", "-"))
        for x in re.findall(rf"[+\N{{MINUS SIGN}}]\d+\.\d{{{digits}}}(?!\d)", text)
    ]


def printed(value, digits):
    return round(float(value), digits)


def outcomes_of(data):
    """Outcomes whose numbers do not agree with each other."""
    parties = [party for party in data["parties"] if party in data["outcomes"][0]["real_income"]]
    for row in data["outcomes"]:
        for code in parties:
            value = row["real_income"][code]
            if row["low"] and not row["low"][code] - CLOSE <= value <= row["high"][code] + CLOSE:
                yield f"{row['name']}, {code}: {value} lies outside low and high"
            if row["closures"] and abs(row["closures"]["real_income"]["fixed"][code] - value) > 1e-5:
                yield f"{row['name']}, {code}: fixed deficits give another number than the brief"
        if row["closures"]:
            yield from turning(row, parties)


def turning(row, parties):
    """Signs that turn with the closure and are not named, or are named and do not turn."""
    for code in parties:
        values = [x[code] for x in row["closures"]["real_income"].values() if x[code] is not None]
        turns = max(values) > NOTHING and min(values) < -NOTHING
        if turns != (code in row["closures"]["turns_for"]):
            yield f"{row['name']}, {code}: whether its sign turns is told wrongly"


def screen_of(data):
    """What the first screen says against the numbers below it."""
    screen, by_title = data["first_screen"], {row["title"]: row for row in data["outcomes"]}
    view = screen_view(screen)
    for row in (screen["split"] or {"rows": []})["rows"]:
        outcome = by_title[row["title"]]
        for column, income in (("near", outcome["real_income"]), ("long", outcome["long_run"]["real_income"])):
            worst = min(data["parties"], key=lambda code, income=income: round(income[code], 2))
            if row["loses_more"][column] != worst:
                yield f"{row['title']}: {row['loses_more'][column]} does not lose more at the horizon {column}"
    turns = (screen["closure_turns"] or {"rows": []})["rows"]
    named = {(row["title"], row["party"]) for row in turns}
    told = {(o["title"], c) for o in data["outcomes"][1:] for c in (o["closures"] or {"turns_for": []})["turns_for"]}
    if named != told:
        yield f"the first screen names other signs that turn: {named ^ told}"
    if bool(turns) != ("depend on the closure" in view.split):
        yield "the first screen is silent on signs that turn"
    for row, written in zip(screen["outcomes"], view.rows, strict=True):
        for code, change in zip(data["parties"], written.changes, strict=True):
            number = (row["change"].get(code) or {}) if not row["baseline"] else {}
            crosses = bool(number) and number["low"] is not None and number["low"] < 0 < number["high"]
            if change.kind == "either" and not crosses:
                yield f"{row['title']}, {code}: zero does not lie inside"


def card_of(case, day, data):
    """The card of the brief against the card alone, and its words against its rows."""
    alone = card(dossier=case, as_of=day)
    rows = {row["economy"]: row for row in alone.data["rows"]}
    for row in data["card"]["rows"] if data["card"] else ():
        if row != rows[row["economy"]]:
            yield f"{row['economy']}: the brief has another card"
        if row["economy"] in data["economy"]["baseline"]["real_income"]:
            gap = abs(row["real_income"] - data["economy"]["baseline"]["real_income"][row["economy"]])
            if gap > 1e-5:
                yield f"{row['economy']}: the card has another real income, by {gap:.1e}"
        groups = row["by_income"] or ()
        mean = sum(group["price"] * group["of_spending"] for group in groups)
        if groups and abs(mean - row["price_before"]) > CLOSE:
            yield f"{row['economy']}: the tenths of households do not have the mean of all"
    text = " ".join(card_view(alone.data, alone.data["shown"], alone.notes).notes)
    if ("by income group: not known" in text) != all(row["by_income"] is None for row in rows.values()):
        yield "whether income groups are known is told wrongly"
    if ("nothing is taken off for it" in text) != all(row["collected"] is None for row in rows.values()):
        yield "whether collected duty is known is told wrongly"


def deal_of(case, day):
    """The words of a deal against its exchange, and where talks land against the settings."""
    data = deal(dossier=case, as_of=day).data
    lands, words = data["exchange"]["lands"], data["words"]
    known = {printed(x, 1) for x in points_in(data["exchange"])} | {printed(-x, 1) for x in points_in(data["exchange"])}
    before_landing = words.split("Talks land")[0]
    strange = [x for x in signed_numbers(before_landing, 1) if x not in known]
    if strange:
        yield f"points in the words that are not in the exchange: {strange}"
    gains = {printed(x, 3) for row in data["exchange"]["deals"] for x in gains_in(row)}
    strange = [x for x in signed_numbers(before_landing, 3) if x not in gains] if data["exchange"]["deals"] else []
    if strange:
        yield f"gains in the words that are not in the exchange: {strange}"
    if lands:
        answered = [row for row in data["by_elasticity"] if row["points"]]
        for side, x in lands["points"].items():
            values = [row["points"][side] for row in answered]
            if (x["median"], x["low"], x["high"]) != (median(values), min(values), max(values)):
                yield f"{side}: talks do not land where the settings have it"
        if lands["agreed"]["holds"] != sum(row["agreed"] for row in answered):
            yield "an agreement adds something in another number of settings"


def points_in(exchange):
    for row in exchange["deals"]:
        for point in (row["best_responses"], row["agreed"]):
            yield from (point or {"points": {}})["points"].values()


def gains_in(row):
    for gain in (row["best_responses"]["payoff"], *((row[key] or {}).get("total") for key in ("deal", "over_today"))):
        yield from (gain or {}).values()


def one_setting(data):
    """Verdicts of a brief that are priced in one setting and claim more."""
    for name in ("truce", "leverage"):
        section = data[name]
        if section and section["grid"] is None and re.search(r"\b(?:nearly all|in all|none of)\b", section["words"]):
            yield f"{name}: a verdict from one setting: {section['words'][:80]}"


def changes_of(case, day, data):
    """What-ifs and comparisons against the brief of the same day."""
    nothing = whatif({}, dossier=case, as_of=day, horizon=data["economy"]["horizon"]["name"]).data
    if any(abs(row["real_income"]) > 1e-6 for row in nothing["economies"]):
        yield "a what-if in which nothing moves changes real income"
    parts = compare("in-force", "none", by="measure", dossier=case, as_of=day).data
    for code, whole in parts["whole"].items():
        total = sum(part["real_income"][code] for part in parts["parts"])
        if abs(total - whole) > 1e-4 * max(1, abs(whole)):
            yield f"{code}: the parts of the duties in force do not add up to their whole"


def verdict_words(case, day):
    """Numbers of settings in the words of leverage and truce that no count has."""
    for question in (leverage, truce):
        try:
            data = question(dossier=case, as_of=day).data
        except QuestionError:
            continue
        if data["grid"] is None:
            continue
        rows = data["grid"].get("threats") or data["grid"].get("sides") or []
        counts = {claim["of"] for row in rows for claim in row["verdicts"]}
        said = {
            int(x) for pair in re.findall(r"of (\d+) settings|all (\d+) settings", data["words"]) for x in pair if x
        }
        if not said <= counts:
            yield f"{question.__name__}: {said - counts} settings are counted nowhere"


def contradictions(case, day):
    """Everything in the answers of a day that contradicts something else in them."""
    answer = whole_brief(case, day)
    data = answer.data
    wrong = [*outcomes_of(data), *screen_of(data), *card_of(case, day, data), *one_setting(data)]
    wrong += changes_of(case, day, data)
    line = brief_view(answer).outcomes.by_closure
    told = any(row["closures"] and row["closures"]["turns_for"] for row in data["outcomes"][1:])
    if line and told != line.startswith("Signs that turn"):
        wrong.append("the brief says of the closures what its table does not")
    if data["deal"] is not None:
        wrong += [*deal_of(case, day), *verdict_words(case, day)]
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize(("case", "day"), SLOW)
def test_no_sentence_of_thirty_days_contradicts_its_numbers(case, day):
    assert contradictions(case, day) == []
