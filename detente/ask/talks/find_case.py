"""Which negotiation a document is about: the case whose parties it speaks of most, shipped or the user's own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detente import labels
from detente.ask.cases import case_of
from detente.errors import RecordError
from detente.record import case as cases
from detente.record.case import PARTY, Case
from detente.record.document import Document
from detente.record.starting import own_names
from detente.record.store import STATEMENTS, Record, shipped_dossiers

if TYPE_CHECKING:
    from detente.record.propose.annotate.document import Sentence

JsonRow = dict[str, Any]

ALONE = "none"  # the dossier of a document that belongs to no negotiation at hand
TITLE_WEIGHT = 3  # mentions of the text that one in the title is worth
MOST_PARTIES = 4  # of a document of which no case is known
TRADE = re.compile(  # without any of these a text is about something else, whoever it names
    r"\b(?:tariffs?|dut(?:y|ies)|trade|truce|exports?|imports?|customs|quotas?|levies|levy|surtax"
    r"|deals?|markets?|withdrawal)\b"
    r"|thuế|thương mại|xuất khẩu|nhập khẩu|关税|關稅|贸易|貿易|经贸|經貿|出口|停战|休战",
    re.IGNORECASE,
)


def find_case(document: Document, home: str | None = None, named: Mapping[str, int] | None = None) -> str:
    """The name of the negotiation that a document is about; ALONE where none of those at hand fits.

    named: how often the document names each economy, where that is known already (`mentions`).

    A case fits where the document speaks of trade, names every party, and names nobody else as often. Of several, the
    one whose title shares most words with the document, then the user's own.
    """
    if not TRADE.search(document.text):
        return ALONE
    counts = mentions(document) if named is None else named
    text = document.text.lower()
    fitting = [case for case in candidates(home) if _fits(case, counts)]
    best = max(fitting, key=lambda case: (len(case.parties), _shared_words(case, text)), default=None)
    return best.name if best else ALONE


def mentions(document: Document) -> Counter[str]:
    """How often the document names each economy or bloc, or its officials; members count for the EU where it is named.

    A city that is only the place of a meeting does not stand for its government.
    """
    from detente.record.propose.annotate import document as reader

    reading, title = reader.read(document), document.title or ""
    counts: Counter[str] = Counter()
    for text, weight in ((title, TITLE_WEIGHT), (document.body, 1)):
        counts.update(_other_economies(text, document.language, weight))
    counts.update(_sides_of_title(title, document.language))
    for sentence in reading.sentences:
        counts.update(_sides_of_sentence(sentence))
    return _with_members(counts)


def _other_economies(text: str, language: str, weight: int) -> Counter[str]:
    """How often a text names economies that the reader's own table of sides does not have, times the weight.

    The sides that the reader finds are in it first, with 0: of several named as often, the one that comes first counts.
    """
    from detente.record.propose.annotate import places

    counts: Counter[str] = Counter(dict.fromkeys((mention.side for mention in places.sides(text, language)), 0))
    for name in _other_names().findall(text):
        counts[_codes_of_other_names()[name]] += weight
    return counts


def _sides_of_title(title: str, language: str) -> Counter[str]:
    """The sides that a title names, but for places of meetings."""
    from detente.record.propose.annotate import places

    hosts = {city.start for city in places.cities(title, language)}
    counts: Counter[str] = Counter()
    for mention in places.sides(title, language):
        counts[mention.side] += TITLE_WEIGHT * (mention.start not in hosts)
    return counts


def _sides_of_sentence(sentence: Sentence) -> Counter[str]:
    """The sides that a sentence names, itself or by their officials, but for places of meetings."""
    hosts = {city.start for city in sentence.cities}
    counts = Counter(mention.side for mention in sentence.sides if mention.start not in hosts)
    counts.update(person.side for person in sentence.people if person.side)
    return counts


def _with_members(counts: Counter[str]) -> Counter[str]:
    """The counts with those of members under their bloc, where the bloc is named too."""
    members = set(labels.members("EU")) if counts["EU"] else set()
    folded: Counter[str] = Counter()
    for code, count in counts.items():
        folded["EU" if code in members else code] += count
    return Counter({code: count for code, count in folded.items() if count})


def is_party(code: str) -> bool:
    """Whether a code is an economy or a bloc that can be a party: one with a capital."""
    return bool(PARTY.fullmatch(code)) and labels.capital(code) != code


def _fits(case: Case, counts: Mapping[str, int]) -> bool:
    named = [counts.get(party, 0) for party in case.parties]
    others = [count for code, count in counts.items() if code not in case.parties and is_party(code)]
    return len(named) > 1 and min(named) > max(others, default=0)


def _shared_words(case: Case, text: str) -> int:
    """How many longer words of a case's title and name stand in the text."""
    return sum(word in text for word in set(re.findall(r"\w{5,}", f"{case.title} {case.name}".lower())))


def candidates(home: str | None) -> Iterator[Case]:
    """Every case at hand, the user's own first; a folder that cannot be read is passed over."""
    for name in dict.fromkeys((*_own(home), *shipped_dossiers())):
        try:
            case = case_of(name, home)
            yield case if len(case.parties) > 1 else case_of(name, home, Record.load(name, home))
        except RecordError:
            continue


def _own(home: str | None) -> list[str]:
    """The folders below home that hold a case or statements."""
    folders = [Path(home) / name for name in own_names(home)] if home else []
    return [f.name for f in folders if (f / cases.FILE).is_file() or (f / STATEMENTS).is_file()]


def case_of_document(document: Document, named: Mapping[str, int] | None = None) -> Case:
    """The case that a document alone describes: the parties that it names about as often as the first."""
    named = mentions(document) if named is None else named
    counts = Counter({code: count for code, count in named.items() if is_party(code)})
    ranked = [code for code, count in counts.most_common(MOST_PARTIES) if 2 * count >= max(counts.values())]
    if len(ranked) < 2:
        ranked = [code for code, _ in counts.most_common(2)]
    return cases.bare(ALONE, ranked) if len(ranked) > 1 else Case(ALONE, "Talks", (), {})


def case_row(case: Case) -> JsonRow:
    """The case as answers show it: its name and title, and each party with its code, name and capital."""
    parties = [{"code": code, "name": labels.name(code), "capital": case.capital(code)} for code in case.parties]
    return {"name": case.name, "title": case.title, "parties": parties}


def levers_between(case: Case) -> tuple[tuple[str, str], tuple[str, str]]:
    """The name and the title of the levers that move the duties of the first two parties on each other."""
    first, second = case.parties[:2]
    by_pair = {(lever.by, lever.against): (lever.name, lever.title) for lever in case.levers}
    return by_pair[first, second], by_pair[second, first]


@cache
def _codes_of_other_names() -> dict[str, str]:
    """The names of economies that the reader's own table of sides does not have."""
    from detente.record.propose.annotate import places

    known = set(places.capitals())
    return {labels.name(code): code for code in labels.codes() if code not in known}


@cache
def _other_names() -> re.Pattern[str]:
    names: Iterable[str] = sorted(_codes_of_other_names(), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)")
