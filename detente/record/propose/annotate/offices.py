"""The office a person is named with."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from detente.record import people
from detente.record.propose.annotate import places
from detente.record.propose.annotate.text import Piece

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
    r"|[Aa]dvis[eo]r|[Dd]irector|[Ss]enator|[Cc]ongress(?:man|woman)|[Cc]olleague|[Aa]ide|[Uu]ndersecretary"
    r"|[Cc]hairman|[Cc]ounterpart|[Gg]overnor|[Dd]eputy|[Cc]onsultant|Counsellor"
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
    conflict: bool = False


def with_role(n: Named, line: Piece, language: str) -> Named:
    """The office named right before or after the name, if one is."""
    name_start, end = n.start - line.start, n.end - line.start
    text = line.text
    if language == "zh":
        before = re.split(
            r"[，。；：、]|与|和|同|跟|由|和|在|向|对|以及|会见|會見|邀请", text[max(0, name_start - 24) : name_start]
        )[-1]
        m = re.search(rf"(?:{ZH_ROLE})$", before)
        behind = re.match(r"(?:总统|總統|总理|總理|主席|部长|部長|首相|大臣|大使|财长|財長)", text[end : end + 3])
        if m is None and behind:
            return replace(n, role=behind.group(), begin=n.start, stop=n.end + behind.end())
        return (
            replace(n, role=m.group(), begin=n.start - len(m.group()), stop=n.end)
            if m
            else replace(n, begin=n.start, stop=n.end)
        )
    head = re.sub(
        r"\b(Mr|Mrs|Ms|Dr|U\.S|St|[A-Z])\.", lambda m: m.group()[:-1] + "·", text[max(0, name_start - 110) : name_start]
    )
    before = re.split(
        r"[.;:!?](?:\s|$)|\(|\b(?:and|with|by|that|when|between|from|while|where|told|said|both|as|to|led"
        r"|chaired|của)\b\s(?!the (?:head|chief)\b)",
        head,
    )[-1]
    before = re.sub(
        r"^.*\b(?:meet(?:ing)?|met|called|is|was|will be|In|On|by|reached|signed|confirmed|xác nhận|gặp|Today"
        r"|today)\b,?\s",
        "",
        before,
    )
    role = rf"(?:{ROLE_WORD}|{VI_ROLE})"
    near = re.search(
        rf"((?:the\s|The\s)?(?:[\w.·'-]+\s){{0,2}}(?:[A-ZĐ][\w.·'’-]*\s|(?:trade|international|treasury"
        rf"|commerce|negotiation|vice|deputy|of|for|the|prime|foreign|finance|delegation|chief|and|group|team"
        rf"|head|thương|mại|chính|ngoại|giao|tài|chính|Mỹ|Trung Quốc)\s)*(?:{role})(?:\s(?:of|for|the"
        rf"|[A-ZÀ-ỸĐ][\w.-]+|chính|Tài|Thương|mại|trade|negotiation|delegation|group|team|Chinese|American|Mỹ|nước"
        rf"|negotiator|official)\b){{0,7}}),?\s(?:(?:Mr|Ms|Mrs)[.·]?\s|ông\s|bà\s|Ambassador\s)?$",
        before,
    )
    title = re.search(r"(?:Mr|Ms|Mrs)[.·]?\s$|ông\s$|bà\s$", before)
    begin, office = n.start, ""
    if near:
        words = near.group(1)
        cut = re.search(
            rf"(?:(?:the|The)\s)?(?:(?:{side_words()})\s)?(?:(?:Vice|Deputy|Prime|Foreign|Finance|Trade"
            rf"|Treasury|Commerce|International|European|State|Economy|Economic|White|House|Under|General"
            rf"|National|Council|Chief|Senior|Special|Acting|Former|Commission|Commerce|Ministry|Minister"
            rf"|Secretary|Business|External|Affairs|Chinese|US|U·S·|American)\s|of\s|the\s|international\s"
            rf"|trade\s|vice\s|deputy\s|treasury\s|finance\s|commerce\s|prime\s|foreign\s|head\s|chief\s"
            rf"|negotiation\s)*(?:{role})(?!.*,\s).*$",
            words,
        )
        words = cut.group() if cut else words
        words = re.sub(
            r"^(?:[Oo]f|After|Before|Meanwhile|In|On|At|While|As|When|But|And|Under|Then|Yesterday"
            r"|Speaking)\s",
            "",
            words,
        )
        begin = n.start - (len(before) - before.rindex(words))
        office = words.strip()
    elif title and name_start:
        begin = n.start - len(title.group())
    stop = n.end
    if not office:
        after = re.match(
            rf",\s((?:the\s|an?\s|who is\s)?(?:[\w.'-]+\s){{0,4}}?(?:{role}|đại diện[^,.;]*)(?:\s(?:of|for|and"
            rf"|the|to|[A-Z]\.[A-Z]\.|[\w'-]+)(?!\w)){{0,7}}?)(?=[,.;:]|\s(?:said|told|tells|says|was|is|and)\b|$)",
            text[end : end + 120],
        )
        if after and people.office(after.group(1)) and not _side_clash(after.group(1), n.side, language):
            stop, office = n.end + after.end(1), after.group(1)
        else:
            of = re.match(
                rf"\s(?:of|from|at) (?:the |its |their )?(?:[\w'’]+ ){{0,2}}?(?:{HOUSE})\b", text[end : end + 60]
            )
            its = re.match(
                rf",\s((?:its|their|his|her|that's|who's)\s(?:[\w-]+\s){{0,3}}?(?:{ROLE_WORD}))\b", text[end : end + 60]
            )
            if of:
                stop, office = n.end + of.end(), of.group().strip()
            elif its:
                stop, office = n.end + its.end(), its.group(1)
    if office and stop == n.end:
        of = re.match(r"\sof\s(?:the\s)?(?:People's Republic of China|[A-Z]\w+)", text[end : end + 50])
        if of and places.sides(of.group(), language):
            stop = n.end + of.end()
    return replace(n, role=office, begin=begin, stop=stop)


def _side_clash(words: str, side: str, language: str) -> bool:
    up_to_role = re.match(rf".*?(?:{ROLE_WORD})", words)  # for U.S. trade names a subject, not a side
    sides = places.sides(up_to_role.group() if up_to_role and language == "en" else words, language)
    return bool(sides) and all(s.side != side for s in sides)


@cache
def side_words() -> str:
    table = places.table()["en"].items()
    words = [
        w for w, (_, form) in table if w[-1] != "-" and (form == "adjective" or len(w) < 6 or w == "European Union")
    ]
    return "|".join(re.escape(w).replace(r"\.", "[.·]") + "(?:'s)?" for w in sorted(words, key=len, reverse=True))
