"""Who else gains or loses where the truce lapses: the largest movers outside the pair, with their bands."""

import detente

answer = detente.price("truce-lapses", as_of="2025-10-26")
(scenario,) = answer.data["scenarios"]
economies = scenario["economies"]
for code in scenario["third"]:
    row = economies[code]
    print(f"{code} {row['real_income']:+.3f} % ({row['real_income_low']:+.3f} to {row['real_income_high']:+.3f})")
print(f"proof: largest residual {scenario['solver']['gap']:.0e}")
