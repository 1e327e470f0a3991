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

from detente.economy.calibrate import shipped
from detente.economy.importers.mending import scaled_uses
from detente.safe_io import write_file

DUTY_2017 = 0.0162  # US customs duties over goods imports before the trade war, BEA NIPA table 3.5 line 15
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


WIOD_INDUSTRIES = {  # of each sector of icio-2022, WIOD's industries by number
    "A01": (1,), "A02": (1,), "A03": (1,), "B05": (2,), "B06": (2,), "B07": (2,), "B08": (2,), "B09": (2,),
    "C10T12": (3,), "C13T15": (4, 5), "C16": (6,), "C17_18": (7,), "C19": (8,), "C20": (9,), "C21": (9,), "C22": (10,),
    "C23": (11,), "C24A": (12,), "C24B": (12,), "C25": (12,), "C26": (14,), "C27": (14,), "C28": (13,), "C29": (15,),
    "C301": (15,), "C302T309": (15,), "C31T33": (16,), "SERV": tuple(range(17, 36)),
}  # fmt: skip
SECTIONS = {"A": "A", "B": "B", "C": "C", "SERV": "DEFGHIJKLMNOPQRST"}  # sectors by their first letters, ISIC sections
OECD_LINES = ("share of investment (gross fixed capital formation and changes in stocks) in final demand, 2019: OECD"
              " (2023), Inter-Country Input-Output Tables, 2023 edition, http://oe.cd/icio, as packed with puremacro"
              " 5.7.1; terms as of the world's own table",)  # fmt: skip
ICIO_LINES = (
    "share of investment in final demand, an approximation: the table at hand does not split final demand.",
    "By sector from the World Input-Output Database, release 2013, table of 2011 (gross fixed capital formation over"
    " final use without negative cells; CC BY 4.0), its rest of the world for economies it lacks;",
    "for the 19 economies of the G20 the odds are scaled so that agriculture, mining, manufacturing and services each"
    " meet OECD (2023), Inter-Country Input-Output Tables, 2023 edition, year 2019, http://oe.cd/icio.",
)


HOUSEHOLD_LINES = (
    "share of households and non-profit institutions serving them in final demand, an approximation: the table at hand"
    " does not split final demand. World Input-Output Database, release 2013, table of 2011, without negative cells (CC"
    " BY 4.0), its rest of the world for economies it lacks.",
)


def _final_use_2019(source: Path) -> tuple[list[str], list[str], np.ndarray]:
    """Economies, sections, and final use [s,n,use] of the OECD's table; use: consumption, investment, abroad."""
    with np.load(source / "icio2019_g20" / "icio_oecd2023_2019_isic_g20.npz") as raw:
        data, economies, sectors = raw["data"], raw["country_codes"].astype(str), raw["sector_codes"].astype(str)
    n, s = len(economies), len(sectors)
    return economies.tolist(), sectors.tolist(), data[: n * s, n * s :].reshape(n, s, n, -1).sum(0)


def investment_oecd_2019(source: Path) -> tuple[list[str], list[str], np.ndarray]:
    """Economies, sectors, and investment's share of final demand [s,n] in oecd-2019."""
    economies, sectors, use = _final_use_2019(source)
    use = np.maximum(use, 0)
    total = use.sum(2)
    return economies, sectors, np.divide(use[:, :, 1], total, out=np.zeros_like(total), where=total > 0)


def investment_icio_2022(source: Path) -> tuple[list[str], list[str], np.ndarray]:
    """The same for icio-2022, from WIOD by sector and the OECD's totals by section."""
    world = shipped("icio-2022")
    share = _use_wiod_2011(source, world.economies, world.sectors, [3])
    g20, sections, totals = _final_use_2019(source)
    rows = {prefix: [k for k, code in enumerate(world.sectors) if prefix in (code, code[0])] for prefix in SECTIONS}
    for code in set(g20) - {"ROW"}:
        n, m = world.economies.index(code), g20.index(code)
        for prefix, letters in SECTIONS.items():
            own, section = rows[prefix], totals[[sections.index(letter) for letter in letters], m].sum(0)
            share[own, n] = _scaled_odds(share[own, n], world.structure.final[own, n], section[1] / section.sum())
    return list(world.economies), list(world.sectors), share


def households_icio_2022(source: Path) -> tuple[list[str], list[str], np.ndarray]:
    """Economies, sectors, and the share of final demand [s,n] that households and their non-profits buy."""
    world = shipped("icio-2022")
    share = _use_wiod_2011(source, world.economies, world.sectors, [0, 1])
    return list(world.economies), list(world.sectors), share


def _use_wiod_2011(
    source: Path, economies: tuple[str, ...], sectors: tuple[str, ...], columns: list[int]
) -> np.ndarray:
    """The share of some final uses in all [s,n] by WIOD, its rest of the world for economies that it lacks.

    columns: of households, non-profits, government, fixed investment, stocks.
    """
    with np.load(source / "wiod2013" / "wiod13_2011_full.npz") as raw:
        names = [{"ROM": "ROU", "RoW": "ROW"}.get(code, code) for code in raw["countries"].astype(str).tolist()]
        use = np.maximum(raw["FD"].astype(float), 0).reshape(len(names), 35, len(names), 5).sum(0)  # [industry,n,use]
    places = [names.index(code if code in names else "ROW") for code in economies]
    by_sector = [use[[k - 1 for k in WIOD_INDUSTRIES[code]]].sum(0)[places] for code in sectors]
    return np.array([cells[:, columns].sum(1) / cells.sum(1) for cells in by_sector])


def _scaled_odds(share: np.ndarray, weight: np.ndarray, target: float) -> np.ndarray:
    """Shares whose odds are multiplied by one number, so that their weighted mean is the target."""
    odds, low, high = np.clip(share, 1e-12, 1 - 1e-12), -30.0, 30.0
    odds = np.log(odds / (1 - odds))
    for _ in range(100):
        middle = (low + high) / 2
        mean = (weight / (1 + np.exp(-odds - middle))).sum() / weight.sum()
        low, high = (middle, high) if mean < target else (low, middle)
    return np.asarray(1 / (1 + np.exp(-odds - low)))


def file_of_shares(lines: tuple[str, ...], economies: list[str], sectors: list[str], share: np.ndarray) -> str:
    """The text of a file of shares: its source in lines with #, then one row for each economy."""
    head = [f"# {line}" for line in lines] + [",".join(["economy", *sectors])]
    rows = [",".join([code, *(f"{value:.5g}" for value in share[:, n])]) for n, code in enumerate(economies)]
    return "\n".join([*head, *rows]) + "\n"


def _arrays(
    economies: np.ndarray, sectors: np.ndarray, flows: np.ndarray, uses: np.ndarray, tariff: np.ndarray
) -> Arrays:
    scaled = scaled_uses(flows, uses, tariff)
    lowered = scaled.sum(1) < uses.sum(1)
    print("inputs lowered:", np.argwhere(lowered).tolist())
    return {"economies": economies, "sectors": sectors, "flows": flows, "uses": scaled, "tariff": tariff}


def main(source: Path, target: Path) -> None:
    """Write each world and print what its .toml must say."""
    for name, make in (("icio-2022", icio_2022), ("wiod-2011", wiod_2011), ("oecd-2019", oecd_2019)):
        arrays = {key: a.astype(np.float32) if a.dtype.kind == "f" else a for key, a in make(source).items()}
        content = io.BytesIO()
        np.savez_compressed(content, **arrays)  # type: ignore[arg-type]
        data = content.getvalue()
        write_file(target / f"{name}.npz", data)
        print(name, len(data), hashlib.sha256(data).hexdigest())
    for name, lines, shares in (
        ("icio-2022-investment", ICIO_LINES, investment_icio_2022(source)),
        ("oecd-2019-investment", OECD_LINES, investment_oecd_2019(source)),
        ("icio-2022-households", HOUSEHOLD_LINES, households_icio_2022(source)),
    ):
        write_file(target / f"{name}.csv", file_of_shares(lines, *shares).encode())


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
