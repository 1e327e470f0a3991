"""Who says what: speech verbs, their subjects, and the stretch of text each of them covers."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from detente.record.fact import By
from detente.record.propose.reading import Reading, Sentence

SAY = (
    r"say|says|said|saying|tell|tells|told|adds?|added|adding|describ(?:es?|ed|ing)|call(?:s|ed)|not(?:es|ed"
    r"|ing) that|stress(?:es|ed|ing)|emphasi[sz](?:es?|ed|ing)"
    r"|insist(?:s|ed|ing)|argu(?:es|ed|ing) that|remark(?:s|ed)|point(?:s|ed|ing)? out|complain(?:s|ed|ing)"
    r"|wr(?:ites|ote)|claim(?:s|ed|ing)|explain(?:s|ed|ing)|state[sd] that"
    r"|express(?:es|ed)?|reveal(?:s|ed)|disclos(?:es|ed)|estimat(?:es|ed) that|expects|introduc(?:es|ed) that"
    r"|supplements?|supplemented|sp(?:eaks|oke) of|acknowledg(?:es|ed)|admit(?:s|ted)"
    r"|suggest(?:s|ed) that|hail(?:s|ed)|prais(?:es|ed)|welcom(?:es|ed)|criticis(?:es|ed)|criticiz(?:es|ed)"
    r"|accus(?:es|ed)|urg(?:es|ed)|signal(?:s|led|ed) that|maintain(?:s|ed) that|reiterat(?:es|ed)"
    r"|noted|replied|repl(?:y|ies)|observ(?:es|ed) that|labell?ed|characteri[sz]ed|dismissed|recall(?:s"
    r"|ed) that|cautioned|predict(?:s|ed)|assur(?:es|ed)|lament(?:s|ed)|believes|hopes|hoped|demand(?:s"
    r"|ed) that"
    r"|put the .{0,50}? at|used? the (?:words?|phrase|term)|spoke about|speaks? to (?:the )?(?:media|press"
    r"|reporters)|post(?:s|ed)|[a-z]{3,}ed(?= \")|hint(?:s|ed) (?:that|at)|conced(?:es|ed)|declar(?:es|ed)|contend(?:s|ed)|repeat(?:s|ed)|asserts?"
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
ZH_SAY = r"表示|说过|说|称|指出|强调|認為|认为|透露|形容|补充|回应|写道|希望"
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
    r"|exporter|manager|owner|broker|consultant|executive|association|source|familiar|company|bank|industry|buyer|dealer"
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


@dataclass(frozen=True)
class Voice:
    """An utterance: its place, the verb's place, and whose it is. act: the verb is itself the act."""

    start: int
    end: int
    verb: int
    word: str
    name: str | None
    side: str | None
    described: str | None
    act: bool
    direct: bool
    whole: bool = False


@cache
def _verbs(language: str) -> re.Pattern[str]:
    if language == "zh":
        return re.compile(rf"(?P<say>{ZH_SAY})|(?P<act>{ZH_ACT})")
    if language == "vi":
        return re.compile(rf"(?<!\w)(?:(?P<say>{VI_SAY})|(?P<act>{VI_ACT}))(?!\w)")
    return re.compile(rf"(?<![-\w])(?:(?P<say>{SAY})|(?P<act>{ACT}))\b")


@cache
def _office() -> re.Pattern[str]:
    return re.compile(OFFICE)


@dataclass(frozen=True)
class Voices:
    """All utterances of a document, by sentence, and the words that rule where none is."""

    reading: Reading
    by_sentence: dict[int, tuple[Voice, ...]]
    ruling: dict[int, By]

    def at(self, sentence: Sentence, place: int) -> By:
        """Whose words stand at a place."""
        reading = self.reading
        if reading.official and not any(v.direct and v.name for v in self.by_sentence.get(sentence.number, ())):
            return reading.default_by()
        found = [v for v in self.by_sentence.get(sentence.number, ()) if v.whole or v.start <= place + 2]
        if found:
            v = found[-1]
            if not (
                v.act
                and re.match(r"threaten|vow|promis|pledg|commit|propos|đe dọa|cam kết|đề xuất|威胁|承诺|提议", v.word)
            ):
                return By(v.name, v.side, "direct" if v.direct else "reported", reading.via)
        return self.ruling.get(sentence.number) or reading.default_by()


def listen(reading: Reading) -> Voices:
    """Find every utterance, sentence by sentence, carrying pronouns and rulings on."""
    told: dict[int, tuple[Voice, ...]] = {}
    ruling: dict[int, By] = {}
    last: tuple[str | None, str | None, str | None] = (None, None, None)
    standing: By | None = None
    line = -1
    monologue: tuple[str | None, str | None] | None = None
    readout: By | None = None
    for s in reading.sentences:
        text = s.piece.text
        if s.piece.line != line:
            line, standing, monologue = s.piece.line, None, _monologue(s)
        if monologue:
            told[s.number] = (
                Voice(s.piece.start, s.piece.end, s.piece.start, "", *monologue, None, False, True, True),
            )
            last = (*monologue, None)
            continue
        rule = _rule(reading, s, last)
        if rule:
            standing = rule
            if rule.side not in ("joint", None) and re.search(r"spokes|readout|ministry", text[:60], re.I):
                readout = rule
        voices, last = _sentence(reading, s, last)
        if not voices and s.people and s.people[0].begin - s.piece.start < 30:
            last = (s.people[0].name, s.people[0].side, None)
        told[s.number] = tuple(voices)
        if standing:
            ruling[s.number] = standing
        elif readout and s.sides and s.sides[0].start == s.piece.start and s.sides[0].side == readout.side:
            ruling[s.number] = readout
        elif readout and re.match(
            r"(?:美方|中方|双方|对)|(?:The|Both|China|Two)\b.{0,24}\b(?:sides?|teams|parties)\b", text
        ):
            ruling[s.number] = readout
        if (
            voices
            and voices[-1].whole is False
            and not reading.official
            and voices[-1].described
            and re.search(r"spokes|发言人|商务部|外交部|Bộ", voices[-1].described or "")
        ):
            readout = By(voices[-1].name, voices[-1].side, "reported", reading.via)
    return Voices(reading, told, ruling)


def _monologue(s: Sentence) -> tuple[str | None, str | None] | None:
    """NAME, OFFICE: "..." opens a paragraph of direct speech."""
    for n in s.people[:2]:
        if n.begin - s.piece.start < 45 and re.match(
            r"\s?(?:\([^)]*\))?:\s?\"", s.piece.text[n.stop - s.piece.start :]
        ):
            return n.name, n.side
    return None


def _rule(reading: Reading, s: Sentence, last: tuple) -> By | None:
    """Washington's version: ... / Under a joint statement, ...: whose words hold for the paragraph."""
    text = s.piece.text
    m = re.match(
        r"(?:The\s)?(?P<who>[\w.' ]{2,30}?)(?:'s?)?\s(?:own\s)?(?:version|account|readout|read-out|text"
        r"|reading|statement|side)\s?(?:says|:|,\saccording)",
        text,
    )
    m = m or re.match(
        r"(?:In|According to)\s(?P<who>[\w. ]{2,24}?)(?:'s?)\s(?:version|account|readout|read-out|telling|reading)",
        text,
    )
    if m and (sides := [x for x in s.sides if x.start - s.piece.start < m.end()]):
        return By(None, sides[0].side, "reported", reading.via)
    if re.search(
        r"^(?:Under|In|According to|Per|Through) (?:a|the|their) [Jj]oint (?:statement|communiqu|text)"
        r"|[Bb]oth (?:texts|sides|governments|capitals|statements) (?:say|said|announced|confirmed|published)",
        text,
    ):
        return By(None, "joint", "reported", reading.via) if not reading.official else None
    if re.search(r"发表联合声明|^(?:联合)?声明(?:说|称|指出)|联合声明", text) and not reading.official:
        return By(None, "joint", "reported", reading.via)
    if (
        re.match(r"(?:The )?[\w. ]{0,30}\band [\w. ]{0,30}(?:jointly )?announced\b", text)
        and len({x.side for x in s.sides[:2]}) == 2
    ):
        return By(None, "joint", "reported", reading.via) if not reading.official else None
    m = re.match(r"(?:According to|As per|Theo|根据|据)\s?(?P<who>[^,，:]{2,60})[,，:]", text)
    if m and not re.search(r"law|order|agreement|text\b|文本", m.group("who")):
        name, side, _ = _who(reading, s, s.piece.start, s.piece.start + m.end(), last)
        if side or name:
            return By(name, side, "reported", reading.via)
    return None


def _sentence(reading: Reading, s: Sentence, last: tuple) -> tuple[list[Voice], tuple]:
    text, base = s.piece.text, s.piece.start
    quiet = re.sub(r"\"[^\"]*\"", _hushed, text)
    quiet = re.sub(r", (?:who|which)\b[^,]*,", lambda m: "_" * len(m.group()), quiet)
    hits = [m for m in _verbs(reading.language).finditer(quiet) if _is_verb(quiet, m, reading.language)]
    if reading.language == "en":
        hits = [m for i, m in enumerate(hits) if not i or _outside(quiet, hits[i - 1], m)]
    elif reading.language == "zh":
        spots = [n.start - base for n in s.people]
        hits = [
            m
            for i, m in enumerate(hits)
            if not i or m.group("act") or any(hits[i - 1].end() <= x < m.start() for x in spots) or hits[i - 1].group("act")
            or re.search(r"[；。]", quiet[hits[i - 1].end() : m.start()])
        ]
    found: list[Voice] = []
    direct = bool(re.search(r"\"[^\"]{3,}\"", text))
    subject = None
    if (
        not hits
        and s.people
        and (again := re.match(r"[\w. ]{3,40}?(?: again| adds)?:\s(?!\")", text))
        and s.people[0].end - base <= again.end()
    ):
        n = s.people[0]
        return [Voice(base + again.end(), s.piece.end, base, "says", n.name, n.side, None, False, direct)], (
            n.name,
            n.side,
            None,
        )
    per = re.search(r"\b[Aa]ccording to (?P<who>[^,.;:]{2,60})|(?<!\w)[Tt]heo (?P<wo>ông|bà|[^,.;:]{2,80})", text)
    for index, m in enumerate(hits):
        act = bool(m.group("act"))
        before = base + (hits[index - 1].end() if index else 0)
        after = base + m.end()
        who = None
        inverted = _inverted(quiet, m)
        if reading.language == "en" and inverted:
            who = _who(reading, s, after, after + 70, last, first=True)
        chained = subject and re.search(r"(?:\band|while|but)\s(?:\w+ly\s|then\s|also\s)?$", quiet[: m.start()])
        if who is None and subject and (chained or m.group().endswith("ing")):
            who = subject
        if who is None or who == (None, None, None):
            who = _who(reading, s, before, base + m.start(), last)
        if who == (None, None, None) and subject:
            who = subject
        if who == (None, None, None):
            continue
        subject = who
        last = who
        next_hit = base + hits[index + 1].start() if index + 1 < len(hits) else s.piece.end
        start, end, whole = base + m.start(), next_hit, False
        tail = text[m.end() :].strip(" .")
        attached = re.search(r",\"?\s(?!who|which|and|but|while)[\w\s.'’-]{1,70}$", quiet[: m.start()])
        tail = re.sub(ADDRESSEE, "", tail)
        circumstance = not tail or re.match(r"(?:on|in|at|to|after|before|during|as|when|while|following) |[,;]", tail)
        content = re.match(r"\s(?:that|the|it|he|she|they)\b", text[m.end() :])
        last_word = not tail.strip('" .')
        post = bool(
            (circumstance or len(tail) < 45)
            and attached
            and attached.start() > 20
            and (last_word or not OPENING.match(text) or re.search(r",\s.*,", text[: m.start()]))
            and not (content and not ADDRESSED.match(text[m.end() :]))
        )
        post = post or bool(circumstance and re.match(r"\"_{8,}[,?!]\"\s[^\"]{2,90}$", quiet[: m.start()]))
        if post or inverted:
            whole = True
            start = base if index == 0 else base + hits[index - 1].start()
            parted = text.rfind("; ", hits[index - 1].end(), m.start()) if index else -1
            if parted > 0:
                start = base + parted + 2
                if found and found[-1].end > start:
                    found[-1] = replace(found[-1], end=base + parted)
            end = s.piece.end
            far = re.search(r"[,;]\s|\s(?:while|after|as|when|the day)\s", text[m.end() :]) if post else None
            if far and len(tail) > 45:
                end = base + m.end() + far.start()
        else:
            end = _end(reading, s, m.end() + base, next_hit, index + 1 < len(hits))
        found.append(Voice(start, end, base + m.start(), m.group(), *who, act, direct and not act, whole))
    if not found and per:
        same = re.match(r"(?:this|that|the same) (?:person|source|official|man|minister)|him\b|her\b", per.group("who") or "")
        who = last if same else _who(reading, s, base + per.start(), base + per.end() + 40, last, first=True)
        if who != (None, None, None):
            last = who
            found.append(Voice(s.piece.start, s.piece.end, base + per.start(), "according", *who, False, direct, True))
    return found, last


def _hushed(m: re.Match[str]) -> str:
    """Words in quotation marks, unreadable to the rules but for a comma at their end."""
    said = m.group()
    return said if len(said) < 3 else '"' + "_" * (len(said) - 3) + (said[-2] if said[-2] in ",.?!" else "_") + '"'


def _inverted(text: str, m: re.Match[str]) -> bool:
    """..., said the minister."""
    if re.match(r"[\w.' -]{3,40}, (?:the|an?|who)\b[^,]*,\s?$", text[: m.start()]):
        return False  # NAME, the minister of it, said: the comma closes an apposition
    behind = re.match(r"\s(?=[A-Z]|the\s|an?\s|one\s)(?!that\b)", text[m.end() :])
    return bool(behind and re.search(r"[,\"”?]\"?\s?$", text[: m.start()]))


def _outside(text: str, before: re.Match[str], m: re.Match[str]) -> bool:
    """Whether a verb opens an utterance of its own and does not stand inside what is said."""
    if _inverted(text, m) or re.search(r"(?:\band|while|but)\s(?:\w+ly\s|then\s|also\s)?$", text[: m.start()]):
        return True
    between = text[before.end() : m.start()]
    return bool(re.search(r";|,\s(?:while|and|but|which|he|she|who|as)\b|,\s[\w\s.'-]{2,60}$|\.\s", between))


def _is_verb(text: str, m: re.Match[str], language: str) -> bool:
    if language != "en":
        if language == "vi" and re.match(r"tuyên bố|thông báo", m.group()) and re.match(r" chung|\s?(?:của|này)", text[m.end() :]):
            return False
        if re.search(r"(?:没有|未|尚未|不|拒绝|chưa|không|威胁|宣布|确认|否认)\s?$", text[: m.start()]):
            return False
        if m.group("act") and re.search(r"(?:[不的]|兑现|履行|作出|做出|遵守)$|(?:如果|若|一旦)[^，。]*$", text[: m.start()]):
            return False
        return not (
            language == "zh" and m.group() in ("说", "称") and text[m.end() : m.end() + 1] in ("法", "为", "號")
        )
    word, before = m.group().lower(), text[: m.start()]
    if re.search(r"\b(?:to|not yet|be|been|being|was|were|is|are|so-|would|that|shall|which|of|will)\s$", before):
        return False
    if re.search(r"(?:^|[,;]\s)(?:[Ii]f|[Uu]nless|[Ss]hould)\b[^,;]*$", before):
        return False  # a condition is no utterance
    if word in ("added", "adding", "add", "adds") and re.match(r"\s(?:by|to|a|an|\d+|duties|tariffs|tax|more|new)\b", text[m.end() :]):
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


def _end(reading: Reading, s: Sentence, content: int, limit: int, more: bool) -> int:
    """Where the content of a verb ends: before the next verb's subject and link words."""
    if not more:
        stop = re.search(
            r";\s|,\swhile\s|,\s(?:focus|discuss|add|refer|cit|warn|stress)\w*ing\b",
            s.piece.text[content - s.piece.start :],
        )
        return content + stop.start() if stop else s.piece.end
    inner = s.piece.text[content - s.piece.start : limit - s.piece.start]
    links = [m.start() for m in re.finditer(r",\s|\sand\s|\swhile\s|;\s|\sbut\s", inner)]
    return content + links[-1] if links and links[-1] > 5 else limit


def _who(
    reading: Reading, s: Sentence, start: int, end: int, last: tuple, first: bool = False
) -> tuple[str | None, str | None, str | None]:
    """The subject between two places: a person, a pronoun, an office or a house; name, side, description."""
    text = s.piece.text[start - s.piece.start : end - s.piece.start]
    if re.search(r"\bwho\s(?:has\s|have\s|had\s|also\s)*$", text):
        near = [n for n in s.people if n.end <= end]
        if near:
            return near[-1].name, near[-1].side, None
    holes = [
        (s.piece.start + m.start(), s.piece.start + m.end())
        for m in re.finditer(r", (?:who|which)\b[^,]*,", s.piece.text)
    ]
    if not any(a <= start < b for a, b in holes):
        text = re.sub(r", (?:who|which)\b[^,]*,", lambda m: "_" * len(m.group()), text)
    else:
        holes = []
    found: list[tuple[int, int, tuple[str | None, str | None, str | None]]] = []
    for n in s.people:
        if start <= n.start and n.end <= end + 1 and not any(a <= n.start < b for a, b in holes):
            lead = s.piece.text[max(0, n.begin - s.piece.start - 9) : n.begin - s.piece.start]
            if (
                first
                or not re.search(r"\b(?:with|of|against|between|by|met|to|than|from)\s$", lead)
                or re.search(r"Theo ông|ccording to", lead + text[:14])
            ):
                found.append((n.start, 3, (n.name, n.side, None)))
    for m in re.finditer(r"\b(?:[Hh]e|[Ss]he|ông|Ông|bà|Bà|him|her|自己|他|她)\b(?!\s[A-ZĐ][a-zà-ỹ])", text):
        if any(n.start <= start + m.start() < n.end for n in s.people):
            continue
        own = [n for n in s.people if n.begin - s.piece.start < 12 and n.stop <= start + m.start()]
        if own and m.group().lower() in ("he", "she"):
            found.append((start + m.start(), 2, (own[0].name, own[0].side, None)))  # Johnson sounded gloomier, he said
        elif last != (None, None, None):
            found.append((start + m.start(), 2, last))
    for m in _office().finditer(text):
        words = re.sub(
            r"^(?:According to|and|but|while|when|that|as|also|then|[Mm]eanwhile,?|[Hh]owever,?)\s", "", m.group()
        )
        if re.match(r"(?:for|of|at|in|on|from|by|with|to)\s", words) and found:
            continue  # a spokesperson for the ministry
        side = _office_side(reading, s, start + m.start(), start + m.end())
        lead = text[: m.start()]
        if re.search(r"\b(?:of|with|to|against|by|between|led|for|in)\s(?:the\s)?$", lead) and not first:
            continue
        if any(n.begin <= start + m.start() < n.stop for n in s.people):
            continue
        if any(re.fullmatch(r",\s(?:the\s|an?\s|who\s)?", reading.text[n.end : start + m.start()]) for n in s.people):
            continue  # NAME, the minister ...: the office of the person just named
        if (
            re.fullmatch(r"(?:the |The )?(?:ministry|spokes\w+|side|statement|officials?)", words)
            and side is None
            and last[1]
        ):
            side = last[1]
        if re.match(r"\s(?:on|from|of) both sides\b", text[m.end() :]):
            side = "joint"
        if side is None and re.search(r"[Oo]rder|[Dd]ecree", words):
            side = "USA" if "USA" in reading.parties else None
        if re.match(r"[Bb]oth (?:texts|sides|governments|capitals|briefings|statements)", words):
            side = "joint"
        if words.lower() == "the president" and "USA" in reading.parties and "president" not in (last[2] or ""):
            side = "USA"
        if (
            words.lower() in ("the president", "the minister", "the secretary", "the spokesperson", "the spokesman", "the speaker")
            and side is None
        ):
            side = last[1] or ("USA" if "president" in words.lower() and "USA" in reading.parties else None)
        if side is None and re.fullmatch(
            r"[Aa] spokes\w+|(?:[Tt]he |[Ii]ts |[Oo]pposition )+(?:government|ministry|cabinet|parliament|opposition|lawmakers|leader)"
            r"|(?:[Oo]pposition )?(?:lawmakers|MPs|senators)",
            words,
        ):
            side = _latest(reading, s, start + m.start())
        if OUTSIDE.search(words + text[m.end() : m.end() + 40]):
            side = None
        found.append((start + m.start(), 1, (None, side, words)))
    for x in s.sides:
        if (
            start <= x.start
            and x.end <= end
            and x.form in ("metonym", "name")
            and not any(a <= x.start < b for a, b in holes)
        ):
            lead = s.piece.text[max(0, x.start - s.piece.start - 9) : x.start - s.piece.start]
            if re.search(r"\b(?:in|of|on|to|from|with|against|for|between|by|at|about|and|between the)\s$", lead):
                continue
            if any(a <= x.start <= a + 70 and what == 1 for a, what, _ in found):
                continue
            found.append((x.start, 0, (None, x.side, x.words)))
    if reading.language != "en":
        for m in FOREIGN.finditer(text):
            outside = re.search(r"phân tích|chuyên gia|quan sát|分析|专家|观察|经济学家", m.group())
            found.append((start + m.start(), 2, (None, None if outside else _before(reading, s, start + m.start()), m.group())))
        for x in s.sides:
            if start <= x.start and x.end <= end:
                found.append((x.start, 0, (None, x.side, x.words)))
        found = [f for f in found if f[1] >= 2] or found
    if not found:
        return (None, None, None)
    found.sort(key=lambda f: f[0])
    pair = [x for x in s.sides if start <= x.start and x.end <= end and x.form != "adjective"][-2:]
    if (
        len(pair) == 2
        and pair[0].side != pair[1].side
        and re.fullmatch(
            r"\s(?:and|và)\s(?:the\s)?", s.piece.text[pair[0].end - s.piece.start : pair[1].start - s.piece.start]
        )
    ) and re.fullmatch(r"\s(?:\w+\s){0,2}", s.piece.text[pair[1].end - s.piece.start : end - s.piece.start]):
        return None, "joint", None
    return found[0][2] if first else found[-1][2]


FOREIGN = re.compile(
    r"(?:[Cc]ác |[Mm]ột |[Gg]iới )?(?:nhà phân tích|chuyên gia|nhà quan sát|quan sát viên|phát ngôn viên|quan chức)"
    r"|(?:一位[^，。]{0,10})?(?:分析师|分析人士|专家|观察人士|经济学家)|(?<![部院室宫])发言人"
)


def _before(reading: Reading, s: Sentence, place: int) -> str | None:
    """The side named most before a place of the document."""
    named = [x.side for t in reading.sentences[: s.number + 1] for x in t.sides if x.start < place]
    return max(named, key=named.count) if named else None


def _latest(reading: Reading, s: Sentence, before: int) -> str | None:
    """The side the paragraph spoke of last."""
    named = [x.side for t in reading.line_of(s) for x in t.sides if x.start < before and x.form != "adjective"]
    return named[-1] if named else None


def _office_side(reading: Reading, s: Sentence, start: int, end: int) -> str | None:
    """The side of an office by its adjective, or by the place right behind it."""
    inside = [x.side for x in s.sides if start <= x.start < end]
    if inside:
        return inside[-1]
    after = s.piece.text[end - s.piece.start : end - s.piece.start + 28]
    m = re.match(r"\s(?:in|of|for|from|at)\s", after)
    behind = [x.side for x in s.sides if m and end <= x.start <= end + m.end() + 5]
    if m and re.match(r"\sin\s(?:Beijing|Brussels|Washington|Ottawa|Tokyo|Seoul|New Delhi|London)", after):
        from detente.record.propose.places import table

        word = after.split("in ", 1)[1].split(",")[0].strip(" .")
        return next((v[0] for k, v in table()["en"].items() if word.startswith(k)), None)
    if behind:
        return behind[0]
    lead = s.piece.text[: start - s.piece.start]
    m = re.search(r"In the (\w+) capital(?: |, )(?:a )?$", lead)
    words = s.piece.text[max(0, start - s.piece.start - 18) : end - s.piece.start + 45].lower()
    if "CHN" in reading.parties and re.search(
        r"commerce ministry|ministry of commerce|foreign ministry|ministry of foreign affairs", words
    ):
        return "CHN"
    near = [x.side for x in s.sides if x.start < start and x.start > start - 30 and x.form == "adjective"]
    if near and "capital" in lead[-20:]:
        return near[-1]
    if "white house" in words:
        return "USA"
    return None
