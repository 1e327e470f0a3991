"""A small inter-country table of our own making, written in each layout that `detente world import` reads."""

import csv
import json
import struct
import zipfile
from xml.sax.saxutils import escape

import numpy as np

ECONOMIES = ("AUS", "BRA", "CHN")
USES = ("HFCE", "INVNT")


class Table:
    """Z [i,k,n,s] and Y [i,k,n,f], balanced: what i's sector k sells to n's sector s and to n's final use f."""

    def __init__(self, sectors, economies=ECONOMIES, seed=0):
        random = np.random.default_rng(seed)
        n, s = len(economies), len(sectors)
        self.economies, self.sectors = tuple(economies), tuple(sectors)
        self.Z = random.uniform(1, 5, (n, s, n, s))
        self.Y = random.uniform(5, 20, (n, s, n, len(USES)))
        self.Y[..., 1] -= 12  # stocks fall in some places
        own = np.arange(n)
        self.Z[own, :, own] *= 4
        self.Y[own, :, own, 0] *= 10

    @property
    def output(self):
        return self.Z.sum((2, 3)) + self.Y.sum((2, 3))  # [i,k]

    @property
    def value_added(self):
        return self.output - self.Z.sum((0, 1))  # [n,s]

    @property
    def flows(self):
        return (self.Z.sum(3) + self.Y.sum(3)).transpose(1, 2, 0)  # [k,n,i]

    @property
    def uses(self):
        return self.Z.sum(0).transpose(1, 0, 2)  # [n,k,s]

    def square(self):
        """Sales to sectors as rows and columns of a grid."""
        size = len(self.economies) * len(self.sectors)
        return self.Z.reshape(size, size)

    def demand(self):
        return self.Y.reshape(len(self.economies) * len(self.sectors), -1)

    def pairs(self):
        return [(e, s) for e in self.economies for s in self.sectors]

    def final_pairs(self):
        return [(e, f) for e in self.economies for f in USES]


def write_rows(path, rows, delimiter=","):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=delimiter).writerows(rows)
    return path


def oecd_rows(table, release=2023):
    """A grid as the OECD lays it out: names of final demand before or after the economy, names of totals by release."""
    final = [f"{f}_{e}" if release == 2016 else f"{e}_{f}" for e, f in table.final_pairs()]
    head = ["", *(f"{e}_{s}" for e, s in table.pairs()), *final, "OUT" if release >= 2021 else "TOTAL"]
    cells = np.hstack([table.square(), table.demand(), table.output.reshape(-1, 1)])
    rows = [[f"{e}_{s}", *map(repr, row.tolist())] for (e, s), row in zip(table.pairs(), cells, strict=True)]
    zeros = ["0"] * (len(final) + 1)
    tax, cost = 0.1 * table.value_added.ravel(), 0.9 * table.value_added.ravel()
    names = {2016: ("VA+TAXSUB", "OUT"), 2018: ("VALU", "OUTPUT"), 2023: ("VA", "OUT")}[release]
    if release == 2016:
        rows.append([names[0], *map(repr, (tax + cost).tolist()), *zeros])
    else:
        rows.append(["TLS" if release == 2023 else "AUS_TAXSUB", *map(repr, tax.tolist()), *zeros])
        rows.append([names[0], *map(repr, cost.tolist()), *zeros])
    rows.append([names[1], *map(repr, table.output.ravel().tolist()), *zeros])
    return [head, *rows]


def oecd(path, table, release=2023):
    return write_rows(path, oecd_rows(table, release))


def pymrio(folder, table, *, coefficients=False, output=True, parameters=True, unit="Mill USD"):
    """A folder as pymrio's save_all writes it."""
    folder.mkdir(exist_ok=True)
    matrix = table.square() / (table.output.ravel() if coefficients else 1)
    name = "A" if coefficients else "Z"
    for file, cells, columns in ((name, matrix, table.pairs()), ("Y", table.demand(), table.final_pairs())):
        rows = [["region", "", *(e for e, _ in columns)], ["sector", "", *(s for _, s in columns)]]
        rows.append(["region", "sector", *[""] * len(columns)])
        rows += [[*pair, *map(repr, row.tolist())] for pair, row in zip(table.pairs(), cells, strict=True)]
        write_rows(folder / f"{file}.txt", rows, "\t")
    if output:
        rows = [["region", "sector", "indout"]]
        rows += [[*pair, repr(x)] for pair, x in zip(table.pairs(), table.output.ravel().tolist(), strict=True)]
        write_rows(folder / "x.txt", rows, "\t")
    write_rows(folder / "unit.txt", [["region", "sector", "unit"], *([*pair, unit] for pair in table.pairs())], "\t")
    if parameters:
        files = {key: {"name": f"{key}.txt", "nr_index_col": "2", "nr_header": "2"} for key in (name, "Y")}
        (folder / "file_parameters.json").write_text(json.dumps({"files": files, "systemtype": "IOSystem"}), "utf-8")
        (folder / "metadata.json").write_text(json.dumps({"description": "Made for 2011", "name": "made"}), "utf-8")
    return folder


def wiod_grid(table, release=2013):
    """Rows of a sheet of the World Input-Output Database; the sectors' codes stand in the first header."""
    s = len(table.sectors)
    numbers = [f"c{k + 1}" for k in range(s)] + [f"c{37 + k}" for k in range(len(USES))]
    codes = [*table.sectors, *USES]
    columns = [(e, k) for e in table.economies for k in range(s)]
    columns += [(e, s + k) for e in table.economies for k in range(len(USES))]
    blank = [""] * 4
    rows = [
        ["Intercountry Input-Output Table for 2007"],
        ["in current prices"],
        [*blank, *(codes[k] for _, k in columns)],
        ["(millions of US$)", *blank[1:], *(f"name {k}" for _, k in columns), "Total output"],
        [*blank, *(e for e, _ in columns)],
        [*blank, *(numbers[k] for _, k in columns)],
    ]
    cells = np.hstack([table.square(), table.demand(), table.output.reshape(-1, 1)])
    for (e, code), row in zip(table.pairs(), cells, strict=True):
        k = table.sectors.index(code)
        rows.append([code, f"name {k}", e, numbers[k], *row.tolist()])
    totals = {2013: ("r60", "r99", "r64", "r69"), 2016: ("r65", "r66", "r70", "r73")}[release]
    names = ("Total intermediate consumption", "taxes less subsidies on products", "Value added at basic prices",
             "Output at basic prices")  # fmt: skip
    costs = (
        table.square().sum(0),
        0.2 * table.value_added.ravel(),
        0.8 * table.value_added.ravel(),
        table.output.ravel(),
    )
    for number, name, cost in zip(totals, names, costs, strict=True):
        rows.append(["", name, "TOT", number, *cost.tolist(), *[0.0] * (len(columns) - cost.size + 1)])
    return rows


def xlsx(path, rows, shared=True):
    """A workbook of one sheet; texts are shared or inline."""
    texts = []

    def cell(value, row, column):
        letters, k = "", column + 1
        while k:
            k, rest = divmod(k - 1, 26)
            letters = chr(65 + rest) + letters
        where = f'r="{letters}{row}"'
        if not isinstance(value, str):
            return f"<c {where}><v>{value!r}</v></c>"
        if not value:
            return ""
        if not shared:
            return f'<c {where} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
        texts.append(value)
        return f'<c {where} t="s"><v>{len(texts) - 1}</v></c>'

    namespace = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
    lines = [f'<row r="{n}">{"".join(cell(v, n, k) for k, v in enumerate(row))}</row>' for n, row in enumerate(rows, 1)]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        sheet = f"<?xml version='1.0'?><worksheet {namespace}><sheetData>{''.join(lines)}</sheetData></worksheet>"
        archive.writestr("xl/worksheets/sheet1.xml", sheet)
        items = "".join(f"<si><t>{escape(text)}</t></si>" for text in texts)
        archive.writestr("xl/sharedStrings.xml", f"<?xml version='1.0'?><sst {namespace}>{items}</sst>")
    return path


def wiod_csv_rows(table):
    """The 2016 release as CSV: a column for each economy and number, rows by Country and RNr."""
    s, f = len(table.sectors), len(USES)
    head = ["IndustryCode", "IndustryDescription", "Country", "RNr", "Year"]
    head += [f"{e}{k + 1}" for e in table.economies for k in range(s)]
    head += [f"{e}{57 + k}" for e in table.economies for k in range(f)] + ["TOT"]
    rows = [head]
    cells = np.hstack([table.square(), table.demand(), table.output.reshape(-1, 1)])
    for (e, code), row in zip(table.pairs(), cells, strict=True):
        rows.append([code, "name", e, table.sectors.index(code) + 1, 2014, *map(repr, row.tolist())])
    blank = [0.0] * (len(table.economies) * f + 1)
    for code, number, cost in (
        ("II_fob", 65, table.square().sum(0)), ("TXSP", 66, 0.1 * table.value_added.ravel()),
        ("VA", 70, 0.9 * table.value_added.ravel()), ("GO", 73, table.output.ravel()),
    ):  # fmt: skip
        rows.append([code, "total", "TOT", number, 2014, *map(repr, cost.tolist()), *blank])
    return rows


def gravity_rows(economies=ECONOMIES, *, home=True):
    """Exporter, importer, flow, tariff, year; sales at home as rows of their own, or as output less exports."""
    rows = [["exporter", "importer", "year", "trade", "tariff", *([] if home else ["output"])]]
    for i, exporter in enumerate(economies):
        for n, importer in enumerate(economies):
            if home or i != n:
                flow = 100.0 if i == n else 5.0 + i + 2 * n
                tariff = "" if i == n else "0.05"
                output = [] if home else [100.0 + sum(5.0 + i + 2 * k for k in range(len(economies)) if k != i)]
                rows.append([exporter, importer, 2019, flow, tariff, *output])
    return rows


def record(data):
    return struct.pack("<i", len(data)) + data + struct.pack("<i", len(data))


def har_header(name, values, sets=(), elements=(), *, sparse=False):
    """A header of type RE as GEMPACK writes it: description, sets, dimensions, then blocks of place and numbers."""
    shape = (*values.shape, *[1] * (7 - values.ndim))
    about = b"    RE" + (b"SPSE" if sparse else b"FULL") + f"array {name}".ljust(70).encode()
    parts = [name.ljust(4).encode(), about + struct.pack("<8i", 7, *shape)]
    distinct = list(dict.fromkeys(sets))
    names = "".join(s.ljust(12) for s in sets).encode()
    parts.append(
        b"    " + struct.pack("<3i", len(distinct), -1, len(sets)) + name.ljust(12).encode() + struct.pack("<i", -1)
        + names + b"k" * len(sets) + bytes(4 * (len(sets) + 1))
    )  # fmt: skip
    for each in distinct:
        members = elements[sets.index(each)]
        parts.append(
            b"    " + struct.pack("<3i", 1, len(members), len(members)) + "".join(m.ljust(12) for m in members).encode()
        )
    flat = values.ravel(order="F").astype("<f4")
    if sparse:
        place = np.flatnonzero(flat)
        parts.append(b"    " + struct.pack("<3i", len(place), 4, 4) + b" " * 80)
        data = (place + 1).astype("<i4").tobytes() + flat[place].tobytes()
        parts.append(b"    " + struct.pack("<3i", 1, len(place), len(place)) + data)
    else:
        limits = [x for length in shape for x in (1, length)]
        parts.append(b"    " + struct.pack("<9i", 3, 7, *shape))
        parts.append(b"    " + struct.pack("<15i", 2, *limits))
        parts.append(b"    " + struct.pack("<i", 1) + flat.tobytes())
    return b"".join(map(record, parts))


def har_arrays(table, duty=0.1):
    """The flows of a table under the names of the GTAP model, version 7; imports with duty; households buy the rest."""
    n = len(table.economies)
    own = np.eye(n, dtype=bool)
    sales = table.Z.sum(3) + table.Y.sum(3)  # [i,k,n]
    exports = np.where(own[:, None, :], 0, sales).transpose(1, 0, 2)  # [k,i,n]
    home = table.Z[np.arange(n), :, np.arange(n)]  # [n,k,s]
    foreign = table.Z.sum(0).transpose(1, 0, 2) - home  # [n,k,s]
    final_home = table.Y[np.arange(n), :, np.arange(n)].sum(2).T  # [k,n]
    final_foreign = table.Y.sum((0, 3)) - final_home
    zero = np.zeros_like(final_home)
    return {
        "VXSB": exports, "VCIF": exports, "VMSB": exports * (1 + duty),
        "VDFB": home.transpose(1, 2, 0), "VMFB": foreign.transpose(1, 2, 0) * (1 + duty),
        "VDPB": final_home, "VMPB": final_foreign * (1 + duty),
        "VDGB": zero, "VMGB": zero, "VDIB": zero, "VMIB": zero,
    }  # fmt: skip


def har(path, table, arrays=None, *, sparse=False):
    """A header array file with these arrays."""
    kinds = {3: ("COMM", "REG", "REG"), 2: ("COMM", "REG")}
    parts = []
    for name, values in (arrays or har_arrays(table)).items():
        sets = ("COMM", "ACTS", "REG") if name in ("VDFB", "VMFB") else kinds[values.ndim]
        members = {"COMM": table.sectors, "ACTS": table.sectors, "REG": tuple(e.lower() for e in table.economies)}
        parts.append(har_header(name, values, sets, tuple(members[s] for s in sets), sparse=sparse))
    path.write_bytes(b"".join(parts))
    return path
