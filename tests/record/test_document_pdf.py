import importlib.util
import io

import pytest

from detente.errors import RecordError
from detente.record import pdf
from detente.record.document import read
from detente.record.propose import facts

needs_pypdf = pytest.mark.skipif(importlib.util.find_spec("pypdf") is None, reason="pypdf is optional")
TEXT = (
    "GENEVA, May 12 - The United States and China announced on Monday a 90-day pause in",
    "their tariff war. Treasury Secretary Scott Bessent spoke of substantial nego-",
    "tiations.",
    "",
    "Vice Premier He Lifeng called the talks candid.",
)


def printed(*lines, pages=1):
    """A pdf in plain bytes, its lines one below the other."""
    shown = b"".join(b"(%s) Tj T*\n" % x.replace("(", "").replace(")", "").encode("latin-1") for x in lines)
    stream = b"BT /F1 11 Tf 14 TL 40 780 Td\n" + shown + b"ET"
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {pages}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    for i in range(pages):
        page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 3 0 R>>>>"
        page += f"/Contents {5 + 2 * i} 0 R>>"
        objects += [page.encode(), b"<</Length %d>>\nstream\n%s\nendstream" % (len(stream), stream)]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % x for x in places)
    size = len(objects) + 1
    return out + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        size, table, size, len(out)
    )  # fmt: skip


def put(tmp_path, data, name="talks.pdf"):
    path = tmp_path / name
    path.write_bytes(data)
    return path


@needs_pypdf
def test_facts_of_a_pdf_have_offsets_in_its_extracted_text(tmp_path):
    document = read(put(tmp_path, printed(*TEXT)), published="2025-05-12")
    assert document.format == "pdf"
    assert "a 90-day pause in their tariff war" in document.text
    assert "substantial negotiations." in document.text
    proposed = facts(document)
    assert all(document.text[f["start"] : f["end"]] == f["quote"] for f in proposed)
    assert {"truce", "participant"} <= {f["kind"] for f in proposed}


@needs_pypdf
def test_a_pdf_is_recognised_by_its_first_bytes(tmp_path):
    assert "Bessent" in read(put(tmp_path, printed(*TEXT), "talks.txt")).text


def locked():
    import pypdf

    writer = pypdf.PdfWriter(clone_from=io.BytesIO(printed(*TEXT)))
    writer.encrypt("secret", algorithm="RC4-128")
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@needs_pypdf
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: b"%PDF-1.7 and then nothing of a pdf", "the pdf is broken"),
        (lambda: printed(*TEXT)[:300], "the pdf is broken"),
        (locked, "is encrypted"),
        (printed, "images only"),
        (lambda: printed("x", pages=pdf.PAGES + 1), "too long to read: 2001 pages"),
    ],
    ids=["nonsense", "truncated", "encrypted", "image", "pages"],
)
def test_a_pdf_that_cannot_be_read_is_refused_in_one_line(tmp_path, make, words):
    with pytest.raises(RecordError, match=words) as refused:
        read(put(tmp_path, make()))
    assert "\n" not in str(refused.value)


def test_without_pypdf_a_pdf_is_refused_and_the_message_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(RecordError, match=r"detente\[pdf-text\]"):
        read(put(tmp_path, printed(*TEXT)))


@needs_pypdf
def test_reading_a_pdf_stops_after_a_time_limit(tmp_path):
    with pytest.raises(RecordError, match="not read within"):
        pdf.pdf_text(printed(*TEXT), "slow.pdf", seconds=0.01)


def test_printed_lines_become_paragraphs():
    shown = (
        "1 The United States will suspend the tariffs on\nChinese goods.\nA new paragraph: nego-\ntiations go on\n\nEnd"
    )
    assert pdf.reflowed(shown).splitlines() == [
        "1 The United States will suspend the tariffs on Chinese goods.",
        "A new paragraph: negotiations go on",
        "",
        "End",
    ]


@needs_pypdf
@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_pdf_gives_text_or_a_record_error(tmp_path, seed):
    data = bytearray(printed(*TEXT))
    for i in range(40):
        data[(seed * 7919 + i * 104729) % len(data)] = (seed * 31 + i * 17) % 256
    try:
        text = read(put(tmp_path, b"%PDF-" + bytes(data[5:]))).text
    except RecordError:
        return
    assert text.strip()
