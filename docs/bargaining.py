"""Make the file of past bargaining calls: what each answer would have said of every point that it is about.

python docs/bargaining.py  # writes dossiers/history/bargained.csv; takes some minutes, since every day is priced
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from detente.ask.cases import case_of
from detente.ask.forecasting import calls
from detente.ask.forecasting.bargaining_answers import bargaining_forecasts
from detente.ask.forecasting.calls import PastCall
from detente.ask.forecasting.points import forecast_point
from detente.ask.forecasting.track_record import shipped
from detente.ask.pricing.context import DEFAULT_WORLD, pricing_context
from detente.ask.pricing.packages import package_set
from detente.ask.pricing.priced_day import price_day, why_no_bargain
from detente.bargain.endings import BASE_RATE
from detente.record import history
from detente.record.store import Record, shipped_dossiers

FILE = Path(__file__).resolve().parents[1] / "detente" / "dossiers" / "history" / calls.SHIPPED


def calls_in(dossier: str) -> Iterator[PastCall]:
    """The calls of a dossier about the points of its negotiation, at every lead time of the track record."""
    record, case = Record.load(dossier), case_of(dossier)
    points = history.load()
    by_id = {p.id: p for p in points}
    for scored in shipped():
        if scored.model != BASE_RATE or not by_id[scored.id].negotiation.startswith(case.history or ("\0",)):
            continue
        day = scored.day.isoformat()
        state = record.as_of(day, day)
        if why_no_bargain(state, case, pricing_context(DEFAULT_WORLD)):
            continue
        known = history.known_on(points, scored.day)
        point = next(p for p in known if p.id == scored.id)
        forecast = forecast_point(known, point, scored.day, BASE_RATE)
        priced = price_day(as_of=day, known=day, opened=(record, state), case=case, extra=package_set)
        for answer in bargaining_forecasts(priced, [forecast]).get(scored.id, ()):
            call = answer.call
            yield PastCall(scored.id, scored.lead_time, dossier, call.name, call.bites, call.package is not None)


def main() -> int:
    """Write the file."""
    every = [call for dossier in shipped_dossiers() for call in calls_in(dossier)]
    FILE.write_text(calls.written(every), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
