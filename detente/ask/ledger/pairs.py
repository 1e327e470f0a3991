"""What one economy levies on another's goods on a day, as known on a day: by act, with what has no rate and why."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from detente import labels
from detente.errors import QuestionError
from detente.record import act_status, own_duties
from detente.record.duties import WORLD, Act, Ledger, Levied, with_union

# From when the added duty counts unless --since says otherwise: the last days before the duties of 2018 and of 2025.
FIRST, SECOND = "2017-12-31", "2024-12-31"
UNION, UNION_IN_LEDGER = next(iter(own_duties.UNION.items()))
MOST_NEAR = 3  # codes that a message offers for one that is not known
ROUNDING = 1e-9  # points: what is smaller is none
WEIGHTS = "imports of 2024 by class of goods, before substitution"
OF_THE_REST = (
    "imports of 2024 from all partners without trade of their own on file, by class of goods, before substitution"
)
AS_PUBLISHED = "means over all goods as published, before substitution"
NO_TRADE = "the imports of this economy by class of goods are not on file, so its ordinary duty is not known"
NO_WEIGHTS = "the imports of this economy by partner are not on file"
ONLY_UNPRICED = "the acts in force have no rate on file; they are listed as not priced"

Unpriced = tuple[act_status.Unpriced, ...]


class Days(NamedTuple):
    """The day asked about, the day of knowledge, and the day from which added duty counts."""

    as_of: str
    known: str
    since: str


class ActPart(NamedTuple):
    """What one act adds: points levied on the day, and how many more than on the day the count begins."""

    act: Act
    points: float
    added: float


@dataclass(frozen=True)
class Pair:
    """The duties of one economy on another's goods.

    added: percentage points since the first day, None where not known; average: all duties together, percent, None
    where not known; ordinary: the part of it that no act adds. weights: what the means are weighted by. reasons: why
    what is None is not known.
    """

    by: str
    against: str
    added: float | None
    average: float | None
    ordinary: float | None
    parts: tuple[ActPart, ...]
    unpriced: Unpriced
    announced: tuple[Act, ...]
    suspended: tuple[Act, ...]
    weights: str
    reasons: dict[str, str]

    @property
    def acts(self) -> Iterator[Act]:
        """Every act that it speaks of."""
        yield from (part.act for part in self.parts)
        yield from (row.act for row in self.unpriced)
        yield from self.announced
        yield from self.suspended

    def to_json(self, known: str) -> dict[str, Any]:
        """The pair in the keys of an answer."""
        return {
            "by": self.by,
            "against": self.against,
            "additional_pp": self.added,
            "average_pct": self.average,
            "ordinary_pct": self.ordinary,
            "weights": self.weights,
            "reasons": self.reasons,
            "acts": [
                {"id": x.act.id, "points": x.points, "additional_pp": x.added, **origin(x.act)} for x in self.parts
            ],
            "not_priced": [{"id": x.act.id, "reason": x.reason, **origin(x.act)} for x in self.unpriced],
            "announced": [
                {"id": act.id, "from": act.legal_from or None, "rate": act.rate, **origin(act)}
                for act in self.announced
            ],
            "suspended": [
                {
                    "id": act.id,
                    "from": act.suspended_from,
                    "until": act_status.suspended_until(act, known),
                    "rate": act.rate,
                }
                for act in self.suspended
            ],
        }


def origin(act: Act) -> dict[str, str]:
    """How sure an act is, and where it can be read."""
    source = act.source or "no document read"
    return {"name": act.title, "confidence": act.confidence, "source": source, "url": act.url}


def plain_day(text: str) -> str:
    """The day of a day or a moment. Raises QuestionError."""
    try:
        return date.fromisoformat(text[:10]).isoformat()
    except ValueError:
        raise QuestionError(f"{text[:40]!r} is not a day; write it as 2025-10-27") from None


def resolve_since(as_of: str, since: str | None) -> str:
    """The day from which added duty counts. Raises QuestionError for one before the ledger or after the day asked."""
    first = since or (SECOND if as_of > SECOND else FIRST)
    if as_of < FIRST or first < FIRST:
        raise QuestionError(
            f"the ledger of duties begins on {FIRST}, and {min(as_of, first)} is earlier; ask about a later day"
        )
    if first > as_of:
        raise QuestionError(f"--since {first} is after the day asked about, {as_of}; give an earlier day")
    return first


def economy(code: str, flag: str, *, world: bool = False) -> str:
    """The code of an economy as the answers write it. Raises QuestionError for an unknown code."""
    plain = as_answered(code.strip().upper())
    known = {*own_duties.economies(), UNION, *([WORLD] if world else [])} - {UNION_IN_LEDGER}
    if plain in known:
        return plain
    near = sorted(x for x in known if x[:2] == plain[:2])[:MOST_NEAR]
    advice = f"did you mean {labels.joined(near)}?" if near else f"write an ISO3 code or {UNION}"
    raise QuestionError(f"{flag} {code[:40]!r} is no economy; {advice}")


def as_answered(code: str) -> str:
    """A code of the ledger as the answers write it: EU for EU27."""
    return UNION if code == UNION_IN_LEDGER else code


def imposers(ledger: Ledger) -> list[str]:
    """The economies whose acts the ledger holds; those whose trade is on file first."""
    names = {as_answered(act.imposer) for act in ledger.acts.values()}
    return sorted(names, key=lambda name: _imposer_rank(ledger, name))


def _imposer_rank(ledger: Ledger, name: str) -> tuple[bool, str]:
    return not ledger.has_classes(name), name


def pair(ledger: Ledger, by: str, against: str, days: Days, status: Status) -> Pair:
    """The duties of one economy on another's goods on a day."""
    now = ledger.levied(by, against, days.as_of, days.known)
    then = ledger.levied(by, against, days.since, days.known)
    unpriced, earlier = _of_pair(status.unpriced, by, against), _of_pair(status.earlier, by, against)
    ordinary = ledger.ordinary(by, against)
    reasons = {"additional_pp": _not_added(ledger, by, against, now, unpriced, earlier)}
    reasons["average_pct"] = "" if ordinary is not None else NO_TRADE
    return Pair(
        by,
        against,
        None if reasons["additional_pp"] else now.total - then.total,
        None if ordinary is None else ordinary + now.total,
        ordinary,
        _parts(ledger, now, then),
        unpriced,
        _concerning(status.announced, by, against),
        _concerning(status.suspended, by, against),
        _weights(ledger, by, against),
        {key: reason for key, reason in reasons.items() if reason},
    )


def _weights(ledger: Ledger, by: str, against: str) -> str:
    """What the means of a pair are weighted by."""
    imports = ledger.imports(by)
    if not imports:
        return AS_PUBLISHED
    return WEIGHTS if against == WORLD or not imports.keys().isdisjoint(with_union(against)) else OF_THE_REST


def _not_added(ledger: Ledger, by: str, against: str, now: Levied, unpriced: Unpriced, earlier: Unpriced) -> str:
    """Why the added duty is not known; empty where it is."""
    if against == WORLD and not ledger.has_classes(by):
        return NO_WEIGHTS
    same = {row.act.id for row in unpriced} == {row.act.id for row in earlier}
    return "" if now.points or same else ONLY_UNPRICED


def all_pairs(ledger: Ledger, days: Days, by: str | None, against: str | None) -> list[Pair]:
    """Every pair with a duty or an act without a rate, or those of one economy, of one partner, or of both.

    Without a partner: the world as a whole, then every partner that an act falls on by name or with points, by trade.
    Raises QuestionError where both are the same.
    """
    status = Status.of(ledger, days)
    if by and by == against:
        raise QuestionError(f"--by and --against are both {by}; name two economies")
    if by and against:
        return [pair(ledger, by, against, days, status)]
    rows = [
        pair(ledger, imposer, partner, days, status)
        for imposer, partner in _named_pairs(ledger, days.known, by, against)
    ]
    kept = [row for row in rows if _counts(row, bool(against))]
    return sorted(kept, key=lambda row: (_imposer_rank(ledger, row.by), _rank(ledger, row)))


def _rank(ledger: Ledger, row: Pair) -> tuple[bool, float, float, str]:
    """The world first, then partners by trade, then by added duty."""
    trade = sum(ledger.imports(row.by).get(code, 0.0) for code in with_union(row.against))
    return row.against != WORLD, -trade, -abs(row.added or 0.0), row.against


def _named_pairs(ledger: Ledger, known: str, by: str | None, against: str | None) -> Iterator[tuple[str, str]]:
    """The pairs that acts known on a day may concern, of one imposer or all, on one partner or all."""
    for imposer in [by] if by else imposers(ledger):
        for partner in [against] if against else _partners(ledger, imposer, known):
            if partner != imposer:
                yield imposer, partner


@dataclass(frozen=True)
class Status:
    """Acts that are not levied: without a rate on the day asked about and on the first day, announced, suspended."""

    unpriced: Unpriced
    earlier: Unpriced
    announced: tuple[Act, ...]
    suspended: tuple[Act, ...]

    @classmethod
    def of(cls, ledger: Ledger, days: Days) -> Status:
        """The status on the days of a question."""
        return cls(
            act_status.unpriced(ledger, days.as_of, days.known),
            act_status.unpriced(ledger, days.since, days.known),
            act_status.announced(ledger, days.as_of, days.known),
            act_status.suspended(ledger, days.as_of, days.known),
        )


def _partners(ledger: Ledger, imposer: str, known: str) -> list[str]:
    """The partners of an economy, a union as one."""
    codes = own_duties.economies() - set(labels.members(UNION)) - {UNION_IN_LEDGER}
    return [WORLD, *sorted(codes | {UNION})] if ledger.has_classes(imposer) else _named(ledger, imposer, known)


def _named(ledger: Ledger, imposer: str, known: str) -> list[str]:
    """The partners that acts of an economy name, and the world where an act falls on everybody."""
    targets = _targets(ledger, imposer, known)
    codes = {code for target in targets.values() if not target.everybody for code in target.codes}
    codes.update(*(rate.against for rate in ledger.rates if rate.act in targets and rate.known <= known))
    world = [WORLD] if any(target.everybody for target in targets.values()) else []
    return [*world, *sorted(map(as_answered, codes))]


def _targets(ledger: Ledger, imposer: str, known: str) -> dict[str, act_status.Target]:
    """{act: whom it falls on} of the acts of an economy, or of the union it belongs to, that are known on a day."""
    names = with_union(imposer)
    own = (act for act in ledger.acts.values() if act.imposer in names and act.known <= known)
    return {act.id: act_status.target_of(act.target) for act in own}


def _counts(x: Pair, of_partner: bool) -> bool:
    """Whether a pair is listed: it has points, or an act without a rate that names the partner."""
    if any(abs(part.points) > ROUNDING or abs(part.added) > ROUNDING for part in x.parts):
        return True
    unpriced = [row.act for row in x.unpriced]
    return bool(unpriced) and (of_partner or x.against == WORLD or any(_names(act, x.against) for act in unpriced))


def _names(act: Act, partner: str) -> bool:
    return act_status.target_of(act.target).names(partner)


def _concerns(act: Act, by: str, against: str) -> bool:
    """Whether an act is one of an economy's on a partner; on the world all its acts are."""
    if act.imposer not in with_union(by) or not with_union(by).isdisjoint(with_union(against)):
        return False
    return against == WORLD or act_status.target_of(act.target).includes(against)


def _concerning(acts: Sequence[Act], by: str, against: str) -> tuple[Act, ...]:
    return tuple(act for act in acts if _concerns(act, by, against))


def _of_pair(rows: Unpriced, by: str, against: str) -> Unpriced:
    return tuple(row for row in rows if _concerns(row.act, by, against))


def _parts(ledger: Ledger, now: Levied, then: Levied) -> tuple[ActPart, ...]:
    """What each act adds on the day, the largest first; acts that ended since then have no points left."""
    names = dict.fromkeys([*now.points, *then.points])
    parts = [
        ActPart(ledger.acts[name], now.points.get(name, 0.0), now.points.get(name, 0.0) - then.points.get(name, 0.0))
        for name in names
    ]
    return tuple(sorted(parts, key=lambda part: (-abs(part.points), part.act.id)))


def confidences(pairs: Sequence[Pair]) -> dict[str, int]:
    """{how sure: number of acts} of all acts that the pairs speak of."""
    acts = {act.id: act.confidence for x in pairs for act in x.acts}
    return {level: list(acts.values()).count(level) for level in own_duties.CONFIDENCE}
