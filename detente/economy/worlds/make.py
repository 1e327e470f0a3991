"""Make the shipped worlds with sectors from the tables named in each .toml: python make.py SOURCE_DIR TARGET_DIR.

What is mended on the way is said in the .toml; `economy.calibrate` does the rest when a world is loaded.
"""

from __future__ import annotations

import hashlib
import io
import sys
from pathlib import Path

import numpy as np

from detente.safe_io import write_file

DUTY_2017 = 0.0162  # US customs duties over goods imports before the trade war, BEA NIPA table 3.5 line 15


def icio_2022(source: Path) -> dict[str, np.ndarray]:
    """81 economies, 28 sectors: services' duties dropped, the US food rates capped, one sector's inputs lowered."""
    with np.load(source / "icio2022" / "icio2022_81x28_cp.npz") as raw:
        flows, tariff, uses = raw["X_kni"], raw["tariff_kni"].astype(float), raw["IO_nkj"]
        economies, sectors = raw["countries"].astype(str), raw["sectors"].astype(str)
    sectors[-1] = "SERV"
    tariff[-1] = 0
    usa, food = list(economies).index("USA"), list(sectors).index("C10T12")
    bought = flows[:, usa].copy()
    bought[:, usa] = 0
    imports = bought[:-1].sum()

    def duty(cap):
        rates = tariff[:, usa].copy()
        rates[food] = np.minimum(rates[food], cap)
        return (rates * bought).sum() / imports

    low, high = 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if duty(middle) < DUTY_2017 else (low, middle)
    cap = round(low, 4)
    print(f"US food duty capped at {cap:.2%}: all goods {duty(1):.2%} -> {duty(cap):.2%}")
    tariff[food, usa] = np.minimum(tariff[food, usa], cap)
    flows, tariff = flows.astype(np.float32).astype(float), tariff.astype(np.float32).astype(float)
    return {
        "economies": economies,
        "sectors": sectors,
        "flows": flows,
        "uses": paid(flows, uses, tariff),
        "tariff": tariff,
    }


def paid(flows: np.ndarray, uses: np.ndarray, tariff: np.ndarray) -> np.ndarray:
    """Uses [n,k,s] scaled down where inputs with their duty exceed output, and where uses exceed purchases."""
    markup = np.divide(
        (flows * (1 + tariff)).sum(2), flows.sum(2), out=np.ones(flows.shape[:2]), where=flows.sum(2) > 0
    )
    made, bought = flows.sum(1).T, flows.sum(2).T  # [n,s]
    safe = 1 - 1e-6  # single precision keeps signs
    most = np.divide(safe * made, (uses * markup.T[:, :, None]).sum(1), out=np.ones_like(made), where=uses.sum(1) > 0)
    uses = uses * np.minimum(1, most)[:, None, :]
    most = np.divide(safe * bought, uses.sum(2), out=np.ones_like(bought), where=uses.sum(2) > 0)
    print("uses lowered:", np.argwhere(most < 1).tolist(), "largest", 1 - most.min())
    return uses * np.minimum(1, most)[:, :, None]


def wiod_2011(source: Path) -> dict[str, np.ndarray]:
    """41 economies, 35 industries: negative cells (falling stocks) set to zero; no tariffs in the source."""
    with np.load(source / "wiod2013" / "wiod13_2011_cp.npz") as raw:
        flows, uses = np.maximum(raw["X_kni"], 0).astype(float), raw["IO_nkj"].astype(float)
        economies, sectors = raw["countries"].astype(str), raw["industries"].astype(str)
    economies[economies == "RoW"] = "ROW"
    tariff = np.zeros_like(flows)
    made = flows.sum(1).T
    uses = uses * (made > 0)[:, None, :]
    return {
        "economies": economies,
        "sectors": sectors,
        "flows": flows,
        "uses": paid(flows, uses, tariff),
        "tariff": tariff,
    }


def oecd_2019(source: Path) -> dict[str, np.ndarray]:
    """20 economies, 20 sections: intermediate and final sales summed by buyer; no tariffs."""
    with np.load(source / "icio2019_g20" / "icio_oecd2023_2019_isic_g20.npz") as raw:
        data, economies, sectors = raw["data"], raw["country_codes"].astype(str), raw["sector_codes"].astype(str)
    n, s = len(economies), len(sectors)
    between = data[: n * s, : n * s].reshape(n, s, n, s)  # seller, its sector, buyer, its sector
    final = data[: n * s, n * s :].reshape(n, s, n, -1).sum(-1)
    flows = np.maximum(between.sum(-1) + final, 0).transpose(1, 2, 0)
    uses = between.sum(0).transpose(1, 0, 2)  # k, buyer, s -> buyer, k, s
    tariff = np.zeros_like(flows)
    return {
        "economies": economies,
        "sectors": sectors,
        "flows": flows,
        "uses": paid(flows, uses, tariff),
        "tariff": tariff,
    }


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
