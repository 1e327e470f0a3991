"""How many points on all Chinese goods cost the USA a tenth of a percent more than today's duties do."""

from pathlib import Path
from tempfile import TemporaryDirectory

import detente

SCENARIO = "name: {0} points\nmeasures: [{{by: USA, against: CHN, rate: {0} pp}}]\n"

with TemporaryDirectory() as folder:
    files = []
    for points in range(0, 101, 10):
        files.append(str(Path(folder) / f"{points}.yaml"))
        Path(files[-1]).write_text(SCENARIO.format(points), "utf-8")
    answer = detente.price(files, as_of="2025-10-26", elasticity="fontagne-2022")
losses = {s["name"]: s["economies"]["USA"]["real_income"] for s in answer.data["scenarios"]}
for name, loss in losses.items():
    print(f"{name:>10}: {loss:+.3f} %")
print("first beyond -0.1 %:", next((name for name, loss in losses.items() if loss < -0.1), "none of these"))
