"""The text a rule reads: markup blanked at equal length, cut into lines, sentences and clauses."""

from __future__ import annotations

import html
import re
from collections.abc import Container
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from detente.record.propose.annotate.words import load

FINITE = (
    r"will|would|shall|has|have|had|is|are|was|were|said|agreed|remains?|may|can|must|could|[a-z]{3,}ed|says|put"
    r"|took|met|sat|held|began|went|came|gave|made|left|kept|told|struck|won|rose|fell"
)
ACTS = (
    r"remove|suspend|extend|address|purchase|buy|lift|cancel|terminate|end|open|halt|stop|adopt|raise|lower"
    r"|cut|impose|invest"
    r"|resume|issue|strictly|eliminate|reduce|postpone|continue|maintain|keep|take|begin|to|that|not"
)
LINE_LIMIT = 8000  # characters
RUN = 20_000  # characters; a longer line with hardly any end of a sentence is not prose and is cut here
SENTENCE_LIMIT = 1200  # characters; a longer run is cut, so that no rule meets an unbounded text
PLAIN = str.maketrans(
    {"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u3000": " ", "\u2010": "-", "\u2011": "-", "’": "'", "‘": "'"}
    | {"“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "「": '"', "」": '"', "『": '"', "』": '"', "\t": " "}
    | {"\u200b": " ", "\u200e": " ", "\u200f": " ", "\ufeff": " ", "％": "%", "\x0b": " ", "\x0c": " "}
    | dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", " ")
)
ABBREVIATIONS = frozenset(load("en", "marks.yaml")["abbreviations"])


@dataclass(frozen=True)
class Piece:
    """A stretch of the text, with what is masked in it as a reader would read it."""

    text: str
    start: int
    end: int
    line: int = 0

    def cut(self, start: int, end: int) -> Piece:
        """The part from start to end, both counted in the document."""
        while start < end and self.text[start - self.start].isspace():
            start += 1
        while end > start and self.text[end - 1 - self.start].isspace():
            end -= 1
        return Piece(self.text[start - self.start : end - self.start], start, end, self.line)


def masked(text: str) -> str:
    """The same length as the text: tags blank, entities read, quotation marks and spaces plain."""
    plain = text.translate(PLAIN)
    if "<" in plain and re.search(r"</?[a-zA-Z][^<>]{0,300}>", plain):
        plain = re.sub(r"<[/!?]?[a-zA-Z][^<>]{0,2000}>", _blank, plain)
    if "&" in plain:
        plain = re.sub(r"&(#?\w{1,10});", lambda m: _padded(html.unescape(m.group()), len(m.group())), plain)
        plain = re.sub(r"(?<=\w)'( {3,8})s(?!\w)", r"'s\1", plain)
    return plain


def simplified(text: str) -> str:
    """The same length as the text: traditional Chinese characters as the simplified ones that the word lists have.

    >>> simplified("關稅")
    '关税'
    """
    return text.translate(_simplified())


@cache
def _simplified() -> dict[int, int]:
    table = load("zh", "traditional.yaml")
    return str.maketrans(table["traditional"], table["simplified"])


def _blank(tag: re.Match[str]) -> str:
    block = re.match(r"</?(p|div|br|li|ul|ol|h\d|tr|td|table|span)\b", tag.group(), re.I)
    return ("\n" if block else " ") + " " * (len(tag.group()) - 1)


def _padded(read: str, length: int) -> str:
    read = read.translate(PLAIN)
    return read + " " * (length - len(read)) if len(read) <= length else " " * length


WRAP = (50, 110)  # characters: the shortest line that may be wrapped, the longest width that counts as hard wrapping
COLUMNS = re.compile(r"\S(?: {3,}|\t| *\| *)\S")  # cells of a row
MARK = re.compile(r"\s*(?:[•*·▪–-]\s|\(?\w{1,3}[.)]\s|\d{1,2}:\d\d\s|#)")


def unwrapped(text: str, start: int = 0) -> str:
    """The same length as the text: where lines were broken only because the next word did not fit, a space stands."""
    rows = text[start:].split("\n")
    filled = [len(r) for r in rows if r.strip()]
    width = max(filled, default=0)
    if not WRAP[0] < width <= WRAP[1]:
        return text
    out = [text[:start], rows[0]]
    for row, below in pairwise(rows):
        word = below.split(" ", 1)[0] if below.strip() else ""
        wraps = word and len(row) >= WRAP[0] and len(row) + 1 + len(word) > width - 2 and not MARK.match(below)
        wraps = wraps and not COLUMNS.search(row) and not COLUMNS.search(below)
        out += [" " if wraps else "\n", below]
    return "".join(out)


SHOUTED = (12, 0.9)  # letters of a line in capitals at least, and their share
HEADLINE = 60  # characters of a line that may be a heading
NO_NAME = frozenset(["THE", "TO", "MAY"])  # parts of names that are words more often
LABEL = re.compile(r"[A-Z][A-Z .'-]{2,40}:\s")
CITIES = re.compile(r"[A-Z][A-Z .'-]{2,30}(?:/[A-Z][A-Z .'-]{2,30})+:")  # TOKYO/SEOUL: where a report is sent from
OFFICER = re.compile(  # a label of one who speaks, with his office
    r"(?:[A-Z]+ )?(?:PRESIDENT|MINISTER|SECRETARY|SPOKES(?:MAN|WOMAN|PERSON)|AMBASSADOR|COMMISSIONER|SENATOR|GOVERNOR|CHANCELLOR)"
    r" (?:[A-Z][A-Z.'-]+ ?){1,3}:"
)


def cased(text: str, start: int, names: Container[str]) -> str:
    """The same length as the text: lines in capitals in small letters, but for names and the first letter.

    names: words as they are written in running text, "Norway", "EU".
    """
    return text[:start] + "\n".join(_plain(row, names) for row in text[start:].split("\n"))


def _plain(row: str, names: Container[str]) -> str:
    """A line in small letters if it is in capitals; the label of a speaker stays as it is."""
    label = LABEL.match(row)
    begin = label.end() if label else 0
    letters = [c for c in row[begin:] if c.isalpha()]
    if len(letters) < SHOUTED[0] or sum(c.isupper() for c in letters) < SHOUTED[1] * len(letters):
        return (
            row if label or len(row) > HEADLINE else re.sub(r"\b[A-Z]{4,}\b", lambda m: _titled(m.group(), names), row)
        )
    small = re.sub(r"[^\W\d_](?:[\w'’]|\.(?=\w))*\.?", lambda m: _written(m.group(), names), row[begin:])
    first = re.search(r"[^\W\d_]", small)
    place = first.start() if first else 0
    return row[:begin] + small[:place] + small[place : place + 1].upper() + small[place + 1 :].replace(" - ", " – ")


def _titled(word: str, names: Container[str]) -> str:
    """A name in capitals as running text has it; another word stays."""
    return word.title() if word.title() in names else word


def _written(word: str, names: Container[str]) -> str:
    """A word in capitals as running text has it."""
    stem = word.rstrip(".")
    titled = stem.title() if stem not in NO_NAME else stem.lower()
    known = next((w for w in (stem, word, titled) if w in names), None)
    return (known or word.lower()) + word[len(known) :] if known else word.lower()


def lines(text: str, start: int = 0) -> list[Piece]:
    """Non-blank lines, without leading list marks; a line that is far too long is cut."""
    pieces: list[Piece] = []
    position = start
    for raw in text[start:].split("\n"):
        lead = re.match(r"[\s•*·▪–-]*(?:\d{1,2}:\d\d |\(?\w{1,3}[.)] )?[\s\u200b]*", raw)
        begin = position + (lead.end() if lead else 0)
        end = position + len(raw.rstrip())
        begin = end if _is_beside(text, begin, end) else begin + _length_of_crumbs(text[begin : min(end, begin + 200)])
        heading = re.match(r"[A-Z][A-Z0-9 ,.'&/-]{12,120}:\s+(?=\S)", text[begin : min(end, begin + 200)])
        if heading and not OFFICER.match(heading.group()) and not CITIES.match(heading.group()):
            begin += heading.end()  # a capital heading repeats the sentence behind it
        end = min(end, begin + RUN) if end - begin > RUN and not _prose(text, begin, end) else end
        while begin < end:
            stop = end
            if end - begin > LINE_LIMIT:
                stop = begin + max(text[begin : begin + LINE_LIMIT].rfind(" "), LINE_LIMIT // 2)
            pieces.append(Piece(text[begin:stop], begin, stop, len(pieces)))
            begin = stop
        position += len(raw) + 1
    return pieces


FURNITURE = re.compile(  # lines of a page that are no part of the report: links to others, invitations, notices
    r"(?:also read|read also|read more|see also|related(?: articles?| stor(?:y|ies))?|more on this|watch|recommended|don't miss)\s?[:|>]"
    r"|sign up (?:to|for) our|subscribe (?:to|for|now)\b|you must (?:log|be logged) in|with your (?:current )?subscription"
    r"|comments? (?:are closed|\(\d+\))|thank you for (?:signing up|reading)|add [\w ]{2,30} as a preferred source|all rights reserved|©"
    r"|content is for general information|follow us on|share this(?: article| story)?:|click here|advertisement$"
    r"|\d{4}-\d\d-\d\d \d\d:\d\d(?::\d\d)?\s[^。！？\n]{0,40}(?:评论|評論|来源|來源|编辑|編輯|阅读|閱讀|字号|字號)"
    r"|(?:来源|來源|责任编辑|責任編輯)\s?[:：]|(?:相关报道|相關報道|相关新闻|相關新聞|分享到)"
    r"|(?:ảnh|photo|image|file photo|foto|图片?|圖片?)\s?[:：]",
    re.I,
)
CAPTION = re.compile(  # what a line ends with that stands under a picture
    r"\(?\b(?:Ảnh|Photo|Image|Picture)s?(?::|\sby\s|\scredit:)[^\n.:]{2,40}\)?\.?$|\b[A-Z]{2,8}(?: [A-Z]{2,8})?/[A-Z][\w .-]{3,40}$"
)
LONGEST_CAPTION = 350  # characters


def _is_beside(text: str, begin: int, end: int) -> bool:
    """Whether a line of a page stands beside the report: a notice, a link to another, the words under a picture."""
    if FURNITURE.match(text, begin, end):
        return True
    return end - begin < LONGEST_CAPTION and CAPTION.search(text, max(begin, end - 60), end) is not None


CRUMBS = re.compile(r"(?:[^>»›.\n]{2,30}\s[>»›]\s){1,6}")


def _length_of_crumbs(line: str) -> int:
    """The length of the path through a site that a line begins with: Home > World > Trade."""
    crumbs = CRUMBS.match(line)
    return crumbs.end() if crumbs else 0


def _prose(text: str, start: int, end: int) -> bool:
    """Whether a long line ends a sentence once in two thousand characters at least."""
    return sum(text.count(x, start, end) for x in (". ", "! ", "? ", "。", "！", "？", "; ")) * 2000 >= end - start


@cache
def _stop() -> re.Pattern[str]:
    return re.compile(r"[.!?…]+[\"'\])]*(?=\s)|[。！？；]+[\"'”’）)]*|;(?=\s?[A-Z])")


def sentences(line: Piece) -> list[Piece]:
    """Sentences of a line; abbreviations and initials do not end one."""
    pieces, begin = [], line.start
    for stop in _stop().finditer(line.text):
        end = line.start + stop.end()
        if stop.group()[0] == "." and not _ends(line.text, stop.start(), stop.end()):
            continue
        pieces.append((begin, end))
        begin = end
    pieces.append((begin, line.end))
    short = []
    for a, b in pieces:
        while b - a > SENTENCE_LIMIT:
            comma = line.text.rfind(" ", a - line.start + 1, a - line.start + SENTENCE_LIMIT)
            cut = line.start + comma if comma > 0 and line.start + comma > a else a + SENTENCE_LIMIT
            short.append((a, cut))
            a = cut
        short.append((a, b))
    return [s for s in (line.cut(a, b) for a, b in short) if s.text]


def _ends(text: str, dot: int, after: int) -> bool:
    word = re.search(r"[\w.]{1,12}$", text[max(0, dot - 12) : dot])
    last = word.group().lower().strip(".") if word else ""
    follows = text[after : after + 40].lstrip()
    if not follows:
        return True
    if last in ABBREVIATIONS or (len(last) == 1 and last.isalpha()):
        return last in ("u.s", "a.m", "p.m") and bool(_openers().match(follows))
    return not follows[0].islower()


@cache
def _openers() -> re.Pattern[str]:
    return re.compile(rf"(?:{'|'.join(load('en', 'marks.yaml')['sentence_openers'])})\b")


@cache
def _bound() -> re.Pattern[str]:
    return re.compile(
        r";|(?<!\d):(?!\d)|[—；，]|\s[–-]{1,2}\s|,?\s(?:while|whereas|although|though|instead of)\s"
        r"|,\s(?:but|which|who|where|with|so|following|if|when|under which)\s"
        rf"|,\sand\s(?=(?:\S+\s){{0,7}}?(?:{FINITE})\b|\w+ing\s|(?:also\s)?(?:{ACTS})\s)"
        r"|,\s(?=(?:the|both)\s(?:two\s)?(?:sides|parties|governments|countries|teams)\s)"
        r"|,\s(?=(?:còn|đồng thời|trong khi|nhưng)\s)"
        r"|\sand\s(?!(?:will|would|shall) not (?:take|apply|go into))(?=(?:will|would|shall|has|have|had|is|are|was"
        r"|were|to|also|then|begin|resume|remove|suspend"
        r"|that|not)\s)"
        r"|\sand\s(?=(?:the|both|each|two|its|all)\s[\w' -]{0,30}?(?:will|would|shall|has|have|are|is|fulfil\w*)\s)"
        r"|\sand\s(?=(?:called|said|told|warned|insisted|promised|pledged|agreed|threatened|extend\w*|address\w*)\s)"
        r"|,\s(?=(?:as|so)\s(?:do|does|are|is|will)\s)|,\s(?=including\s)|\s(?=before\s|after\s|so that\s|amid\s)"
        r"|\bvà (?=mỗi|hai|các|sẽ)|(?<=[\w\"])\sbut\s"
    )


def clauses(sentence: Piece) -> list[Piece]:
    """Stretches that hold one assertion each, as far as signs and small words tell."""
    pieces, begin = [], sentence.start
    for bound in _bound().finditer(sentence.text):
        pieces.append((begin, sentence.start + bound.start()))
        begin = sentence.start + bound.end()
    pieces.append((begin, sentence.end))
    return [c for c in (sentence.cut(a, b) for a, b in pieces if b > a) if c.text]
