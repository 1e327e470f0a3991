"""Encodings, Word files, and what is refused for what it is: by content, whatever the name of the file."""

import base64
import io
import random
import unicodedata
import zipfile

import pytest

from detente.errors import RecordError
from detente.record.document import from_bytes, read
from detente.record.encodings import decode
from detente.record.propose import facts

CHINESE = "商务部发言人周五表示，中美双方同意将关税休战延长90天，至11月10日。"
TRADITIONAL = "商務部發言人表示，雙方將於11月10日前就延長停戰期達成協議。"
VIETNAMESE = "Thỏa thuận đình chiến thuế quan giữa hai nước hết hạn vào ngày 10/11."
ENGLISH = "“The truce” — worth €5 billion — ends on November 10, the minister’s office said."
JAPANESE = "赤沢大臣は、日米の関税協議はまだ終わっておらず、関税が引き上げられる可能性があると述べた。"
RUSSIAN = "Министр сказал, что переговоры ещё не закончились и что пошлины могут вырасти."
TONES = "\u0300\u0301\u0303\u0309\u0323"


def windows_1258(text):
    """Vietnamese as Windows writes it: tones as characters of their own."""
    out = b""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        base = unicodedata.normalize("NFC", "".join(p for p in parts if p not in TONES))
        out += (base + "".join(p for p in parts if p in TONES)).encode("cp1258")
    return out


@pytest.mark.parametrize(
    ("text", "data"),
    [
        *((CHINESE, CHINESE.encode(codec)) for codec in ("utf-8", "utf-16", "utf-32", "gb18030", "gbk")),
        (CHINESE, b"\xfe\xff" + CHINESE.encode("utf-16-be")),
        *((TRADITIONAL, TRADITIONAL.encode(codec)) for codec in ("big5", "big5hkscs", "gb18030")),
        (VIETNAMESE, windows_1258(VIETNAMESE)),
        *((ENGLISH, ENGLISH.encode(codec)) for codec in ("cp1252", "utf-16", "utf-16-le")),
        ("The café in Québec pays 25 % more.", "The café in Québec pays 25 % more.".encode("latin-1")),
        ("The minister paid § 301 duties.", "The minister paid § 301 duties.".encode("latin-1")),
        *((JAPANESE, JAPANESE.encode(codec)) for codec in ("shift_jis", "euc_jp", "iso2022_jp")),
        *((RUSSIAN, RUSSIAN.encode(codec)) for codec in ("cp1251", "koi8_r")),
    ],
)
def test_a_text_is_the_same_in_every_usual_encoding(text, data):
    assert decode(data, "a.txt") == text


def test_a_mark_of_utf_8_stays_in_the_text_as_read(tmp_path):
    document = from_bytes(b"\xef\xbb\xbftitle: A note\n---\nThe truce ends.", "a.txt")
    assert document.text.startswith("\ufeff")
    assert document.title == "A note"


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        ('<html><head><meta charset="gb2312"></head>', "gbk"),
        ('<html><head><meta http-equiv="Content-Type" content="text/html; charset=GBK"></head>', "gbk"),
        ('<?xml version="1.0" encoding="big5"?><html>', "big5"),
        ('<html><head><meta charset="windows-1252"></head>', "cp1252"),
        ('<html><head><meta charset="iso-8859-1"></head>', "utf-8"),
        ('<html><head><meta charset="no-such-thing"></head>', "utf-8"),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_declares_unless_it_is_utf_8(head, codec):
    text = {"gbk": CHINESE, "big5": TRADITIONAL}.get(codec, ENGLISH)
    assert from_bytes((head + f"<p>{text}</p>").encode(codec), "a.html").text == text


def test_a_japanese_text_in_shift_jis_is_decoded_and_refused_as_japanese():
    with pytest.raises(RecordError, match="seems to be Japanese"):
        from_bytes(JAPANESE.encode("shift_jis"), "a.txt")


def test_damaged_utf_8_is_refused_with_the_place_of_the_damage():
    data = CHINESE.encode()
    with pytest.raises(RecordError, match=r"not UTF-8 text, byte 30 of \d+"):
        from_bytes(data[:30] + b"\xff" + data[30:], "a.txt")


@pytest.mark.parametrize("name", ["report.txt", "report.docx", "report.html", "report"])
@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"{\\rtf1\\ansi The truce ends.}", r"RTF.*save it as .docx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, r"\.doc.*without a password"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 60, r"PNG.*character recognition"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 60, r"JPEG.*character recognition"),
        (b"II*\0" + b"\0" * 60, "TIFF"),
        (b"RIFF\0\0\0\0WAVEfmt ", "WAV.*transcribed"),
        (b"ID3\x04\0\0\0" + b"\0" * 60, "MP3"),
        (b"\0\0\0\x20ftypisom\0", "MP4"),
        (b"\x1f\x8b\x08\0" + b"\0" * 60, "gzip.*unpack it"),
        (b"7z\xbc\xaf\x27\x1c" + b"\0" * 60, "7z"),
        (b"\x7fELF\x02\x01" + b"\0" * 60, "a program"),
        (b"PK\x03\x04" + b"\0" * 60, "an archive"),
    ],
)
def test_what_is_no_text_is_refused_by_its_content_with_what_to_do(data, words, name):
    with pytest.raises(RecordError, match=words) as refused:
        from_bytes(data, name)
    assert "\n" not in str(refused.value)


def archive(**members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as folder:
        for name, content in members.items():
            folder.writestr(name.replace("__", "/").replace("_", "."), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("member", "words"),
    [("xl__workbook_xml", "xlsx"), ("ppt__presentation_xml", "pptx"), ("content_xml", "odt"), ("other_txt", "unpack")],
)
def test_archives_are_known_by_what_is_in_them(member, words):
    with pytest.raises(RecordError, match=words):
        from_bytes(archive(**{member: "x"}), "a.docx")


WORDS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
CORE = (
    '<cp:coreProperties xmlns:cp="c" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="t">'
    "<dc:title>Note on  the truce</dc:title><dcterms:created>2019-01-01T00:00:00Z</dcterms:created>"
    "<dcterms:modified>2025-10-27T08:00:00Z</dcterms:modified></cp:coreProperties>"
)
BODY = """<w:p><w:r><w:t>BEIJING, October 27. China's commerce ministry said on Monday that</w:t></w:r>
<w:r><w:t xml:space="preserve"> the truce expires</w:t></w:r>
<w:del><w:r><w:delText>d yesterday</w:delText></w:r></w:del>
<w:ins><w:r><w:t xml:space="preserve"> on November 10</w:t></w:r></w:ins><w:r><w:t>.</w:t></w:r></w:p>
<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>Hidden words.</w:t></w:r>
<w:r><w:t>One</w:t><w:tab/><w:t>two</w:t></w:r></w:p>
<w:tbl><w:tr><w:tc><w:p><w:r><w:t>Steel</w:t></w:r></w:p></w:tc>
<w:tc><w:p><w:r><w:t>50 %</w:t></w:r></w:p></w:tc></w:tr></w:tbl>"""
NOTES = (
    f'<w:footnotes {WORDS}><w:footnote w:type="separator"><w:p><w:r><w:t>-</w:t></w:r></w:p></w:footnote>'
    '<w:footnote w:id="1"><w:p><w:r><w:t>See the notice.</w:t></w:r></w:p></w:footnote></w:footnotes>'
)


def word(body=BODY, **more):
    document = f"<?xml version='1.0'?><w:document {WORDS}><w:body>{body}</w:body></w:document>"
    return archive(word__document_xml=document, docProps__core_xml=CORE, word__footnotes_xml=NOTES, **more)


def test_a_word_file_gives_paragraphs_tables_and_notes_without_what_was_deleted_or_is_hidden(tmp_path):
    path = tmp_path / "note.docx"
    path.write_bytes(word())
    document = read(path)
    assert document.text.splitlines() == [
        "BEIJING, October 27. China's commerce ministry said on Monday that the truce expires on November 10.",
        "One\ttwo",
        "Steel\t50 %",
        "See the notice.",
    ]
    assert (document.title, document.published, document.format) == ("Note on the truce", "2025-10-27", "docx")
    assert read(path, published="2025-10-28").published == "2025-10-28"


def test_facts_of_a_word_file_have_offsets_in_its_extracted_text():
    document = from_bytes(word(), "note.docx")
    proposed = facts(document)
    assert proposed
    assert all(document.text[f["start"] : f["end"]] == f["quote"] for f in proposed)


def test_a_word_file_is_known_by_its_content():
    assert from_bytes(word(), "note.txt").format == "docx"


ENTITIES = '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize("types", [ENTITIES, OUTSIDE, "<!DOCTYPE w SYSTEM 'x'>"])
def test_a_word_file_with_a_document_type_is_refused(types):
    data = archive(word__document_xml=f"{types}<w:document {WORDS}><w:p><w:r><w:t>&a;</w:t></w:r></w:p></w:document>")
    with pytest.raises(RecordError, match="declares a document type"):
        from_bytes(data, "a.docx")


def test_a_word_file_that_unpacks_to_far_more_than_it_has_is_refused():
    body = f"<w:p><w:r><w:t>{'tariff ' * 900_000}</w:t></w:r></w:p>"
    with pytest.raises(RecordError, match="unpacks to"):
        from_bytes(word(body), "a.docx")


def test_a_word_file_with_too_much_text_is_refused():
    dice = random.Random(1)
    body = "".join(f"<w:p><w:r><w:t>{dice.getrandbits(4000):x}</w:t></w:r></w:p>" for _ in range(5200))
    with pytest.raises(RecordError, match="over 5000000 characters"):
        from_bytes(word(body), "a.docx")


def test_a_word_file_nested_without_end_or_cut_off_is_no_crash():
    data = word("<w:p>" * 50_000 + "</w:p>" * 50_000)
    assert from_bytes(data, "a.docx").text == "See the notice.\n"
    whole = word()
    dice = random.Random(3)
    for _ in range(300):
        cut = bytearray(whole)
        for _ in range(dice.randint(1, 8)):
            cut[dice.randrange(40, len(cut))] = dice.randrange(256)
        try:
            from_bytes(bytes(cut[: dice.randrange(40, len(cut) + 1)] if dice.random() < 0.3 else cut), "a.docx")
        except RecordError as refused:
            assert "\n" not in str(refused)  # noqa: PT017  a refusal is one of two good ends


def letters(seed, count, alphabet):
    dice = random.Random(seed)
    return " ".join("".join(dice.choice(alphabet) for _ in range(dice.randint(2, 9))) for _ in range(count))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a,b,c\n1,2,3\n4,5,6\n7,8,9\n", "numbers"),
        ("Country;Rate;From\nJapan;15;2025-08-07\nKorea;15;2025-08-07\nBrazil;50;2025-08-06\n", "a table"),
        ('NFG 1 R "PD" { "A" "B" } { 2 2 }\n\n9 9 10 1 1 10 3 3\n', "a game in Gambit's form"),
        ("name: later\nmeasures:\n  - {by: ABC, against: DEF, rate: 24 pp, from: 2026-11-10}\n", "YAML"),
        ("import os\n\ndef f(x):\n    y = x + 1\n    return y\n\nfor k in range(3):\n    print(f(k))\n", "source code"),
        ("int main(void) {\n  int i;\n  for (i = 0; i < 9; i++) {\n    p(i);\n  }\n  return 0;\n}\n", "source code"),
        (base64.encodebytes(random.Random(1).randbytes(900)).decode(), "base64"),
        (letters(1, 200, "abcdefghijklmnopqrstuvwxyz"), "letters that form no words"),
        ("3.14159 " * 300, "numbers"),
        (" ".join(f"{byte:02x}" for byte in random.Random(1).randbytes(300)), "numbers"),
        ("\x01\x02\x03talks" * 9, "binary data"),
    ],
)
def test_what_is_no_prose_is_named_for_what_it_is(text, words):
    with pytest.raises(RecordError, match=f"{words}.*, not prose"):
        from_bytes(text.encode(), "a.txt")


LEGAL = (
    "For the purposes of this agreement:\n(a) the parties shall suspend the duties in Annex 1;\n"
    "(b) the parties shall not impose duties on goods in transit;\n(c) the rate is 10 %;\n"
)
TABLE = (
    "The rates agreed on Friday are these.\n\nSteel | 50 | 25\nAluminium | 50 | 25\nCopper | 50 | 0\nCars | 25 | 15\n\n"
    "They apply from August 7, the two governments said, and will be reviewed at the end of the year.\n"
)
TRANSCRIPT = "Q: Will you extend it?\nA: We will see.\nQ: By when?\nA: By the tenth, as we have said all along.\n"


@pytest.mark.parametrize("text", [LEGAL, TABLE, TRANSCRIPT, "50 % from August 7", "- steel: 50 %\n- cars: 25 %\n"])
def test_lists_tables_and_transcripts_within_prose_are_read(text):
    assert from_bytes(text.encode(), "a.txt").language == "en"
