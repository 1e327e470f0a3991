"""Where an agreement stands, and the subjects on the table."""

from __future__ import annotations

import re
from dataclasses import replace

from detente.record.propose import lexicon
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.text import Piece
from detente.record.propose.code.rules import Draft
from detente.record.propose.voices import Voices

AGREEMENT = (
    r"(?:agreement|deal|accord|pact|treaty|arrangement|document|text|protocol|memorandum|协议|协定|thỏa thuận"
    r"|thoả thuận|hiệp định)"
)
STAGES = (
    ("preliminary_consensus",
        r"(?:preliminary|initial|tentative|provisional|first)[\" ]+(?:consensus|unanimity|understanding|agreement"
        r"|accord|deal)|agree\w* (?:a|on a) preliminary|đồng thuận sơ bộ|nhất trí sơ bộ|thỏa thuận sơ bộ|初步(?:共识"
        r"|协议|一致)"),
    ("submitted_for_internal_approval",
        r"(?:have|has|need|needs) (?:yet |still )?to (?:approve|ratify|sign off on|endorse)\b|(?:internal|domestic"
        r"|their own) (?:\w+ )?(?:approval|ratification|procedure)\w*|(?:submit\w*|go(?:es"
        r"|ing)?|sent|present\w*|take\w*|brought|put) (?:it |the text |this |back )?(?:to|before) (?:the |their "
        r"|our )?(?:two |respective )?(?:presidents|leaders|capitals|parliament|congress|governments?)\b|(?:needs?"
        r"|requires?|awaits?|pending|subject to) (?:\w+ ){0,4}?(?:approval|ratification|consent|sign-off)"
        r"|awaits? (?:the )?(?:approval|sign-off)|phê duyệt nội bộ|国内(?:批准|审批)|内部(?:批准|审批)|(?:提交|须|需"
        r"|先)[^，。]{0,10}(?:批准|审批|核准)"),
    ("text_pending",
        r"(?:text|document|details|wording|language|legal text|paperwork|contours)\b[^.]{0,50}\b(?:to be|being"
        r"|still|yet|not yet|remain\w*|pending|need\w*)\b|(?:text|document|details|wording|agreement"
        r"|deal)\b[^.]{0,40}\b(?:will|shall"
        r"|is to|are to|must) (?:now |soon )?be (?:finali[sz]ed|settled|worked out|drawn up|drafted|hammered out)"
        r"|still (?:discuss|work\w* (?:on|out)|draft\w*|negotiat\w*"
        r"|finali[sz]\w*|hammer\w*) (?:on )?the (?:\w+ ){0,2}(?:document|text|details|wording)|(?:finali[sz]\w+"
        r"|settl\w+|draft\w+|hammer\w* out) the (?:\w+ )?(?:text|document|details|legal)|(?:put|set) (?:down )?(?:on"
        r"|in|to) (?:paper|writing)|văn bản (?:vẫn|còn|chưa)"
        r"|(?:hoàn tất|hoàn thiện|soạn thảo) (?:văn bản|dự thảo|chi tiết)"
        r"|文本(?:仍|尚|还)"),
    ("invalidated",
        r"(?=[^.]*(?:agreement|deal|accord|treaty|pact))(?:court|judges?|tribunal)\b[^.]{0,60}\b(?:struck down"
        r"|invalidat\w+|annul\w+|quash\w+"
        r"|ruled[^.]{0,40}(?:unlawful|illegal|invalid))"),
    ("rejected",
        r"turned (?:the |this |that )?(?:\w+ )?(?:deal|agreement|text|treaty|plan) down|(?:reject(?:s|ed)|voted down"
        r"|turned down|vot\w+ against|defeated)\b[^.]{0,50}\b(?:deal|agreement|text"
        r"|offer|proposal|treaty|plan)|(?:deal|agreement|text|offer|proposal|treaty)\b[^.]{0,40}\b(?:rejected"
        r"|voted down|turned down|defeated)"),
    ("terminated",
        r"(?:truce|deal|agreement|arrangement|talks|ceasefire|accord)\b[^.]{0,70}\b(?:is|are|was|were) (?:over"
        r"|dead|off|finished|void)\b|(?:truce|deal|agreement|talks)\b[^.]{0,20}\b(?:collapsed|broke down"
        r"|fell apart|ended without)|(?:terminat\w+|broke off|break(?:ing)? off|tore up|withdr\w+ from|scrapp\w+"
        r"|call(?:ed)? off) (?:all |the |trade )*(?:talks|negotiations|deal|agreement|truce)"),
    ("in_force",
        rf"{AGREEMENT}\b[^.]{{0,40}}\b(?:enter\w*|com\w+|came|went|go\w*) into (?:force|effect)"
        rf"|{AGREEMENT}\b[^.]{{0,40}}\b(?:takes?|took|taking) effect|{AGREEMENT}.{{0,16}}(?:生效|có hiệu lực)"),
    ("ratified",
        rf"\b(?:ratif(?:y|ies|ied)|ratification of)\b[^.]{{0,50}}{AGREEMENT}|{AGREEMENT}\b[^.]{{0,40}}\b(?:ratified"
        rf"|approved by (?:parliament|congress))|parliament\w* (?:approved|backed|passed|endorsed)|phê chuẩn|批准了"),
    ("approved_internally",
        r"\b(?:cabinet|federal council|council|congress|government|state council"
        r"|presidents?)\b[^.]{0,30}\b(?:approved|endorsed|signed off on|cleared|adopted) (?:the |a "
        r"|its )?(?:\w+ ){0,2}(?:deal|agreement|text|mandate|framework)"),
    ("signed",
        rf"\bsign(?:s|ed|ing)?\b[^.]{{0,60}}{AGREEMENT}|{AGREEMENT}\b[^.]{{0,60}}\b(?:signed|signature)"
        rf"|{AGREEMENT}.{{0,12}}(?:签署|签字|签订)"
        rf"|(?:签署|签订).{{0,12}}(?:协议|协定)|ký (?:kết )?(?:\w+ ){{0,3}}(?:thỏa thuận"
        rf"|hiệp định)"),
    ("suspended",
        r"(?:talks|negotiations|ratification|agreement|deal|work on)\b[^.]{0,40}\b(?:suspended|on hold|on ice"
        r"|frozen|paused)|(?:suspend\w*|froze|pause\w*) (?:the |all |trade )*(?:talks|negotiations|ratification"
        r"|work on)|đình chỉ đàm phán|暂停谈判"),
    ("framework",
        r"(?:\b(?:an?|the|this|that|new|basic|broad|trade)\s(?:[\w\"'-]+\s){0,3}\"?(?:framework|frame)\b"
        r"|framework (?:agreement|deal|for)|frame consensus"
        r"|văn bản khung|thỏa thuận khung|khung thỏa thuận|khuôn khổ|框架(?:协议|共识)?)"),
    ("proposed",
        rf"\b(?:propos(?:es|ed)|tabled|put forward|presented|offer(?:s|ed))\b[^.]{{0,30}}(?:draft|{AGREEMENT}"
        rf"|offer)|proposed {AGREEMENT}|đề xuất (?:một )?(?:thỏa thuận|dự thảo)|提出.{{0,8}}(?:方案|草案)"),
    ("announced",
        rf"joint (?:statement|communiqu\w+)\b[^.]{{0,30}}\b(?:issued|published|released|announced)|(?:issu\w+"
        rf"|publish\w+|releas\w+|announc\w+) (?:a |their |the )?joint (?:statement|communiqu\w+|fact sheet)"
        rf"|announc\w+ (?:a |an |the |that they have |they had )?(?:new |trade |historic |interim |limited |major "
        rf"|landmark |first |reached )*{AGREEMENT}|pleased to announce|\"(?:trade )?deal\"|tuyên bố chung|发表联合声明"
        rf"|联合声明"),
    ("talks",
        r"\b(?:talks|negotiations?|consultations|discussions|dialogue)\b[^.]{0,44}\b(?:start|begin|began|started"
        r"|resume[sd]?|continue[sd]?|go(?:es)? on|went on|are under ?way|were not being broken off"
        r"|not (?:been )?broken off|restart\w*|reopen\w*|launched|speed up)|\b(?:continu\w+|resum\w+|open\w*"
        r"|start\w*|began|begin|launch\w*|enter\w*|engag\w+ in|committed to|speed up|agreed to (?:continue|resume"
        r"|start|launch|open)|intensif\w+|accelerat\w+|carry on|keep) (?:to have )?(?:\w+ ){0,4}?(?:trade |formal "
        r"|their |ongoing )*(?:talks|negotiations?|discussions|consultations|negotiating|talking)\b"
        r"|\bwill negotiate\b|(?:return\w*|back|came|come) (?:to|at) the (?:negotiating )?table|\b(?:go|went|going"
        r"|carry|keep|kept)"
        r" (?:on )?(?:negotiating|talking)\b|(?:kept|keep|remain\w*|stay\w*|are|been) in (?:close )?(?:contact"
        r"|touch)\b|(?:vòng )?đàm phán (?:vẫn )?tiếp tục|(?:khởi động|nối lại|tiếp tục|bắt đầu) đàm phán"
        r"|(?:继续|恢复|启动|重启|开始|加快)(?:谈判|磋商)"),
    ("agreed",
        r"\b(?:consensus|đồng thuận|nhất trí|đạt (?:được )?thỏa thuận|共识"
        r"|达成一致|达成协议)\b|协议已经?(?:完成|谈妥|敲定)|达成(?!的)|共识|\b(?:reach\w*|struck"
        r"|strike|strik\w+|concluded?|secured?|clinch\w*|made|come to|came to|have|got|agreed(?: on| to)?|sealed?"
        r"|hammered out|arriv\w+ at) (?:an?|the|their|this|its|one"
        r"|what \w+ called an?)?\s?(?:[\w'\"-]+ ){0,5}?(?:agreement"
        r"|deal|accord|pact|understanding|bargain|compromise)s?\b|\b(?:deal|agreement|accord|pact)\b (?:was |is "
        r"|has been |had been |we |they |that )?(?:\w+ )?(?:struck|reached|agreed|concluded|sealed|made|done"
        r"|in place)|\bagree(?:d|s)? (?:to|on|that|in)\b|\barriv\w+ at (?:an? )?(?:\w+ )?(?:consensus|common sense"
        r"|common"
        r" understanding)|\bwould set up|(?:will|to) (?:set up|establish|build|form|launch"
        r"|create) (?:a|an|the|two|new)|chartered|\bcommit(?:ted)? to take the following"
        r"|clauses are already decided|agree to take|there will be no new"),
)  # fmt: skip
NEEDS = {  # a stage's pattern is tried, and compiled, only where one of its stems stands
    "preliminary_consensus": ("prelim", "initial", "tentative", "provisional", "first", "sơ bộ", "初步"),
    "invalidated": ("court", "judge", "tribunal"),
    "rejected": ("reject", "vot", "turned", "defeat"),
    "in_force": ("effect", "force", "生效", "hiệu lực"),
    "ratified": ("ratif", "approv", "parliament", "phê chuẩn", "批准"),
    "approved_internally": ("approv", "endors", "signed off", "cleared", "adopted"),
    "signed": ("sign", "签", "ký"),
    "suspended": ("suspend", "on hold", "on ice", "froze", "pause", "đình chỉ", "暂停"),
    "framework": ("fram", "khung", "khuôn khổ", "框架"),
    "proposed": ("propos", "tabled", "put forward", "present", "offer", "đề xuất", "提出"),
    "announced": ("joint", "announc", '"', "tuyên bố chung", "声明"),
}
SKIP = re.compile(
    r"executive order|withdrawal agreement by then|last (?:month|week|year)'s deal|agreement announced on"
    r"|pursuant to the|under the (?:agreement|deal|arrangement|framework)|without an agreement"
    r"|implement\w* the (?:arrangement|agreement|deal)"
    r"|no (?:\w+ )?(?:deal|agreement|consensus|framework|accord)|(?:not|never|yet to) (?:reach|agree|sign)"
    r"|failed to|tried and failed|if (?:a |no |the )?(?:deal|agreement)|in the framework of"
    r"|within the framework|title|safeguard and carry out",
    re.I,
)


def find(reading: Reading, voices: Voices, others: list[Draft]) -> list[Draft]:
    """Stages and agenda items; a clause with an extension or a truce has no stage of its own."""
    out: list[Draft] = []
    named_framework = False
    table = reading.spread(others)
    for s in reading.sentences:
        others = table.get(s.number, [])
        for c in _cut(s):
            if any(d.kind in ("extension", "truce") and d.start < c.end and c.start < d.end for d in others):
                kept: tuple[str, ...] = ("framework", "preliminary_consensus", "signed", "announced", "terminated")
                if not re.search(r"joint statement", c.text):
                    continue
            else:
                kept = ()
            draft = _stage(reading, s, c, voices)
            if (
                draft
                and draft.value["stage"] == "agreed"
                and re.search(r"\bagree[sd]? to (?!continue|step|work)", c.text)
            ):
                acts = [d for d in others if d.kind == "measure" and d.start < c.end and c.start < d.end]
                if acts and len({x.side for x in s.sides_within(c.start, c.start + 60)}) == 1:
                    draft = None
            if draft is None or (kept and draft.value["stage"] not in kept):
                continue
            if draft.value["stage"] == "framework":
                if named_framework and reading.official:
                    continue
                named_framework = True
            out.append(draft)
        out += _agenda(reading, s, voices, others)
    return out


def _cut(s: Sentence) -> list[Piece]:
    """Clauses, and again at `and would be`, so that two stages of one sentence stay two."""
    out: list[Piece] = []
    for c in s.clauses:
        out.append(c)
    return out


def _stage(reading: Reading, s: Sentence, c: Piece, voices: Voices) -> Draft | None:
    text = c.text
    hits = []
    low = text.lower()
    for rank, (name, pattern) in enumerate(STAGES):
        if name in NEEDS and not any(x in low for x in NEEDS[name]):
            continue
        m = re.search(pattern, text, re.I if reading.language == "en" else 0)
        if m and _stands(reading, s, c, name, m):
            hits.append((rank, name, m))
    if not hits:
        return None
    _, name, m = hits[0]
    if name in ("framework", "text_pending") and any(n == "agreed" for _, n, _ in hits) and name == "text_pending":
        name = "agreed"
    start, end = c.start, c.end
    if name == "agreed" and (
        that := re.search(r"\bthat\s(?=the |we |our |there )", text[max(0, m.start() - 40) : m.start()])
    ):
        start = c.start + max(0, m.start() - 40) + that.end()
        help_ = re.search(r"\s(?:will|would) help\b", text[m.end() :])
        end = c.start + m.end() + help_.start() if help_ else end
    lead = re.search(r"\b(?:that|says|said|gọi kết quả này là|với|disclosed|obtains?|of|on)\s(?=\S)", text[: m.start()])
    if lead and name == "framework" and m.start() - lead.end() >= 0:
        start = c.start + lead.end()
    elif re.search(r"\b(?:said|says|told \w+|reporters|revealed|introduced) that\s", text[: m.start()]):
        cut = re.search(r".*\b(?:said|says|told \w+|tells reporters|revealed|introduced) that\s", text[: m.start()])
        start = c.start + (cut.end() if cut else 0)
    if name == "talks" and (listed := re.search(r"\s(?:on|about)\s(?=[^,]+,[^,]+,)", text[m.end() - 3 :])):
        end = c.start + m.end() - 3 + listed.start()
    purpose = re.search(r"\sto (?:address|promote|resolve|facilitate|deal with)\b", text[m.end() :])
    if purpose and end - start > 150:
        end = c.start + m.end() + purpose.start()
    value = {"stage": name, "parties": reading.pair(s, c.start, c.end)}
    when: tuple[str | None, str | None] = (None, None)
    for e in s.within("times", c.start, c.end):
        resolved = reading.when(e, "past", s.number)
        if resolved and not re.search(r"since|until|before|after\s$", reading.text[max(0, e.start - 8) : e.start]):
            when = (resolved.iso, e.words)
            break
    return Draft("agreement_stage", start, end, value, when, (), 0.6)


def _stands(reading: Reading, s: Sentence, c: Piece, name: str, m: re.Match[str]) -> bool:
    text, around = c.text, c.text[max(0, m.start() - 30) : m.end() + 30]
    if SKIP.search(around) and name not in ("talks", "terminated"):
        return False
    if name in ("agreed", "framework", "announced", "signed") and re.search(
        r"(?i)\b(?:if|unless|seek\w*|want\w*|hop\w+|toward|towards|working on|expect\w*|could|may|might"
        r"|possib\w+|before|without|whether|need\w*|aim\w*|so that both|ready to|in order to)\b[^,]{0,40}$",
        text[: m.start()],
    ):
        return False
    if name == "agreed":
        if re.search(r"agree(?:d|s)? (?:to|that|on)", m.group()) and re.search(
            r"Iran|Hormuz|North Korea|points? the two briefings", text
        ):
            return False
        if m.group().lower().startswith(("agreed in",)) and "principle" not in text:
            return False
        if re.search(r"(?:will|to) (?:set up|establish|create|build|form|launch)", m.group()) and not re.search(
            r"mechanism|board|committee|council|working group|forum|channel|body|institution|commission|platform",
            text[m.start() : m.end() + 60],
        ):
            return False
        if re.match(r"consensus", m.group()) and re.search(r"important consensus of the|carry out|implement", text):
            return False
        if re.search(
            r"\bwhat was agreed\b|agreed (?:in|at) (?:Geneva|London|Stockholm|Madrid|Kuala|Busan|Buenos)"
            r"|as agreed|truce agreed|recently agreed|not (?:to )?agree",
            text,
        ):
            return False
    if name == "framework" and re.search(r"legal framework|time ?frame|regulatory framework|frame of", text):
        return False
    if name == "announced" and re.search(r"titled|recall|geneva joint statement|this joint statement", text, re.I):
        return False
    if name == "signed" and re.search(
        r"executive order|letter|proclamation|order\b|memorandum today|(?:to|will|would|could|may) sign", text, re.I
    ):
        return False
    if name == "talks" and re.search(
        r"progress in|cutting|potential to|after the talks|reaction|continued discussions have"
        r"|ongoing and productive discussion|mechanism to continue",
        text,
    ):
        return False
    if reading.language == "zh" and re.search(r"离|距|尚未|未能|没有|远未|如果", text[: m.start()]):
        return False
    if name == "text_pending" and re.search(r"\bno (?:\w+ )?$", text[: m.start()]):
        return False
    return not (name == "text_pending" and re.search(r"details tomorrow|no details|more details", text))


TRIGGER = re.compile(
    r"\b(?:discuss(?:ed|es|ing)?(?! that)|talk(?:s|ed)?(?: \w+){0,2} (?:about|on|over)"
    r"|talks start(?:ed)? (?:immediately )?on|mention(?:ed|s)?|focus(?:ed|es|ing)? on|on the (?:agenda"
    r"|table)(?: (?:were|are|is))?:?|agenda (?:includes?|covers?|covered)|cover(?:ed|ing)(?! by)|touch(?:ed|es) on"
    r"|address(?:ed)? issues|issues? (?:such as|like|including|are|were|remain)|topics? (?:such as|like"
    r"|including|include|were|are)|exchang\w+ views on|rais(?:ed|ing) (?:the (?:issue|question|matter) of"
    r"|concerns? (?:about|over))|negotiat\w+ (?:on|over)|discussion with \w+ about|work(?:s|ed|ing)? for"
    r"|(?:two|three|four|five|several|some) (?:things|points|issues|questions|subjects|topics|problems)(?: remain)?:"
    r"|around (?=[A-Z])|talked (?=[a-z]+(?:,| and ))|the aim is to|trouble over|disputes? over|differ(?:ed"
    r"|ences)? (?:on|over)"
    r"|divided (?:on|over)|haggl\w+ over|thirsty for|forum for discussing|left open (?:are|were)"
    r"|still open (?:are|is)|(?:talks?|agenda|topics?|content of [\w ]{2,12}) includ(?:es?|ed)|open (?:points"
    r"|questions|issues)|sticking points?(?: (?:are|were|remain))?)\b"
    r"|đã bàn về|về việc(?= gia hạn)|bàn về|thảo luận về|trao đổi về|đề cập(?: đến)?|tập trung vào"
    r"|就|讨论了?|商讨|围绕|涉及"
    r"|谈及|留到第",
    re.I,
)
OPEN = re.compile(
    r"bottlenecks?|sticking points?|stumbling blocks?|obstacles? (?:are|is|remain)|remain(?:s)? (?:open"
    r"|unresolved|in dispute)|still (?:open|unresolved)|(?:are|is|were|was|remains?|stays?) on the (?:table|agenda)"
    r"|was also discussed|were (?:also )?discussed|nút thắt|分歧"
)


def _agenda(reading: Reading, s: Sentence, voices: Voices, others: list[Draft]) -> list[Draft]:
    text, base = s.piece.text, s.piece.start
    out: list[Draft] = []
    for m in OPEN.finditer(text):
        head = text[: m.start()]
        listed = re.search(
            r"(?:^|[,;:]\s(?:and |while "
            r"|but )?)((?:[\w' -]{3,34},\s)*[\w' -]{3,34}\sand\s[\w' -]{3,34})\s$",
            head,
        )
        if listed and re.search(r"agenda|table|open|unresolved|discussed|dispute", m.group()):
            place = base + listed.start(1)
            for a, b in _items(listed.group(1), reading.language):
                name = lexicon.topic(listed.group(1)[a:b]) or "other"
                out.append(Draft("agenda_item", place + a, place + b, {"topic": name}, (None, None), (), 0.55))
            return out
        topics = list(
            dict.fromkeys(
                t for part in re.split(r",| and | along with | as well as ", head) if (t := _first_topic(part))
            )
        )
        for t in topics[:4]:
            out.append(
                Draft(
                    "agenda_item", base + max(0, m.start() - 18), base + m.end(), {"topic": t}, (None, None), (), 0.55
                )
            )
        return out
    for m in TRIGGER.finditer(text):
        if (
            re.match(r"talks?\b|discuss", m.group(), re.I)
            and reading.official
            and re.search(r"based on the discussions", text)
        ):
            continue
        if any(base + m.start() < d.end for d in out):
            continue
        word = m.group().lower()
        tail = _tail(text[m.end() :], reading.language)
        if word.startswith(("留到第", "就")) or (reading.language == "zh" and not tail):
            back = re.split(r"[，。：“]", text[: m.start()])[-1]
            tail, origin = (back, m.start() - len(back)) if word.startswith("留") else (tail, m.end())
        else:
            origin = m.end()
        for a, b in _items(tail, reading.language):
            words = tail[a:b]
            topic = lexicon.topic(words) or ("other" if word.endswith(":") and len(words) < 45 else None)
            if (
                topic
                and topic != "other"
                and out
                and out[-1].value["topic"] == topic
                and base + origin + a - out[-1].end < 6
            ):
                out[-1] = replace(out[-1], end=base + origin + b)
                continue
            if topic is None or (topic == "other" and len(words) > 70):
                continue
            if topic == "framework" and re.search(r"\bagreed\b", text[: m.start()]):
                continue
            out.append(
                Draft("agenda_item", base + origin + a, base + origin + b, {"topic": topic}, (None, None), (), 0.55)
            )
        if word.startswith(("work", "the aim", "cover", "around", "address")) and not out:
            continue
    return out


def _first_topic(part: str) -> str | None:
    topics = [
        (m.start(), name)
        for name, _ in lexicon.TOPICS
        if name != "truce_extension" and (m := lexicon.topic_pattern(name).search(part))
    ]
    return min(topics)[1] if topics else None


def _tail(text: str, language: str) -> str:
    stop = re.search(
        r"[.;:!?]|\s[–—]\s|,\s(?:which|who|while|but|he|she|the ministry|according|said|they)\b|\s(?:because"
        r"|so that|although|said|says)\b|[。；，](?!和)|\bto promote\b|\bin return\b|,?\s(?:as part|before|after"
        r"|during|at)\b",
        text,
    )
    return text[: stop.start()] if stop else text


def _items(tail: str, language: str) -> list[tuple[int, int]]:
    """The items of an enumeration, each trimmed."""
    cut = re.compile(
        r"、|和|与|以及"
        if language == "zh"
        else r",\s(?:and\s|as well as\s|và\s)?|\s(?:and|as well as|và|along with)\s(?!other matter|the final step)"
    )
    out, begin = [], 0
    for m in [*cut.finditer(tail), None]:
        a, b = begin, m.start() if m else len(tail)
        piece = tail[a:b]
        lead = len(piece) - len(piece.lstrip())
        if piece.strip():
            out.append((a + lead, a + len(piece.rstrip())))
        begin = m.end() if m else begin
    return out
