"""Verbs of saying, offices that speak, and where an utterance begins."""

from __future__ import annotations

import re
from functools import cache

SAY = (
    r"say|says|said|saying|tell|tells|told|adds?|added|adding|describ(?:es?|ed|ing)|call(?:s|ed)|not(?:es|ed"
    r"|ing) that|stress(?:es|ed|ing)|emphasi[sz](?:es?|ed|ing)"
    r"|insist(?:s|ed|ing)|argu(?:es|ed|ing) that|remark(?:s|ed)|point(?:s|ed|ing)? out|complain(?:s|ed|ing)"
    r"|wr(?:ites|ote)|claim(?:s|ed|ing)|explain(?:s|ed|ing)|state[sd] that"
    r"|express(?:es|ed)?|reveal(?:s|ed)|disclos(?:es|ed)|estimat(?:es|ed) that|expects|introduc(?:es|ed) that"
    r"|supplements?|supplemented|sp(?:eaks|oke) (?:\w+ )?of|acknowledg(?:es|ed)|admit(?:s|ted)"
    r"|suggest(?:s|ed) that|hail(?:s|ed)|prais(?:es|ed)|welcom(?:es|ed)|criticis(?:es|ed)|criticiz(?:es|ed)"
    r"|accus(?:es|ed)|urg(?:es|ed)|signal(?:s|led|ed) that|maintain(?:s|ed) that|reiterat(?:es|ed)"
    r"|noted|replied|repl(?:y|ies)|observ(?:es|ed) that|labell?ed|characteri[sz]ed|dismissed|recall(?:s"
    r"|ed) that|cautioned|predict(?:s|ed)|assur(?:es|ed)|lament(?:s|ed)|believes|hopes|hoped|demand(?:s"
    r"|ed) that"
    r"|put the .{0,50}? at|used? the (?:words?|phrase|term)|spoke about|speaks? to (?:the )?(?:media|press"
    r"|reporters)|post(?:s|ed)|[a-z]{3,}ed(?= \")|hint(?:s|ed) (?:that|at)|conced(?:es|ed)|declar(?:es|ed)"
    r"|contend(?:s|ed)|repeat(?:s|ed)|asserts?"
    r"|asserted|mentions that|mentioned that|thinks|fears|feared that|doubts|considers|grumbl(?:es|ed)|jok(?:es|ed)"
    r"|boast(?:s|ed)|cautions|sums? up|summed up"
)


ACT = (
    r"confirm(?:s|ed|ing)?|den(?:y|ies|ied)|threaten(?:s|ed|ing)?|warn(?:s|ed|ing)?|vow(?:s|ed)?|announc(?:es?|ed)"
    r"|propos(?:es|ed)|pledg(?:es|ed)|promis(?:es|ed)|commit(?:s|ted)"
)


VI_SAY = (
    r"nói rằng|nói thêm|nói|cho biết|cho rằng|cho hay|khẳng định|nhấn mạnh|gọi|mô tả|đánh giá|chia sẻ|phát biểu"
    r"|bày tỏ|nhận định|lưu ý|chỉ ra|cáo buộc|viết"
)


VI_ACT = r"xác nhận|bác bỏ|phủ nhận|đe dọa|cảnh báo|tuyên bố|thông báo|cam kết|đề xuất"


ZH_SAY = r"表示|说过|说|称|指出|强调|認為|认为|透露|形容|补充|回应|写道|希望|预计"


ZH_ACT = r"确认|證實|证实|否认|威胁(?=要|将|对|说|加)|警告|宣布|承诺|提议"


OFFICE = (
    r"(?:(?:[Tt]he|[Aa]n?|[Oo]ne|[Ss]ome|[Ss]everal|[Tt]wo|[Bb]oth|[Mm]any|[Hh]is|[Ii]ts)\s)?(?:[\w'.-]+\s){0,4}?"
    r"(?:[Pp]residents?|[Ss]pokes(?:man|woman|person|people)|[Mm]inistry|[Mm]inisters?|[Oo]fficials?|side"
    r"|[Aa]nalysts?|[Oo]bservers?|[Ee]conomists?|traders?"
    r"|[Ee]xperts?|[Dd]iplomats?|[Ss]ources?|[Pp]eople familiar|[Nn]egotiators?|delegation|government"
    r"|[Aa]dministration|[Cc]ommission|[Cc]hamber|executives?(?! order)"
    r"|lobby(?:ists?)?|buyers?|dealers?|scholars?|investors?|strategists?|aides?|politicians?|opposition|union"
    r"|leaders?|[Ss]ecretary|[Rr]epresentative|[Cc]ommissioner|[Pp]remier|[Cc]hancellor|farmers?"
    r"|lawyers?|professor|researchers?|importers?|exporters?|briefings|texts"
    r"|capitals|lawmakers|senators|MPs|manager|owner|broker|adviser|consultant|director|envoys?|head|statement"
    r"|[Cc]ouncil|[Oo]ffice|[Ss]peaker|(?:[Ee]xecutive )?[Oo]rder|[Dd]ecree)\b"
)


OUTSIDE = re.compile(
    r"analyst|observer|economist|trader|expert|chamber|lobby|farmer|lawyer|professor|research|importer"
    r"|exporter|manager|owner|broker|consultant|executive|association|source|familiar|company|bank|industry|buyer"
    r"|dealer"
    r"|scholar|investor|strategist|union",
    re.I,
)


ADDRESSEE = (
    r"^(?:to )?(?:the |a |an |his |her |its |their )?(?:\w+ ){0,2}?(?:reporters?|journalists?|news conference|media"
    r"|press"
    r"(?: conference| briefing)?|briefing|parliament|lawmakers|ambassadors|broadcaster|television|newspaper|interview"
    r"|audience|committee)\b\s?"
)


ADDRESSED = re.compile(r"\s" + ADDRESSEE[1:])


OPENING = re.compile(
    r"(?:After|While|As|When|In|On|At|Speaking|Under|For|If|Meanwhile|According|Last|Earlier|Yesterday|Asked|Back)\b"
)


@cache
def say_verbs(language: str) -> re.Pattern[str]:
    if language == "zh":
        return re.compile(rf"(?P<say>{ZH_SAY})|(?P<act>{ZH_ACT})")
    if language == "vi":
        return re.compile(rf"(?<!\w)(?:(?P<say>{VI_SAY})|(?P<act>{VI_ACT}))(?!\w)")
    return re.compile(rf"(?<![-\w])(?:(?P<say>{SAY})|(?P<act>{ACT}))\b")


@cache
def offices() -> re.Pattern[str]:
    return re.compile(OFFICE)


def hushed(m: re.Match[str]) -> str:
    """Words in quotation marks, unreadable to the rules but for a comma at their end."""
    quotation = m.group()
    return (
        quotation
        if len(quotation) < 3
        else '"' + "_" * (len(quotation) - 3) + (quotation[-2] if quotation[-2] in ",.?!" else "_") + '"'
    )


def inverted_at(text: str, m: re.Match[str]) -> bool:
    """..., said the minister."""
    if re.match(r"[\w.' -]{3,40}, (?:the|an?|who)\b[^,]*,\s?$", text[: m.start()]):
        return False  # NAME, the minister of it, said: the comma closes an apposition
    behind = re.match(r"\s(?=[A-Z]|the\s|an?\s|one\s)(?!that\b)", text[m.end() :])
    return bool(behind and re.search(r"[,\"”?]\"?\s?$", text[: m.start()]))


def outside(text: str, before: re.Match[str], m: re.Match[str]) -> bool:
    """Whether a verb opens an utterance of its own and does not stand inside what is said."""
    if inverted_at(text, m) or re.search(r"(?:\band|while|but)\s(?:\w+ly\s|then\s|also\s)?$", text[: m.start()]):
        return True
    between = text[before.end() : m.start()]
    return bool(re.search(r";|,\s(?:while|and|but|which|he|she|who|as)\b|,\s[\w\s.'-]{2,60}$|\.\s", between))


def is_verb(text: str, m: re.Match[str], language: str) -> bool:
    if language != "en":
        if (
            language == "vi"
            and re.match(r"tuyên bố|thông báo", m.group())
            and re.match(
                r" chung|\s?(?:của"
                r"|này)",
                text[m.end() :],
            )
        ):
            return False
        if re.search(r"(?:没有|未|尚未|不|拒绝|chưa|không|威胁|宣布|确认|否认)\s?$", text[: m.start()]):
            return False
        if m.group("act") and re.search(
            r"(?:[不的]|兑现|履行|作出|做出|遵守)$|(?:如果|若|一旦)[^，。]*$", text[: m.start()]
        ):
            return False
        return not (
            language == "zh" and m.group() in ("说", "称") and text[m.end() : m.end() + 1] in ("法", "为", "號")
        )
    word, before = m.group().lower(), text[: m.start()]
    if re.search(r"\b(?:to|not yet|be|been|being|was|were|is|are|so-|would|that|shall|which|of|will)\s$", before):
        return False
    if re.search(r"(?:^|[,;]\s)(?:[Ii]f|[Uu]nless|[Ss]hould)\b[^,;]*$", before):
        return False  # a condition is not an utterance
    if word in ("added", "adding", "add", "adds") and re.match(
        r"\s(?:by|to|a|an|\d+|duties|tariffs|tax|more"
        r"|new)\b",
        text[m.end() :],
    ):
        return False
    if word in ("welcomes", "welcomed", "urges") and re.search(r"\bthat\s(?:\w+\s){1,3}$", before):
        return False
    if word in ("call", "calls") and re.match(r"\s(?:of|for|between|with|on)\b", text[m.end() :]):
        return False
    if word in (
        "claims",
        "state",
        "states",
        "express",
        "hopes",
        "signals",
        "threatens",
        "promises",
        "commits",
        "confirm",
        "deny",
        "threaten",
        "warn",
    ):
        return not re.search(r"\b(?:the|of|its|their|a|these|those)\s$", before)
    if word.startswith("commit") or word.startswith(("pledg", "promis", "announc", "propos")):
        return not re.search(r"\b(?:the|its|has|have|it|tariffs|controls|measures)\s$", before) or word == "committed"
    return True


FOREIGN = re.compile(
    r"(?:[Cc]ác |[Mm]ột |[Gg]iới )?(?:nhà phân tích|chuyên gia|nhà quan sát|quan sát viên|phát ngôn viên|quan chức)"
    r"|(?:一位[^，。]{0,10})?(?:分析师|分析人士|专家|观察人士|经济学家)|(?<![部院室宫])发言人"
)
