"""Documents that no editor would print: real ones damaged, and sentences of real forms with odd days and numbers."""

import re
from pathlib import Path

from hypothesis import strategies as st

DOCUMENTS = sorted((Path(__file__).parent / "record" / "documents").glob("*.txt"))
DAYS = (
    "May 0", "Nov. 0", "May 32", "Nov. 99, 2025", "31/02/2025", "99/99", "99/99/9999", "0/0", "00/00/0000", "29/2/2025",
    "February 30", "31 February 2025", "January 0, 0000", "December 31, 9999", "March 1, 0000", "1 January 0001",
    "2025-02-31", "0000-00-00", "9999-12-31", "0000-01", "the weekend", "13 months ago", "999999 days later",
    "999999 months ago", "9999 years", "last May", "next Nov", "on Monday", "", "2025年13月40日", "0000年0月0日",
    "9999年12月31日", "0月0日", "明年2月30日", "去年0月", "ngày 31 tháng 2", "ngày 0 tháng 0 năm 0000", "ngày 99/99",
    "tháng 13 năm 9999", "²³ May ²⁰²⁵", "May ٣", "five and twenty May",
)  # fmt: skip
NUMBERS = (
    "0", "-1", "00", "1e309", "NaN", "inf", "9" * 40, "9" * 400, "0.0000000001", "1,2,3,4", "1.2.3.4", "100", "1000000",
    "ten", "a", "", "½", "٣", "²", "ⅳ", "十", "〇", "百万亿", "một", "$", "145 145", "54-0", "between 5 and 4", "+-3",
)  # fmt: skip
MARKS = (
    '""', "“”", "''", '"', "”“", "「」", "‘", "’", "«»", "\u202e", "\u2066\u2069", "\u200b", "\ufeff", "\u0301" * 9,
    "\x00", "\x07", "\x1b[31m", "\x85", "\u2028", "\U000e0041", "\ufffd", "\ufffe", "\U0010ffff", "\ud83d".encode(
        "utf-8", "surrogatepass").decode("utf-8", "replace"), "&#xd800;", "&#0;", "&lt", "<b", "</p>", "﷽", "🇺🇸" * 5,
    "A" * 3000, "说" * 500, "(" * 300, ")" * 300, "." * 200, ", " * 200, "-" * 500, "\n" * 50, "\t", "%" * 20,
)  # fmt: skip
DAY = re.compile(
    r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d{1,2}(?:, \d{4})?|\d{4}-\d\d-\d\d"
    r"|\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"|(?:\d{4}年)?\d{1,2}月\d{1,2}日|\d{1,2}/\d{1,2}(?:/\d{4})?|ngày \d{1,2} tháng \d{1,2}"
)
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
FORMS = (
    "{side} will suspend {number} percent tariffs on {side} until {day}.",
    "{side} suspended its {number}% duty on goods from {side}.",
    "{side} raised tariffs on {side} to {number} percent from {number} percent, effective {day}.",
    "The truce between {side} and {side} expires on {day}.",
    "The truce was extended by {number} days, until {day}.",
    "{side} and {side} agreed on a {number}-day pause.",
    "{person} met {person} in {city} on {day}.",
    "{person} will meet {person} in {city} {day}.",
    '{person} said on {day}: "{mark}".',
    "“{mark}” said {person} {day}.",
    "{person} threatened a tariff of {number} percent on {side} from {day} if {side} buys no {number} tons of soya.",
    "{side} denied that it would cut tariffs by {number} points.",
    "{side}'s ministry did not confirm the meeting of {day}.",
    "{side} agreed to buy ${number} billion of goods by {day}.",
    "The duty of {number} percent ended {day}.",
    "A {number} percent suspension was announced.",
    "Export controls on rare earths are suspended for {number} months.",
    "{side}将对{side}商品加征{number}%关税，{day}生效。",
    "中美双方同意将{number}%关税暂停至{day}。",
    "{side}商务部发言人{day}表示：“{mark}”。",
    "Thỏa thuận đình chiến giữa {side} và {side} hết hạn vào {day}.",
    "{side} áp thuế {number}% với {side} từ {day}.",
    "{mark}",
)
WORDS = {
    "side": ("the United States", "China", "Beijing", "Washington", "Japan", "the EU", "Mỹ", "Trung Quốc", "美国",
             "中国", "Atlantis", "", "both sides", "Canada and Mexico", "it"),
    "person": ("Scott Bessent", "He Lifeng", "Trump", "Mr. Nobody", "何立峰", "ông Bessent", "she", "Xi", "Greer"),
    "city": ("Geneva", "Kuala Lumpur", "Madrid", "日内瓦", "Nowhere", ""),
    "day": DAYS,
    "number": NUMBERS,
    "mark": (*MARKS, "yes", "we will not"),
}  # fmt: skip
HEADS = (
    "", "published: 2025-10-27\n---\n", "---\ntitle: A note\npublisher: White House\npublished: 2025-02-28\n---\n",
    "published: 0001-01-01\n---\n", "published: 9999-12-31\n---\n", "title: \npublished: 2025\n---\n",
    "published: 2025-10\nlanguage: vi\n---\n", "language: zh\npublished: 2025-10-27\n---\n",
)  # fmt: skip


def sentences(words=WORDS):
    """Sentences of the forms above, with these words."""
    parts = {name: st.sampled_from(choices) for name, choices in words.items()}

    @st.composite
    def sentence(draw):
        form = draw(st.sampled_from(FORMS))
        return re.sub(r"\{(\w+)\}", lambda gap: draw(parts[gap[1]]), form)

    return sentence()


def texts():
    """Whole documents: a header or none, and sentences."""
    body = st.lists(sentences(), min_size=1, max_size=6)
    return st.builds(lambda head, rows, end: head + end.join(rows), st.sampled_from(HEADS), body,
                     st.sampled_from((" ", "\n", "\n\n", "")))  # fmt: skip


def damaged(text, dice):
    """A document with some days and numbers replaced, spans deleted, doubled or shuffled, and marks put in.

    Its header stays as it is, mostly: most damage to it is refused at once.
    """
    cut = text.index("\n---\n", 4) + 5 if dice.random() < 0.9 and "\n---\n" in text[4:] else 0
    head, body = text[:cut], text[cut:]
    for _ in range(dice.randint(1, 6)):
        body = dice.choice(DAMAGES)(body, dice)
    return head + body


def _with_days(text, dice):
    return DAY.sub(lambda day: dice.choice(DAYS) if dice.random() < 0.5 else day[0], text)


def _with_numbers(text, dice):
    return NUMBER.sub(lambda number: dice.choice(NUMBERS) if dice.random() < 0.3 else number[0], text)


def _span(text, dice):
    start = dice.randrange(len(text) + 1)
    return start, min(len(text), start + dice.randint(1, 400))


def _cut(text, dice):
    start, end = _span(text, dice)
    return text[:start] + text[end:]


def _doubled(text, dice):
    start, end = _span(text, dice)
    return text[:end] + text[start:end] * dice.randint(1, 4) + text[end:]


def _shuffled(text, dice):
    parts = re.split(r"(?<=[.。!?])\s*", text)
    dice.shuffle(parts)
    return " ".join(parts)


def _marked(text, dice):
    for _ in range(dice.randint(1, 8)):
        place = dice.randrange(len(text) + 1)
        text = text[:place] + dice.choice(MARKS) + text[place:]
    return text


def _unquoted(text, dice):
    return re.sub(r"[\"“][^\"”\n]{0,400}[\"”]", lambda quote: dice.choice(MARKS[:9]), text)


DAMAGES = (_with_days, _with_days, _with_numbers, _cut, _doubled, _shuffled, _marked, _unquoted)
EXTREMES = tuple(dict.fromkeys((*DAYS, *NUMBERS, *MARKS)))
