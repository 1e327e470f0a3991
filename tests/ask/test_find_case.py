"""The negotiation of a document is found from its parties; where none fits, the document is answered alone."""

import json

import pytest

from detente.ask.questions.brief import brief
from detente.ask.talks.find_case import case_of_document, find_case
from detente.faces.files import html
from detente.faces.terminal import brief_text
from detente.record import document

HEAD = '---\ntitle: "{title}"\npublisher: invented\npublished: {day}\nlanguage: en\n---\n'

DOCUMENTS = {  # title, day, expected case, text
    "canada": (
        "Ottawa answers new duties", "2026-03-06", "us-canada",
        "Canada will keep its tariff of 25 percent on US steel, Prime Minister Mark Carney said in Ottawa. The United"
        " States had refused to lift its own duties on Canadian metals. China was not mentioned.",
    ),
    "japan": (
        "Tokyo and Washington settle on 15 percent", "2025-07-23", "us-japan",
        "Japan accepts a duty of 15 percent on its cars, and the United States drops the 25 percent that it had"
        " announced. Japan's negotiator Ryosei Akazawa called the deal with the US final.",
    ),
    "brexit": (
        "Brussels grants London more time", "2019-03-22", "uk-eu",
        "The European Union gave the United Kingdom until 12 April 2019 to approve the withdrawal agreement. Britain"
        " had asked for a delay until 30 June 2019, the European Commission said.",
    ),
    "fisheries": (
        "WTO talks on fisheries subsidies stall", "2024-03-01", "none",
        "Members of the World Trade Organization did not agree on fisheries subsidies in Abu Dhabi. India asked for 25"
        " years of transition, and Fiji wanted a ban. The trade ministers will meet again on 22 July 2024.",
    ),
    "korea": (
        "Seoul signs at 15 percent", "2025-11-14", "none",
        "South Korea and the United States agreed on a tariff of 15 percent on Korean cars. Korea will invest 350"
        " billion dollars in the United States. The US and Korea left steel at 50 percent. China looked on.",
    ),
    "mercosur": (
        "EU and Mercosur close to signing", "2024-12-05", "none",
        "Brazil and Argentina expect the European Union to sign the trade agreement in Montevideo on 6 December 2024."
        " Uruguay and Paraguay support it. Brazil said that Argentina would not stand in the way.",
    ),
    "india-uk": (
        "India and Britain sign a trade deal", "2025-07-24", "none",
        "India and the United Kingdom signed their trade deal in London. India cuts its duties on British whisky to 75"
        " percent; the UK lifts tariffs on Indian textiles.",
    ),
    "switzerland": (
        "Bern gets 15 percent", "2025-11-14", "none",
        "Switzerland and the United States agreed to cut the US tariff on Swiss goods from 39 percent to 15 percent."
        " Switzerland will invest 200 billion dollars.",
    ),
    "australia-china": (
        "Beijing lifts its wine duties", "2024-03-28", "none",
        "China will lift its tariff on Australian wine on 29 March 2024, the ministry of commerce said. Australia drops"
        " its case; China and Australia call the trade dispute settled.",
    ),
    "nepal": (
        "Kathmandu and Colombo talk about tea", "2026-05-02", "none",
        "Nepal and Sri Lanka suspended their duty of 12 percent on tea until 30 September 2026. Nepal said that talks"
        " with Sri Lanka go on.",
    ),
}  # fmt: skip
OTHER_CLOCK = ("geneva", "busan", "2026-11-10", "2025-11-10", "2027-01-10", "beijing")


@pytest.fixture(params=sorted(DOCUMENTS))
def invented(request, tmp_path):
    """(name of the document, its path, the case expected)."""
    title, day, case, text = DOCUMENTS[request.param]
    path = tmp_path / f"{request.param}.txt"
    path.write_text(HEAD.format(title=title, day=day) + text, encoding="utf-8")
    return request.param, path, case


def test_the_brief_of_a_document_about_other_talks_never_mentions_the_clock_of_another_case(invented, capsys):
    name, path, case = invented
    assert find_case(document.read(path)) == case
    answer = brief(str(path))
    brief_text.brief(answer)
    faces = (capsys.readouterr().out, html.brief(answer), json.dumps(answer.to_json()["reading"]))
    words = [word for word in OTHER_CLOCK if not (word == "beijing" and name == "australia-china")]
    for text in faces:
        assert not [word for word in words if word in text.lower()]
        assert ("belongs to no negotiation on record" in text) == (case == "none")


def test_a_document_alone_speaks_of_the_parties_that_it_names_and_of_its_own_deadline(tmp_path):
    title, day, _, text = DOCUMENTS["nepal"]
    path = tmp_path / "nepal.txt"
    path.write_text(HEAD.format(title=title, day=day) + text, encoding="utf-8")
    assert set(case_of_document(document.read(path)).parties) == {"NPL", "LKA"}
    answer = brief(str(path)).data
    assert {party["capital"] for party in answer["case"]["parties"]} == {"Kathmandu", "Colombo"}


def test_a_city_where_talks_are_held_does_not_make_its_country_a_party(tmp_path):
    path = tmp_path / "london.txt"
    text = (
        "Chinese and US officials met in London on trade. London saw two days of talks, in London hotels. China and"
        " the United States agreed on a framework on tariffs, the US side said."
    )
    path.write_text(HEAD.format(title="Talks in London", day="2025-06-11") + text, encoding="utf-8")
    assert find_case(document.read(path)) == "us-china"


def test_a_document_that_is_not_about_trade_belongs_to_no_case(tmp_path):
    path = tmp_path / "match.txt"
    text = "The United States beat China by three goals to one. China and the United States meet again in May."
    path.write_text(HEAD.format(title="A match", day="2026-01-03") + text, encoding="utf-8")
    assert find_case(document.read(path)) == "none"


def test_a_case_of_ones_own_is_found_too(tmp_path):
    folder = tmp_path / "home" / "tea"
    folder.mkdir(parents=True)
    (folder / "case.yaml").write_text("title: Tea\nparties: [NPL, LKA]\n", encoding="utf-8")
    title, day, _, text = DOCUMENTS["nepal"]
    path = tmp_path / "nepal.txt"
    path.write_text(HEAD.format(title=title, day=day) + text, encoding="utf-8")
    assert find_case(document.read(path), str(tmp_path / "home")) == "tea"


def test_a_report_without_a_day_of_publication_goes_on_and_says_that_its_dates_are_not_resolved(tmp_path, capsys):
    path = tmp_path / "undated.txt"
    path.write_text("China and the United States agreed on Sunday to extend the tariff truce.", encoding="utf-8")
    answer = brief(str(path), as_of="2025-10-27")
    assert any("relative dates in it are not resolved; give --published" in note for note in answer.notes)
    brief_text.brief(answer)
    assert "no day of publication is known" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    "text",
    [
        'KUALA LUMPUR - "a very substantial framework", Scott Bessent said.',
        "Canada will impose a 25 percent duty on US steel. The truce ends soon, Li Chenggang said in Seoul.",
        "Seoul and Lima agreed on a framework. Peru threatened a duty of 15 percent on ships of Korea.",
    ],
)
def test_an_undated_document_gets_a_brief_without_days_that_nobody_gave(tmp_path, text):
    path = tmp_path / "report.txt"
    path.write_text(text, "utf-8")
    answer = brief(str(path))
    assert "None" not in answer.data["reading"]["headline"]
    assert not any("None" in str(cell) for row in answer.data["reading"]["matrix"] for cell in row.values())
