"""Predicates: verbs with subject, object, voice and tense; nouns that name an act are predicates too.

A light analysis without a parser: verb groups are recognised by their auxiliaries and by the words beside them, clauses end
at punctuation and conjunctions. Where it cannot tell, it leaves a predicate out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import NamedTuple

from detente.record.propose.annotate import places
from detente.record.propose.annotate.dates import DAYS, MONTHS
from detente.record.propose.annotate.text import Piece
from detente.record.propose.annotate.tokens import Token, tokens
from detente.record.propose.annotate.words import Term, Verb, Vocabulary, load, vocabulary

GRAMMAR = {name: frozenset(words) for name, words in load("en", "grammar.yaml").items()}
BE, HAVE, DO, MODALS, NEGATORS = (GRAMMAR[x] for x in ("be", "have", "do", "modals", "negators"))
DETERMINERS, PREPOSITIONS, PRONOUNS = (GRAMMAR[x] for x in ("determiners", "prepositions", "pronouns"))
STRONG, COORDINATORS, OPENERS = (GRAMMAR[x] for x in ("strong", "coordinators", "openers"))
NOUN_LIKE, NUMBERS = GRAMMAR["noun_like"], GRAMMAR["numbers"]

ADVERBS = frozenset(load("en", "marks.yaml")["adverbs"]) - NEGATORS
TIMES = frozenset(["midnight", "noon", *DAYS, *MONTHS])
INTRANSITIVE = frozenset(
    ["visit", "vanish", "rise", "fall", "expire", "begin_effect", "collapse", "remain", "meet", "speak", "face"]
)
REPORTING = frozenset(["say", "announce", "confirm", "deny", "threaten", "promise", "propose", "agree", "decline"])
OBJECT_PRONOUNS = frozenset(["that", "it", "them", "him", "her", "us", "this"])
REACH = 7  # tokens between a boundary and the verb that makes it one
FAR = 20  # tokens between a verb of saying and the verb of what is said
CLOSED = frozenset(
    ["if", "when", "unless", "while", "after", "before", "once", "although", "though", "because", "should"]
)
GAP = 8  # tokens that an object between a verb and its particle may have


class Span(NamedTuple):
    """A stretch of the document, from start to end."""

    start: int
    end: int


@dataclass(frozen=True)
class Predicate:
    """An act or state that a sentence speaks of.

    concept: as in languages/*/verbs.yaml; be, have and do where an auxiliary stands alone; other for a verb that no
    rule knows. tense: past, present, perfect, future, infinitive, participle, gerund or noun. voice: active or passive.
    subject: where the subject stands, None if the clause has none; object: from the verb to the end of its clause.
    clause: from the clause's first word to its last. governor: the predicate whose complement this is, by its number,
    and relation how: to, that, ing, relative, object, subject. negated and modal: of the verb group itself.
    """

    number: int
    concept: str
    verb: str
    start: int
    end: int
    tense: str
    voice: str
    subject: Span | None
    object: Span
    clause: Span
    negated: bool = False
    modal: str | None = None
    governor: int | None = None
    relation: str = "main"
    opener: str | None = None

    @property
    def is_noun(self) -> bool:
        """Whether the act is named by a noun: the extension of the truce."""
        return self.tense == "noun"

    @property
    def is_finite(self) -> bool:
        """Whether it has a tense of its own."""
        return self.tense in ("past", "present", "perfect", "future")


class Group(NamedTuple):
    """A verb group: numbers of its first token, of its main verb and of the token behind it, and what it is."""

    first: int
    main: int
    stop: int
    verb: Verb
    auxiliaries: tuple[str, ...]
    negated: bool


def find(piece: Piece, language: str, terms: list[Term]) -> list[Predicate]:
    """The predicates of an English sentence in reading order."""
    words = _without_abbreviation_points(tokens(piece))
    known = vocabulary(language)
    groups = _groups(words, known, terms)
    if not any(g.auxiliaries[:1] != ("to",) and g.verb.form != "ing" for g in groups):
        groups = _groups(words, known, terms, is_lenient=True)  # a sentence has a verb: a doubtful form is one
    bounds = _bounds(words, groups, known)
    verbal = [_predicate(words, groups, i, bounds, terms) for i in range(len(groups))]
    return _numbered(_with_nouns(verbal, words, bounds, terms))


def _without_abbreviation_points(words: list[Token]) -> list[Token]:
    """The tokens without points inside the sentence: they shorten a word, as in No. 61."""
    return [
        w for w, after in zip_longest(words, words[1:]) if w.low != "." or after is None or not after.text[0].isalnum()
    ]


def _groups(words: list[Token], known: Vocabulary, terms: list[Term], is_lenient: bool = False) -> list[Group]:
    matches: list[Group] = []
    i = 0
    while i < len(words):
        group = _group_at(words, i, known, terms, is_lenient)
        if group:
            matches.append(_coordinated(words, group, matches))
            i = group.stop
        else:
            i += 1
    return matches


def _coordinated(words: list[Token], group: Group, before: list[Group]) -> Group:
    """A verb in the base form behind "and" with the auxiliaries of the one it is joined to: will remove A and open B."""
    if group.auxiliaries or group.verb.form != "base" or not before or _low(words, group.first - 1) not in JOINING:
        return group
    last = before[-1].auxiliaries
    return group._replace(auxiliaries=last) if last[:1] == ("to",) or any(a in MODALS for a in last) else group


JOINING = frozenset(["and", "or", ",", "then", "also", "but"])


def _joins(words: list[Token], j: int, terms: list[Term]) -> bool:
    """Whether a base form stands behind "and" after a verb with an auxiliary, with an object of its own."""
    if _low(words, j - 1) not in JOINING or not (
        _opens_object(words, j + 1) or _is_term(words[min(j + 1, len(words) - 1)], terms)
    ):
        return False
    return any(w.low in MODALS or w.low == "to" for w in words[max(0, j - 30) : j])


def _group_at(words: list[Token], i: int, known: Vocabulary, terms: list[Term], is_lenient: bool) -> Group | None:
    auxiliaries, negated, j = _auxiliaries(words, i, known)
    before = _low(words, i - 1)
    negated = negated or before == "never" or (_low(words, i) == "to" and before == "not")
    verb = _verb_at(words, j, auxiliaries, known, terms, is_lenient)
    if verb:
        return Group(i, j, j + 1, verb, tuple(auxiliaries), negated)
    last = next((a for a in reversed(auxiliaries) if a != "to"), None)
    if last is None:
        return None
    stop = j + _is_set_to(words, j, known) if auxiliaries[-1] != "to" else j - 1
    concept = "be" if last in BE else "have" if last in HAVE else "do"
    return Group(i, max(i, stop - 1), max(stop, i + 1), Verb(concept, concept, "base", ()), tuple(auxiliaries), negated)


AUXILIARIES = BE | HAVE | DO | MODALS | {"to"}


def _auxiliaries(words: list[Token], i: int, known: Vocabulary) -> tuple[list[str], bool, int]:
    """The auxiliaries from a token on, whether one of them or a word between is a negation, and the token behind."""
    auxiliaries: list[str] = []
    negated, j = False, i
    while j < len(words) and words[j].text != "May":  # a month or a name
        low, size = words[j].low, 1
        if low in AUXILIARIES or _is_going_to(words, j):
            auxiliaries.append(low)
            negated = negated or low == "cannot"
        elif not auxiliaries:
            break
        elif negation := _negation(words, j):
            negated, size = True, negation
        elif low == "set" and auxiliaries[-1] in ("is", "are") and _is_set_to(words, j, known):
            pass  # as "are to"
        elif low == "that" or not (_is_adverb(low, known) or low == '"'):
            break
        j += size
    return auxiliaries, negated, j


def _negation(words: list[Token], j: int) -> int:
    """How many tokens a negation at a token takes: not, no longer; 0 if none stands there."""
    if words[j].low in NEGATORS:
        return 1
    return 2 if words[j].low == "no" and _low(words, j + 1) in ("longer", "more") else 0


def _is_going_to(words: list[Token], j: int) -> bool:
    return words[j].low == "going" and _low(words, j + 1) == "to" and j > 0 and words[j - 1].low in BE | NEGATORS


def _is_adverb(low: str, known: Vocabulary) -> bool:
    return low in known.marks["adverbs"] or (low.endswith("ly") and len(low) > 4 and low not in known.verbs)


def _low(words: list[Token], j: int) -> str:
    return words[j].low if 0 <= j < len(words) else ""


def _verb_at(
    words: list[Token], j: int, auxiliaries: list[str], known: Vocabulary, terms: list[Term], is_lenient: bool
) -> Verb | None:
    """The verb that stands at a token in this surrounding; one of concept other where the auxiliary asks for a verb."""
    if j >= len(words) or _is_set_to(words, j, known):
        return None
    readings = known.verbs.get(words[j].low, ())
    wanted = _wanted(auxiliaries)
    for verb in readings:
        if not (verb.form in wanted and _particles_follow(words, j, verb)):
            continue
        if auxiliaries or _stands_as_verb(words, j, verb, terms, known) or (is_lenient and _may(words, j, verb)):
            return verb
    return _other_verb(words[j], wanted) if auxiliaries and not readings else None


def _is_set_to(words: list[Token], j: int, known: Vocabulary) -> bool:
    """Whether "set" stands before an act to come: are set to take effect."""
    is_verb = any(verb.form == "base" for verb in known.verbs.get(_low(words, j + 2), ()))
    return _low(words, j) == "set" and _low(words, j + 1) == "to" and is_verb


def _other_verb(word: Token, wanted: tuple[str, ...]) -> Verb | None:
    """A verb that no rule knows, by its looks."""
    if not (word.text.islower() and _looks_like(word.low, wanted)):
        return None
    return Verb("other", word.low, "ing" if word.low.endswith("ing") and "ing" in wanted else wanted[0], ())


def _wanted(auxiliaries: list[str]) -> tuple[str, ...]:
    """The forms that may follow the auxiliaries."""
    last = auxiliaries[-1] if auxiliaries else None
    if last is None:
        return ("past", "s", "base", "ing", "participle")
    if last in BE:
        return ("participle", "ing", "past")
    if last in HAVE:
        return ("participle", "past")
    return ("base",)


def _looks_like(low: str, wanted: tuple[str, ...]) -> bool:
    if not low.isalpha() or len(low) < 3:
        return False
    if "base" in wanted:
        noun = low.endswith(("s", "ion", "ment", "ing", "ity"))
        return not noun and low not in DETERMINERS and low not in PREPOSITIONS
    return low.endswith(("ed", "en")) or ("ing" in wanted and low.endswith("ing"))


def _particles_follow(words: list[Token], j: int, verb: Verb) -> bool:
    """Whether the verb's particles follow it, directly or behind its object."""
    if not verb.particles:
        return True
    size = len(verb.particles)
    if verb.particles in (("to",), ("on",)):
        return _low(words, j + 1) == verb.particles[0] and not _is_time(words, j + 2)
    for k in range(j + 1, min(j + 1 + GAP, len(words) - size + 1)):
        if tuple(w.low for w in words[k : k + size]) == verb.particles:
            return True
        if words[k].low in STRONG or words[k].low in (",", "and"):
            return False
    return False


def _may(words: list[Token], j: int, verb: Verb) -> bool:
    """Whether a form could be the verb of a sentence that has no other: Talks on steel resume."""
    before = _low(words, j - 1)
    is_name = words[j].text[:1].isupper() and words[j - 1].text[:1].isupper()
    return (
        j > 0
        and not is_name
        and verb.form in ("s", "base")
        and before.isalpha()
        and before not in DETERMINERS | PREPOSITIONS
    )


def _stands_as_verb(words: list[Token], j: int, verb: Verb, terms: list[Term], known: Vocabulary) -> bool:
    """Whether a form without an auxiliary is a verb here and no noun or adjective."""
    before, after = _low(words, j - 1), _low(words, j + 1)
    if _is_of_name(words, j, verb, known) or (verb.verb == "last" and verb.form == "base"):
        return False
    if verb.form in ("base", "s") and j > 1 and before in ADVERBS:
        return _stands_as_verb([*words[: j - 1], *words[j:]], j - 1, verb, terms, known)
    if verb.form == "ing":
        return before not in DETERMINERS and not (_is_term(words[j], terms) and _names_event(before, after, known))
    if _is_qualified(before, verb):
        return (before == "that" and verb.form in ("past", "s")) or _have_acted(words, j, verb)
    if verb.form == "base":
        return _is_base_verb(words, j, verb, terms, known)
    return verb.form != "s" or _is_third_person(words, j, verb, terms, known)


def _names_event(before: str, after: str, known: Vocabulary) -> bool:
    """Whether the words beside a form in -ing are those of a noun: the next meeting, a meeting in Geneva."""
    return after in AFTER_NOUN or before in known.marks["ordinals"] or before in ("next", "last")


def _have_acted(words: list[Token], j: int, verb: Verb) -> bool:
    """Whether "the two" or "both" stand for those who acted: the two spoke by telephone, both agreed that."""
    before, after = _low(words, j - 1), _low(words, j + 1)
    stands_for = before == "both" or (before in ("two", "three") and _low(words, j - 2) == "the")
    return stands_for and verb.form == "past" and after in PREPOSITIONS | DETERMINERS | {"again", "twice", "."}


AFTER_NOUN = (
    PREPOSITIONS | MODALS | BE | HAVE | {",", "."}
)  # what follows a meeting, but not somebody's meeting somebody


def _is_qualified(before: str, verb: Verb) -> bool:
    """Whether a determiner, a preposition or a number stands before a form, as before a noun."""
    if before in DETERMINERS or before in NUMBERS or before == "to":
        return True
    if before in PREPOSITIONS:
        return verb.form != "participle"
    return before.isdigit() and not (len(before) == 4 and verb.form == "past")


def _is_of_name(words: list[Token], j: int, verb: Verb, known: Vocabulary) -> bool:
    is_place = j > 0 and f"{words[j - 1].text} {words[j].text}" in places.table()["en"]  # the United States to extend
    return is_place or _ends_name(words, j, known) or _opens_house(words, j, verb)


HOUSES = frozenset(["Department", "Ministry", "Office", "Council", "Secretary", "Minister", "Representative", "Commission",
                    "Commissioner", "Administration", "Agency", "Bureau", "Board", "Committee", "Organization", "Organisation"])  # fmt: skip


def _opens_house(words: list[Token], j: int, verb: Verb) -> bool:
    """Whether a form is part of the name of a house: the State Department, the Trade Representative."""
    following = words[j + 1].text if j + 1 < len(words) else ""
    return verb.form == "base" and words[j].text[:1].isupper() and following in HOUSES


def _ends_name(words: list[Token], j: int, known: Vocabulary) -> bool:
    """Whether a form is the last word of a name with its verb behind it: the United States runs."""
    if j == 0 or j + 1 >= len(words) or not (words[j].text[:1].isupper() and words[j - 1].text[:1].isupper()):
        return False
    return words[j + 1].text.islower() and any(v.form in ("s", "past") for v in known.verbs.get(words[j + 1].low, ()))


def _is_base_verb(words: list[Token], j: int, verb: Verb, terms: list[Term], known: Vocabulary) -> bool:
    """Whether a base form without an auxiliary is a verb: behind a plural, a pronoun, a pair of names, or in a list."""
    before, after = _low(words, j - 1), _low(words, j + 1)
    if verb.concept == "say" and before in (",", '"') and after not in ("", ",", "."):
        return words[j + 1].low not in PREPOSITIONS  # ..., say traders
    if verb.concept in REPORTING and after == "that":
        return True
    opens = _opens_object(words, j + 1 + len(verb.particles)) or _opens_object(words, j + 1)
    if _is_term(words[j], terms) and not opens:
        return False
    if _is_joined(words, j, verb, terms, known):
        return True
    if j == 0:  # an item of a list, not "last Tuesday"
        return opens
    plain = opens or after == "to" or bool(verb.particles) or verb.verb not in NOUN_LIKE
    return _follows_plural(words, j, plain, known)


def _is_joined(words: list[Token], j: int, verb: Verb, terms: list[Term], known: Vocabulary) -> bool:
    """Whether a pair of names, an auxiliary with another verb, or those who are in a state make a form a verb."""
    if _follows_pair(words, j) or _joins(words, j, terms) or (verb.particles and verb.concept == "begin_effect"):
        return True
    return verb.concept in STATES and _follows_bearer(words, j, terms, known)


def _follows_plural(words: list[Token], j: int, is_plain: bool, known: Vocabulary) -> bool:
    """Whether a pronoun, or for a plain verb a noun in the plural, stands before a token, adverbs left out."""
    back = j - 1
    while back > 0 and _is_adverb(words[back].low, known):
        back -= 1
    return _low(words, back) in PRONOUNS or (is_plain and _is_plural(words, back + 1, known))


def _follows_bearer(words: list[Token], j: int, terms: list[Term], known: Vocabulary) -> bool:
    """Whether those who are in a state stand before it: a plural, names joined by "and", both, talks in a city."""
    if _low(words, j - 1) in QUANTITIES or "and" in (_low(words, j - 2), _low(words, j - 3)):
        return True
    talks = words[j - 1].text[:1].isupper() and any(_is_term(w, terms, ("talks",)) for w in words[max(0, j - 6) : j])
    return talks or _is_plural(words, j, known)


def _is_third_person(words: list[Token], j: int, verb: Verb, terms: list[Term], known: Vocabulary) -> bool:
    """Whether a form in s is a verb and no plural: the EU levies duties, the rate falls to 10, the talks on Monday."""
    before, after = _low(words, j - 1), _low(words, j + 1)
    if after in ("on", "at", "in") and _is_time(words, j + 2) and before not in DETERMINERS:
        return True
    moves = after in ("from", "by", "back", "at") and _low(words, j + 2)[:1].isdigit()
    leads_on = after == "to" and verb.concept != "buy"  # cut duties on American imports to 10 percent
    return leads_on or moves or not _could_be_noun(words[j], terms, known) or _opens_object(words, j + 1)


QUANTITIES = frozenset(["both", "others", "many", "some"])
STATES = frozenset(["remain", "face", "begin_effect", "expire", "start"])


def _is_plural(words: list[Token], j: int, known: Vocabulary) -> bool:
    """Whether a noun in the plural stands before a token, not a verb such as collects."""
    before = _low(words, j - 1)
    return before.endswith("s") and not any(
        v.form == "s" for v in known.verbs.get(before, ()) if v.verb.split(" ")[0] not in NOUN_LIKE
    )


def _is_time(words: list[Token], j: int) -> bool:
    """Whether a day or hour starts at a token: 9 November, Friday, midnight."""
    low = _low(words, j)
    return low[:1].isdigit() or low in TIMES


def _follows_pair(words: list[Token], j: int) -> bool:
    """Whether two names joined by "and" stand before a token: Barnier and Frost meet."""
    lead = words[max(0, j - 5) : j]
    return len(lead) > 2 and lead[-1].text[:1].isupper() and any(w.low == "and" for w in lead[:-1])


def _is_term(word: Token, terms: list[Term], groups: tuple[str, ...] = ()) -> bool:
    return any(t.start <= word.start < t.end and (not groups or t.group in groups) for t in terms)


def _could_be_noun(word: Token, terms: list[Term], known: Vocabulary) -> bool:
    stem = word.low[:-1]
    plain = stem if stem in known.verbs else word.low[:-2]
    return _is_term(word, terms) or any(v.form == "base" and v.verb in NOUN_LIKE for v in known.verbs.get(plain, ()))


def _opens_object(words: list[Token], j: int) -> bool:
    """Whether an object starts at a token: a determiner, a number, a name."""
    if j >= len(words):
        return False
    word = words[j]
    return word.low in DETERMINERS or word.text[:1].isdigit() or word.text[:1].isupper() or word.low in OBJECT_PRONOUNS


def _bounds(words: list[Token], groups: list[Group], known: Vocabulary) -> list[int]:
    """Numbers of the tokens at which a clause begins."""
    clauses = _Clauses(words, groups, known)
    bounds = [0]
    for j, word in enumerate(words):
        if word.low == "." and j + 1 < len(words) and words[j + 1].low not in ('"', ")", "'"):
            continue  # the dot of an initial or abbreviation
        if clauses.is_report(j):
            bounds.append(j)
        if word.low == "," and words[bounds[-1]].low in CLOSED and _has_verb(groups, bounds[-1], j):
            bounds.append(j + 1)  # the end of a clause that opened the sentence
        edge = clauses.edge(j, bounds[-1])
        if edge is not None:
            bounds.append(edge)
    return sorted(set(bounds))


class _Clauses:
    """The words of a sentence and its verbs: opening are those that may open a clause, finite those with a tense."""

    def __init__(self, words: list[Token], groups: list[Group], known: Vocabulary) -> None:
        self.words, self.groups = words, groups
        self.opening = {g.first for g in groups if g.auxiliaries[:1] != ("to",)}
        self.finite = {g.first for g in groups if g.first in self.opening and g.verb.form != "ing"}
        self.subordinators = frozenset(known.marks["subordinators"])
        self.content = {
            g.stop: FAR if g.verb.concept in ("say", "announce") else REACH
            for g in groups
            if g.verb.concept in REPORTING
        }

    def is_report(self, j: int) -> bool:
        """Whether what a verb of saying reports begins at a token."""
        is_content = j in self.content and self.words[j].low not in ("that", "to", ",", "by")
        return is_content and _opens_report(self.words, j, self.finite, self.content[j])

    def edge(self, j: int, begin: int) -> int | None:
        """Where a clause begins at a token or right behind it, begin being where the last one began."""
        low = self.words[j].low
        if low in STRONG or (low == "," and self._comma_parts(j, begin)):
            return j + 1
        if low == '"' and _is_edge_of_speech(self.words, j):
            return j + 1 if _low(self.words, j - 1) in (",", ".", "?", "!") else j
        return j if self._is_conjunction(j, begin) else None

    def _comma_parts(self, j: int, begin: int) -> bool:
        words, after = self.words, _low(self.words, j + 1)
        opens = after in self.subordinators or _verb_near(words, j + 1, self.opening)
        if opens and not _is_list(words, j, self.opening, self.groups, begin):
            return True
        return after == "and" and _opens_clause(words, j + 2, self.finite, self.groups, begin)

    def _is_conjunction(self, j: int, begin: int) -> bool:
        words, low = self.words, self.words[j].low
        if low in COORDINATORS and _verb_near(words, j + 1, self.finite) and _has_verb(self.groups, begin, j):
            return True
        reach = FAR if low == "that" and _low(words, j + 1) in DETERMINERS else REACH
        opens = low in self.subordinators and _verb_near(words, j + 1, self.opening, reach)
        return opens and not _is_determiner(words, j)


def _opens_report(words: list[Token], j: int, finite: set[int], reach: int) -> bool:
    """Whether what is reported begins right behind its verb; "called it a start and left" goes on with a verb of its own."""
    ahead = next((k for k in range(j + 1, len(words)) if k in finite), len(words))
    return _verb_near(words, j + 1, finite, reach) and _low(words, ahead - 1) not in COORDINATORS


def _is_list(words: list[Token], j: int, opening: set[int], groups: list[Group], begin: int) -> bool:
    """Whether a comma stands in a list of nouns before the verb: steel, aluminium and autos stay."""
    verb = next((k for k in range(j + 1, min(j + REACH, len(words))) if k in opening), None)
    if (
        verb is None
        or _has_verb(groups, begin, j)
        or not words[j + 1].text.islower()
        or words[j + 1].low in DETERMINERS | PRONOUNS
    ):
        return False
    return any(w.low == "and" for w in words[j + 1 : verb])


def _opens_clause(words: list[Token], j: int, finite: set[int], groups: list[Group], begin: int) -> bool:
    """Whether a noun phrase behind ", and" is the subject of a new clause: the one before has its verb, and one follows."""
    if not _has_verb(groups, begin, j) or not _opens_object(words, j):
        return False
    end = next((k for k in range(j, len(words)) if words[k].low in STRONG), len(words))
    return any(j < f < end for f in finite)


def _is_edge_of_speech(words: list[Token], j: int) -> bool:
    """Whether a quotation mark opens or closes direct speech rather than a word in quotation marks."""
    return _low(words, j - 1) in (",", ".", "?", "!", ":")


def _has_verb(groups: list[Group], begin: int, end: int) -> bool:
    """Whether a clause that began at a token has its verb before another; else "and" joins nouns."""
    return any(begin <= g.first < end for g in groups)


def _is_determiner(words: list[Token], j: int) -> bool:
    """Whether "that" or "so" points at a noun here: that date, so far."""
    if words[j].low in ("than", "as") and (_low(words, j + 1)[:1].isdigit() or _low(words, j + 1) in ("$", "€", "£")):
        return True
    return words[j].low in ("so", "as") and _low(words, j + 1) in ("far", "well", "many", "much", "long")


def _verb_near(words: list[Token], j: int, first: set[int], reach: int = REACH) -> bool:
    for k in range(j, min(j + reach, len(words))):
        if k in first:
            return True
        if words[k].low in STRONG or words[k].low == ",":
            return False
    return False


def _predicate(words: list[Token], groups: list[Group], i: int, bounds: list[int], terms: list[Term]) -> Predicate:
    group = groups[i]
    begin = _behind_hearer(words, groups, i, max(b for b in bounds if b <= group.first))
    end = min((b for b in bounds if b > group.main), default=len(words))
    later = [g.first for g in groups[i + 1 :] if g.first < end]
    object_end = later[0] if later else end
    stop = words[min(end, len(words)) - 1].end
    tense = _tense(group)
    return Predicate(
        number=i,
        concept=group.verb.concept,
        verb=group.verb.verb,
        start=words[group.first].start,
        end=words[group.stop - 1].end,
        tense=tense,
        voice=_voice(words, group, terms),
        subject=_subject_of(words, groups, i, bounds, begin),
        object=Span(words[group.stop - 1].end, words[object_end - 1].end if object_end > group.stop else stop),
        clause=Span(words[begin].start, stop),
        negated=group.negated or _has_negative_subject(words, begin, group.first),
        modal=_modal(group),
        relation={"infinitive": "to", "gerund": "ing"}.get(tense, "main"),
        opener=_low(words, begin) or None,
    )


def _behind_hearer(words: list[Token], groups: list[Group], i: int, begin: int) -> int:
    """Where what is said begins: behind those who are told, as in told reporters the two sides had met."""
    is_told = (
        i > 0 and groups[i - 1].verb.concept == "say" and groups[i - 1].stop == begin and begin + 1 < groups[i].first
    )
    if not is_told:
        return begin
    word = words[begin]
    is_house = word.text.isupper() and len(word.text) > 1 and _opens_object(words, begin + 1)
    return begin + 1 if word.low in GRAMMAR["hearers"] or is_house else begin


def _subject_of(words: list[Token], groups: list[Group], i: int, bounds: list[int], begin: int) -> Span | None:
    """The subject of a verb group: before the first verb of its clause, or parted from it by a clause in commas."""
    earlier = [g for g in groups[:i] if g.first >= begin]
    if earlier:
        is_reduced = all(g.auxiliaries[:1] == ("to",) or g.verb.form == "ing" for g in earlier)
        return _subject(words, begin, earlier[0].first) if is_reduced else None
    subject = _subject(words, begin, groups[i].first)
    if subject is None and _low(words, begin) not in RELATIVE:
        return _pending(words, groups, bounds, begin)
    return subject


def _subject(words: list[Token], begin: int, first: int) -> Span | None:
    start = begin
    while start < first and words[start].low in COORDINATORS | OPENERS:
        start += 1
    first -= first > start and words[first - 1].low == "never"
    return Span(words[start].start, words[first - 1].end) if start < first else None


RELATIVE = frozenset(["who", "which", "that"])  # the duties, which range from 10 to 15 percent, fell


def _pending(words: list[Token], groups: list[Group], bounds: list[int], begin: int) -> Span | None:
    """The noun phrase that a clause in commas parted from its verb: Guo, a spokesman for the ministry, said."""
    edges = [b for b in bounds if b <= begin]
    for start, end in zip(reversed(edges[:-1]), reversed(edges[1:]), strict=True):
        if not any(start <= g.first < end and g.auxiliaries[:1] != ("to",) for g in groups):
            opens = words[start].low if start < len(words) else ""
            if end > start and opens in PREPOSITIONS | OPENERS | RELATIVE - {",", '"'}:
                continue
            if end > start and words[end - 1].low not in (".", "?", "!", ";"):
                return _subject(words, start, end)
            return None
    return None


def _has_negative_subject(words: list[Token], begin: int, first: int) -> bool:
    lows = [w.low for w in words[begin:first]]
    return bool({"neither", "nobody", "none", "nothing"} & set(lows)) or "no" in lows[:3] or lows[:1] == ["nor"]


def _modal(group: Group) -> str | None:
    modal = next((a for a in group.auxiliaries if a in MODALS), None)
    if modal in ("should", "would", "could", "might") and "have" in group.auxiliaries:
        return f"{modal} have"
    if modal:
        return {"'ll": "will", "won": "will", "'d": "would"}.get(modal, modal.removesuffix("n"))
    if "to" in group.auxiliaries[1:]:
        first = group.auxiliaries[0]
        return "was to" if first in ("was", "were", "had") else "must" if first in HAVE else "will"
    return None


def _tense(group: Group) -> str:
    auxiliaries, form = group.auxiliaries, group.verb.form
    if auxiliaries[:1] == ("to",):
        return "infinitive"
    if auxiliaries:
        if _modal(group):
            return "future"
        if auxiliaries[0] in HAVE:
            return "perfect"
        return "past" if auxiliaries[0] in ("was", "were", "did", "didn", "wasn", "weren") else "present"
    return {"s": "present", "base": "present", "ing": "gerund", "participle": "participle"}.get(form, "past")


def _voice(words: list[Token], group: Group, terms: list[Term]) -> str:
    if group.verb.form == "ing" or group.verb.concept in ("be", "have", "do"):
        return "active"
    if group.auxiliaries and group.auxiliaries[-1] in BE:
        return "passive"
    if group.auxiliaries or group.verb.form in ("s", "base") or group.verb.concept in INTRANSITIVE:
        return "active"
    follows = _low(words, group.stop)
    is_by_whom = follows == "by" and not _is_means(_low(words, group.stop + 1))
    is_passive = group.verb.form == "participle" or is_by_whom or _qualifies(words, group, follows, terms)
    return "passive" if is_passive else "active"


def _is_means(word: str) -> bool:
    """Whether a word behind "by" is no actor but a means: retaliated by raising duties, said by telephone."""
    return word.endswith("ing") or word in ("phone", "telephone", "video", "letter", "mail", "email", "text", "message")


def _qualifies(words: list[Token], group: Group, follows: str, terms: list[Term]) -> bool:
    """Whether a past form says what was done to the noun before it: duties imposed in May."""
    before = words[group.first - 1] if group.first else None
    is_object = before is not None and _is_term(before, terms, ("objects", "limits", "agreements"))
    return is_object and (follows in PREPOSITIONS or follows in ("", ".", ",", "and"))


def _with_nouns(verbal: list[Predicate], words: list[Token], bounds: list[int], terms: list[Term]) -> list[Predicate]:
    acts = [t for t in terms if t.group == "acts" and not any(p.start <= t.start < p.end for p in verbal)]
    nominal = [_nominal(term, verbal, words, bounds) for term in acts]
    return sorted([*verbal, *(p for p in nominal if p)], key=lambda p: p.start)


def _nominal(term: Term, verbal: list[Predicate], words: list[Token], bounds: list[int]) -> Predicate | None:
    """The predicate of a noun that names an act."""
    j = next((k for k, w in enumerate(words) if w.start >= term.start), None)
    if j is None:
        return None
    begin = max((b for b in bounds if b <= j), default=0)
    end = min((b for b in bounds if b > j), default=len(words))
    stop = words[end - 1].end
    return Predicate(
        number=0,
        concept=term.concept,
        verb=words[j].low,
        start=term.start,
        end=term.end,
        tense="noun",
        voice="active",
        subject=Span(words[max(begin, j - 5)].start, term.start),
        object=Span(term.end, next((p.start for p in verbal if term.end <= p.start < stop), stop)),
        clause=Span(words[begin].start, stop),
        negated=any(w.low == "no" for w in words[max(begin, j - 3) : j]),
        relation="object",
    )


def _numbered(matches: list[Predicate]) -> list[Predicate]:
    """Number the predicates, link each to its governor, and give those without a subject that of their governor."""
    out: list[Predicate] = []
    for number, predicate in enumerate(matches):
        governor, relation = _governor(predicate, out, matches[number + 1 :])
        subject = predicate.subject
        if subject is None and governor is not None:
            subject = out[governor].subject if governor < len(out) else None
        if subject is None and predicate.is_finite:
            subject = next((p.subject for p in reversed(out) if p.is_finite and p.subject), None)
        out.append(replace(predicate, number=number, governor=governor, relation=relation, subject=subject))
    return out


def _governor(predicate: Predicate, before: list[Predicate], after: list[Predicate]) -> tuple[int | None, str]:
    verbs = [p for p in before if not p.is_noun]
    if predicate.relation in ("to", "ing") and verbs:
        return verbs[-1].number, predicate.relation
    if predicate.is_noun:
        return _governor_of_noun(predicate, verbs, len(before), after)
    saying = [p for p in verbs if p.concept in REPORTING and p.end <= predicate.clause.start + 1]
    if saying and _is_content(predicate, saying[-1]):
        return saying[-1].number, "that"
    return None, "main"


def _governor_of_noun(
    noun: Predicate, verbs: list[Predicate], number: int, after: list[Predicate]
) -> tuple[int | None, str]:
    """The verb that a noun is the object of, else the one ahead that it is the subject of; number: of the noun."""
    inside = [p for p in verbs if p.object.start <= noun.start < p.clause.end]
    if inside:
        return inside[-1].number, "object"
    ahead = next((k for k, p in enumerate(after) if not p.is_noun and p.clause.start <= noun.start), None)
    return (number + 1 + ahead, "subject") if ahead is not None else (None, "main")


def _is_content(predicate: Predicate, saying: Predicate) -> bool:
    """Whether a clause is what the verb of saying before it reports."""
    if predicate.opener in ("if", "when", "while", "as", "but", "after", "before"):
        return False
    near = predicate.clause.start - saying.end
    if predicate.opener == "that":
        return near < 60
    reach = 24 if saying.verb == "tell" else 4  # who is told stands between
    return near < reach and saying.opener not in CLOSED  # if no deal is reached, the duty will rise
