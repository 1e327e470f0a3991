"""Files of official and public feeds beside a negotiation and the ledger of duties, and what is accepted of them.

An accepted act writes its statements into the record where it concerns the parties, and its rows into the user's own
duties. What a feed gives is never written without a person's decision.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from detente.ask.pricing import duties
from detente.ask.pricing.named_measures import measure_of
from detente.ask.talks.proposal_rows import proposal_row
from detente.record import feeds, own_duties, review
from detente.record.case import Case
from detente.record.document import Document
from detente.record.duties import ALL, Ledger
from detente.record.fact import Source, Statement, plain
from detente.record.feeds.ledger_match import root
from detente.record.feeds.ledger_rows import BesideLedger, beside_ledger
from detente.record.feeds.model import FeedAct, FeedSource, Update
from detente.record.joining import Joined
from detente.record.store import Record

JsonRow = dict[str, Any]
Decide = Callable[[str], review.Decision]

IDENTIFYING = (
    "id", "imposer", "targets", "target_text", "rate", "rate_kind", "legal_from", "until", "last_day", "legal_until",
    "suspended_until", "status", "known",
)  # fmt: skip  # fields of an act by which a decision names it
SAID = (
    "imposer", "targets", "target_text", "type", "rate", "rate_kind", "status", "scope", "authority", "instrument",
    "announced", "signed", "published", "legal_from", "until", "suspended_until", "known", "retroactive", "quote",
)  # fmt: skip  # fields of an act that an answer repeats
OF_SOURCE = (
    "id",
    "title",
    "publisher",
    "kind",
    "side",
    "published",
    "known",
    "signed",
    "instrument",
    "url",
    "corrects",
)
MEASURES = ("measure", "extension")  # kinds that the formulas of a feed have read already
PAIRS = 12  # pairs of economies whose duties an answer compares


@dataclass(frozen=True)
class Proposed:
    """An act of a feed as it waits for a decision: beside the ledger, and with its statements for the record.

    key: by which a decision names it. statements: those about the parties, and the ends that it entails. others: those
    about other economies, which stay out of the record.
    """

    key: str
    beside: BesideLedger
    statements: tuple[Statement, ...]
    others: tuple[Statement, ...] = ()

    @property
    def act(self) -> FeedAct:
        """The act itself."""
        return self.beside.act


@dataclass(frozen=True)
class Reading:
    """What the files give, beside a record and a ledger; known: the day on which they were at hand."""

    update: Update
    known: str
    proposed: tuple[Proposed, ...]


class Accepted(NamedTuple):
    """What was written: statements into the record, and acts into the user's own duties by their ids.

    keys: of the acts of the feeds. duties: those that the new rates move, before and after.
    """

    statements: Sequence[Statement] = ()
    acts: Sequence[str] = ()
    duties: Sequence[JsonRow] = ()
    keys: Sequence[str] = ()


def read(
    update: Update, case: Case, ledger: Ledger, known: str, takes: Callable[[BesideLedger], bool] | None = None
) -> Reading:
    """The acts of an update beside the ledger, each with its statements.

    takes: whether the ledger takes an act before the next is compared; the safe ones by default. Raises RecordError for
    a statement that cannot be stored.
    """
    compared = beside_ledger(update, ledger, known, takes)
    proposed = [_proposed(beside, update, case, ledger, known) for beside in compared]
    named = {m.id for m in update.existing} | {
        n for p in proposed if p.beside.is_official for n in _names(p.statements)
    }
    ending = [_with_entailed(p, update, case, named, known) for p in proposed]
    return Reading(update, known, tuple(ending))


def key_of(act: FeedAct) -> str:
    """Sixteen hex digits by which a decision names an act."""
    text = json.dumps([plain(getattr(act, name)) for name in IDENTIFYING], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _proposed(beside: BesideLedger, update: Update, case: Case, ledger: Ledger, known: str) -> Proposed:
    statements = feeds.proposals_of(beside.act, update, known)
    concerned = [s for s in statements if concerns(s, case)]
    others = tuple(s for s in statements if s not in concerned)
    own = [_as_ledger_names_it(concerned[0], beside, update, ledger)] if len(concerned) == 1 else concerned
    return Proposed(key_of(beside.act), beside, tuple(own), others)


def _names(statements: Iterable[Statement]) -> list[str]:
    return [s.value["measure"] for s in statements if s.value.get("measure")]


def _with_entailed(proposed: Proposed, update: Update, case: Case, named: set[str], known: str) -> Proposed:
    """The act with the ends that it entails of measures of the record and of other official acts, each once."""
    own = set(_names(proposed.statements))
    ends = {
        s.value["measure"]: s
        for s in feeds.entailed_by(proposed.act, update, known)
        if concerns(s, case) and s.value.get("measure") in named - own
    }
    return replace(proposed, statements=(*proposed.statements, *ends.values()))


def concerns(statement: Statement, case: Case) -> bool:
    """Whether a statement is about what one party does to another, or to everybody."""
    sides = {party: {party, *duties.economies_of(party), *duties.territories(party, case)} for party in case.parties}
    imposer, target = statement.value.get("imposer"), statement.value.get("target")
    own = [party for party, codes in sides.items() if imposer in codes]
    return bool(own) and (
        target in (None, ALL) or any(target in codes for party, codes in sides.items() if party not in own)
    )


def _as_ledger_names_it(statement: Statement, beside: BesideLedger, update: Update, ledger: Ledger) -> Statement:
    """The statement under the name of the act that the ledger prices, so that the ledger alone prices it.

    That is the name which the record has for the act's family of duties, or else the id of the act.
    """
    of, rates = beside.stands.of, beside.rows.rates
    identity = root(of.id) if of is not None else rates[0].act if rates else ""
    family = next((rate.family for rate in (*rates, *ledger.rates) if root(rate.act) == identity), None)
    if family is None or beside.act.status in ("ended", "suspended"):
        return statement
    name = measure_of(beside.act.imposer, family)
    known = name if name in {measure.id for measure in update.existing} else identity
    return replace(statement, value={**statement.value, "measure": known})


# What an answer shows


def waiting(proposed: Proposed, record: Record, comparisons: Mapping[str, Joined]) -> bool:
    """Whether an act waits for a decision: it says something new to the record or the ledger, and was not refused."""
    decided = review.decided_on(record)
    everything = (*proposed.statements, *proposed.others)
    if any(decided[s.id].value["decision"] == "refuse" for s in everything if s.id in decided):
        return False
    news = news_for(record, proposed.statements, comparisons)
    return bool(news) or bool(proposed.beside.rows.acts)


def news_for(record: Record, statements: Sequence[Statement], comparisons: Mapping[str, Joined]) -> list[Statement]:
    """The statements that nobody has decided on and that say more than the record, or say it earlier."""
    return [s for s in review.undecided(record, statements) if _is_news(s, comparisons[s.id])]


def _is_news(statement: Statement, comparison: Joined) -> bool:
    of = comparison.match.of
    if comparison.match.relation != "same" or of is None:
        return True
    return statement.value["status"] != "ended" and (statement.known or "")[:10] < (of.known or "")[:10]


def act_rows(reading: Reading, record: Record) -> list[JsonRow]:
    """Every act as an answer shows it."""
    comparisons = compared(reading, record)
    return [act_row(p, record, comparisons) for p in reading.proposed]


def left(reading: Reading, record: Record) -> list[str]:
    """The keys of the acts that wait for a decision."""
    comparisons = compared(reading, record)
    return [p.key for p in reading.proposed if waiting(p, record, comparisons)]


def act_row(proposed: Proposed, record: Record, comparisons: Mapping[str, Joined]) -> JsonRow:
    """An act as an answer shows it: what it says, its days, how it stands to the ledger and to the record."""
    act, stands, rows = proposed.act, proposed.beside.stands, proposed.beside.rows
    statements = [proposal_row(s, comparisons[s.id]) for s in proposed.statements]
    return {
        "proposal": proposed.key, "act": act.id, **{name: plain(getattr(act, name)) for name in SAID},
        "sources": list(act.sources), "files": list(act.paths),
        "ledger": {
            "relation": stands.relation, "of": stands.of.id if stands.of else None,
            "keys": {key: [plain(old), plain(new)] for key, (old, new) in stands.keys.items()}, "why": stands.why,
            "adds": [row.id for row in rows.acts], "rates": len(rows.rates), "why_not": rows.why_not,
        },
        "statements": statements, "safe": _is_safe(proposed, comparisons),
        "pending": waiting(proposed, record, comparisons),
    }  # fmt: skip


def _is_safe(proposed: Proposed, comparisons: Mapping[str, Joined]) -> bool:
    """Whether neither the record nor the ledger contradicts an official act."""
    relations = {comparisons[s.id].match.relation for s in proposed.statements}
    beside = proposed.beside
    if beside.act.status == "suspended" and "changes the rate of" in relations:
        return False  # the rate of a suspended heading is often that of the schedule, not of the document
    is_known = beside.stands.relation == "same" and bool(proposed.statements)
    return (beside.is_safe or (is_known and beside.is_official)) and not relations & {"contradicts", "corrects"}


def compared(reading: Reading, record: Record) -> dict[str, Joined]:
    """How every statement of the acts stands to the record."""
    return review.compared(record, [s for p in reading.proposed for s in p.statements])


def file_rows(reading: Reading) -> list[JsonRow]:
    """For every file of a feed: what it is, and the sources, acts and tables that stand in it."""
    update = reading.update
    sources, acts, tables = (dict[str, list[Any]]() for _ in range(3))
    for source in update.sources:
        _under(sources, source.paths, source.id)
    for proposed in reading.proposed:
        _under(acts, proposed.act.paths, proposed.key)
    for table in update.tables:
        _under(tables, (table.path,), {"title": table.title, "rows": table.rows, "note": table.note})
    refused = {refusal.path for refusal in update.refused}
    return [
        {
            "file": path, "feed": feed.name, "part": feed.part, "title": feed.title,
            "sources": sources.get(path, []), "acts": acts.get(path, []), "tables": tables.get(path, []),
        }
        for path, feed in sorted(update.feeds.items()) if path not in refused
    ]  # fmt: skip


def _under(rows: dict[str, list[Any]], paths: Iterable[str], row: Any) -> None:
    for path in paths:
        rows.setdefault(path, []).append(row)


def source_row(source: FeedSource, record: Record) -> JsonRow:
    """A source with its days, and whether the record has it."""
    own = {name: getattr(source, name) for name in OF_SOURCE}
    return {**own, "files": list(source.paths), "new": source.id not in record.sources}


def remarks(update: Update) -> JsonRow:
    """What an update gives besides sources and acts."""
    return {
        "conflicts": [vars(conflict) for conflict in update.conflicts],
        "questions": [
            {name: getattr(q, name) for name in ("id", "title", "market", "probability", "as_of", "deadline", "status")}
            for q in update.questions
        ],
        "people": [{"id": p.id, "name": p.names[0] if p.names else p.id, "office": p.office} for p in update.people],
        "links": [vars(link) for link in update.links],
        "remarks": [*update.warnings, *update.changes],
    }


# Texts for the document reader


def documents(reading: Reading) -> list[Document]:
    """The texts that feeds carry and that the document reader has not read, under the id of their source."""
    rows = (reading.update.by_id[name] for name in reading.update.unread if name in reading.update.by_id)
    return [
        Document(
            id=source.id, text=source.text, sha256=hashlib.sha256(source.text.encode()).hexdigest(),
            title=source.title, publisher=source.publisher, published=(source.published or "")[:10] or None,
            language=source.language, url=source.url,
        )
        for source in rows if source.text.strip()
    ]  # fmt: skip


def without_formulas(proposals: list[Statement], reading: Reading, source: str) -> list[Statement]:
    """What the reader proposes from a source, less the measures where the formulas of its feed have read some."""
    has_acts = any(source in proposed.act.sources for proposed in reading.proposed)
    return [s for s in proposals if not has_acts or s.kind not in MEASURES]


def record_source(reading: Reading, record: Record, identity: str) -> Source:
    """A source as the record has it, else as it would keep it."""
    return record.sources.get(identity) or feeds.record_source(reading.update.by_id[identity], reading.known)


# Decisions


def day_of_effect(proposed: Iterable[Proposed], known: str) -> str:
    """The day on which all acts are known and every new rate is levied; known: where no source dates an act."""
    rows = list(proposed)
    days = [(p.act.known or known)[:10] for p in rows] + [rate.start for p in rows for rate in p.beside.rows.rates]
    return max(days, default=known)


def accept_safe(reading: Reading, record: Record, home: str | None, decide: Decide) -> Accepted:
    """Accept the acts that official documents give, that wait, and that nothing contradicts, one after the other."""

    def is_wanted(proposed: Proposed) -> bool:
        comparisons = review.compared(record, proposed.statements)
        return waiting(proposed, record, comparisons) and _is_safe(proposed, comparisons)

    return accept(reading, (p for p in reading.proposed if is_wanted(p)), record, home, decide)


def accept(reading: Reading, chosen: Iterable[Proposed], record: Record, home: str | None, decide: Decide) -> Accepted:
    """Write what acts say: the statements of each into the record, then the rows of all into the user's own duties.

    decide: the decision on a proposal by its id. A run that was stopped in between goes on where it stood. Raises
    RecordError, and then the source at hand has written nothing.
    """
    taken: list[Proposed] = []
    added: list[Statement] = []
    for proposed in chosen:
        taken.append(proposed)
        added += _write_statements(reading, proposed, record, decide)
    return _write_duties(taken, home)._replace(statements=added, keys=[p.key for p in taken])


def _write_statements(reading: Reading, proposed: Proposed, record: Record, decide: Decide) -> list[Statement]:
    added: list[Statement] = []
    for statements in _by_source(proposed.statements):
        news = news_for(record, statements, review.compared(record, statements))
        added += _apply(reading, record, statements, [decide(s.id) for s in news])
    return added


def _write_duties(taken: Sequence[Proposed], home: str | None) -> Accepted:
    """Write the rows of the acts into the user's own duties; nothing where they add none."""
    acts = {row.id: row for p in taken for row in p.beside.rows.acts}
    if not acts or home is None:
        return Accepted()
    before = own_duties.ledger(home)
    own_duties.add(home, acts.values(), [rate for p in taken for rate in p.beside.rows.rates])
    return Accepted(acts=list(acts), duties=_moved_duties(taken, before, own_duties.ledger(home)))


def _by_source(statements: Sequence[Statement]) -> list[list[Statement]]:
    return [[s for s in statements if s.source == source] for source in dict.fromkeys(s.source for s in statements)]


def refuse(reading: Reading, chosen: Sequence[Proposed], record: Record, decide: Decide) -> None:
    """Write that acts are refused, on each of their statements. Raises RecordError."""
    for statements in _by_source([s for p in chosen for s in (*p.statements, *p.others)]):
        _apply(reading, record, statements, [decide(s.id) for s in review.undecided(record, statements)])


def _apply(
    reading: Reading, record: Record, statements: list[Statement], decisions: list[review.Decision]
) -> list[Statement]:
    if not decisions:
        return []
    identity = statements[0].source
    text = reading.update.by_id[identity].text
    has_places = all(s.start is not None or not s.quote for s in statements)
    return review.apply(
        record, statements, decisions, source=record_source(reading, record, identity),
        text=text if text and has_places else None,
    )  # fmt: skip


def _moved_duties(chosen: Sequence[Proposed], before: Ledger, after: Ledger) -> list[JsonRow]:
    """The duties of the ledger on the first day of each new rate, before and after, as known on the day of the act."""
    rows: dict[tuple[str, ...], JsonRow] = {}
    for proposed in chosen:
        for rate in proposed.beside.rows.rates:
            imposer = after.acts[rate.act].imposer
            for target in sorted(rate.against or _partners(after, imposer))[:PAIRS]:
                levied = (book.levied(imposer, target, rate.start, rate.known).total for book in (before, after))
                old, new = (round(points, 4) for points in levied)
                if old != new:
                    rows[imposer, target, rate.start] = {
                        "by": _party(imposer), "against": _party(target), "as_of": rate.start, "known": rate.known,
                        "before_pp": old, "after_pp": new,
                    }  # fmt: skip
    return list(rows.values())


def _party(code: str) -> str:
    """A code of the ledger as answers write it."""
    return next((party for party, written in own_duties.UNION.items() if written == code), code)


def _partners(ledger: Ledger, imposer: str) -> set[str]:
    """The partners whose trade with an economy the ledger tells apart."""
    return {partner for by, partner in ledger.cells if by == imposer and partner != "REST"}
