import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from detente.errors import RecordError
from detente.record.document import LIMIT, read

HEADED = '---\ntitle: "Two readouts"\npublisher: synthetic\npublished: 2018-12-03\nlanguage: en\n---\nThe body.\n'


def put(tmp_path, text, name="talks.txt"):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def test_offsets_index_the_whole_file_header_included(tmp_path):
    document = read(put(tmp_path, HEADED))
    assert document.text == HEADED
    assert document.body == "The body.\n"
    assert (document.title, document.publisher, document.published) == ("Two readouts", "synthetic", "2018-12-03")
    assert document.sha256 == document.text_sha256 == hashlib.sha256(HEADED.encode()).hexdigest()


def test_a_header_needs_no_opening_line(tmp_path):
    document = read(put(tmp_path, HEADED.removeprefix("---\n")))
    assert document.body == "The body.\n"


def test_text_with_a_horizontal_rule_has_no_header(tmp_path):
    document = read(put(tmp_path, "Talks began.\nThen\n---\nthey ended.\n"))
    assert document.body_start == 0


def test_what_the_caller_says_wins_over_the_header(tmp_path):
    document = read(put(tmp_path, HEADED), published="2018-12-04", url="https://a.example", publisher="a paper")
    assert (document.published, document.url, document.publisher) == ("2018-12-04", "https://a.example", "a paper")


def test_markup_in_a_text_file_is_kept(tmp_path):
    document = read(put(tmp_path, "<p>8&nbsp;November</p>\n"))
    assert "&nbsp;" in document.text


def test_html_gives_its_text_without_scripts(tmp_path):
    page = (
        '<html lang="vi"><head><title>Talks &amp; more</title>'
        '<meta property="article:published_time" content="2025-10-27T08:00">'
        "<script>if (a<b) alert('</p>')</script><style>p{}</style></head>"
        "<body><p>One &ndash; two</p><!-- <p>no</p> --><p>three</p>"
    )
    document = read(put(tmp_path, page, "page.html"))
    assert document.text.splitlines() == ["Talks & more", "One – two", "three"]
    assert (document.title, document.published, document.language) == ("Talks & more", "2025-10-27", "vi")


def test_the_language_comes_from_the_header_or_a_guess(tmp_path):
    assert read(put(tmp_path, "美中第一阶段经贸协议周三在白宫签字。")).language == "zh"
    assert read(put(tmp_path, "Thỏa thuận tạm ngừng tăng thuế giữa hai nước hết hạn vào ngày 10/11.")).language == "vi"
    assert read(put(tmp_path, "The truce ends.")).language == "en"


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "a.txt", "empty"),
        (b"  \n ", "a.txt", "empty"),
        (b"---\ntitle: x\n---\n  ", "a.txt", "no text after the header"),
        (b"talks\0talks", "a.txt", "binary"),
        (b"talks \xff\xfe", "a.txt", "not UTF-8"),
        (b"published: soon\n---\ntalks", "a.txt", "is not a date"),
        (b"published: 2025-13-40\n---\ntalks", "a.txt", "is not a date"),
    ],
)
def test_bad_input_is_refused_in_one_line(tmp_path, content, name, words):
    with pytest.raises(RecordError, match=words) as refused:
        read(put(tmp_path, content, name))
    assert "\n" not in str(refused.value)


def test_a_missing_file_a_folder_and_a_wrong_date_are_refused(tmp_path):
    with pytest.raises(RecordError, match="no such file"):
        read(tmp_path / "none.txt")
    with pytest.raises(RecordError, match="a folder"):
        read(tmp_path)
    with pytest.raises(RecordError, match="cannot be read"):
        read("a\0b")
    for wrong in ("yesterday", "2025-02-30", " "):
        with pytest.raises(RecordError, match="published"):
            read(put(tmp_path, "talks"), published=wrong)


def test_a_document_over_the_bound_is_refused(tmp_path):
    path = tmp_path / "long.txt"
    with path.open("wb") as file:
        file.truncate(LIMIT + 1)
    with pytest.raises(RecordError, match=r"at most .* are read; split it"):
        read(path)


@settings(max_examples=60, deadline=None)
@given(
    st.text(alphabet=st.sampled_from("<>/!-&;a p=\"'\nscript:#x27"), max_size=400), st.sampled_from(["a.txt", "a.html"])
)
def test_no_markup_raises_anything_but_a_record_error(tmp_path_factory, text, name):
    path = put(tmp_path_factory.mktemp("any"), text, name)
    try:
        document = read(path)
    except RecordError:
        return
    assert document.text[document.body_start :].strip()
