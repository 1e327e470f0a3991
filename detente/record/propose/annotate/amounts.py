"""Rates and money as texts write them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from detente.record.propose.annotate.dates import SMALL, TENS, VI_DIGITS, ZH_DIGITS, number
from detente.record.propose.annotate.words import Term, vocabulary

MONEY = re.compile(
    r"(?:(?P<c>US\$|\$|€|£|¥)\s?)?(?<![\d.,])(?P<n>\d{1,9}(?:[.,]\d{1,9})?)\s?(?P<m>billion|bn|million|trillion|亿"
    r"|tỷ)?\s?(?P<w>dollars?|euros?|pounds?|USD|美元|欧元)?",
    re.I,
)


# key → the signs and words of a currency, as of the whole unit in small letters
CURRENCIES = {"eur_bn": ("€", "euro", "欧元"), "gbp_bn": ("£", "pound")}
SCALES = {"million": 0.001, "trillion": 1000.0, "亿": 0.1}


def _number(value: float | str) -> float:
    value = float(value)
    return int(value) if value == int(value) else value


def money(text: str) -> dict[str, Any]:
    m = next((m for m in MONEY.finditer(text) if m.group("m") and (m.group("c") or m.group("w"))), None)
    if m is None:
        return {}
    thousands = re.fullmatch(r"\d{1,3},\d{3}", m.group("n"))
    amount = float(m.group("n").replace(",", "" if thousands else ".")) * SCALES.get(m.group("m").lower(), 1.0)
    unit = ((m.group("c") or "") + (m.group("w") or "")).lower()
    key = next((k for k, signs in CURRENCIES.items() if any(sign in unit for sign in signs)), "usd_bn")
    key += "_per_year" if re.match(r"\s(?:per year|a year|annually)", text[m.end() :]) else ""
    return {key: _number(round(amount, 6))}


class Rate(NamedTuple):
    """A percentage or a number of points: level (rate_pct) or change (rate_pp), its value, and what it is of.

    of: duty where a word beside it says so; bare where nothing does; old (from 25 percent), beside (in addition to 10 percent)
    and range (up to 15, 7 to 35) are no rate of a measure, nor is share, a part of something else.
    """

    start: int
    end: int
    key: str
    value: float
    of: str


WORDS = "|".join([*SMALL[1:], *TENS, "hundred"])
FRACTIONS = {
    "½": 0.5,
    "1/2": 0.5,
    "a half": 0.5,
    "¼": 0.25,
    "1/4": 0.25,
    "a quarter": 0.25,
    "¾": 0.75,
    "3/4": 0.75,
    "three quarters": 0.75,
}
DIGITS = r"\d{1,4}(?:,\d{3})*(?:\.\d{1,4}|,\d{1,2}(?!\d))?(?:\s?[½¼¾]|\s(?:and )?(?:[13]/[24]|a half|a quarter)(?!\d))?"
IN_WORDS = (
    rf"(?:(?:{WORDS})(?:[- ](?:and )?|(?=[^a-z-]))){{1,4}}(?:a half(?:[ -]|(?=[^a-z]))|a quarter(?:[ -]|(?=[^a-z])))?"
)
IN_VIETNAMESE = rf"(?:(?:{'|'.join([*VI_DIGITS, 'mươi', 'trăm'])})\b\s?){{1,5}}"
NUMBER = rf"(?:{DIGITS}|{IN_WORDS}|(?:zero|nil)(?=[ -])|\ba(?= hundred)|{IN_VIETNAMESE}(?=phần trăm|điểm phần trăm))"
POINTS = r"(?:percentage|percent|per cent|%)[- ]?points?\b|\bpoints?\b|\bpp\b|điểm phần trăm|个百分点|個百分點"
PERCENT = r"percents?\b|per[ -]cent(?:um|s)?\b|pct\b\.?|%|phần trăm"
UNIT = rf"(?:{POINTS}|{PERCENT})"
QUANTITY = re.compile(
    rf"(?<![A-Za-z\d.,$€£¥/-])(?:(?P<lead>\bfrom|từ|从|由|between)\s?(?P<old>{NUMBER})(?:\s?(?:{UNIT}))?\s?(?P<turn>(?:down |up |back )?to|and"
    rf"|(?:xuống|lên)(?: còn| mức)?|[降提升上下调高至到为增加]{{1,4}}))?\s*"
    rf"(?P<n>{NUMBER})[\s-]{{0,8}}(?:(?P<part>of (?:the|its|their|those) )(?P<whole>{NUMBER})[\s-]?)?(?P<u>{UNIT})"
    rf"|百分之(?P<zh>\d[\d.]*|[一二三四五六七八九十百零两点]+)|(?P<zero>零)(?=关税|税率)|(?<=\bto )(?P<nil>zero|nil|nothing)\b(?![\s-]?(?:per|%))",
    re.I,
)
SHARE_OF = re.compile(
    r"\s?of (?!(?:additional |extra |added |its |their |the |these |those |further )*(?:ad valorem|dut|tariff|tax|lev))",
    re.I,
)
RANGED = re.compile(
    r"(?:\bup to|\bas (?:high|much|low|little|many) as|\bat least|\bat most|\bmore than|\bless than|\bover|\babove|\bbelow|\bunder"
    r"|\bbeyond|\bexceed(?:s|ing)?|\bbetween|\bsome where|\bnearly|\balmost|\ba (?:maximum|minimum|ceiling|cap) of|tối đa|最高|\d\s?(?:%|percent)?\s?(?:-|–|to|or|或|至|and)"
    r")\s?(?:the |a |an )?$", re.I,
)  # fmt: skip
MOVED = re.compile(
    r"\b(?:go|goes|going|went|gone|shoot|shot|climb\w*|jump\w*|ris\w*|rose|back|mov\w*|come|comes|came) up to\s(?:the |a )?$",
    re.I,
)
CHANGED_BY = re.compile(
    r"\b(?:by|an? (?:additional|extra|further|added))\s(?:an? )?(?:additional |extra |another |further )?$", re.I
)
BESIDE = re.compile(
    r"\b(?:in addition to|on top of|besides|as well as|over and above|plus)\s(?:the |a |an |its )?(?:\w+ ){0,2}$", re.I
)
INSTEAD = re.compile(
    r"\b(?:instead of|rather than|and not|, not|not|down from|up from|from|than)\s(?:the |a |an |its )?(?:\w+ )?$", re.I
)
FOLLOWS = re.compile(r"\s?[\"')]?\s?(?P<w>[A-Za-z][\w-]*)")
FREE = frozenset(vocabulary("en").marks["not_shared"])


def rates_in(text: str, offset: int, terms: Iterable[Term], language: str = "en") -> list[Rate]:
    """The percentages and points of a text, in reading order; terms: its nouns, which say what a percentage is of."""
    duties = [t for t in terms if t.group == "objects" and t.concept in ("duty", "fee", "rate")]
    matches = []
    for m in QUANTITY.finditer(text):
        number = _number_in(m)
        if number is None:
            continue
        unit = m.group("u") or "%"
        key = "rate_pp" if m.group("part") or re.fullmatch(POINTS, unit, re.I) else "rate_pct"
        start = m.start("n") if m.group("n") else m.start()
        before = text[max(0, start - 60) : start]
        of = _of(text, m, offset, duties, before, language)
        if key == "rate_pct" and CHANGED_BY.search(before) and re.search(r"\bby\b", before[-16:]):
            key = "rate_pp"
        matches.append(Rate(start + offset, m.end() + offset, key, number, of))
    return matches


def _of(text: str, m: re.Match[str], offset: int, duties: Sequence[Term], before: str, language: str) -> str:
    """What a percentage is of: see Rate."""
    if m.group("lead") and m.group("turn") == "and":
        return "range"
    if not m.group("lead") and not m.group("nil") and RANGED.search(before) and not MOVED.search(before):
        return "range"
    if BESIDE.search(before):
        return "beside"
    if not m.group("lead") and INSTEAD.search(before):
        return "old"
    return _by_nouns(text, m, offset, duties, language)


SHARE = {  # what a percentage is a part of, behind it
    "vi": re.compile(
        r"\s(?:của |tổng |số |lượng |trong )*(?:số |lợi nhuận|kim ngạch|GDP|đại biểu|tổng|thị phần|doanh|dân|hàng|sản lượng"
        r"|cổ phần|xuất khẩu|nhập khẩu|dòng|nguồn|nhu cầu|vốn|giá trị|phiếu|cử tri|thị trường|ngân sách|so với)"
    ),
    "zh": re.compile(
        r"的?(?:股份|份额|市场|产能|出口额|进口额|选民|民众|企业|受访|税目|利润|股权|营收|贸易额|产品(?=将|可))"
    ),
}
BETWEEN = re.compile(r"(?:[ -][\w\"'&;-]+){0,4}?[ -]")
LEADING = re.compile(
    r"(?: rates?)?(?: (?:of|at|is|was|to|stands at|by|,|:|an additional|only|about|another|up))*[ (:]+"
)


def _by_nouns(text: str, m: re.Match[str], offset: int, duties: Sequence[Term], language: str) -> str:
    """What a percentage is of, by the nouns beside it."""
    after = text[m.end() :]
    if any(_is_of(text, m, t.start - offset, t.end - offset) for t in duties):
        return "duty"
    if SHARE_OF.match(after):
        return "share"
    if language in SHARE:
        return "share" if SHARE[language].match(after) else "bare"
    follows = FOLLOWS.match(after)
    return "share" if follows and _is_noun(follows.group("w"), after) else "bare"


def _is_of(text: str, m: re.Match[str], start: int, end: int) -> bool:
    """Whether a percentage is that of a noun between two places of a text: a 10 percent duty, duties of 10 percent."""
    if start >= m.end():
        between = text[m.end() : start]
        return bool(BETWEEN.fullmatch(between)) and not _parts(between)
    return end <= m.start() and bool(LEADING.fullmatch(text[end : m.start("n") if m.group("n") else m.start()]))


def _is_noun(word: str, after: str) -> bool:
    """Whether the word behind a percentage is a noun that it is a part of, and no verb, name or small word."""
    verbs = vocabulary("en").verbs.get(word.lower(), ())
    is_verb = any(v.form in ("s", "past") for v in verbs)
    return not (is_verb or word[0].isupper() or word.lower() in FREE)


def _parts(text: str) -> bool:
    """Whether a preposition or a verb parts a percentage from a noun behind it."""
    return bool({w.lower() for w in re.findall(r"\w+", text)} & (FREE - {"ad", "so"}))


def _read_han(text: str) -> float:
    """The number of Chinese digits up to 999: 二十五, 一百, 七点五 is 7.5."""
    whole, _, tenth = text.partition("点")
    return _number(f"{number(whole) or 0}.{ZH_DIGITS.get(tenth, 0)}")


def _number_in(m: re.Match[str]) -> float | None:
    """The number of a quantity: in digits or English words, in Chinese digits behind 百分之, or the nil of 零关税."""
    if m.group("n"):
        return _read(m.group("n"))
    if m.group("nil"):
        return 0.0
    words = m.group("zh") or "零"
    return _read(words) if words[0].isdigit() else _read_han(words)


NIL = frozenset(["zero", "nil", "không"])


def _read(text: str) -> float | None:
    """The number of digits or words: 7.5, 7,5, 1,000, twenty-five, a hundred and forty-five; None for what is none."""
    low = text.lower().strip(" -")
    for words, part in FRACTIONS.items():
        if low.endswith(words) and low != words:
            whole = _read(low.removesuffix(words).strip().removesuffix(" and"))
            return None if whole is None else whole + part
    if low in NIL:
        return 0
    if re.fullmatch(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?", low):
        low = low.replace(",", "")
    if re.fullmatch(r"\d+(?:[.,]\d+)?", low):
        return _number(low.replace(",", "."))
    return number(f"a {low}" if low.startswith("hundred") else low)


class Unmarked(NamedTuple):
    """A number that may be a rate though no unit stands behind it; key as in Rate."""

    start: int
    end: int
    key: str
    value: float


NOTHING = {
    "en": re.compile(
        r"\b(?:zero(?:es|s|-rat(?:ed|es|ing))?|nil|nought|nothing|(?:duty|tariff|tax|levy)[- ]free|free of (?:any |all )?(?:dut(?:y|ies)"
        r"|tariffs?|tax)|without (?:any )?(?:duty|tariffs?))\b", re.I,
    ),
    "vi": re.compile(r"miễn (?:hoàn toàn )?thuế|bằng không|về không"),
    "zh": re.compile(r"[零〇](?!部|售|星|时|下|距|和|配|八|零|一|二|三|四|五|六|七|九)|免(?:征)?(?:关税|關稅|税|稅)|免征|免徵"),
}  # fmt: skip
PLAIN = {
    "en": re.compile(
        rf"(?<![\w.,$€£¥/:#–+-])(?<!\d )(?P<n>{DIGITS}|{IN_WORDS}|\ba hundred)(?<=[\w½¼¾ -])(?![\w½%]|[.,:/]\d|-\w)",
        re.I,
    ),
    "vi": re.compile(
        r"\b(?:còn|lên|mức|thuế|thêm|treo|xuống|thành|chịu|về|là|và|tới)\s(?P<n>\d{1,3}(?:,\d{1,2})?)"
        r"(?P<pp>\sđiểm)?(?![\w%]|[.,:/]\d|\s(?!từ|kể|nếu|cho|đối|và|sau|nữa|để|khi|trong)\w)"
    ),
}
COUNTED = re.compile(
    r"(?:\b(?:nos?|arts?|articles?|sections?|chapters?|annex(?:es)?|paragraphs?|paras?|hs|headings?|rules?|pages?|p|rounds?|groups?|items?"
    r"|schedules?|regulations?|resolutions?|orders?|notices?|decrees?|lots?|aged?|points?|steps?|day|version|vol|at (?:half past|about|around))"
    r"\.?\s|\()$", re.I,
)  # fmt: skip
ENUMERATES = re.compile(r"\s?[.):/|]|\s+[A-Z•–-]|\s\d")
HIGHEST = 1000  # percent; a number without a unit that is higher is no rate


def unmarked(text: str, offset: int = 0, language: str = "en") -> list[Unmarked]:
    """The numbers of a sentence that may be rates though no unit stands behind them, and words for no duty at all."""
    plain = PLAIN[language].finditer(text) if language in PLAIN else ()
    numbers = [x for m in plain if (x := _plain(text, m, offset, language))]
    nil = NOTHING[language].finditer(text) if language in NOTHING else ()
    nothing = [Unmarked(m.start() + offset, m.end() + offset, "rate_pct", 0) for m in nil]
    return sorted([*numbers, *nothing])


def _plain(text: str, m: re.Match[str], offset: int, language: str) -> Unmarked | None:
    """A number without a unit, None where it counts something, numbers a list, or is a year or a time of day."""
    words = m.group("n").rstrip(" -")
    value = _read(words)
    if value is None or value > HIGHEST or words.lower() in ("one", "a", "two", "half"):
        return None
    start = m.start("n")
    end = start + len(words)
    if language == "en" and _is_counting(text, start, end):
        return None
    return Unmarked(start + offset, end + offset, "rate_pp" if m.groupdict().get("pp") else "rate_pct", value)


def _is_counting(text: str, start: int, end: int) -> bool:
    """Whether a number counts what stands behind it, or numbers a section or a list."""
    if COUNTED.search(text[max(0, start - 20) : start]):
        return True
    if not text[:start].strip(" \"'*•-(") and text[start].isdigit() and ENUMERATES.match(text, end):
        return True
    follows = FOLLOWS.match(text, end)
    return bool(follows and _is_noun(follows.group("w"), text[end:]))
