"""People: one row a person, however the name is spelt."""

from __future__ import annotations

from detente.record.fact import Statement, begun
from detente.record.state.claims import Row, folded


def people_known(told: list[Statement], at: str) -> list[Row]:
    known_as = {
        folded(s.value["surface"]): s.value["person"] for s in told if s.value.get("surface") and s.value.get("person")
    }
    people: dict[str, Row] = {}
    for s in told:
        name = s.value.get("person")
        if not name:
            continue
        name = known_as.get(folded(name), name)
        new: Row = {"person": name, "side": None, "roles": [], "surfaces": [], "statements": [], "over": True}
        row = people.setdefault(folded(name), new)
        row["side"] = row["side"] or s.value.get("side")
        surfaces = [s.value.get(k) for k in ("surface", "native_hans", "native_hant", "sino_vietnamese")]
        row["surfaces"] = list(dict.fromkeys([*row["surfaces"], *(x for x in surfaces if x)]))
        row["statements"].append(s.id)
        in_office = (s.valid_from is None or begun(s.valid_from, at, s.value.get("side"))) and not (
            s.valid_to and begun(s.valid_to, at, s.value.get("side"))
        )
        row["over"] &= s.kind == "participant" and not in_office
        if s.value.get("role") and in_office:
            _add_role(row["roles"], {"role": s.value["role"], "from": s.valid_from, "to": s.valid_to})
    shown = [{k: v for k, v in row.items() if k != "over"} for row in people.values() if not row["over"]]
    order = {"USA": 0, "CHN": 1}
    return sorted(shown, key=lambda r: (order.get(r["side"], 2), r["person"]))


def _add_role(roles: list[Row], new: Row) -> None:
    """Keep the fuller of two namings of one office: Secretary of Treasury is Secretary of the Treasury."""
    words = set(folded(new["role"]).split()) - {"the", "of"}
    for old in roles:
        others = set(folded(old["role"]).split()) - {"the", "of"}
        if words <= others:
            return
        if others <= words:
            old.update({**new, "from": new["from"] or old["from"], "to": new["to"] or old["to"]})
            return
    roles.append(new)
