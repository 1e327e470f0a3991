import numpy as np
import pytest

from detente.record.document import Document
from detente.record.propose import run
from detente.record.propose.learned import encoded, encoder, pieces
from detente.record.propose.learned.features import KINDS
from detente.record.propose.learned.words import View

SHIPPED = encoder.shipped()
needs_encoder = pytest.mark.skipif(SHIPPED is None, reason="the package has no encoder")
VOCABULARY = {p: n for n, p in enumerate(["[UNK]", "tariff", "tar", "##iff", "##s", "%", "25", "muno", "##z", "."])}


def words_of(text):
    numbers = {n: p for p, n in VOCABULARY.items()}
    return [(numbers[p.number], text[p.start : p.end]) for p in pieces.cut(text, VOCABULARY)]


def view(text, number=-1, **about):
    analysis, _ = run.analysed(Document("d", text, "", published="2027-03-02", **about))
    return View(analysis, analysis.reading.sentences[number])


def kinds(text, number=-1):
    sentence = view(text, number)
    read = encoded.encoded(SHIPPED, sentence)
    return dict(zip(KINDS, read.kinds([sentence.stretches()[-1]])[0].tolist(), strict=True))


def test_a_word_is_cut_into_the_longest_pieces_of_the_vocabulary():
    assert words_of("Tariffs") == [("tariff", "Tariff"), ("##s", "s")]


def test_a_mark_is_a_word_of_its_own():
    assert words_of("25%.") == [("25", "25"), ("%", "%"), (".", ".")]


def test_a_piece_without_accents_keeps_its_place_in_the_text():
    assert words_of("Muñoz") == [("muno", "Muño"), ("##z", "z")]


def test_a_word_with_a_part_that_no_piece_covers_is_unknown():
    assert words_of("tariffx 25") == [("[UNK]", "tariffx"), ("25", "25")]


def test_a_word_too_long_for_any_piece_is_unknown():
    assert words_of("tariff" * 50) == [("[UNK]", "tariff" * 50)]


@pytest.mark.parametrize("text", ["", " \n\t", "\ufffd\x00"])
def test_a_text_without_signs_has_no_pieces(text):
    assert pieces.cut(text, VOCABULARY) == []


def test_four_bits_are_steps_of_the_scale_of_their_block():
    steps = np.array([[-7, 0, 3, 7]])
    packed = ((steps[:, ::2] + 8) | ((steps[:, 1::2] + 8) << 4)).astype(np.uint8)
    scale = np.array([[0.5, 2.0]], np.float16)
    assert encoder._unpacked(packed, scale).tolist() == [[-3.5, 0.0, 6.0, 14.0]]


@needs_encoder
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Kenya raised the duty on Chilean wine to 12 percent.", "measure"),
        ("The two ministers met in Nairobi on Tuesday.", "meeting"),
        ('"We are close," the minister said.', "statement"),
        ("Unless the quota is lifted, Chile will tax grain from Kenya.", "threat"),
    ],
)
def test_the_encoder_knows_a_plain_fact_of_a_pair_it_never_read_of(text, kind):
    scores = kinds(text)
    assert max(scores, key=scores.get) == kind


@needs_encoder
def test_a_sentence_is_read_with_the_two_before_it_alone():
    tail = "The minister flew to Lima. He was received by his colleague. They met for an hour."
    assert kinds(f"Copper was dear. {tail}") == kinds(f"Nothing was signed. {tail}")
    assert kinds(tail) != kinds(tail.replace("Lima", "Oslo"))


@needs_encoder
def test_a_sentence_longer_than_the_encoder_reads_still_has_scores():
    sentence = "The ministers met " + "and met again " * 200 + "in Lima."
    assert all(np.isfinite(x) for x in kinds(sentence).values())


@needs_encoder
@pytest.mark.parametrize("text", ["双方在北京会晤。", "Hai bên gặp nhau tại Hà Nội hôm thứ Ba."])
def test_other_languages_are_left_to_the_linear_models(text):
    language = "zh" if text[0] == "双" else "vi"
    assert encoded.encoded(SHIPPED, view(text, language=language)) is None


@needs_encoder
def test_far_down_in_a_document_the_linear_models_read_alone(monkeypatch):
    monkeypatch.setattr(encoded, "SENTENCES", 1)
    text = "The ministers met in Lima. They parted on Friday."
    assert encoded.encoded(SHIPPED, view(text, 0)) is not None
    assert encoded.encoded(SHIPPED, view(text, 1)) is None


@needs_encoder
def test_without_an_encoder_a_document_is_read_by_the_linear_models(monkeypatch):
    document = Document("d", "Kenya raised the duty on Chilean wine to 12 percent.", "", published="2027-03-02")
    monkeypatch.setattr(encoder, "shipped", lambda: None)
    assert run.read(document).facts
