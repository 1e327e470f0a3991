"""Acts of trade policy in a document: what is done with which duty, ban or purchase, by whom, to whom, at which rate.

Measures and threats are made of the same acts: one that has happened or is decided is a measure, one that hangs on a
condition is a threat.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from detente.record.propose.annotate.amounts import FREE, Rate, elided
from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.words import Term
from detente.record.propose.code.rules import Rule, first_fit, terms_in
from detente.record.propose.relate import parties
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Predicate, Span

TYPES = {
    "duty": "tariff", "rate": "tariff", "percent": "tariff", "fee": "fee", "export_control": "export_control",
    "import_ban": "import_ban", "entity_listing": "entity_listing", "exemption": "exemption",
    "investigation": "investigation", "purchase": "purchase_commitment", "countermeasure": "other", "sanction": "other",
    "quota": "other", "barrier": "other",
}  # fmt: skip
THEME = frozenset(
    ["rise", "fall", "remain", "begin_effect", "start", "vanish", "expire", "be", "visit", "hold", "move"]
)
NOUN_ACTS = frozenset(["suspend"])  # nouns that say more than the verb they depend on: extends the suspension
EXPORTS = re.compile(r"\bexport|\bship|\bsell|\bsale|\bsupply|xuất khẩu|出口", re.I)
FIRST = re.compile(r"\b(?:we|i|our|us|my)\b|chúng tôi|我们|我方", re.I)
MUTUAL = re.compile(
    r"\b(?:their|its|each other|mutual\w*|both|each|one another'?s?|reciprocal\w*|respective|from each side)\b|相互|互相|双方|lẫn nhau",
    re.I,
)
EVERYONE = re.compile(
    r"\b(?:all|other|every|most|many|more than \d+|over \d+|\d+|dozens of|scores of) (?:other )?(?:trading )?(?:countries|country|partners|nations|economies)\b"
    r"|\bworldwide\b|\bglobal(?:ly)?\b|\bfrom everywhere\b|\bfrom any country\b|\brest of the world\b|\bfriend and foe\b",
    re.I,
)
INSTRUMENT = re.compile(
    r"^\W*(?:the |this |that |a |an |his |her |its )?(?:[\w'-]+ ){0,3}?(?:order|notice|proclamation|announcement|decree|regulation|decision|circular|ruling"
    r"|list|deal|agreement|letter|measure|court|panel|action|determination|law|act|package|plan)s?\b", re.I,
)  # fmt: skip
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


BEHIND = re.compile(
    r" (of|của|(?:imposed|levied|announced|set|introduced) by|that|which) (?:the )?(?:[A-Z][\w.]+ ){0,2}"
)


class Roles(NamedTuple):
    """Who acts on whom; sure where the sentence names the imposer."""

    imposer: str | None
    target: str | None
    sure: bool


def acts(analysis: Analysis, kind: str) -> Iterator[Act]:
    """The acts that the rules of a kind find, in reading order, each term in one act."""
    for sentence in analysis.reading.sentences:
        fits: list[tuple[Predicate, Rule, Term | None]] = []
        for each in analysis.predicates[sentence.number]:
            predicate = _joined(analysis, sentence, each)
            if predicate and (rule := first_fit(kind, analysis, sentence, predicate)):
                banned = rule.gives.get("unless", ())
                if fits and fits[-1][0].start == predicate.start:
                    fits.pop()  # of two verbs with one object the first alone
                if not any(t.concept in banned for t in terms_in(sentence, predicate.object)):
                    fits.append((predicate, rule, _term(sentence, predicate, rule)))
        yield from _quoted(analysis, sentence, _nearest(analysis, sentence, fits))


def _joined(analysis: Analysis, sentence: Sentence, p: Predicate) -> Predicate | None:
    """Of two verbs with one object, "suspend or remove the duties", the first with that object; None for what is no act."""
    text, others = analysis.reading.text, analysis.predicates[sentence.number]
    if text[p.end : p.end + 1] == "的":
        return None  # a clause that only says which
    above = others[p.governor].concept if p.governor is not None and p.governor < len(others) else ""
    if p.is_noun:
        return p if _is_act_of_noun(text, p, above) else None
    before = others[p.number - 1] if p.number else None
    if before and not before.is_noun and before.concept not in NO_ACT and JOINED.fullmatch(text[before.end : p.start]):
        return replace(before, object=p.object, clause=p.clause, end=p.end)
    if _is_reduced(p, others) or _is_adjective(analysis, p) or _is_open(p, above):
        return None
    return _completed(analysis, sentence, p)


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
    return p.start - p.clause.start > 0 and bool(following) and p.tense != "present" and _has_no_auxiliary(p)


def _has_no_auxiliary(p: Predicate) -> bool:
    return p.modal is None and len(p.verb.split(" ")[0]) + 4 >= p.end - p.start


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
    lead = Span(sentence.piece.start, p.start)
    if p.number == 0 and not _measures(sentence, p.object) and _measures(sentence, lead):
        return replace(p, subject=lead)
    if p.voice == "passive" or p.concept in THEME:
        outer = [q for q in others if q.end <= p.start and (q.opener in ("that", "which") or q.voice == "passive")]
        lead = Span(sentence.piece.start, outer[0].start if outer else sentence.piece.start)
        return replace(p, subject=lead) if _measures(sentence, lead) else p
    return p


def _object_outside(sentence: Sentence, p: Predicate, others: tuple[Predicate, ...]) -> Span:
    if p.opener == "which" and p.clause.start > sentence.piece.start:
        return Span(max(sentence.piece.start, p.clause.start - 90), p.clause.start)
    return Span(p.end, min((q.start for q in others if q.start > p.end), default=sentence.piece.end))


def _measures(sentence: Sentence, span: Span) -> bool:
    return any(t.group == "objects" for t in terms_in(sentence, span)) or bool(rates_in(sentence, span))


def _term(sentence: Sentence, p: Predicate, rule: Rule) -> Term | None:
    """The noun that the act is about: the first that the rule asks for, in the object, else in the subject."""
    wanted = rule.subject or rule.object or tuple(TYPES)
    spans = [p.subject] if rule.subject or p.voice == "passive" else [p.object, p.subject]
    spans += [p.object] if p.voice == "passive" else []
    stretches = [span for span in spans if span is not None]
    for span in stretches:
        terms: list[Term] = [t for t in terms_in(sentence, span) if t.concept in wanted]
        if terms:
            return terms[0]
    rates = [r for span in stretches for r in rates_in(sentence, span)] if "percent" in wanted else []
    return Term(rates[0].start, rates[0].end, "percent", "rates") if rates else None


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
        near = text[max(p.clause.start, (term or p).start - 40) : (term or p).end + 60]
        if re.search(r"\bimporting rare|\bfrom (?:buying|importing)\b", near):
            return "export_control"
        return "export_control" if EXPORTS.search(near) and not re.search(r"\bbuying|\bpurchas", near) else "import_ban"
    if term is None:
        return "other"
    return TYPES.get(term.concept, "other")


OPEN = ("conditional", "threatened", "considered", "possible", "proposed", "superseded")
CONDITION = re.compile(
    r"\b(?:if|unless|failing (?:that|which|this|a|an)|otherwise|or else|in case|in the event|absent (?:a|an)|should (?!be|not|have)(?=[\w' -]{2,60}? (?:not|fail|be|refuse|take|come|go|break|not|collapse|keep))"
    r"|without (?:a|an|such an?) (?:\w+ )?(?:deal|agreement|accord|extension|solution|settlement))\b|\bnếu\b|trừ khi|nguy cơ|如果|如不|否则|若|一旦|倘|要是", re.I,
)  # fmt: skip
DECIDING = ("announce", "promise", "agree", "sign", "confirm")


def hangs(analysis: Analysis, act: Act) -> bool:
    """Whether an act hangs on a condition, or is only threatened, considered or possible."""
    p, s = act.predicate, act.sentence
    if act.modality == "would":
        others = analysis.predicates[s.number]
        above = others[p.governor].concept if p.governor is not None and p.governor < len(others) else ""
        is_relief = act.rule.gives.get("status") and not act.rule.gives.get("later")
        return not is_relief and above not in DECIDING  # a promise or a relief that is reported is no harm
    if act.modality in OPEN:
        return True
    if act.modality not in ("asserted", "planned", "agreed") or p.is_noun:
        return False
    tenses = ("future", "present", "infinitive") if analysis.reading.language == "en" else ("future", "present", "past")
    return CONDITION.search(s.piece.text) is not None and p.tense in tenses


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
    return any(
        q.concept == "deny" and q.start > act.predicate.start and (q.voice == "passive" or q.negated) for q in others
    )


class Ledger:
    """Who imposed what in the sentences before: a duty without an owner is that of the one spoken of last."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.reading: Reading = analysis.reading
        self.last: dict[str, Roles] = {}
        self.counts: Counter[str] = Counter()
        self.on: dict[str, str] = {}
        self.sections = _sections(analysis)

    def note(self, act: Act, roles: Roles) -> None:
        """Remember whose measure an act was."""
        if roles.imposer and roles.sure:
            self.last[act.type] = roles
            self.counts[roles.imposer] += 1
            if roles.target:
                self.on[roles.target] = roles.imposer

    def learn(self, act: Act) -> None:
        """Read whose measures are named in the document, before the first that is not."""
        for roles in self.roles(act):
            if roles.sure and roles.imposer:
                self.counts[roles.imposer] += 1
                if roles.target:
                    self.on.setdefault(roles.target, roles.imposer)

    def usual(self, target: str | None) -> str | None:
        """The side that imposes most in the document, other than the target."""
        ranked = [side for side, _ in self.counts.most_common() if side != target]
        return ranked[0] if ranked else None

    def roles(self, act: Act) -> list[Roles]:
        """Who acts on whom: one pair of sides a measure."""
        imposers, sure = self._imposers(act)
        targets = self._targets(act, imposers)
        if len(imposers) > 1:
            return [Roles(i, next((t for t in imposers if t != i), None), sure) for i in imposers]
        imposer = imposers[0] if imposers else None
        if imposer is None:
            is_owned = act.rule.gives.get("role") == "owner"
            imposer = self._unnamed(act.type, targets[0] if targets else None, is_owned)
            imposer = None if imposer in targets else imposer
        if act.rule.gives.get("role") == "patient" and not targets and not sure:
            return [Roles(None, None, False)]
        if not targets and imposer and not EVERYONE.search(self.reading.text[act.sentence.piece.start : act.end]):
            other = self.reading.other(imposer, act.sentence)
            return [Roles(imposer, other, sure)]
        return [Roles(imposer, t, sure) for t in targets if t != imposer] or [Roles(imposer, None, sure)]

    def _imposers(self, act: Act) -> tuple[tuple[str, ...], bool]:
        role = act.rule.gives.get("role") or ("theme" if self._is_theme(act) else "agent")
        by = self._by(act)
        if by:
            return by, True
        if role == "patient":
            hit = self._hit(act)
            named = self._owner(act, exclude=hit) or self._charging(act, hit)
            return named, bool(named)
        if role == "licensee":
            named = self._in_object(act, ("from", "of", "by", "in", "to"))
            return named, bool(named)
        if role == "theme" and act.term is None and act.predicate.subject:
            sides = parties.party(self.reading, act.sentence, act.predicate.subject).sides
            return sides, bool(sides)
        own = self._owner(act) if role in ("theme", "owner") or act.predicate.is_noun else ()
        if own:
            return own, True
        section = self.sections.get(act.sentence.number)
        if role == "owner" or (role == "theme" and not act.predicate.is_noun):
            place = self._place(act) or self._topic(act) or ((section,) if section else ())
            return place, bool(place)
        if section and (act.predicate.subject is None or act.predicate.start - act.sentence.piece.start < 3):
            return (section,), True
        return self._agent(act)

    def _is_theme(self, act: Act) -> bool:
        p = act.predicate
        if p.is_noun:
            return False
        inside = act.term and p.subject and p.subject.start <= act.term.start < p.subject.end
        return p.voice == "passive" or p.concept in THEME or bool(inside)

    def _by(self, act: Act) -> tuple[str, ...]:
        p = act.predicate
        if p.is_noun or p.voice == "passive":
            return (
                parties.actor(self.reading, act.sentence, p, self.analysis.focus[act.sentence.number]).sides
                if p.voice == "passive"
                else ()
            )
        return ()

    def _owner(self, act: Act, exclude: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The side the noun belongs to: the American duties, Ottawa's levy, the duties of the EU or that it imposes."""
        if act.term is None:
            return ()
        s, term = act.sentence, act.term
        verbs = [q for q in self.analysis.predicates[s.number] if not q.is_noun]
        starts = [term.start, *(r.start for r in s.rates if r.end <= term.start and term.start - r.end < 40)][::-1]
        for start in starts if term.concept != "percent" else starts[-1:]:
            own = parties.owner(self.reading, s, start, Span(0, 0))
            if own.sides and own.sides[0] not in exclude and not any(own.end <= q.start < start for q in verbs):
                return own.sides
        return self._named_behind(s, term, exclude)

    def _named_behind(self, s: Sentence, term: Term, exclude: tuple[str, ...]) -> tuple[str, ...]:
        """The side behind a noun: the duties of the EU, the duties imposed by it, the duties that it imposed."""
        named = [(m.start, m.side, m.form) for m in s.sides] + [(n.start, n.side, "name") for n in s.people if n.side]
        for start, side, form in named:
            link = BEHIND.fullmatch(self.reading.text[term.end : start]) if start > term.end else None
            if link and side not in exclude and not (form == "adjective" and link.group(1) == "of"):
                return (side,)
        return ()

    def _charging(self, act: Act, hit: tuple[str, ...]) -> tuple[str, ...]:
        """Who charges what the subject pays: from the EU, in China, at the American border, on its exports to Japan."""
        return self._in_object(act, ("from", "in", "at", "to", "by"), hit)

    def _in_object(self, act: Act, prepositions: tuple[str, ...], exclude: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The first side behind one of these prepositions after the verb."""
        p, text = act.predicate, self.reading.text
        for m in act.sentence.sides:
            if p.end <= m.start < p.clause.end and m.side not in exclude and (m.form != "adjective" or exclude):
                article = "the " if text[m.start : m.start + 4].lower() == "the " else ""
                if parties.preposition(text[p.end : m.start] + article, self.reading.language) in prepositions:
                    return (m.side,)
        return ()

    def _topic(self, act: Act) -> tuple[str, ...]:
        """The side that the subject begins with, where the measure is an object before its verb."""
        p, s = act.predicate, act.sentence
        if self.reading.language == "en" or p.subject is None:
            return ()
        sides = parties.party(self.reading, s, p.subject).sides
        return tuple(x for x in sides if x not in self._targets(act, ()))[:1]

    def _place(self, act: Act) -> tuple[str, ...]:
        """The side in which a duty takes effect: took effect in China."""
        return self._in_object(act, ("in",))

    def _agent(self, act: Act) -> tuple[tuple[str, ...], bool]:
        s, p = act.sentence, act.predicate
        focus = self.analysis.focus[s.number]
        if p.is_noun and p.governor is not None and p.governor < len(self.analysis.predicates[s.number]):
            p = self.analysis.predicates[s.number][p.governor]
        party = parties.actor(self.reading, s, p, self._near_focus(s, p))
        subject = self.reading.text[p.subject.start : p.subject.end] if p.subject else ""
        sides = party.sides
        if len(sides) > 1:
            return self._joint(act, sides)
        if sides and not INSTRUMENT.match(subject):
            return sides, True
        if not sides and (self.reading.language != "en" or not re.search(r"\w{2}", subject)):
            near = self._near_focus(s, p)
            if near is not focus and near.side:
                return (near.side,), True
        if FIRST.search(subject) and (mine := self._speaker(s)):
            return (mine,), True
        if INSTRUMENT.match(subject):
            named = self._owner(act) or sides
            author = self.reading.author if self._has_author() else None
            return named or ((author,) if author else ()), bool(named)
        return sides, bool(sides)

    def _near_focus(self, s: Sentence, p: Predicate) -> parties.Focus:
        """The focus with the side that an earlier clause of the sentence is about."""
        focus = self.analysis.focus[s.number]
        for q in reversed(self.analysis.predicates[s.number][: p.number]):
            sides = (
                parties.party(self.reading, s, q.subject, focus).sides if q.subject and q.subject != p.subject else ()
            )
            if len(sides) == 1:
                return focus._replace(side=sides[0])
        return focus

    def _has_author(self) -> bool:
        return self.reading.author not in (None, "joint")

    def _joint(self, act: Act, sides: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
        """Two sides act together: each on the other, unless the duties are those of one of them."""
        own = self._owner(act)
        if len(own) == 1:
            return own, True
        text = self.reading.text[act.predicate.start : act.predicate.clause.end]
        single = act.term and re.search(
            r"\bthe (?:\w+ )?(?:\d|\w+ percent)", self.reading.text[act.predicate.end : act.term.end]
        )
        if single and not MUTUAL.search(text) and act.type == "tariff":
            last = self.last.get("tariff")
            known = last.imposer if last else None
            owner: tuple[str, ...] = (known,) if known and known in sides else ()
            return owner, False
        return sides[:2] if len(set(sides)) == 2 or len(sides) == 2 else sides, True

    def _speaker(self, s: Sentence) -> str | None:
        """Whose words "we" stands in: the subject of the verb of saying beside it, the author, the person spoken of last."""
        focus = self.analysis.focus[s.number]
        for p in self.analysis.predicates[s.number]:
            if p.concept in ("say", "announce", "threaten", "promise"):
                sides = (
                    parties.party(self.reading, s, p.subject, focus).sides
                    or parties.party(self.reading, s, p.object, focus).sides
                )
                if len(sides) == 1:
                    return sides[0]
        return self.reading.author if self._has_author() else focus.person_side

    def _hit(self, act: Act) -> tuple[str, ...]:
        """The side that faces a duty: the subject, or whose goods the subject is."""
        s, p = act.sentence, act.predicate
        if p.subject is None:
            return ()
        named = parties.party(self.reading, s, p.subject, self._near_focus(s, p)).sides
        return parties.target(self.reading, s, p.subject).sides or named

    def _targets(self, act: Act, imposers: tuple[str, ...]) -> tuple[str, ...]:
        s, p = act.sentence, act.predicate
        if act.rule.gives.get("role") == "licensee":
            return ()
        if act.rule.gives.get("role") == "patient":
            return tuple(x for x in self._hit(act) if x not in imposers)
        spans = [p.object, Span(p.object.end, p.clause.end)]
        if self._is_theme(act) or act.rule.subject or p.is_noun:
            spans = [p.subject or p.object, *spans]
        for span in spans:
            sides = tuple(x for x in parties.target(self.reading, s, span).sides if x not in imposers)
            if sides:
                return sides
        if p.voice == "passive" and act.term and p.subject and act.term.start > p.end:
            return tuple(x for x in parties.party(self.reading, s, p.subject).sides if x not in imposers)
        return ()

    def speaker(self, act: Act) -> str | None:
        """The side whose words an act stands in, by the verb of saying that governs it or stands beside it."""
        focus = self.analysis.focus[act.sentence.number]
        for q in self.analysis.predicates[act.sentence.number]:
            if q.concept in ("say", "announce", "threaten", "promise") and q.start != act.predicate.start:
                sides = parties.actor(self.reading, act.sentence, q, focus).sides
                if len(sides) == 1:
                    return sides[0]
        return None

    def asked(self, act: Act) -> str | None:
        """The side that a condition is put to: if Canada does not come along."""
        for q in self.analysis.predicates[act.sentence.number]:
            if q.opener in ("if", "unless", "should") and q.subject and q.start != act.predicate.start:
                sides = parties.party(self.reading, act.sentence, q.subject).sides
                if len(sides) == 1:
                    return sides[0]
        return None

    def against(self, target: str, kind: str = "tariff", is_owned: bool = False) -> str | None:
        """Who imposes such measures on a side, where the sentence does not say it."""
        return self._unnamed(kind, target, is_owned)

    def _unnamed(self, kind: str, target: str | None, is_owned: bool = False) -> str | None:
        """The imposer of a duty that the sentence gives no owner: the one who has such a measure on the target, the other
        side of two, the one spoken of last, the author, the usual one."""
        if target and target in self.on:
            return self.on[target]
        rest = [x for x in self.reading.parties if x != target]
        last = self.last.get(kind) or self.last.get("tariff")
        usual = self.usual(target)
        clear = (
            usual
            if usual and self.counts[usual] > 2 * self.counts[(last.imposer if last else None) or ""] + 1
            else None
        )
        candidates = [
            clear,
            self.reading.author if self._has_author() else None,
            rest[0] if target in self.reading.parties and len(rest) == 1 else None,
            last.imposer if last else None,
            usual,
            self.reading.place.country if is_owned and self.reading.place else None,
        ]
        return next((x for x in candidates if x and x != target), None)


def _sections(analysis: Analysis) -> dict[int, str]:
    """Sentence number → the side that the heading above its list names: "The United States will:", "Chinese actions"."""
    out: dict[int, str] = {}
    side: str | None = None
    for s in analysis.reading.sentences:
        text = s.piece.text
        opens = text.endswith(":") and len(text) < 160
        alone = (
            len(text) < 60
            and not text.endswith((".", "?", "!", ";", "。", ","))
            and not any(p.is_finite for p in analysis.predicates[s.number])
        )
        if opens or (alone and len(analysis.reading.line_of(s)) == 1):
            named = [
                m.side
                for m in s.sides
                if not re.search(r"\b(?:with|from|on|against|to|between)\b", text[: m.start - s.piece.start])
            ]
            unique = list(dict.fromkeys(named))
            if unique or alone:
                side = unique[0] if len(unique) == 1 else None
        elif side:
            out[s.number] = side
    return out


def rate_of(reading: Reading, act: Act) -> list[Rate]:
    """The rates of an act, those of further goods behind the first: a level where the text has one, else a change."""
    p = act.predicate
    rates = [r for r in act.sentence.rates if act.start <= r.start < act.end and r.of in ("duty", "bare", "beside")]
    if p.concept in MOVES:
        behind = [r for r in rates if r.start > p.start]
        to = [
            r for r in behind if reading.text[max(act.start, r.start - 4) : r.start].lower().rstrip().endswith(REACHED)
        ]
        rates = to or behind or (elided(reading.text[p.end : act.end], p.end)[-1:] or rates)
    elif not rates and p.concept in ("remain", "face", "be", "keep"):
        rates = elided(reading.text[p.end : act.end], p.end)[-1:]
    if p.voice == "active" and p.concept not in THEME:
        rates = [r for r in rates if r.start > p.start] or rates
    return rates


MOVES = frozenset(["raise", "rise", "cut", "fall", "visit"])
REACHED = ("to", "at", "còn", "lên", "xuống", "至", "到", "为")
