"""Predicates of Vietnamese and Chinese sentences: verbs by their words, subject before, object behind.

Neither language inflects: small words before the verb say whether it is negated, to come, possible or suffered.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.words import Term, vocabulary
from detente.record.propose.relate.predicates import REPORTING, Predicate, Span

BEFORE = 12  # characters before a Chinese verb in which its small words stand
NEAR = {"zh": 4, "vi": 16}  # characters between a verb and a noun that is its object
CARRIED = re.compile(r"[同与和并以]")  # a clause so opened goes on with the verb before: 将赴美，同…会谈
MODAL = {"planned": "will", "possible": "may", "hoped": "should", "superseded": "was to"}


TEMPORAL = {
    "zh": re.compile("了?(?:[之以]?[前后]|期间|时(?![间候机段]))"),
    "vi": re.compile("(?!)"),
}  # 在暂停期结束前: only says when


class Hit(NamedTuple):
    """A verb in a sentence: its concept, its word, and where it stands in the sentence."""

    concept: str
    word: str
    start: int
    end: int


def find(piece: Piece, language: str, terms: list[Term]) -> list[Predicate]:
    """The predicates of a sentence in reading order."""
    clauses = _clauses(piece.text, language)
    out: list[Predicate] = []
    for start, end in clauses:
        hits = [h for h in _hits(piece.text[start:end], language, start) if not _is_noun(piece, h, terms, language)]
        hits = [h for n, h in enumerate(hits) if not _is_subject(piece, h, hits[n + 1 :], terms)]
        hits = [h for n, h in enumerate(hits) if not _is_attributive(piece, hits, n, (start, end), terms, language)]
        for number, hit in enumerate(hits):
            following = hits[number + 1].start if number + 1 < len(hits) else end
            out.append(_predicate(piece, language, hit, (start, end), following, number == 0, out, terms))
    return out


def _is_subject(piece: Piece, hit: Hit, later: list[Hit], terms: list[Term]) -> bool:
    """Whether a word for talks is what a later verb of the clause speaks of: the talks continue."""
    covered = any(t.group == "talks" and t.start - piece.start == hit.start for t in terms)
    return covered and any(h.concept in EVENTS for h in later)


OF_DUTIES = frozenset(["impose", "raise", "suspend", "end", "keep", "ban", "announce", "agree"])
SAYS_WHICH = {  # a verb of duties that only says which of them is meant: behind it in Chinese, before it in Vietnamese
    "zh": re.compile(r"了?的(?=[^的，]{0,16}(?:税|費|费|措施|管制|%|个百分点|限制|禁令))"),
    "vi": re.compile(
        r"(?:thuế(?: \S+){0,3}?|phí|biện pháp(?: \S+){0,3}?|%|điểm phần trăm|phần trăm|điểm|hạn chế|kiểm soát(?: \S+){0,3}?)"
        r"(?: (?:mà|do|được|đã|đang|mới|vừa)(?: [A-ZĐ]\S+){0,3}?){0,3} $"
    ),
}


def _is_attributive(
    piece: Piece, hits: list[Hit], number: int, clause: tuple[int, int], terms: list[Term], language: str
) -> bool:
    """Whether a verb only says which duties another verb of its clause speaks of: lifted the duties imposed since April.

    So does one that is itself suspended or ended: put off imposing a duty.
    """
    hit, before, later = hits[number], hits[:number], hits[number + 1 :]
    if language == "zh" and hit.concept in ("agree", "conclude") and OF_TEXT.match(piece.text, hit.end, clause[1]):
        return True
    if hit.concept not in OF_DUTIES:
        return False
    if before and hit.concept == "impose" and before[-1].concept in ("suspend", "end"):
        return not any(before[-1].end <= t.start - piece.start < hit.start and t.group == "objects" for t in terms)
    if language == "zh":
        return SAYS_WHICH["zh"].match(piece.text, hit.end, clause[1]) is not None
    if not number and not (" mà " in piece.text[clause[0] : hit.start] and later):
        return False
    return SAYS_WHICH["vi"].search(piece.text[clause[0] : hit.start]) is not None


OF_TEXT = re.compile(r"了?的(?=[^的，]{0,12}(?:协定|协议|共识|成果|文本|安排|承诺|谅解))")  # 去年达成的协定
EVENTS = frozenset(["end", "start", "hold", "collapse", "conclude", "suspend", "remain"])


@cache
def _pattern(language: str) -> tuple[re.Pattern[str], dict[str, str]]:
    concepts = {word: verbs[0].concept for word, verbs in vocabulary(language).verbs.items()}
    body = "|".join(re.escape(w) for w in sorted(concepts, key=len, reverse=True))
    return re.compile(body if language == "zh" else rf"(?<!\w)(?:{body})(?!\w)", re.I), concepts


def _hits(text: str, language: str, offset: int) -> list[Hit]:
    pattern, concepts = _pattern(language)
    return [
        Hit(concepts[m.group().lower()], m.group().lower(), m.start() + offset, m.end() + offset)
        for m in pattern.finditer(text)
    ]


def _is_noun(piece: Piece, hit: Hit, terms: list[Term], language: str) -> bool:
    """Whether a longer noun covers a verb's word, or a noun of the same word has its own verb before it."""
    marks = vocabulary(language).marks
    if re.search(marks.get("not_verbs", "(?!)"), piece.text[: hit.end], re.I):
        return True
    ahead = re.match(marks.get("not_verbs_ahead", "(?!)"), piece.text[hit.start :], re.I)
    if ahead and ahead.end() > hit.end - hit.start:
        return True
    for term in terms:
        inside = term.start - piece.start <= hit.start and hit.end <= term.end - piece.start
        if inside and term.end - term.start > hit.end - hit.start:
            at_start = term.start - piece.start == hit.start
            return not (
                at_start and hit.word in ("cấm", "hạn chế") and _follows_actor(piece.text[: hit.start], language)
            )
        if inside and term.group in ("talks", "objects", "limits"):
            near = _hits(piece.text[max(0, hit.start - NEAR[language]) : hit.start], language, 0)
            if term.group == "objects":
                near = [h for h in near if h.concept not in DECIDING]  # 同意购买: the noun is a verb there
            return bool(near)
    return False


NOT_ACTOR = re.compile(
    r"(?:^|[,;:] ?|\b(?:và|hoặc|các|những|mọi|biện pháp|lệnh|sự|việc|về|quy định|chính sách|của|bỏ|hoãn|áp|đặt|nới|siết|này|số)) $",
    re.I,
)


def _follows_actor(lead: str, language: str) -> bool:
    """Whether a Vietnamese word that may be verb or noun stands behind whoever acts: Chile cấm nhập khẩu."""
    return language == "vi" and not _hits(lead[-NEAR["vi"] :], language, 0) and NOT_ACTOR.search(lead) is None


DECIDING = frozenset(["promise", "agree", "intend", "ask", "propose", "schedule", "consider", "say", "start", "allow"])
OF_TRAVEL = frozenset(["visit", "meet", "hold", "attend", "speak"])  # 将率团赴法，举行磋商: all of it is to come
NO_END = r"(?<!xuống)(?<!không)(?<!giảm)(?<!chỉ)(?<!vẫn)(?<!hạ)"  # before "còn" that opens no clause: xuống còn 12%


def _clauses(text: str, language: str) -> list[tuple[int, int]]:
    marks = vocabulary(language).marks
    ends = re.escape(marks["clause_ends"])
    words = "|".join(marks.get("conjunctions", ()))
    cut = rf"(?<!\d)[{ends}](?!\d)|[，；：。]" + (rf"|{NO_END}\s(?=(?:{words})\s)" if words else "")
    clauses, begin = [], 0
    for m in re.finditer(cut, text):
        clauses.append((begin, m.start()))
        begin = m.end()
    clauses.append((begin, len(text)))
    return [(a, b) for a, b in clauses if text[a:b].strip()]


def _predicate(
    piece: Piece, language: str, hit: Hit, clause: tuple[int, int], following: int, is_first: bool,
    before: list[Predicate], terms: list[Term],
) -> Predicate:  # fmt: skip
    marks = vocabulary(language).marks
    base = piece.start
    last = _last_before(piece, before, base + clause[0], language)
    lead = piece.text[last.end - base if last else clause[0] : hit.start]
    lead = _masked(lead, marks)
    modal = _modal(lead, marks, language)
    has = _small_words(lead, language)
    is_carried = before and not has["aspects"] and _goes_on(lead, hit, last, language)
    carried = before[-1].modal if is_carried else None
    governor, relation = _governor(before, hit, base)
    return Predicate(
        number=len(before),
        concept=hit.concept,
        verb=hit.word,
        start=base + hit.start,
        end=base + hit.end,
        tense="future" if modal or carried else "perfect" if has["aspects"] else "past",
        voice="passive" if has["passives"] else "active",
        subject=_subject(lead, base + hit.start, before, is_first or (last is not None and last.concept in REPORTING)),
        object=Span(_object_start(hit, base, terms), base + following),
        clause=Span(base + clause[0], base + clause[1]),
        negated=has["negators"] or lead.lower().lstrip().startswith(tuple(marks.get("nothing", ("\0",)))),
        modal=MODAL.get(modal) if modal else carried or _hoped_for(piece.text[hit.end : clause[1]], language),
        governor=governor,
        relation=relation,
        opener=_opener(_masked(piece.text[clause[0] : hit.start], marks), marks["conditional"]),
    )


def _last_before(piece: Piece, before: list[Predicate], start: int, language: str) -> Predicate | None:
    """The last verb of a clause, without those that only say when: before the pause ends."""
    earlier = (p for p in reversed(before) if not TEMPORAL[language].match(piece.text, p.end - piece.start))
    return next((p for p in earlier if p.end >= start), None)


def _modal(lead: str, marks: Mapping[str, Any], language: str) -> str | None:
    """What the last small word before a verb makes of it: planned, possible and so on."""
    word = _last(lead.lower(), marks["modals"], language)
    if word is None or (marks["modals"][word] == "superseded" and "的" in lead.rpartition(word)[2]):
        return None  # what was planned says which: 把原定10月1日加征的关税推迟
    return str(marks["modals"][word])


HOPED_FOR = re.compile("[^，。]{0,12}(?:表示|表达|抱有|寄予)了?(?:强烈|高度)?(?:期待|希望|期望|厚望)")


def _hoped_for(behind: str, language: str) -> str | None:
    """Whether the words behind a Chinese verb only hope for what it says: 对达成协议表示期待."""
    return MODAL["hoped"] if language == "zh" and HOPED_FOR.match(behind) else None


def _object_start(hit: Hit, base: int, terms: Iterable[Term]) -> int:
    """Where the object of a verb begins: behind it, or at the noun that is part of it, as in áp thuế, 加税."""
    inside = (t.start for t in terms if base + hit.start < t.start and t.end == base + hit.end and t.group == "objects")
    return next(inside, base + hit.end)


def _masked(lead: str, marks: Mapping[str, Any]) -> str:
    """A stretch without the words that hold the characters of small words."""
    return re.sub(marks.get("not_small_words", "(?!)"), lambda m: "　" * len(m.group()), lead)


def _small_words(lead: str, language: str) -> dict[str, bool]:
    """Whether a small word of aspect, of the passive and of negation stands right before a verb."""
    near = lead[-BEFORE // 2 :].lower() if language == "zh" else " ".join(lead.lower().split()[-3:]) + " "
    marks = vocabulary(language).marks
    out = {x: _last(near, marks[x], language) is not None for x in ("aspects", "passives", "negators")}
    out["negators"] = out["negators"] or (language == "zh" and FAR_NEGATION.search(lead) is not None)
    return out


LIGHT = frozenset(["进行", "予以", "加以", "作出", "举行"])  # 可以于下周进行签署: the next verb says what is done
FAR_NEGATION = re.compile(r"(?:不再|不会|不|未|没有|从未)(?:对|向|把|给|针对)[^，。]{1,24}$")  # 不再对泰国大米征收


def _goes_on(lead: str, hit: Hit, last: Predicate | None, language: str) -> bool:
    """Whether a verb is part of what the verb before it says will be, or may be."""
    is_travel = language == "zh" and last is not None and hit.concept in OF_TRAVEL
    is_light = language == "zh" and last is not None and last.verb in LIGHT and not lead.strip()
    return is_travel or is_light or CARRIED.match(lead) is not None


def _subject(lead: str, start: int, before: list[Predicate], is_own: bool) -> Span | None:
    """What stands before a verb, if that may be a subject of its own, else the last subject of the sentence."""
    if is_own and lead.strip():
        return Span(start - len(lead), start)
    return next((p.subject for p in reversed(before) if p.subject), None)


def _last(near: str, words: Iterable[str], language: str) -> str | None:
    """The word of a list that stands last before the verb."""
    matches = [
        (m.end(), word)
        for word in words
        if word in near
        for m in re.finditer(re.escape(word) if language == "zh" else rf"(?<!\w){re.escape(word)}(?!\w)", near)
    ]
    return max(matches)[1] if matches else None


def _opener(lead: str, conditions: list[str]) -> str | None:
    return "if" if any(lead.strip().lower().startswith(c) for c in conditions) else None


def _governor(before: list[Predicate], hit: Hit, base: int) -> tuple[int | None, str]:
    """The verb of saying or wanting that stands before a verb in its clause, or closed the clause before."""
    for p in reversed(before):
        is_same = p.clause.start <= base + hit.start < p.clause.end
        is_open = p.object.end - p.object.start < 2  # the report goes on behind the comma
        if p.concept in REPORTING and (is_same or (is_open and base + hit.start - p.end < 120)):
            return p.number, "that"
        if p.clause.start <= base + hit.start < p.clause.end and p.concept in GOVERNING:
            return p.number, "to"
    return None, "main"


GOVERNING = frozenset(["intend", "consider", "ask", "fail_to", "reject", "schedule", "invite"])
