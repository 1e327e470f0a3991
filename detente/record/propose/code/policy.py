"""Acts of trade policy in a document: what is done with which duty, ban or purchase, by whom, to whom, at which rate.

Measures and threats are made of the same acts: one that has happened or is decided is a measure, one that hangs on a
condition is a threat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from detente.record.propose.annotate.amounts import FREE, Rate
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.words import Term
from detente.record.propose.code.rules import Rule, first_fit, terms_in
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Predicate, Span

TYPES = {
    "duty": "tariff", "rate": "tariff", "percent": "tariff", "fee": "fee", "export_control": "export_control",
    "import_ban": "import_ban", "entity_listing": "entity_listing", "exemption": "exemption",
    "investigation": "investigation", "purchase": "purchase_commitment", "countermeasure": "other", "sanction": "other",
    "quota": "other", "barrier": "other", "licence": "other",
}  # fmt: skip
THEME = frozenset(
    ["rise", "fall", "remain", "begin_effect", "start", "vanish", "expire", "be", "visit", "hold", "move"]
)
NOUN_ACTS = frozenset(["suspend"])  # nouns that say more than the verb they depend on: extends the suspension
EXPORTS = re.compile(r"\bexport|\bship|\bsell|\bsale|\bsupply|xuất khẩu|出口", re.I)
TRIM = re.compile(
    r"^(?:[\s,;:.\"'—–-]|\b(?:and|but|while|that|so|then|or)\b\s)+|[\s,;:—–-]+(?:\b(?:and|or|but|while)\b)?[\s,;:.—–-]*$|[\s.]+$"
)
FAR = 110  # characters from a subject to its verb beyond which a quote begins at the verb


@dataclass(frozen=True)
class Act:
    """An act that a rule found: its term, what it makes of the modality, and its quote."""

    sentence: Sentence
    predicate: Predicate
    rule: Rule
    term: Term | None
    modality: str
    start: int
    end: int
    type: str


def acts(analysis: Analysis, kind: str) -> tuple[Act, ...]:
    """The acts that the rules of a kind find, in reading order, each term in one act."""
    return analysis.once(f"acts of {kind}", lambda a: tuple(_acts(a, kind)))


def _acts(analysis: Analysis, kind: str) -> Iterator[Act]:
    for sentence in analysis.reading.sentences:
        fits: list[tuple[Predicate, Rule, Term | None]] = []
        for each in analysis.predicates[sentence.number]:
            predicate = _joined(analysis, sentence, each)
            if predicate and (rule := first_fit(kind, analysis, sentence, predicate)):
                banned = rule.gives.get("unless", ())
                if not any(t.concept in banned for t in terms_in(sentence, predicate.object)):
                    fits.append((predicate, rule, _term(sentence, predicate, rule)))
        yield from _quoted(analysis, sentence, _nearest(analysis, sentence, fits))


def _joined(analysis: Analysis, sentence: Sentence, p: Predicate) -> Predicate | None:
    """Of two verbs with one object, "suspend or remove the duties", the first with that object; None for what is no act."""
    text, others = analysis.reading.text, analysis.predicates[sentence.number]
    if text[p.end : p.end + 1] == "的":
        return None  # a clause that only says which
    above = _above(others, p)
    if p.is_noun:
        return p if _is_act_of_noun(text, p, above) else None
    before = others[p.number - 1] if p.number else None
    if before and _is_act_of_verb(before) and JOINED.fullmatch(text[before.end : p.start]):
        return replace(before, object=p.object, clause=p.clause, end=p.end)
    if _is_reduced(p, others) or _is_adjective(analysis, p) or _is_open(p, above):
        return None
    return _completed(analysis, sentence, p)


def _above(others: Sequence[Predicate], p: Predicate) -> str:
    """The concept of the predicate that governs another."""
    return others[p.governor].concept if p.governor is not None and p.governor < len(others) else ""


def _is_act_of_verb(p: Predicate) -> bool:
    return not p.is_noun and p.concept not in NO_ACT


NO_ACT = ("be", "other", "say")
JOINED = re.compile(r",?\s?(?:or|and|及|和|或|hoặc|và)\s?")
ABOUT = re.compile(r"\b(?:for|on|about|over|towards?) (?:an?|the)? ?(?:\w+ )?$")


def _is_act_of_noun(text: str, p: Predicate, above: str) -> bool:
    """Whether a noun says more than the verb it depends on: extends the suspension, announced the removal, a threat of."""
    if p.concept == "threaten":
        return True
    if above in ("end", "be") if p.concept in NOUN_ACTS else above not in (*DECIDING, "start"):
        return False
    return ABOUT.search(text[max(0, p.start - 30) : p.start]) is None


def _is_open(p: Predicate, above: str) -> bool:
    """Whether a form without a tense leaves open if anything happened: scheduled to take effect, has months to set."""
    if p.tense in ("gerund", "infinitive") and p.concept in THEME - {"rise", "fall"}:
        return True
    return p.tense == "infinitive" and above in ("have", "ask", "say", "negotiate", "consider")


def _is_reduced(p: Predicate, others: tuple[Predicate, ...]) -> bool:
    """Whether a participle only says which: the duty imposed under an order shall be lowered."""
    if p.voice != "passive" or p.tense not in ("past", "participle"):
        return False
    following = [q for q in others if q.start > p.end and q.clause.start <= p.start < q.clause.end and q.is_finite]
    return p.start - p.clause.start > 0 and bool(following) and p.modal is None


def _is_adjective(analysis: Analysis, p: Predicate) -> bool:
    """Whether a participle stands before its noun: exempted countries."""
    follows = re.match(r"\s([a-z]+)", analysis.reading.text[p.end : p.end + 16])
    return p.tense == "participle" and follows is not None and follows.group(1) not in FREE


def _completed(analysis: Analysis, sentence: Sentence, p: Predicate) -> Predicate:
    """A predicate with the object or subject that stands outside its clause: behind a parenthesis, before "which"."""
    text, others = analysis.reading.text, analysis.predicates[sentence.number]
    is_bare = not text[p.object.start : p.object.end].strip(' ,"') and text[p.end : p.end + 1] in (",", " ")
    if is_bare and p.voice == "active":
        return replace(p, object=_object_outside(sentence, p, others))
    if not p.is_finite or (p.subject and _measures(sentence, p.subject)):
        return p
    subject = _subject_outside(sentence, p, others)
    return replace(p, subject=subject) if subject else p


def _subject_outside(sentence: Sentence, p: Predicate, others: Sequence[Predicate]) -> Span | None:
    """The measure before a verb whose clause does not name it."""
    lead = Span(sentence.piece.start, p.start)
    if p.number == 0 and not _measures(sentence, p.object) and _measures(sentence, lead):
        return lead
    if p.voice != "passive" and p.concept not in THEME:
        return None
    outer = [q for q in others if q.end <= p.start and (q.opener in ("that", "which") or q.voice == "passive")]
    lead = Span(sentence.piece.start, outer[0].start if outer else sentence.piece.start)
    return lead if _measures(sentence, lead) else None


def _object_outside(sentence: Sentence, p: Predicate, others: tuple[Predicate, ...]) -> Span:
    if p.opener == "which" and p.clause.start > sentence.piece.start:
        return Span(max(sentence.piece.start, p.clause.start - 90), p.clause.start)
    return Span(p.end, min((q.start for q in others if q.start > p.end), default=sentence.piece.end))


def _measures(sentence: Sentence, span: Span) -> bool:
    return any(t.group == "objects" for t in terms_in(sentence, span)) or bool(rates_in(sentence, span))


def _term(sentence: Sentence, p: Predicate, rule: Rule) -> Term | None:
    """The noun that the act is about: the first that the rule asks for, in the object, else in the subject."""
    wanted = rule.subject or rule.object or tuple(TYPES)
    stretches = _stretches(p, rule)
    terms: list[Term] = [t for span in stretches for t in terms_in(sentence, span) if t.concept in wanted]
    if terms or "percent" not in wanted:
        return terms[0] if terms else None
    rates = [r for span in stretches for r in rates_in(sentence, span)]
    return Term(rates[0].start, rates[0].end, "percent", "rates") if rates else None


def _stretches(p: Predicate, rule: Rule) -> list[Span]:
    """Where the noun of an act may stand, the likeliest first."""
    if p.voice == "passive":
        spans = [p.subject, p.object]
    else:
        spans = [p.subject] if rule.subject else [p.object, p.subject]
    return [span for span in spans if span is not None]


def rates_in(sentence: Sentence, span: Span) -> list[Rate]:
    """The percentages of a stretch that may be rates of a measure."""
    return [r for r in sentence.rates if span.start <= r.start < span.end and r.of in ("duty", "bare")]


def _nearest(
    analysis: Analysis, sentence: Sentence, fits: list[tuple[Predicate, Rule, Term | None]]
) -> list[tuple[Predicate, Rule, Term | None]]:
    """Of several acts with the same noun the nearest; an announcement gives way to what is announced."""
    best: dict[int, tuple[int, Predicate]] = {}
    for p, _, term in fits:
        if term is None:
            continue
        distance = (p.concept == "announce") * 1000 + min(abs(term.start - p.end), abs(p.start - term.end))
        if term.start not in best or distance < best[term.start][0]:
            best[term.start] = (distance, p)
    return [(p, r, t) for p, r, t in fits if t is None or best[t.start][1] is p]


def _quoted(analysis: Analysis, sentence: Sentence, fits: list[tuple[Predicate, Rule, Term | None]]) -> Iterator[Act]:
    """Each act with its quote: its clause, from the act before to the act behind."""
    text = analysis.reading.text
    for number, (p, rule, term) in enumerate(fits):
        begin = _begin(p, term, fits[number - 1][0].start if number else -1)
        following = fits[number + 1][0].start if number + 1 < len(fits) else p.clause.end
        end = following if p.end < following < p.clause.end else p.clause.end
        start, stop = trimmed(text, begin, _with_relative(text, analysis.predicates[sentence.number], end))
        yield Act(sentence, p, rule, term, analysis.modality(sentence, p), start, stop, _type(text, p, rule, term))


def _begin(p: Predicate, term: Term | None, before: int) -> int:
    """Where the quote of an act begins: its clause, its verb where the subject is far off or another act is before it."""
    is_far = p.start - p.clause.start > FAR and not (term and term.start < p.start)
    begin = p.start if is_far or before >= p.clause.start else p.clause.start
    if p.subject and 0 < begin - p.subject.start < FAR and not (p.relation == "main" and p.opener):
        begin = p.start
    return min(begin, term.start) if term else begin


def _with_relative(text: str, others: tuple[Predicate, ...], end: int) -> int:
    """The end of the clause that says which: the duties that it had imposed."""
    near = [q for q in others if q.opener in ("that", "which") and 0 <= q.clause.start - end < 2]
    return near[0].clause.end if near and text[end - 1 : end] != "," else end


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """A stretch without the small words and signs at its edges."""
    while True:
        m = TRIM.match(text[start:end])
        if not m or m.end() == 0 or m.start() != 0 or m.end() >= end - start:
            break
        start += m.end()
    m = re.search(r"[\s,;:.—–-]+(?:\b(?:and|or|but|while)\b)?[\s,;:.—–-]*$", text[start:end])
    return start, (start + m.start() if m and m.start() else end)


def _type(text: str, p: Predicate, rule: Rule, term: Term | None) -> str:
    if rule.gives.get("type"):
        return str(rule.gives["type"])
    if p.concept == "ban" or (term and term.concept == "ban"):
        noun = term or p
        return _type_of_ban(text[max(p.clause.start, noun.start - 40) : noun.end + 60])
    return TYPES.get(term.concept, "other") if term else "other"


def _type_of_ban(near: str) -> str:
    """Whether a ban is on what is sold to the other side or on what is bought from it, by the words around it."""
    if re.search(r"\bimporting rare|\bfrom (?:buying|importing)\b", near):
        return "export_control"
    return "export_control" if EXPORTS.search(near) and not re.search(r"\bbuying|\bpurchas", near) else "import_ban"


OPEN = ("conditional", "threatened", "considered", "possible", "proposed", "superseded")
CONDITION = re.compile(
    r"\b(?:if|unless|failing (?:that|which|this|a|an)|otherwise|or else|in case|in the event|absent (?:a|an)|should (?!be|not|have)(?=[\w' -]{2,60}? (?:not|fail|be|refuse|take|come|go|break|not|collapse|keep))"
    r"|without (?:a|an|such an?) (?:\w+ )?(?:deal|agreement|accord|extension|solution|settlement))\b|\bnếu\b|trừ khi|nguy cơ|如果|如不|否则|若|一旦|倘|要是|只要|(?:^|(?<=[，。；、]))如(?![果期何下此同今实常约])", re.I,
)  # fmt: skip
DECIDING = ("announce", "promise", "agree", "sign", "confirm")


def hangs(analysis: Analysis, act: Act) -> bool:
    """Whether an act hangs on a condition, or is only threatened, considered or possible."""
    p = act.predicate
    if act.modality == "would":
        is_relief = act.rule.gives.get("status") and not act.rule.gives.get("later")
        # a promise or a relief that is reported is no harm
        return not is_relief and _above(analysis.predicates[act.sentence.number], p) not in DECIDING
    if act.modality in OPEN:
        return True
    if act.modality not in ("asserted", "planned", "agreed") or p.is_noun:
        return False
    tenses = ("future", "present", "infinitive") if analysis.reading.language == "en" else ("future", "present", "past")
    return CONDITION.search(act.sentence.piece.text) is not None and p.tense in tenses


def is_condition(analysis: Analysis, act: Act) -> bool:
    """Whether the act is the condition itself, or in doubt: if the United States raises its duties, whether to raise them."""
    p = act.predicate
    lead = analysis.reading.text[p.clause.start : p.start].lower().lstrip(' "')
    opens = analysis.reading.language != "en" and CONDITION.match(lead)
    if p.opener == "when" and p.tense == "present":
        return True
    return p.opener in ("if", "unless", "whether", "should", "once") or "whether " in lead or bool(opens)


def is_denied(analysis: Analysis, act: Act) -> bool:
    """Whether the sentence itself denies the act behind it: that it agreed to buy was denied."""
    others = analysis.predicates[act.sentence.number]
    if analysis.reading.language != "en" and _is_rumour(act):
        return True
    return any(
        q.concept == "deny" and q.start > act.predicate.start and (q.voice == "passive" or q.negated) for q in others
    )


RUMOUR = re.compile(
    r"(?:的|一类|这类)(?:传闻|传言|说法|谣言|猜测|报道|消息|指控)|^关于.*一事|(?:^|外界?)(?:传|盛传)|"
    r"^\W*(?:Còn |Về )?(?:[Tt]in(?: đồn| cho(?: rằng)?)? |[Tt]hông tin |[Tt]in nói ).*(?:bác|phủ nhận|không đúng|sai sự thật|bịa|không có)"
)


def _is_rumour(act: Act) -> bool:
    """Whether the sentence names the act as what is rumoured, and says of the rumour that it is none."""
    m = RUMOUR.search(act.sentence.piece.text)
    return m is not None and (m.group()[0] != "的" or m.start() + act.sentence.piece.start >= act.predicate.end)


def rate_of(reading: Reading, act: Act) -> list[Rate]:
    """The rates of an act, those of further goods behind the first: a level where the text has one, else a change."""
    p = act.predicate
    rates = _rates_said(reading.text, act)
    if p.voice != "active" or p.concept in THEME:
        return rates
    return _behind(rates, p.start) or rates


def _rates_said(text: str, act: Act) -> list[Rate]:
    p = act.predicate
    cause = CAUSE.search(text, p.end, act.end)
    end = cause.start() if cause else act.end
    rates = [r for r in act.sentence.rates if act.start <= r.start < end and r.of in ("duty", "bare", "beside")]
    if p.concept in MOVES or act.rule.gives.get("reaches"):
        behind = _behind(rates, p.start) or rates
        return [r for r in behind if TO.search(text[max(0, r.start - 24) : r.start])] or behind
    return rates


# behind these words stands what somebody else did before: duties on cars in response to the 25 percent on steel
CAUSE = re.compile(
    r"\b(?:following|after|in (?:response|reaction|reply) to|in retaliation (?:for|to|against))\s(?!(?:a|an|\w+) (?:day|week|month|year)s?\b)"
)
TO = re.compile(r"\bto\s(?:a |an |the |its |only |just |as (?:much|little) as |about |around |\w+ly )?(?:\w+ )?$")


def _behind(rates: Sequence[Rate], place: int) -> list[Rate]:
    return [r for r in rates if r.start > place]


MOVES = frozenset(["raise", "rise", "cut", "fall", "visit"])
