"""The office a person is named with."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from detente.record import people
from detente.record.propose.annotate import places
from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.words import UPPER, load

SIDES = load("en", "marks.yaml")["sides_in_offices"]  # of a side inside the name of an office
HEADS = (
    r"(?:Mr|Mrs|Ms|Mme|Dr)\.?|Presidents?|Premier|Prime Minister|Minister|Secretary|Representative|Ambassador"
    r"|Commissioner"
    r"|Chancellor|leader|negotiator|spokes(?:man|woman|person)|official|minister|secretary|representative"
    r"|president|premier|chief"
    r"|envoy|commissioner|ông|Ông|bà|Bà|Thủ tướng|Bộ trưởng|Chủ tịch|Tổng thống|Tài chính Mỹ|Thương mại"
)


ROLE_WORD = (
    r"[Pp]residents?|[Pp]remier|[Mm]inister|[Ss]ecretary|[Rr]epresentative|[Aa]mbassador|[Cc]ommissioner"
    r"|[Cc]hancellor|USTR"
    r"|[Ll]eaders?|[Nn]egotiator|[Ss]pokes(?:man|woman|person)|[Hh]ead|[Cc]hief|[Ee]nvoy|[Cc]aptain"
    r"|[Aa]dvis[eo]r|[Dd]irector|[Ss]enator|Sen\.|Rep\.|Gov\.|[Oo]fficial|[Cc]ongress(?:man|woman)|[Cc]olleague|[Aa]ide|[Uu]ndersecretary"
    r"|[Cc]hair(?:man|woman)?|[Cc]ounterpart|[Gg]overnor|[Dd]eputy|[Cc]onsultant|Counsellor|[Cc]ouncillor"
    r"|[Tt]reasurer|[Dd]elegate|[Ll]awmaker|[Mm]ayor|[Cc]oordinator|[Cc]onsul(?:\sgeneral)?|[Ss]herpa|[Aa]ttaché"
    r"|[Pp]arliamentarian|MEP|MP"
)


HOUSE = r"ministry|department|commission|treasury|embassy|secretariat|cabinet|parliament|customs|delegation|USTR|MOFCOM"


VI_ROLE = (
    r"Tổng Bí thư|Phó Thủ tướng|Thủ tướng|Thứ trưởng|Bộ trưởng|Tổng thống|Chủ tịch(?: nước)?|Đại diện|đại diện"
    r"|[Tt]rưởng đoàn|[Nn]gười phát ngôn|[Cc]ao ủy"
)


ZH_ROLE = (
    r"(?:[\u4e00-\u9fff]{0,12}?(?:国务院|國務院|部|院|委员会|委員會|署|局|大使馆|白宫|白宮|办公室|政府|国|國))?(?:前|副|代理|首席|常务|高级|特别|经济再生|贸易|貿易|财务|财政|財政|外务|商务|商務|经济|國際|国际)*"
    r"(?:总理|總理|主席|总统|總統|部长|部長|财长|財長|外长|外長|大臣|首相|代表|发言人|發言人|顾问|顧問|秘书长|秘書長|国务卿|國務卿|大使|专员|專員|委员|委員|院长|院長|主任|局长|局長|行长|议长|議長|特使|部副部长|谈判代表|商务部长)"
)


@dataclass(frozen=True)
class Named:
    """A person in the text: where the name stands, who it is, with which office; from, to span name and office."""

    start: int
    end: int
    surface: str
    name: str
    side: str
    mechanism: str = "own"
    role: str = ""
    begin: int = 0
    stop: int = 0


ROLE = rf"(?:{ROLE_WORD}|{VI_ROLE})"
DOTTED = re.compile(r"\b(Mr|Mrs|Ms|Dr|Sen|Rep|Gov|U\.S|St|[A-Z])\.")
PORTFOLIO = re.compile(
    rf"(?:{ROLE_WORD})\s(?:of|for)\s(?:the\s)?[A-Z][\w-]+(?:\s[A-Z][\w-]+|,\s[A-Z][\w-]+(?=,|\sand))*,?\sand\s(?!{ROLE_WORD})(?=[A-Z])"
)
PARTING = re.compile(
    r"[.;:!?](?:\s|$)|\(|\b(?:and|with|by|that|when|between|from|while|where|told|said|both|as|to|led"
    r"|chaired|của)\b\s(?!the (?:head|chief)\b)"
)
OPENING = re.compile(
    r"^.*\b(?:meet(?:ing)?|met|called|is|was|will be|In|On|by|reached|signed|confirmed|xác nhận|gặp|Today"
    r"|today)\b,?\s"
)
NEAR = re.compile(
    rf"((?:the\s|The\s)?(?:[\w.·'-]+\s){{0,2}}(?:[A-ZĐ][\w.·'’-]*\s|(?:trade|international|treasury"
    rf"|commerce|negotiation|vice|deputy|of|for|the|prime|foreign|finance|delegation|chief|and|group|team"
    rf"|head|thương|mại|chính|ngoại|giao|tài|chính|{SIDES['before']})\s)*(?:{ROLE})(?:\s(?:of|for|the"
    rf"|[{UPPER}][\w.·-]+|chính|Tài|Thương|mại|trade|negotiation|delegation|group|team|{SIDES['after']}|nước"
    rf"|negotiator|official)\b){{0,7}}),?\s(?:(?:Mr|Ms|Mrs)[.·]?\s|ông\s|bà\s|Ambassador\s)?$"
)
TITLE = re.compile(r"(?:Mr|Ms|Mrs)[.·]?\s$|ông\s$|bà\s$")
SMALL = re.compile(r"^(?:[Oo]f|After|Before|Meanwhile|In|On|At|While|As|When|But|And|Under|Then|Yesterday|Speaking)\s")
BEHIND = re.compile(
    rf",\s((?:the\s|an?\s|who is\s)?(?:[\w.'-]+\s){{0,4}}?(?:{ROLE}|đại diện[^,.;]*)(?:\s(?:of|for|and"
    rf"|the|to|[A-Z]\.[A-Z]\.|[\w'-]+)(?!\w)){{0,7}}?)(?=[,.;:]|\s(?:said|told|tells|says|was|is|and)\b|$)"
)
BY_ARTICLE = re.compile(r"the\s|an?\s")
WHO_HEADS = re.compile(r",\s(who\s(?:chairs|heads|leads|runs|presides over|speaks for|represents)\s[^,.;:()]{3,60})")
OF_HOUSE = re.compile(rf"\s(?:of|from|at) (?:the |its |their )?(?:[\w'’]+ ){{0,2}}?(?:{HOUSE})\b")
POSSESSIVE = re.compile(rf",\s((?:its|their|his|her|that's|who's)\s(?:[\w-]+\s){{0,3}}?(?:{ROLE_WORD}))\b")
OF_SIDE = re.compile(rf"\sof\s(?:the\s)?(?:{SIDES['of']}|[A-Z]\w+)")
ZH_PARTING = re.compile(r"[，。；：、]|与|和|同|跟|由|和|在|向|对|以及|会见|會見|邀请")
ZH_BEFORE = re.compile(rf"(?:{ZH_ROLE})$")
ZH_BEHIND = re.compile(r"(?:总统|總統|总理|總理|主席|部长|部長|首相|大臣|大使|财长|財長)")


def with_role(n: Named, line: Piece, language: str) -> Named:
    """The office named right before or after the name, if one is."""
    before, after = line.text[: n.start - line.start], line.text[n.end - line.start :]
    if language == "zh":
        return _with_role_zh(n, before, after)
    office, lead = _office_before(before[-110:])
    if not office:
        office, length = _office_behind(after)
        if n.role and not office:
            return n
        return replace(n, role=office, begin=n.start - lead, stop=n.end + length)
    of = OF_SIDE.match(after[:50])
    length = of.end() if of and places.sides(of.group(), language) else 0
    return replace(n, role=office, begin=n.start - lead, stop=n.end + length)


def _with_role_zh(n: Named, before: str, after: str) -> Named:
    m = ZH_BEFORE.search(ZH_PARTING.split(before[-24:])[-1])
    behind = ZH_BEHIND.match(after[:3])
    if m:
        return replace(n, role=m.group(), begin=n.start - len(m.group()), stop=n.end)
    if behind:
        return replace(n, role=behind.group(), begin=n.start, stop=n.end + behind.end())
    return replace(n, begin=n.start, stop=n.end)


def _office_before(written: str) -> tuple[str, int]:
    """The office before a name, empty if there is none, and the length of what belongs to the name: office or title."""
    text = PORTFOLIO.sub(lambda m: re.sub(r",\s|\s(?=and)|(?<=and)\s", _dots, m.group()), written)
    before = PARTING.split(DOTTED.sub(lambda m: m.group()[:-1] + "·", text))[-1]
    before = OPENING.sub("", before)
    near = NEAR.search(before)
    if near:
        cut = _office().search(near.group(1))
        words = SMALL.sub("", cut.group() if cut else near.group(1))
        length = len(before) - before.rindex(words)
        return written[len(written) - length :][: len(words)].strip(), length
    title = TITLE.search(before)
    return "", len(title.group()) if title else 0


def _dots(m: re.Match[str]) -> str:
    """Dots in place of the signs and blanks that join the parts of a portfolio: Trade·and·Industry."""
    return "·" * len(m.group())


@cache
def _office() -> re.Pattern[str]:
    """An office without the words before it that belong to the sentence."""
    return re.compile(
        rf"(?:(?:the|The)\s)?(?:(?:{side_words()})\s)?(?:(?:Vice|Deputy|Prime|Foreign|Finance|Trade"
        rf"|Treasury|Commerce|International|European|State|Economy|Economic|White|House|Under|General"
        rf"|National|Council|Chief|Senior|Special|Acting|Former|Commission|Commerce|Ministry|Minister"
        rf"|Secretary|Business|External|Affairs|{SIDES['adjectives']})\s|of\s|the\s|international\s"
        rf"|trade\s|vice\s|deputy\s|treasury\s|finance\s|commerce\s|prime\s|foreign\s|head\s|chief\s"
        rf"|negotiation\s)*(?:{ROLE})(?!.*,\s).*$"
    )


def _office_behind(text: str) -> tuple[str, int]:
    """The office behind a name, and its length; empty if there is none."""
    after = BEHIND.match(text[:120])
    if after and (people.office(after.group(1)) or BY_ARTICLE.match(after.group(1))):
        return after.group(1), after.end(1)
    if of := OF_HOUSE.match(text[:60]):
        return of.group().strip(), of.end()
    its = POSSESSIVE.match(text[:60]) or WHO_HEADS.match(text[:80])
    return (its.group(1), its.end(1)) if its else ("", 0)


@cache
def side_words() -> str:
    table = places.table()["en"].items()
    words = [
        w for w, (_, form) in table if w[-1] != "-" and (form == "adjective" or len(w) < 6 or w == "European Union")
    ]
    return "|".join(re.escape(w).replace(r"\.", "[.·]") + "(?:'s)?" for w in sorted(words, key=len, reverse=True))
