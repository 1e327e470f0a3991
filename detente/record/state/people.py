"""People: one row a person, however the name is spelt."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from detente.record.fact import Statement, has_started
from detente.record.state.claims import Row, filter_kinds, in_decision_order, normalized


def derive_people(told: list[Statement], at: str, proposed: Collection[str] = ()) -> list[Row]:
    """One row a person, with the offices of the day; decisions on names count as they were known, the latest first."""
    lines = in_decision_order(filter_kinds(told, "identity"))
    decided = {(normalized(s.value["surface"]), normalized(s.value["person"])): s for s in lines}
    told = [s for s in told if not _ruled_out(s, decided)]
    known_as = {
        normalized(s.value["surface"]): s.value["person"]
        for s in told
        if s.value.get("surface") and s.value.get("person")
    }
    known_as |= {name: s.value["person"] for (name, _), s in decided.items() if s.value["decision"] == "same"}
    told = filter_kinds(told, "participant", "name_variant")
    in_record = {normalized(s.value["person"]) for s in told if s.value.get("role") and s.id not in proposed}
    people: dict[str, Row] = {}
    for s in told:
        name = s.value.get("person")
        if not name:
            continue
        name = known_as.get(normalized(name), name)
        new: Row = {"person": name, "side": None, "roles": [], "surfaces": [], "decisions": [], "statements": []}
        new["over"] = True
        row = people.setdefault(normalized(name), new)
        row["side"] = row["side"] or s.value.get("side")
        surfaces = [s.value.get(k) for k in ("surface", "native_hans", "native_hant", "sino_vietnamese")]
        row["surfaces"] = list(dict.fromkeys([*row["surfaces"], *(x for x in surfaces if x)]))
        row["statements"].append(s.id)
        in_office = (s.valid_from is None or has_started(s.valid_from, at, s.value.get("side"))) and not (
            s.valid_to and has_started(s.valid_to, at, s.value.get("side"))
        )
        row["over"] &= s.kind == "participant" and not in_office
        # an office that a document gives does not stand beside those on record
        if s.value.get("role") and in_office and not (s.id in proposed and normalized(name) in in_record):
            _add_role(row["roles"], {"role": s.value["role"], "from": s.valid_from, "to": s.valid_to})
    for s in decided.values():
        found = people.get(normalized(s.value["person"]))
        if found:
            found["decisions"].append(
                {
                    "surface": s.value["surface"], "decision": s.value["decision"], "by": s.by.name, "why": s.note,
                    "known": s.known, "statement": s.id,
                }
            )  # fmt: skip
            if s.value["decision"] == "same" and s.value["surface"] not in found["surfaces"]:
                found["surfaces"].append(s.value["surface"])
    shown = [{k: v for k, v in row.items() if k != "over"} for row in people.values() if not row["over"]]
    order = {"USA": 0, "CHN": 1}
    return sorted(shown, key=lambda r: (order.get(r["side"], 2), r["person"]))


def _ruled_out(s: Statement, decided: Mapping[tuple[str, str], Statement]) -> bool:
    """A surface that was decided not to be this person."""
    pair = normalized(s.value.get("surface")), normalized(s.value.get("person"))
    found = decided.get(pair) if s.kind in ("participant", "name_variant") else None
    return found is not None and found.value["decision"] == "not_same"


def _add_role(roles: list[Row], new: Row) -> None:
    """Keep the fuller of two namings of one office: Secretary of Treasury is Secretary of the Treasury."""
    words = set(normalized(new["role"]).split()) - {"the", "of"}
    for old in roles:
        others = set(normalized(old["role"]).split()) - {"the", "of"}
        if words <= others:
            return
        if others <= words:
            old.update({**new, "from": new["from"] or old["from"], "to": new["to"] or old["to"]})
            return
    roles.append(new)
