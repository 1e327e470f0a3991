"""A record and the tools of others: people and sources as FollowTheMoney entities, decisions on names as judgements."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from detente.ask.answer import Answer
from detente.ask.registry import DEFAULT_DOSSIER
from detente.ask.talks.curation import open_for_writing, written
from detente.ask.talks.dossier import open_dossier, resolve_days
from detente.errors import QuestionError, RecordError
from detente.record import entities as exchange
from detente.record import review
from detente.record.entities import Judgement
from detente.record.store import Record
from detente.safe_io import read_text, write_file

SIZE = 20_000_000  # bytes of one file


def export(
    *,
    entities: str | None = None,
    judgements: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    as_of: str | None = None,
    known: str | None = None,
    home: str | None = None,
) -> Answer:
    """Write the people and sources of a record as entities, and its decisions on names as judgements.

    entities, judgements: files to write, JSON lines both. Raises QuestionError where neither is named.
    """
    if entities is None and judgements is None:
        raise QuestionError("nothing to write; name a file with --entities, --judgements, or both")
    as_of, known = resolve_days(as_of, known)
    record = open_dossier(dossier, home)
    decisions = review.names_decided(record, known)
    sources = [source for source in record.sources.values() if (source.published or "") <= known]
    rows = exchange.entities(dossier, record.as_of(as_of, known).people, decisions, sources)
    distinct = {row["id"]: json.dumps(row, ensure_ascii=False) for row in rows}
    lines = [exchange.judgement_line(dossier, decision) for decision in decisions]
    _write(entities, distinct.values())
    _write(judgements, lines)
    data = {
        "entities": {"file": entities, "count": len(distinct)},
        "judgements": {"file": judgements, "count": len(lines)},
        "dossier": dossier,
        "as_of": as_of,
        "known": known,
    }
    return Answer("record export", data, options={"dossier": dossier, "as_of": as_of, "known": known})


def judge(
    path: str,
    *,
    entities: str | None = None,
    by: str | None = None,
    dossier: str = DEFAULT_DOSSIER,
    home: str | None = None,
) -> Answer:
    """Take the judgements of a file of nomenklatura into a record, as decisions on names; all or none.

    entities: a file of FollowTheMoney with the names of their ids. by: who decided, where a line does not say. Raises
    RecordError, and QuestionError for a dossier that is not there.
    """
    record = open_for_writing(dossier, home)
    names = exchange.names_of(_text(entities), entities) if entities else {}
    judgements, left_out = exchange.read_judgements(_text(path), path, names, _persons(record))
    _check_named(judgements, by, path)
    standing = {(s.value["surface"], s.value["person"]): s.value["decision"] for s in review.names_decided(record)}
    fresh = [j for j in judgements if standing.get((j.surface, j.person)) != j.decision]
    lines = [_written(record, judgement, by or "") for judgement in fresh]
    data = {
        "added": [{"line": line, **_row(j)} for line, j in zip(lines, fresh, strict=True)],
        "already_there": len(judgements) - len(fresh),
        "left_out": left_out,
    }
    return written("record judgements", record, data, {"dossier": dossier, "by": by})


def _write(path: str | None, lines: Iterable[str]) -> None:
    """Write lines to a file, if one is named."""
    if path is not None:
        write_file(path, "".join(f"{line}\n" for line in lines))


def _check_named(judgements: Iterable[Judgement], by: str | None, path: str) -> None:
    """Refuse judgements without anybody who took them. Raises RecordError."""
    nobody = next((j for j in judgements if not (j.who or by)), None)
    if nobody is not None:
        raise RecordError(f"{path}: nobody is named who judged {nobody.surface[:60]!r}; say who with --by")


def _text(path: str) -> str:
    return read_text(path, size=SIZE, error=RecordError)


def _persons(record: Record) -> Sequence[str]:
    """The persons that statements of a record name."""
    people = (s.value.get("person") for s in record.statements() if s.kind in ("participant", "name_variant"))
    return [str(person) for person in dict.fromkeys(people) if person]


def _written(record: Record, judgement: Judgement, by: str) -> str:
    """The id of the statement that a judgement becomes."""
    score = "" if judgement.score is None else f", score {judgement.score:g}"
    line = review.same_person(
        record, judgement.surface, judgement.person, judgement.decision, who=judgement.who or by,
        why=f"a judgement of nomenklatura{score}", known=judgement.day,
    )  # fmt: skip
    return line.id


def _row(judgement: Judgement) -> dict[str, Any]:
    return {"surface": judgement.surface, "person": judgement.person, "decision": judgement.decision,
            "by": judgement.who, "known": judgement.day}  # fmt: skip
