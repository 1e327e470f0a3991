"""Make the shipped worlds with sectors from the tables named in each .toml: python make.py SOURCE_DIR TARGET_DIR.

Axes: s or k sector, n importer, i exporter. The .toml says what is repaired on the way; `economy.calibrate` does the
rest when a world is loaded.
"""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path
from typing import Any

import numpy as np

from detente.safe_io import write_file

DUTY_2017 = 0.0162  # US customs duties over goods imports before the trade war, BEA NIPA table 3.5 line 15
SAFE = 1 - 1e-6  # below 1 by more than single precision rounds, so that signs stay
Arrays = dict[str, np.ndarray]


def icio_2022(source: Path) -> Arrays:
    """81 economies, 28 sectors: services' duties dropped, the US food rates capped, one sector's inputs lowered."""
    with np.load(source / "icio2022" / "icio2022_81x28_cp.npz") as raw:
        flows, tariff, uses = raw["X_kni"], raw["tariff_kni"].astype(float), raw["IO_nkj"]
        economies, sectors = raw["countries"].astype(str), raw["sectors"].astype(str)
    sectors[-1] = "SERV"
    tariff[-1] = 0
    usa, food = list(economies).index("USA"), list(sectors).index("C10T12")
    imports = flows[:, usa].copy()
    imports[:, usa] = 0
    goods_imports = imports[:-1].sum()

    def average_duty(cap: float) -> Any:
        rates = tariff[:, usa].copy()
        rates[food] = np.minimum(rates[food], cap)
        return (rates * imports).sum() / goods_imports

    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if average_duty(middle) < DUTY_2017 else (low, middle)
    cap = round(low, 4)
    print(f"US food duty capped at {cap:.2%}: all goods {average_duty(1):.2%} -> {average_duty(cap):.2%}")
    tariff[food, usa] = np.minimum(tariff[food, usa], cap)
    flows, tariff = flows.astype(np.float32).astype(float), tariff.astype(np.float32).astype(float)
    return _arrays(economies, sectors, flows, uses, tariff)


def wiod_2011(source: Path) -> Arrays:
    """41 economies, 35 industries: negative cells (falling stocks) set to zero; no tariffs in the source."""
    with np.load(source / "wiod2013" / "wiod13_2011_cp.npz") as raw:
        flows, uses = np.maximum(raw["X_kni"], 0).astype(float), raw["IO_nkj"].astype(float)
        economies, sectors = raw["countries"].astype(str), raw["industries"].astype(str)
    economies[economies == "RoW"] = "ROW"
    output = flows.sum(1).T
    return _arrays(economies, sectors, flows, uses * (output > 0)[:, None, :], np.zeros_like(flows))


def oecd_2019(source: Path) -> Arrays:
    """20 economies, 20 sections: intermediate and final sales summed by buyer; no tariffs."""
    with np.load(source / "icio2019_g20" / "icio_oecd2023_2019_isic_g20.npz") as raw:
        data, economies, sectors = raw["data"], raw["country_codes"].astype(str), raw["sector_codes"].astype(str)
    n, s = len(economies), len(sectors)
    between = data[: n * s, : n * s].reshape(n, s, n, s)  # seller, its sector, buyer, its sector
    final = data[: n * s, n * s :].reshape(n, s, n, -1).sum(-1)
    flows = np.maximum(between.sum(-1) + final, 0).transpose(1, 2, 0)
    uses = between.sum(0).transpose(1, 0, 2)  # k, buyer, s -> buyer, k, s
    return _arrays(economies, sectors, flows, uses, np.zeros_like(flows))


def _arrays(
    economies: np.ndarray, sectors: np.ndarray, flows: np.ndarray, uses: np.ndarray, tariff: np.ndarray
) -> Arrays:
    return {
        "economies": economies,
        "sectors": sectors,
        "flows": flows,
        "uses": scaled_uses(flows, uses, tariff),
        "tariff": tariff,
    }


def scaled_uses(flows: np.ndarray, uses: np.ndarray, tariff: np.ndarray) -> np.ndarray:
    """Uses [n,k,s] scaled down where inputs with their duty exceed output, and where uses exceed purchases."""
    landed = flows.sum(2)
    markup = np.divide((flows * (1 + tariff)).sum(2), landed, out=np.ones(flows.shape[:2]), where=landed > 0)
    output, purchases = flows.sum(1).T, landed.T  # [n,s]
    cost = (uses * markup.T[:, :, None]).sum(1)
    factor = np.divide(SAFE * output, cost, out=np.ones_like(output), where=uses.sum(1) > 0)
    uses = uses * np.minimum(1, factor)[:, None, :]
    factor = np.divide(SAFE * purchases, uses.sum(2), out=np.ones_like(purchases), where=uses.sum(2) > 0)
    print("uses lowered:", np.argwhere(factor < 1).tolist(), "largest", 1 - factor.min())
    return np.asarray(uses * np.minimum(1, factor)[:, :, None])


def main(source: Path, target: Path) -> None:
    """Write each world and print what its .toml must say."""
    for name, make in (("icio-2022", icio_2022), ("wiod-2011", wiod_2011), ("oecd-2019", oecd_2019)):
        arrays = {key: a.astype(np.float32) if a.dtype.kind == "f" else a for key, a in make(source).items()}
        content = io.BytesIO()
        np.savez_compressed(content, **arrays)  # type: ignore[arg-type]
        data = content.getvalue()
        write_file(target / f"{name}.npz", data)
        print(name, len(data), hashlib.sha256(data).hexdigest())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
