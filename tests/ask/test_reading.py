"""What is taken for data before a document is read: by its ending or its first lines, and only where it is UTF-8."""

import pytest

from detente.ask.talks import reading
from detente.errors import RecordError

CHINESE = "美国贸易代表表示,中美双方在日内瓦举行会谈,双方同意暂停加征关税,期限为90天,至2025年11月10日。"


@pytest.mark.parametrize("codec", ["gb18030", "utf-16"])
def test_one_line_with_commas_is_read_as_sentences_in_other_encodings(codec):
    assert "日内瓦" in reading.from_bytes(CHINESE.encode(codec), "report.txt").text


def test_a_rich_text_file_is_named_for_what_it_is():
    with pytest.raises(RecordError, match="rich text file"):
        reading.from_bytes(rb"{\rtf1\ansi The truce ends, he said, on Monday, it seems.}", "report.txt")


def test_a_table_is_still_refused_as_data():
    with pytest.raises(RecordError, match="a table"):
        reading.from_bytes(b"economy,rate,day\nUSA,10,2025-11-10\nCHN,20,2025-11-10\n" * 3, "report.txt")
