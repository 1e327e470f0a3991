"""Who acts on whom in the acts of policy of a document: whose a duty is that the sentence gives no owner."""

from __future__ import annotations

import re
from typing import NamedTuple

from detente.record.propose.annotate.document import Reading, Sentence
from detente.record.propose.annotate.words import Term
from detente.record.propose.code.policy import THEME, Act
from detente.record.propose.relate import parties
from detente.record.propose.relate.analysis import Analysis
from detente.record.propose.relate.predicates import Predicate, Span

FIRST = re.compile(r"\b(?:we|i|our|us|my)\b|chúng tôi|我们|我方", re.I)
MUTUAL = re.compile(
    r"\b(?:their|its|each other|mutual\w*|both|each|one another'?s?|reciprocal\w*|respective|from each side)\b|相互|互相|双方|lẫn nhau",
    re.I,
)
ONE_RATE = re.compile(r"\bthe (?:\w+ )?(?:\d|\w+ percent)")
EVERYONE = re.compile(
    r"\b(?:all|other|every|most|many|more than \d+|over \d+|\d+|dozens of|scores of) (?:other )?(?:trading )?(?:countries|country|partners|nations|economies)\b"
    r"|\bworldwide\b|\bglobal(?:ly)?\b|\bfrom everywhere\b|\bfrom any country\b|\brest of the world\b|\bfriend and foe\b",
    re.I,
)
INSTRUMENT = re.compile(
    r"^\W*(?:the |this |that |a |an |his |her |its )?(?:[\w'-]+ ){0,3}?(?:order|notice|proclamation|announcement|decree|regulation|decision|circular|ruling"
    r"|list|deal|agreement|letter|measure|court|panel|action|determination|law|act|package|plan)s?\b", re.I,
)  # fmt: skip
BEHIND = re.compile(
    r"(?: \d[\d.,]*\s?%)? (of|của|(?:imposed|levied|announced|set|introduced) by|that|which) (?:the )?(?:[A-Z][\w.]+ ){0,2}"
)


OURS = re.compile(
    r"\b(?:on|against|from|of|for) (?:all )?our\b|\bour (?:\w+ ){0,2}(?:exports?|goods|products|growers|farmers|firms)\b"
)
ENTERING = re.compile(
    r"\b(?:entering|(?:exports?|sales|shipments|deliveries|shipped|sold|exported|sent) to|sold in|arriving in"
    r"|(?:imports?|imported|brought|coming|bound|sent|shipped|sold|flows?) (?:into|for)) (?:the )?$"
    r"|(?:vào|sang|xuất khẩu sang) (?:thị trường )?$|(?:输|输往|输入|销往|运往|进入|出口)(?:到|至)?$", re.I,
)  # fmt: skip
RECEIVED = re.compile(
    r"\b(?:gets?|got|receiv\w+|wins?|won|obtain\w*|secur(?:es?|ed)|gain(?:s|ed)?|enjoy\w*|granted|given|offered|awarded)\s(?:an?|the|another|its|their)\s(?:[\w-]+\s){0,3}$",
    re.I,
)
BEGINS = {  # what may stand before the side that a subject begins with
    "vi": re.compile(
        r"\W*(?:(?:và|nhưng|còn|thì|ngoài ra|theo đó|nay|hiện|phía|chính phủ|chính quyền|bộ \S+(?: \S+)?)\s)*", re.I
    ),
    "zh": re.compile(r"\W*[^对把将的，]{0,6}"),
}
SAYING = ("say", "announce", "threaten", "promise")


class Roles(NamedTuple):
    """Who acts on whom; sure where the sentence names the imposer."""

    imposer: str | None
    target: str | None
    sure: bool


class Imposers:
    """Who imposed what in the sentences before: a duty without an owner is that of the one spoken of last."""

    def __init__(self, analysis: Analysis) -> None:
        self.analysis = analysis
        self.reading: Reading = analysis.reading
        self.last: dict[str, Roles] = {}
        self.on: dict[str, str] = {}
        self.sections = _sections(analysis)

    def note(self, act: Act, roles: Roles) -> None:
        """Remember whose measure an act was."""
        if roles.imposer and roles.sure:
            self.last[act.type] = roles
            if roles.target:
                self.on[roles.target] = roles.imposer

    def learn(self, act: Act) -> None:
        """Read whose measures are named in the document, before the first that is not."""
        for roles in self.roles(act):
            if roles.sure and roles.imposer and roles.target:
                self.on.setdefault(roles.target, roles.imposer)

    def roles(self, act: Act) -> list[Roles]:
        """Who acts on whom: one pair of sides a measure."""
        if receiver := self._receiver(act):
            return [Roles(self.against(receiver, act.type), receiver, False)]
        imposers, sure = self._imposers(act)
        if len(imposers) > 1:
            return [Roles(i, next((t for t in imposers if t != i), None), sure) for i in imposers]
        targets, role = self._targets(act, imposers), act.rule.gives.get("role")
        if role == "patient" and not targets and not sure:
            return [Roles(None, None, False)]
        first = next(iter(targets), None)
        imposer = next(iter(imposers), None) or self.against(first, act.type, role == "owner")
        if not targets:
            return [Roles(imposer, self._other(act, imposer) if imposer else None, sure)]
        return [Roles(None if imposer in targets else imposer, t, sure) for t in targets]

    def _receiver(self, act: Act) -> str | None:
        """The side that is given what another does: Mexico will get a pause of the duties."""
        p, s = act.predicate, act.sentence
        verb = RECEIVED.search(self.reading.text, s.piece.start, p.start) if p.is_noun else None
        if verb is None:
            return None
        named = [m for m in s.sides if p.clause.start <= m.start and m.end <= verb.start()]
        return named[-1].side if named else None

    def _other(self, act: Act, imposer: str) -> str | None:
        """The other of two sides where the sentence names no target and does not speak of everyone."""
        text = self.reading.text[act.sentence.piece.start : act.end]
        return None if EVERYONE.search(text) else self.reading.other(imposer, act.sentence)

    def _imposers(self, act: Act) -> tuple[tuple[str, ...], bool]:
        """The sides that act, and whether the sentence names them."""
        p = act.predicate
        role = act.rule.gives.get("role") or ("theme" if self._is_theme(act) else "agent")
        named = self._by(act) or self._entered(act) or self._by_role(act, str(role))
        if named or role in ("patient", "licensee"):
            return named, bool(named)
        section = self.sections.get(act.sentence.number)
        if role == "owner" or (role == "theme" and not p.is_noun):
            return _only(section), bool(section)
        if section and (p.subject is None or p.start - act.sentence.piece.start < 3):
            return (section,), True
        return self._agent(act)

    def _by_role(self, act: Act, role: str) -> tuple[str, ...]:
        """The side that a sentence names as imposer where the subject is the measure, or who bears it."""
        p = act.predicate
        if role == "patient":
            hit = self._hit(act)
            return self._owner(act, exclude=hit) or self._in_object(act, hit)
        if role == "licensee":
            return self._in_object(act)
        if role == "theme" and act.term is None and p.subject:
            return parties.party(self.reading, act.sentence, p.subject).sides
        if p.is_noun:
            return self._owner(act)
        if role not in ("theme", "owner"):
            return ()
        return self._owner(act) or self._topic(act)

    def _is_theme(self, act: Act) -> bool:
        p = act.predicate
        if p.is_noun:
            return False
        inside = act.term and p.subject and p.subject.start <= act.term.start < p.subject.end
        return p.voice == "passive" or p.concept in THEME or bool(inside)

    def _by(self, act: Act) -> tuple[str, ...]:
        """The side behind "by" of a passive."""
        p, s = act.predicate, act.sentence
        if p.is_noun or p.voice != "passive":
            return ()
        return parties.actor(self.reading, s, p, self.analysis.focus[s.number]).sides

    def _entered(self, act: Act) -> tuple[str, ...]:
        """The side whose market goods that bear a duty enter: on entering Chile, exports to Chile."""
        p = act.predicate
        if act.rule.gives.get("role") != "patient" and p.voice != "passive" and not self._is_theme(act):
            return ()
        start = p.subject.start if p.subject else act.start
        end = p.clause.end if self.reading.language == "en" else act.sentence.piece.end
        inside = [m for m in act.sentence.sides if start <= m.start < end]
        return tuple(m.side for m in inside if ENTERING.search(self.reading.text, start, m.start))[:1]

    def _owner(self, act: Act, exclude: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The side the noun belongs to: the American duties, Ottawa's levy, the duties of the EU or that it imposes."""
        if act.term is None:
            return ()
        s, term = act.sentence, act.term
        verbs = [q.start for q in self.analysis.predicates[s.number] if not q.is_noun]
        for start in _starts(s, term):
            own = parties.owner(self.reading, s, start, Span(0, 0))
            if own.sides and own.sides[0] not in exclude and not any(own.end <= verb < start for verb in verbs):
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

    def _in_object(self, act: Act, exclude: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The first side behind a preposition after the verb: duties from the USA, a licence of China."""
        p, text = act.predicate, self.reading.text
        for m in act.sentence.sides:
            if p.end <= m.start < p.clause.end and m.side not in exclude and (m.form != "adjective" or exclude):
                article = "the " if text[m.start : m.start + 4].lower() == "the " else ""
                word = parties.preposition(text[p.end : m.start] + article, self.reading.language)
                if word in ("from", "of", "by", "in", "to", "at") and not parties.ORIGIN.search(text[p.end : m.start]):
                    return (m.side,)
        return ()

    def _topic(self, act: Act) -> tuple[str, ...]:
        """The side that the subject begins with, where the measure is an object before its verb."""
        p, s = act.predicate, act.sentence
        if self.reading.language == "en" or p.subject is None:
            return ()
        named, text = parties.party(self.reading, s, p.subject), self.reading.text
        known = BEGINS.get(self.reading.language)
        opens = known is None or known.fullmatch(text[p.subject.start : named.start])
        if not (opens or not text[named.end : p.start].strip()):
            return ()
        return tuple(x for x in named.sides if x not in self._targets(act, ()))[:1]

    def _agent(self, act: Act) -> tuple[tuple[str, ...], bool]:
        """The side that the subject names, or that an order or "we" stands for."""
        s, p, others = act.sentence, act.predicate, self.analysis.predicates[act.sentence.number]
        if p.is_noun and p.governor is not None and p.governor < len(others):
            p = others[p.governor]
        near = self._near_focus(s, p)
        sides = parties.actor(self.reading, s, p, near).sides
        subject = self.reading.text[p.subject.start : p.subject.end] if p.subject else ""
        if len(sides) > 1:
            return self._joint(act, sides)
        if INSTRUMENT.match(subject):
            named = self._owner(act) or sides
            return named or _only(self._author()), bool(named)
        sides = sides or _only(self._carried(s, subject, near))
        return sides, bool(sides)

    def _carried(self, s: Sentence, subject: str, near: parties.Focus) -> str | None:
        """The side of an earlier clause where no subject is written, else the author where the subject is "we"."""
        is_carried = self.reading.language != "en" or not re.search(r"\w{2}", subject)
        if is_carried and near is not self.analysis.focus[s.number] and near.side:
            return near.side
        return self._author() if FIRST.search(subject) else None

    def _near_focus(self, s: Sentence, p: Predicate) -> parties.Focus:
        """The focus with the side that an earlier clause of the sentence is about."""
        focus = self.analysis.focus[s.number]
        for q in reversed(self.analysis.predicates[s.number][: p.number]):
            if q.opener == "if" != p.opener and self.reading.language != "en":
                continue  # to whom a condition is put is not who acts
            if q.subject and q.subject != p.subject:
                sides = parties.party(self.reading, s, q.subject, focus).sides
                if len(sides) == 1:
                    return focus._replace(side=sides[0])
        return focus

    def _author(self) -> str | None:
        """The one side that wrote the text."""
        return None if self.reading.author == "joint" else self.reading.author

    def _joint(self, act: Act, sides: tuple[str, ...]) -> tuple[tuple[str, ...], bool]:
        """Two sides act together: each on the other, unless the duties are those of one of them."""
        own = self._owner(act)
        if len(own) == 1:
            return own, True
        text, p = self.reading.text, act.predicate
        single = act.term and ONE_RATE.search(text[p.end : act.term.end])
        if single and not MUTUAL.search(text[p.start : p.clause.end]) and act.type == "tariff":
            last = self.last.get("tariff")
            return _only(last.imposer if last and last.imposer in sides else None), False
        return sides[:2] if len(set(sides)) == 2 else sides, True

    def _hit(self, act: Act) -> tuple[str, ...]:
        """The side that faces a duty: the subject, or whose goods the subject is."""
        s, p = act.sentence, act.predicate
        if p.subject is None:
            return ()
        named = parties.party(self.reading, s, p.subject, self._near_focus(s, p)).sides
        return parties.target(self.reading, s, p.subject).sides or named

    def _targets(self, act: Act, imposers: tuple[str, ...]) -> tuple[str, ...]:
        """The sides that an act falls on, without those that act."""
        return tuple(x for x in self._aimed_at(act, imposers) if x not in imposers)

    def _aimed_at(self, act: Act, imposers: tuple[str, ...]) -> tuple[str, ...]:
        s, p, role = act.sentence, act.predicate, act.rule.gives.get("role")
        if role in ("licensee", "patient"):
            return self._hit(act) if role == "patient" else ()
        for span in self._spans(act):
            sides = parties.target(self.reading, s, span).sides
            if set(sides) - set(imposers):
                return sides
        if self.reading.language == "en" and OURS.search(self.reading.text[p.end : p.clause.end]):
            return _only(self._first_person(s, p))
        if p.voice == "passive" and act.term and p.subject and act.term.start > p.end:
            return parties.party(self.reading, s, p.subject).sides
        return ()

    def _first_person(self, s: Sentence, p: Predicate) -> str | None:
        """The side that "our" stands for at a verb."""
        side = self.analysis.by_at(s, p.end).side
        return side if side not in ("press", "joint") else None

    def _spans(self, act: Act) -> list[Span]:
        """Where the target of an act may be named, the likeliest first."""
        p = act.predicate
        spans = [p.object, Span(p.object.end, p.clause.end)]
        if self._is_theme(act) or act.rule.subject or p.is_noun:
            spans.insert(0, p.subject or p.object)
        return spans

    def speaker(self, act: Act) -> str | None:
        """The side whose words an act stands in, by the verb of saying that governs it or stands beside it."""
        focus = self.analysis.focus[act.sentence.number]
        for q in self.analysis.predicates[act.sentence.number]:
            if q.concept in SAYING and q.start != act.predicate.start:
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

    def against(self, target: str | None, kind: str = "tariff", is_owned: bool = False) -> str | None:
        """The imposer that a sentence does not name: who has such a measure on the target, wrote the text, is
        the other of two, or was spoken of last."""
        if target and target in self.on:
            return self.on[target]
        last = self.last.get(kind) or self.last.get("tariff")
        candidates = [
            self._author(),
            self._other_of_two(target),
            last.imposer if last else None,
            self.reading.place.country if is_owned and self.reading.place else None,
        ]
        return next((x for x in candidates if x and x != target), None)

    def _other_of_two(self, target: str | None) -> str | None:
        """The other party of a document that is about two."""
        rest = [x for x in self.reading.parties if x != target]
        return rest[0] if target in self.reading.parties and len(rest) == 1 else None


def _only(side: str | None) -> tuple[str, ...]:
    return (side,) if side else ()


def _starts(s: Sentence, term: Term) -> list[int]:
    """Where the owner of a noun may stand before: its rates, the nearest first, and the noun itself."""
    starts = [term.start, *(r.start for r in s.rates if r.end <= term.start and term.start - r.end < 40)][::-1]
    return starts[-1:] if term.concept == "percent" else starts


def _sections(analysis: Analysis) -> dict[int, str]:
    """Sentence number → the side that the heading above its list names: "The United States will:", "Chinese actions"."""
    out: dict[int, str] = {}
    side: str | None = None
    for s in analysis.reading.sentences:
        opens = OPENS.search(s.piece.text) is not None and len(s.piece.text) < 160
        if opens or _is_heading(analysis, s):
            sides = _headed(s)
            if sides or not opens:
                side = next(iter(sides)) if len(sides) == 1 else None
        elif side:
            out[s.number] = side
    return out


def _headed(s: Sentence) -> set[str]:
    """The sides that a heading names, without those that its actions are aimed at."""
    return {m.side for m in s.sides if not TO_OTHERS.search(s.piece.text[: m.start - s.piece.start])}


OPENS = re.compile(r":$|^[^.;,]{3,60} (?:will|shall|undertakes? to|agrees? to|commits? to|intends? to)$")
TO_OTHERS = re.compile(r"\b(?:with|from|on|against|to|between)\b")


def _is_heading(analysis: Analysis, s: Sentence) -> bool:
    """Whether a sentence is a line of its own without a verb or a stop."""
    text = s.piece.text
    if len(text) >= 60 or text.endswith((".", "?", "!", ";", "。", ",")):
        return False
    return not any(p.is_finite for p in analysis.predicates[s.number]) and len(analysis.reading.line_of(s)) == 1
