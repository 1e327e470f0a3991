"""Laws of the record, on invented statements: order, later knowledge, retractions, and one answer by every way."""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from detente.record import lines, store
from detente.record.fact import By, FactDate, Source, Statement
from detente.record.index import FileIndex, MemoryIndex, merged
from detente.record.kinds import check, kinds
from detente.record.state import derive, unretracted
from detente.record.state.derive import compose
from detente.record.store import Record

DAYS = [f"2025-{m:02}-{d:02}" for m in range(1, 8) for d in (1, 15)]
TIMES = [*DAYS, "2025-03-01T00:01-05:00", "2025-03-01T00:01+08:00"]
SIDES = ["USA", "CHN", "joint", "press"]
BOTH = ["CHN", "USA"]
LAWS = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])

days = st.sampled_from(DAYS)
cities = st.sampled_from(["Geneva", "London"])
answers = st.sampled_from(["confirmed", "denied"])
modes = st.sampled_from(["document", "reported"])
values = st.one_of(
    st.tuples(
        st.just("extension"),
        st.fixed_dictionaries({"truce": st.sampled_from("ab"), "parties": st.just(BOTH), "new_expiry": days}),
    ),
    st.tuples(st.just("truce"), st.fixed_dictionaries({"parties": st.just(BOTH), "expiry": days})),
    st.tuples(
        st.just("measure"),
        st.fixed_dictionaries(
            {
                "measure": st.sampled_from(["m1", "m2"]), "type": st.just("tariff"),
                "imposer": st.sampled_from(["USA", "CHN"]), "target": st.none(), "legal_from": days,
                "status": st.sampled_from(["announced", "in_force", "suspended", "ended"]),
                "rate_pct": st.sampled_from([10, 25]),
            }
        ),
    ),
    st.tuples(
        st.just("agreement_stage"),
        st.fixed_dictionaries(
            {"deal": st.sampled_from("xy"), "parties": st.just(BOTH), "stage": st.sampled_from(["talks", "agreed"])}
        ),
    ),
    st.tuples(st.just("meeting"), st.fixed_dictionaries({"city": cities, "start": days})),
    st.tuples(
        st.just("planned_meeting"),
        st.fixed_dictionaries({"event": st.just("summit"), "date": days, "status": st.just("announced_one_side")}),
    ),
    st.tuples(
        st.just("confirmation"),
        st.fixed_dictionaries(
            {"event": st.just("summit"), "by_side": st.sampled_from(BOTH), "status": answers}
        ),
    ),
    st.tuples(st.just("agenda_item"), st.fixed_dictionaries({"topic": st.sampled_from(["tariffs", "chips"])})),
    st.tuples(st.just("participant"), st.fixed_dictionaries({"person": st.just("Li"), "role": st.sampled_from("pq")})),
    st.tuples(st.just("threat"), st.fixed_dictionaries({"by_side": st.sampled_from(BOTH), "threat": st.just("t")})),
    st.tuples(st.just("statement"), st.fixed_dictionaries({"speaker": st.just("Li")})),
)  # fmt: skip


@st.composite
def statement(draw: st.DrawFn) -> Statement:
    kind, value = draw(values)
    known = draw(days)
    asserted = draw(st.sampled_from([d for d in DAYS if d <= known]))
    side = draw(st.sampled_from(SIDES))
    valid = draw(st.sampled_from([None, None, None, *DAYS]))
    return Statement(
        kind, {k: v for k, v in value.items() if v is not None}, By(side=side, mode=draw(modes)),
        draw(st.sampled_from(["s1", "s2"])), asserted=asserted, known=known, valid_from=valid,
        note=draw(st.sampled_from(["", "a"])),
    )  # fmt: skip


@st.composite
def dossier(draw: st.DrawFn) -> list[Statement]:
    """Statements, some of them retracted or superseded, some retractions retracted."""
    statements = draw(st.lists(statement(), min_size=1, max_size=14))
    for _ in range(draw(st.integers(0, 3))):
        target = draw(st.sampled_from(statements))
        known = draw(st.sampled_from([d for d in DAYS if d >= (target.known or "")]))
        if draw(st.booleans()):
            statements.append(
                replace(target, asserted=known, known=known, note="wrong", retracts=target.id, supersedes=None)
            )
        else:
            statements.append(replace(draw(statement()), asserted=known, known=known, supersedes=target.id))
    return statements


@LAWS
@given(dossier(), st.randoms(), days, days)
def test_the_order_of_lines_never_matters(statements, random, as_of, known):
    first = derive(statements, as_of=as_of, known=known).to_json()
    shuffled = random.sample(statements, len(statements))
    assert derive(shuffled, as_of=as_of, known=known).to_json() == first


@LAWS
@given(dossier(), dossier(), days, days)
def test_what_is_known_later_never_changes_what_was_known_before(statements, more, as_of, known):
    later = [s for s in more if (s.known or "") > known]
    before = derive(statements, as_of=as_of, known=known).to_json()
    assert derive([*statements, *later], as_of=as_of, known=known).to_json() == before


@LAWS
@given(dossier(), days, days)
def test_repeating_every_statement_changes_nothing(statements, as_of, known):
    once = derive(statements, as_of=as_of, known=known).to_json()
    assert derive(statements * 2, as_of=as_of, known=known).to_json() == once


@LAWS
@given(statement(), st.integers(1, 5))
def test_a_retraction_of_a_retraction_brings_the_statement_back(original, depth):
    chain = [original]
    for step in range(depth):
        chain.append(replace(original, known="2025-07-15", note=f"undo {step}", retracts=chain[-1].id))
    standing = {s.id for s in unretracted(chain, "2025-08-01")}
    assert standing == ({original.id} if depth % 2 == 0 else set())
    assert [s.id for s in unretracted(chain[:1], "2025-08-01")] == [original.id]


@LAWS
@given(dossier(), st.sampled_from(TIMES), st.sampled_from(TIMES))
def test_both_indexes_select_what_the_state_is_derived_from(statements, as_of, known):
    expected = derive(statements, as_of=as_of, known=known)
    once = list({s.id: s for s in statements}.values())
    memory = MemoryIndex()
    memory.add(once[::2])
    memory.select(as_of, known)
    memory.add(once[1::2])
    from_memory = memory.select(as_of, known)
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "statements.jsonl"
        path.write_text(lines.write_all(once), encoding="utf-8")
        file = FileIndex(Path(home))
        assert file.build(path, once)
        from_file = file.select(as_of, known)
    for selection in (merged([part], as_of) for part in (from_memory, from_file)):
        again = compose(selection.statements, as_of=as_of, known=known, last_known=selection.last_known)
        assert again.to_json() == expected.to_json()


@LAWS
@given(dossier(), days, days)
def test_a_record_gives_the_same_answer_from_its_lines_and_from_its_index(statements, as_of, known):
    large, store.LARGE = store.LARGE, 1
    try:
        with tempfile.TemporaryDirectory() as home:
            record = Record.start(Path(home) / "talks")
            for name in ("s1", "s2"):
                record.add_source(Source(name, "t", "p", "2025-01-01", "press"))
            record.add_all(statements)
            assert derive(statements, as_of=as_of, known=known, sources=record.sources).to_json() == (
                record.as_of(as_of, known).to_json()
            )
            Record.load(record.folder)
            assert Record.load(record.folder).as_of(as_of, known).to_json() == record.as_of(as_of, known).to_json()
    finally:
        store.LARGE = large


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
rates = st.dictionaries(texts, st.integers(0, 300), max_size=3)
forms = {
    "text": texts, "texts": st.lists(texts, max_size=3), "side": st.sampled_from(["USA", "EU"]),
    "number": st.floats(0, 500), "sides": st.lists(st.sampled_from(["USA", "CHN", "EU"]), max_size=2),
    "date": st.sampled_from([*TIMES, "2025-05", "2025-05~"]), "integer": st.integers(0, 400), "rates": rates,
    "values": st.dictionaries(texts, texts, max_size=3),
}  # fmt: skip


@st.composite
def any_statement(draw: st.DrawFn) -> Statement:
    kind = draw(st.sampled_from(sorted(kinds().values(), key=lambda k: k.name)))
    value = {
        name: draw(st.sampled_from(form) if isinstance(form, list) else forms[form.removesuffix("?")])
        for name, form in kind.fields.items()
        if name in kind.keys or draw(st.booleans())
    }
    quote = draw(texts)
    by = By("Somebody", draw(st.sampled_from([None, *SIDES])), "reported", draw(texts))
    return Statement(
        kind.name, value, by, "s" + draw(texts), quote=quote, start=7, end=7 + len(quote),
        date=FactDate(draw(st.sampled_from([None, "2025-05"])), draw(texts), None), asserted="2025-01-01",
        known="2025-01-02", flags=tuple(draw(st.lists(texts, max_size=2))), note="n" + draw(texts),
        confidence=draw(st.sampled_from([None, 0.5])), coder=draw(st.sampled_from([None, "c"])),
    )  # fmt: skip


@LAWS
@given(any_statement())
def test_any_statement_survives_being_written_and_read(original):
    check(original)
    line = lines.write(original)
    assert "\n" not in line
    back = lines.read_statement(line)
    assert back.id == original.id
    assert json.loads(lines.write(back)) == json.loads(line)
