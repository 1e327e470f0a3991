"""The rows of the ledger that an act of a feed becomes: a new act, or a later step of one that is there.

A step has an id of its own, such as `us-s122-10.until-2026-12-31`, and rates with two clocks: what was known before it
stays as it was. An act on goods that the ledger cannot tell apart gets no rate: it is listed as not priced.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from detente.errors import RecordError
from detente.record import own_duties
from detente.record.duties import ALL, Act, Ledger, Rate
from detente.record.feeds import dates
from detente.record.feeds.ledger_match import SAME_END, Candidate, Standing, candidate, root, slug, standing_of, steps
from detente.record.feeds.model import FeedAct, FeedSource, Update

KINDS = {"add": "add", "level": "add", "total": "total", "floor_total": "total", "cap_total": "cap"}
ON_ALL_GOODS = re.compile(
    r"\b(?:all|any) (?:other |imported )?(?:goods|articles|imports|products)\b|所有(?:进口)?(?:商品|货物)", re.I
)
NO_CLASS = "no class of goods of the ledger stands for what it falls on; add its rate to rates.csv of your duties"
OPEN_ENDED = "its rates have no end in the ledger and are levied on"
LONGEST = 400  # characters of a cell
QUOTED = 12  # words of a quotation
NOTHING: frozenset[str] = frozenset()
SAFE = ("new", "moves the end of", "changes the rate of")  # relations that need no second look
SURE = 0.7  # confidence below which an act needs one
MOST = 4  # targets that the id of a step names


class LedgerRows(NamedTuple):
    """What an act adds to the ledger; why_not: why it adds nothing, or no rate."""

    acts: tuple[Act, ...] = ()
    rates: tuple[Rate, ...] = ()
    why_not: str = ""


class BesideLedger(NamedTuple):
    """An act of a feed beside the ledger: how it stands to it, and what it adds.

    is_official: an official source tells of it without doubt. is_safe: it can also be taken as it is.
    """

    act: FeedAct
    stands: Standing
    rows: LedgerRows
    is_official: bool
    is_safe: bool


def beside_ledger(
    update: Update, ledger: Ledger, known: str, takes: Callable[[BesideLedger], bool] | None = None
) -> list[BesideLedger]:
    """Every act of an update beside the ledger and what it takes before, in the order in which they became known.

    known: the day on which the files were at hand, for acts that no source dates. takes: whether the ledger takes an
    act; by default those that are safe.
    """
    compared: list[BesideLedger] = []
    takes = takes or _takes_safe
    spoken_of: dict[str, set[str]] = {}  # source: acts of the ledger that its acts speak of
    for act in sorted(update.acts, key=lambda a: (_day_known(a), a.legal_from or "", a.id)):
        here, source = candidate(act, update.by_id, known), _first_source(act, update)
        taken = spoken_of.setdefault(source.id, set()) if here.official and source else set()
        beside = _beside(here, source, ledger, taken)
        compared.append(beside)
        taken.update(root(row.id) for row in (*beside.rows.acts, *_present(beside.stands.of)))
        ledger = with_rows(ledger, beside.rows) if takes(beside) else ledger
    return compared


def _beside(here: Candidate, source: FeedSource | None, ledger: Ledger, taken: set[str]) -> BesideLedger:
    stands = standing_of(here, ledger, taken)
    is_official = here.official and not _is_doubtful(here.act)
    added = rows(here, stands, source, ledger)
    return BesideLedger(
        here.act, stands, added, is_official, is_official and stands.relation in SAFE and not stands.also
    )


def _first_source(act: FeedAct, update: Update) -> FeedSource | None:
    return update.by_id.get(act.sources[0]) if act.sources else None


def _takes_safe(beside: BesideLedger) -> bool:
    return beside.is_safe


def _day_known(act: FeedAct) -> str:
    return (act.known or "9999")[:10]


def _present(act: Act | None) -> tuple[Act, ...]:
    return () if act is None else (act,)


def _is_doubtful(act: FeedAct) -> bool:
    """Whether a person has to look: a listing, a rate of one column, or a kind of rate that is not confirmed."""
    is_sure = act.known is not None and (act.confidence is None or act.confidence >= SURE)
    return act.status == "listed" or act.column is not None or act.tracker_day or not is_sure


def with_rows(ledger: Ledger, added: LedgerRows) -> Ledger:
    """The ledger with the rows of an act beside its own."""
    acts = {**ledger.acts, **{act.id: act for act in added.acts}}
    return replace(ledger, acts=acts, rates=(*ledger.rates, *added.rates))


def rows(here: Candidate, stands: Standing, source: FeedSource | None, ledger: Ledger) -> LedgerRows:
    """The rows of an act that stands to the ledger as `stands` says; none for what is the same.

    source: the document that tells of it first.
    """
    if stands.relation == "same":
        return LedgerRows()
    if here.act.type not in ("tariff", "exemption"):
        return LedgerRows(why_not=f"{here.act.type.replace('_', ' ')}: no duty, so it stands in the record alone")
    if source is None:
        return LedgerRows(why_not="no source with a day of its own tells of it")
    if here.act.status == "ended" and here.end is None:
        return LedgerRows(why_not="it ends on a day that the document does not give")
    result = _step(here, stands, source, ledger) if stands.of else _new(here, source)
    return _checked(result)


def _checked(result: LedgerRows) -> LedgerRows:
    """The rows, or why the ledger cannot hold them."""
    try:
        own_duties.check_new(result.acts, result.rates)
    except RecordError as error:
        return LedgerRows(why_not=str(error))
    return result


def _new(here: Candidate, source: FeedSource) -> LedgerRows:
    act = here.act
    target = " ".join(act.targets) or (ALL if act.target_text is None and _is_on_all_goods(here) else "")
    if not target:
        return LedgerRows(why_not=f"on whom it falls is not named one by one ({act.target_text or 'no target'})")
    if act.status == "ended":
        return LedgerRows(why_not="it ends what the ledger does not hold")
    row, why_not = _act(here, source, slug(act.id), target), _why_no_rate(here)
    return LedgerRows((row,), (), why_not) if why_not else LedgerRows((row,), (_rate(here, row),))


def _why_no_rate(here: Candidate) -> str:
    act = here.act
    if act.status in ("suspended", "listed", "announced") or act.legal_from is None:
        return "no day from which it is levied is known"
    if not isinstance(act.rate, float) or act.rate_kind not in KINDS:
        return "it gives no single rate in percent"
    return "" if _is_on_all_goods(here) else NO_CLASS


def _rate(here: Candidate, row: Act) -> Rate:
    """The rate of a new act on all goods."""
    act = here.act
    return Rate(
        act=row.id, family=row.id, against=_own_targets(here), but=NOTHING, needs=NOTHING, without=NOTHING,
        rate=act.rate if isinstance(act.rate, float) else 0.0, kind=KINDS[act.rate_kind], usmca="none", part="whole",
        start=row.legal_from, until=row.legal_until, known=here.known, end_known=here.known, note="",
    )  # fmt: skip


def _own_targets(here: Candidate) -> frozenset[str]:
    """The codes on which the act itself says that it falls; none for everybody, or where it names none."""
    return frozenset(own_duties.UNION.get(code, code) for code in here.act.targets if code != ALL)


def _is_on_all_goods(here: Candidate) -> bool:
    """Whether the words of an act say that it falls on all goods."""
    act = here.act
    is_on_list = bool(act.products) or act.scope_codes is not None
    return not is_on_list and bool(ON_ALL_GOODS.search(f"{act.scope or ''} {act.quote or ''}"))


def _act(here: Candidate, source: FeedSource, identity: str, target: str) -> Act:
    act, end = here.act, here.end
    is_suspended = act.status == "suspended"
    values = {
        "id": identity, "imposer": act.imposer, "target": target, "authority": act.authority,
        "instrument": act.instrument or source.citation, "announced": (act.announced or "")[:10],
        "legal_from": act.legal_from, "legal_until": None if is_suspended else end, "ever_in_force": _status(here),
        "known": here.known, "rate": _rate_words(here), "scope": act.scope, "source": source.title, "url": source.url,
        "confidence": _confidence(source), "note": _note(here), "signed": act.signed,
        "suspended_from": act.suspended_from if is_suspended else None,
        "suspended_until": end if is_suspended else None, "rate_kind": act.rate_kind,
        "quote": " ".join((act.quote or "").split()[:QUOTED]),
    }  # fmt: skip
    return Act(**{name: _short(value or "") for name, value in values.items()})


def _short(text: str) -> str:
    """A text as a cell of a table holds it: what can be printed, and not too long."""
    plain = "".join(letter if letter.isprintable() else " " for letter in text[:LONGEST])
    return " ".join(plain.split())


def _status(here: Candidate) -> str:
    start = here.act.legal_from
    if here.act.status == "announced" or start is None:
        return "unknown"
    return "coming" if start > here.known else "yes"


def _rate_words(here: Candidate) -> str:
    rate = here.act.rate
    values = rate if isinstance(rate, tuple) else () if rate is None else (rate,)
    return " / ".join(f"{value:g}" for value in values) or ("0" if here.act.rate_kind == "exempt" else "not given")


def _confidence(source: FeedSource) -> str:
    if source.kind == "official":
        return "official text read"
    return "tracker" if source.kind == "dataset" else "press"


def _note(here: Candidate) -> str:
    retroactive = "in force before it was known" if here.act.retroactive else ""
    return "; ".join(part for part in (here.act.note, retroactive) if part)


# A later step of an act of the ledger


def _step(here: Candidate, stands: Standing, source: FeedSource, ledger: Ledger) -> LedgerRows:
    """The step that the first difference makes."""
    of = stands.of
    assert of is not None
    target = " ".join(here.act.targets) or of.target
    plain = _act(here, source, root(of.id), target)
    kept = {name: getattr(of, name) for name in ("authority", "scope", "rate", "rate_kind") if getattr(of, name)}
    plain = plain._replace(instrument=plain.instrument or of.instrument, **_without_own(here, kept))
    if "suspended_until" in stands.keys:
        return _suspension_moved(here, plain, of, ledger)
    if "legal_until" in stands.keys:
        return _end_moved(here, plain, of, ledger)
    return _rate_changed(here, plain, of, ledger)


def _without_own(here: Candidate, kept: dict[str, str]) -> dict[str, str]:
    """What the ledger says of the act, but for a rate that the document gives itself."""
    if here.act.rate is None:
        return kept
    return {name: value for name, value in kept.items() if name not in ("rate", "rate_kind")}


def _step_id(here: Candidate, of: Act, word: str, ledger: Ledger) -> str:
    """The id of a step: that of its act, what it does on which day, and on whom, where that is not everybody."""
    targets = [] if set(here.act.targets) <= {ALL} or here.act.target == of.target else sorted(here.act.targets)[:MOST]
    plain = "-".join([f"{root(of.id)}.{word}", *(code.lower() for code in targets)])
    numbered = (plain if k == 1 else f"{plain}-{k}" for k in range(1, len(ledger.acts) + 2))
    return next(identity for identity in numbered if identity not in ledger.acts)


def _suspension_moved(here: Candidate, plain: Act, of: Act, ledger: Ledger) -> LedgerRows:
    step = of._replace(
        id=_step_id(here, of, f"until-{here.end}", ledger), known=here.known, suspended_until=here.end or "",
        source=plain.source, url=plain.url, instrument=plain.instrument, quote=plain.quote,
        confidence=plain.confidence, signed=plain.signed,
    )  # fmt: skip
    return LedgerRows((step,), why_not="a suspension levies nothing; the rate in force beside it stays")


def _end_moved(here: Candidate, plain: Act, of: Act, ledger: Ledger) -> LedgerRows:
    """From the day after the old end to the new one what was levied goes on; or from the new end on it stops."""
    end = here.end or ""
    if of.legal_until and end > of.legal_until:
        return _prolonged(here, plain, of, ledger)
    step = plain._replace(
        id=_step_id(here, of, f"ended-{end}", ledger), legal_from=of.legal_from, legal_until=end,
        ever_in_force=of.ever_in_force,
    )  # fmt: skip
    live = _live(of, ledger, dates.plus_days(end, 1))
    stopped = [replace(r, rate=0.0, kind="add") for r in live]
    return _with_copies(here, step, stopped, dates.plus_days(end, 1), "")


def _prolonged(here: Candidate, plain: Act, of: Act, ledger: Ledger) -> LedgerRows:
    end, start = here.end or "", dates.plus_days(of.legal_until, 1)
    identity = _step_id(here, of, f"until-{end}", ledger)
    step = plain._replace(id=identity, legal_from=start, legal_until=end, ever_in_force=of.ever_in_force)
    last, rates = dates.plus_days(of.legal_until, -SAME_END), _rates(of, ledger)
    ending = [rate for rate in rates if rate.until and rate.until >= last]
    result = _with_copies(here, step, ending, start, end)
    return result._replace(why_not=OPEN_ENDED) if rates and not ending else result


def _rate_changed(here: Candidate, plain: Act, of: Act, ledger: Ledger) -> LedgerRows:
    start, rate = here.act.legal_from or here.known, here.act.rate
    step = plain._replace(id=_step_id(here, of, f"rate-{start}", ledger), legal_from=start)
    if not isinstance(rate, float):
        return LedgerRows((step,), why_not="it gives no single rate in percent")
    kind = None if here.act.rate_kind == "level" else KINDS.get(here.act.rate_kind)
    changed = [replace(r, rate=rate, kind=kind or r.kind) for r in _live(of, ledger, start)]
    return _with_copies(here, step, changed, start, here.end or of.legal_until)


def _live(of: Act, ledger: Ledger, day: str) -> list[Rate]:
    """The rates of an act that are levied on a day or later."""
    return [r for r in _rates(of, ledger) if r.kind != "exempt" and (not r.until or r.until >= day)]


def _with_copies(here: Candidate, step: Act, live: list[Rate], start: str, until: str) -> LedgerRows:
    copies = tuple(_copies(here, live, step, start, until))
    return LedgerRows((step,), copies, "" if copies else NO_CLASS)


def _rates(of: Act, ledger: Ledger) -> list[Rate]:
    """The rates of an act and of its earlier steps; a later one on the same goods takes the place of an earlier one."""
    ids = [act.id for act in steps(ledger, of.id) if act.known <= of.known]
    rates = sorted((r for r in ledger.rates if r.act in ids), key=lambda r: (r.known, r.start))
    return list({(r.family, r.against, r.but, r.needs, r.without, r.kind == "exempt"): r for r in rates}.values())


def _copies(here: Candidate, rates: list[Rate], step: Act, start: str, until: str) -> Iterator[Rate]:
    """Rates as a step levies them from a day on, on its own targets where it names them."""
    own = _own_targets(here)
    for rate in rates:
        against = (own & rate.against if rate.against else own - rate.but) if own else rate.against
        if against or not own:
            yield replace(
                rate, act=step.id, against=against, but=NOTHING if own else rate.but, start=start, until=until,
                known=here.known, end_known=here.known, note="",
            )  # fmt: skip
