"""The first screen on a terminal and in words: 30 lines, no codes, no ids, chances that add up, nothing made up."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from detente import labels
from detente.ask.questions.brief import brief
from detente.ask.talks import dossier
from detente.faces.first_screen.build import screen_view
from detente.faces.first_screen.view import ScreenView
from detente.faces.terminal.screen_text import MOST_LINES, screen_lines

FAST = [("us-china", "2025-10-26"), ("us-china", "2019-12-20"), ("us-eu", "2025-08-01"), ("us-india", "2025-09-10")]
SLOW = [
    *(("us-china", day) for day in (
        "2018-02-01", "2018-07-05", "2018-12-05", "2019-05-20", "2019-09-02", "2020-03-01", "2023-06-01", "2025-02-03",
        "2025-04-08", "2025-04-11", "2025-05-20", "2025-08-10", "2025-10-12", "2025-11-05", "2026-03-01", "2026-11-28",
    )),
    *(("us-eu", day) for day in ("2025-03-20", "2025-06-01", "2025-07-28", "2026-02-01", "2026-11-20")),
    *(("us-canada", day) for day in ("2025-02-20", "2025-07-20", "2026-06-25")),
    *(("us-india", day) for day in ("2025-07-25", "2026-03-01")),
    *(("us-japan", day) for day in ("2025-07-15", "2025-08-15")),
    ("uk-eu", "2025-08-01"), ("uk-eu", "2021-02-01"),
]  # fmt: skip
WIDTHS = (100, 80)
MACHINE = re.compile(
    r"\d{4}-\d\d|(?<![\d.])[−-]0(?:\.0+)?(?![\d.])|\d[eE]-\d|\bnan\b|\binf\b|\bNone\b|[a-z]_[a-z]|\b[0-9a-f]{16}\b|\\u"
)


def view_of(case: str, day: str) -> ScreenView:
    return screen_view(brief(dossier=case, as_of=day, known=day, screen_only=True).data["first_screen"])


@pytest.fixture(scope="module", params=FAST, ids=["-".join(day) for day in FAST])
def view(request: pytest.FixtureRequest) -> ScreenView:
    return view_of(*request.param)


def faults(view: ScreenView) -> list[str]:
    """What a stranger would stumble over in the text, at both widths."""
    wrong = []
    for width in WIDTHS:
        lines = [line.plain for line in screen_lines(view, width)]
        text = "\n".join(lines)
        wrong += [f"{len(lines)} lines at {width}"] if len(lines) > MOST_LINES else []
        wrong += [f"too wide at {width}: {line}" for line in lines if len(line) > width]
        wrong += [f"machine word: {match[0]}" for match in MACHINE.finditer(text)]
        wrong += [f"code: {word}" for word in re.findall(r"\b[A-Z]{3}\b", text) if word in labels.codes()]
    return wrong


def test_the_screen_fits_thirty_lines_and_has_no_machine_word(view):
    assert faults(view) == []


@pytest.mark.slow
@pytest.mark.parametrize(("case", "day"), SLOW)
def test_the_screen_of_any_day_fits_thirty_lines_and_has_no_machine_word(case, day):
    assert faults(view_of(case, day)) == []


def test_the_chances_shown_and_the_other_endings_are_all_there_is(view):
    shares = [row.share for row in view.rows if row.share is not None]
    shown = sum(round(100 * share) for share in shares)
    assert bool(shares) == view.shown_chances
    if shares:
        rest = re.search(r"(\d+) % other endings", view.chance_note)
        assert shown + (int(rest[1]) if rest else 0) == 100


def test_titles_and_rules_of_outcomes_have_room(view):
    assert all(len(row.title) <= 30 for row in view.rows)
    assert all(len(row.rule) <= 85 for row in view.rows)


def test_a_text_without_a_forecast_never_shows_a_chance_of_zero(view):
    assert all(row.chance == "" for row in view.rows if row.share is None)


def test_the_baseline_changes_nothing_and_carries_no_number(view):
    (baseline,) = [row for row in view.rows if row.baseline]
    assert {change.kind for change in baseline.changes} == {"none"}
    assert all(change.numbers is None for change in baseline.changes)


def test_a_deal_without_terms_has_no_price():
    view = view_of("us-china", "2025-10-26")
    (deal,) = [row for row in view.rows if row.name == "other-deal"]
    assert deal.why
    assert deal.chance
    assert deal.duties == ("?", "?")
    assert {change.kind for change in deal.changes} == {"unknown"}


def test_the_duty_of_a_day_is_that_of_the_duties_command():
    from detente.ask.questions.duties import duties

    (pair,) = duties(as_of="2025-10-26", by="USA", against="CHN").data["pairs"]
    screen = brief(as_of="2025-10-26", known="2025-10-26", screen_only=True).data["first_screen"]
    line = next(line for line in screen["lines"] if line["by"] == "USA")
    assert line["level"] == pytest.approx(pair["average_pct"])
    assert line["steps"][-1]["level"] == pytest.approx(line["level"])


def test_lines_and_chances_stop_at_the_end_of_the_record():
    screen = brief(as_of="2026-11-28", known="2026-11-28", screen_only=True).data["first_screen"]
    assert screen["record_end"] == "2026-10-08"
    assert all(step["day"] <= "2026-10-08" for line in screen["lines"] for step in line["steps"])
    assert any("nothing after 2026-10-08" in caution for caution in screen["cautions"])


def test_a_day_known_later_says_so():
    view = screen_view(brief(as_of="2025-10-26", known="2025-11-05", screen_only=True).data["first_screen"])
    assert view.heading.endswith("as known on 5 Nov")
    assert any("as known later, on 5" in caution for caution in view.cautions)


def test_who_loses_more_is_split_only_where_the_horizons_differ():
    screen = brief(as_of="2025-10-26", known="2025-10-26", screen_only=True).data["first_screen"]
    for row in screen["split"]["rows"]:
        losers = {name: min(values, key=values.get) for name, values in row["columns"].items()}
        assert losers["near"] != losers["long"]


def test_a_report_stands_beside_the_record_with_a_verdict_for_every_claim():
    answer = brief(str(dossier.example()), screen_only=True)
    report = answer.data["first_screen"]["report"]
    assert sum(report["counts"].values()) == len(report["claims"]) > 0
    assert {claim["verdict"] for claim in report["claims"]} <= {"agrees", "differs", "new", "mistranslated"}
    order = [claim["verdict"] for claim in report["claims"]]
    assert order == sorted(order, key=("mistranslated", "differs", "new", "agrees").index)
    names = [claim for claim in report["claims"] if claim["verdict"] == "mistranslated"]
    assert all(claim["doubtful"][0] in claim["quote"] for claim in names)
    text = "\n".join(line.plain for line in screen_lines(screen_view(answer.data["first_screen"]), 100))
    assert f"{report['counts']['mistranslated']} mistranslated" in text.replace("\n", " ")


def test_control_characters_of_a_title_are_made_visible(view):
    hostile = replace(view, subjects=(replace(view.subjects[0], what="a\x1b[31mb"),)) if view.subjects else view
    assert all("\x1b" not in line.plain for line in screen_lines(hostile, 100))


def test_every_word_and_dispute_leads_to_its_statement(view):
    screen = brief(as_of="2025-10-26", known="2025-10-26", screen_only=True).data["first_screen"]
    words = [word for row in screen["confirmations"] for word in row["words"].values() if word]
    assert words
    assert all(word["statement"] for word in words)
    assert all(claim["statement"] for row in screen["disputed"] for claim in row["claims"])
