"""Every document that is read prints as a brief, as text, HTML, JSON and on paper, whatever it leaves open."""

import contextlib
import importlib.util
import io
import json

import odd_documents
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from detente.ask.questions.brief import brief
from detente.ask.talks import reading_process
from detente.ask.talks.reading_process import DocumentReading
from detente.errors import DetenteError
from detente.faces.files import html, pdf
from detente.faces.terminal import brief_text, screen_text
from detente.record.document import Document
from detente.record.fact import By, FactDate, Statement
from detente.record.kinds import check, kinds

CASES = ("us-china", "us-canada", "none")
PARTIES = {"us-china": ("USA", "CHN"), "us-canada": ("USA", "CAN"), "none": ("JPN", "BRA")}
DAY = "2025-10-27"
DATES = (None, None, DAY, "2025-11-10", "2025-10", "2025", "2025-11-01~", "2025-11-01/2025-11-05", "..2025-11-10",
         "2025-11-10T00:01-05:00", "1900-01-01", "2200-12-31")  # fmt: skip
NUMBERS = (None, None, 0, 10, 0.5, 145, 1e6, 1e-9)
TEXTS = (None, None, "", "a measure", "<b>x</b>", "usa-s301", "\u202eright to left", "x" * 400, "%s {0} [red]")
TALKS = sorted(name for name, kind in kinds().items() if kind.about == "talks")
ONE_OF_EACH = [
    "A 10 percent suspension was announced.",
    "China suspended a 10 percent duty. The truce expires. It was extended.",
    "Tariffs were suspended. They agreed. They did not agree.",
    "Duties of 24 percent were suspended until May 0.",
]


def check_prints(answer, *, on_paper=False):
    """Print a brief in each of its forms; the printed page itself takes seconds, its text is always made."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        brief_text.brief(answer)
    assert printed.getvalue().strip()
    assert "</html>" in html.brief(answer)
    assert "</html>" in pdf.html(answer)
    assert json.loads(json.dumps(answer.to_json(), allow_nan=False))["document"] is not None
    if on_paper and importlib.util.find_spec("weasyprint") is not None:
        assert pdf.brief(answer).startswith(b"%PDF-")


def values_of(form, parties):
    """Values that a field of a form may have; None for one that is left open."""
    if isinstance(form, list):
        return st.sampled_from(form)
    return {
        "side": st.sampled_from((*parties, "EU", "ALL", "ATA", None)),
        "sides": st.lists(st.sampled_from((*parties, "EU", "VNM")), max_size=3),
        "date": st.sampled_from(DATES),
        "number": st.sampled_from(NUMBERS),
        "integer": st.sampled_from((None, 0, 1, 90, 10**6)),
        "text": st.sampled_from(TEXTS),
        "texts": st.lists(st.sampled_from(TEXTS[2:]), max_size=2),
        "rates": st.dictionaries(st.sampled_from(("steel", "")), st.sampled_from((0, 50.5)), max_size=2),
        "values": st.just({}),
    }[form.removesuffix("?")]


@st.composite
def statements(draw, case):
    """A statement of any kind in which whatever may be left open often is."""
    kind = kinds()[draw(st.sampled_from(TALKS))]
    parties = PARTIES[case]
    value = {name: draw(values_of(form, parties)) for name, form in kind.keys.items()}
    value |= {name: draw(values_of(kind.keys[name], parties).filter(is_given)) for name in kind.required}
    for name in draw(st.lists(st.sampled_from(sorted(kind.optional)), max_size=3, unique=True) if kind.optional else
                     st.just([])):  # fmt: skip
        value[name] = draw(values_of(kind.optional[name], parties))
    by = By(draw(st.sampled_from((None, "A minister"))), draw(st.sampled_from((*parties, "press", "joint", None))))
    asserted = draw(st.sampled_from((DAY, DAY, "2025-10", None)))
    flags = tuple(draw(st.lists(st.sampled_from(("one_side_only", "ambiguous")), max_size=1)))
    quote = draw(st.sampled_from(("A duty", "", "“”")))
    when = FactDate(draw(st.sampled_from(DATES[:7])), None, None)
    value = {k: v for k, v in value.items() if v is not None or draw(st.booleans())}
    return check(Statement(kind.name, value, by, "note", quote, 0, len(quote), when, asserted, asserted, flags=flags))


def is_given(value):
    return value is not None


def brief_of(case, proposed):
    text = "A duty and more." if all(s.quote != "“”" for s in proposed) else "“” and more."
    document = Document("note", text, "0" * 64, published=DAY, title=None)
    return brief(DocumentReading(document, tuple(proposed), mentions={}), dossier=case, as_of=DAY)


def settings_for(count):
    """Without shrinking: a brief takes too long for it."""
    phases = (Phase.explicit, Phase.generate)
    return settings(
        max_examples=count, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, phases=phases
    )


def check_statements(case, count):
    @settings_for(count)
    @given(st.lists(statements(case), min_size=4, max_size=16))
    def run(proposed):
        check_prints(brief_of(case, proposed))

    run()


def check_texts(folder, case, count):
    path = folder / "note.txt"

    @settings_for(count)
    @given(odd_documents.texts())
    @example(f"published: {DAY}\n---\n" + "\n".join(ONE_OF_EACH))
    def run(text):
        path.write_bytes(text.encode("utf-8", "replace"))
        try:
            reading = reading_process.read(path, with_mentions=True)
        except DetenteError:
            return
        check_prints(brief(reading, dossier=case, as_of=DAY))

    run()


@pytest.mark.parametrize("case", CASES)
def test_statements_of_every_kind_that_leave_much_open_print_in_every_form(case):
    check_statements(case, 8 if case == "none" else 2)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_two_hundred_sets_of_statements_that_leave_much_open_print_in_every_form(case):
    check_statements(case, 200)


@pytest.mark.parametrize("case", CASES)
def test_documents_of_odd_sentences_print_in_every_form(case, tmp_path):
    check_texts(tmp_path, case, 8 if case == "none" else 2)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES)
def test_two_hundred_documents_of_odd_sentences_print_in_every_form(case, tmp_path):
    check_texts(tmp_path, case, 200)


@pytest.mark.parametrize("text", ONE_OF_EACH)
def test_a_sentence_without_points_parties_or_a_day_prints_in_every_form(text, tmp_path):
    path = tmp_path / "note.txt"
    path.write_text(f"published: {DAY}\n---\n{text}\n", "utf-8")
    check_prints(brief(str(path)), on_paper=True)


def test_a_report_that_names_fewer_than_two_parties_is_priced_nowhere_and_says_so(tmp_path):
    report = tmp_path / "report.txt"
    report.write_text("---\npublished: 2025-10-27\n---\nVietnam raised its tariff on imported cars to 40 percent.\n")
    answer = brief(report)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        screen_text.brief(answer)
    assert answer.data["case"]["parties"] == []
    for text in (printed.getvalue(), html.brief(answer), pdf.html(answer)):
        assert "Fewer than two parties are known" in text
        assert "Nothing changes" not in text.partition("Outcomes priced")[0]
