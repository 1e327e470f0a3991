"""What was known when: the truce as the record shows it on three days."""

import detente

record = detente.Record.load("us-china")
for day in ("2025-07-01", "2025-10-26", "2025-11-24"):
    state = record.as_of(day)
    truce = state.truces[0]
    print(f"{day}: the truce ends {truce.expiry}, {len(state.rounds)} rounds, {len(state.conflicts)} conflicts")
