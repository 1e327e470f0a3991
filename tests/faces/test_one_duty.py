"""One policy has one average duty: that of the ledger's weights, in the brief, in What if and in prices alike."""

import html
import re

import pytest
from starlette.testclient import TestClient

import detente
from detente import labels
from detente.faces import answers, words
from detente.faces.page import limits, server

DAYS = (("us-china", "2025-08-20"), ("us-eu", "2025-09-01"), ("us-canada", "2025-09-01"))


@pytest.fixture(scope="module")
def client():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "BURST", 1e6)
        yield TestClient(server.app(warm=False))


@pytest.fixture(scope="module", params=DAYS, ids=lambda asked: asked[0])
def asked(request):
    """A negotiation, a day, and its presets."""
    dossier, day = request.param
    with answers.showing(dossier):
        return dossier, day, answers.board().presets


def text_of(page):
    return html.unescape(re.sub(r"<[^>]+>", " ", page))


def rows_of(page, label):
    """{what heads a row: its cells} of a table of the page by the name of its region."""
    table = page.split(f'aria-label="{label}"')[1].split("</table>")[0]
    rows = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in table.split("<tr")[1:]]
    return {cells[0]: cells[1:] for cells in ([text_of(cell).strip() for cell in row] for row in rows) if cells}


def name(row):
    return f"{words.economy(row['by'])} on {words.economy(row['on'])}"


def test_the_duty_in_force_is_printed_alike_on_now_and_on_what_if(client, asked):
    dossier, day, _ = asked
    now = client.get(f"/?case={dossier}&asof={day}").text
    then = rows_of(client.get(f"/what-if?case={dossier}&asof={day}").text, "Average duties")
    brief = rows_of(now, "Average duties")
    keys = [text_of(key).strip() for key in re.findall(r'class="figure-now p\d">(.*?)</span>', now)]
    pairs = client.get(f"/api/what-if?case={dossier}&asof={day}").json()["duties"]
    for row, key in zip(pairs, keys, strict=True):
        assert then[name(row)][:2] == [words.decimal(row["in_force_pct"], 1)] * 2
        long = f"{labels.name(row['by'])} on {labels.name(row['on'])}"
        assert brief[long][0] == then[name(row)][0]
        assert key == words.level(row["in_force_pct"])


def test_a_preset_has_one_duty_in_what_if_and_in_the_price_of_the_same_points(client, asked):
    dossier, day, presets = asked
    for preset in presets:
        address = f"case={dossier}&asof={day}&preset={preset}"
        page = rows_of(client.get(f"/what-if?{address}").text, "Average duties")
        data = client.get(f"/api/what-if?{address}").json()
        parties = {(row["by"], row["on"]): row for row in data["duties"][:2]}
        moves = [row for row in data["moves"] if (row["by"], row["on"]) in parties and not row["cells_at_zero"]]
        scenario = [{"by": row["by"], "against": row["on"], "rate": f"{row['points']} pp"} for row in moves]
        priced = detente.price(scenario, as_of=day, dossier=dossier).data["scenarios"][0] if scenario else {}
        for move, duty in zip(moves, priced.get("duties", ()), strict=True):
            row = parties[move["by"], move["on"]]
            assert duty["before"] == pytest.approx(row["in_force_pct"], abs=1e-9)
            assert duty["after"] == pytest.approx(row["average_pct"], abs=1e-9) == move["average_after_pct"]
            assert words.decimal(duty["after"], 1) == page[name(row)][1]
            assert duty["weights"] == row["weights"]


def test_an_outcome_has_one_duty_in_the_brief_and_in_what_if(client, asked):
    dossier, day, _ = asked
    screen = client.get(f"/api/brief?case={dossier}&asof={day}").json()["first_screen"]
    for outcome in screen["outcomes"]:
        if all(value is not None for value in outcome["duty"].values()):
            address = f"case={dossier}&asof={day}&outcome={outcome['name']}"
            rows = client.get(f"/api/what-if?{address}").json()["duties"]
            ours = {f"{row['by']} on {row['on']}": row["average_pct"] for row in rows}
            assert ours == pytest.approx(outcome["duty"], abs=1e-9), outcome["name"]


def test_averages_before_and_after_substitution_stand_beside_it_with_their_weights(client, asked):
    dossier, day, _ = asked
    page = client.get(f"/what-if?case={dossier}&asof={day}").text
    rows, text = rows_of(page, "Average duties"), text_of(page)
    data = client.get(f"/api/what-if?case={dossier}&asof={day}").json()
    assert "before substitution, by trade of 2022" in page
    assert "after substitution, by simulated trade" in page
    for row in data["duties"]:
        assert rows[name(row)][2:] == [
            words.decimal(row[key], 1) for key in ("before_substitution_pct", "after_substitution_pct")
        ]
        assert words.in_words(row["weights"]) in text
