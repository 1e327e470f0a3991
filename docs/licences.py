"""docs/licences.md and the SBOM: what an installation of the wheel brings, each with its version and licence.

python docs/licences.py               # write docs/licences.md
python docs/licences.py --sbom DIR    # write DIR/detente-VERSION.cdx.json, CycloneDX 1.6
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

from packages import ROOT, Pinned, needed, wanted

# What packages say in free words, as SPDX.
SPDX = {
    "MIT License": "MIT",
    "The MIT License": "MIT",
    "Apache Software License": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache License 2.0": "Apache-2.0",
    "Apache-2.0 License": "Apache-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
EXTRAS = ("dask", "jax", "mcp", "page", "pdf-text", "table")
COPYLEFT = re.compile(r"\bA?GPL")
MIT_TEXT = "Permission is hereby granted, free of charge, to any person"


def licence(name: str) -> str:
    """The licence an installed package states: SPDX expression, else its field or classifier, else ''."""
    told = metadata.metadata(name)
    if told.get("License-Expression"):
        return told["License-Expression"]
    classed = [c.split(" :: ")[-1] for c in told.get_all("Classifier") or [] if c.startswith("License ::")]
    field = (told.get("License") or "").strip()
    said = field if field and "\n" not in field and len(field) < 60 else next(iter(classed), "")
    return SPDX.get(said, said) or _by_its_text(name)


def _by_its_text(name: str) -> str:
    """MIT where a package that names no licence carries that text; '' for any other."""
    texts = (file.read_text("utf-8") for file in metadata.files(name) or [] if "licenses" in str(file).lower())
    return "MIT" if any(MIT_TEXT in " ".join(text.split()) for text in texts) else ""


def carried(name: str) -> list[tuple[str, str]]:
    """(name, licence) of libraries that an installed package's licence files list as bundled in its wheel."""
    found = []
    for file in metadata.files(name) or []:
        if "licen" in file.name.lower() and "dist-info" in str(file):
            text = Path(str(file.locate())).read_text("utf-8", "replace")
            found += re.findall(r"^Name: (.+)\n(?:.+\n)*?License: (.+)$", text, re.M)
    return found


def table(packages: list[Pinned]) -> str:
    """Rows of the page."""
    rows = [f"| {p.name} | {p.version} | {licence(p.name)} |" for p in packages]
    return "\n".join(["| package | version | licence |", "|---|---|---|", *rows])


def page() -> str:
    """The whole page."""
    core = needed()
    names = {p.name for p in core}
    parts = [
        "# Licences",
        "Made by `make licences` from the metadata of what is installed. No package is under the GPL or the AGPL; a"
        " test reads the same metadata and fails otherwise.",
        "## The core",
        "What `pip install detente` brings, as pinned in `requirements/core.txt`.",
        table(core),
        "Libraries inside these wheels, as their licence files list them. The GCC runtime library is under the GPL with"
        " an exception that leaves the licence of programs using it alone; libquadmath is under the LGPL.",
        "\n".join(
            [
                "| wheel | library | licence |",
                "|---|---|---|",
                *(f"| {p.name} | {a} | {b} |" for p in core for a, b in carried(p.name)),
            ]
        ),
        "## The extras",
        "What `pip install 'detente[all]'` adds, without `pdf`.",
        table([p for p in needed(*EXTRAS) if p.name not in names]),
        "## Data in the wheel",
        "Each world, table and dossier stands with its origin, year, licence and what was changed in the file beside"
        " it; [data](data.md) lists them.",
        "The reader's encoder (`detente/record/propose/learned/encoder.bin`) goes back to all-MiniLM-L6-v2 by"
        " sentence-transformers, after MiniLM by Microsoft: Apache-2.0 and MIT. What was changed: three of six layers"
        " and a part of the vocabulary, trained on annotated documents ([reader](models/reader.md)), 4 bits a weight.",
        "The reader's traditional Chinese characters (`detente/record/propose/languages/zh/traditional.yaml`) are those"
        " of OpenCC's TSCharacters.txt, by the OpenCC authors: Apache-2.0. What was changed: one simplified character"
        " for each, none for those that simplified texts have as well.",
    ]
    return "\n\n".join(parts) + "\n"


def stated(said: str) -> dict[str, Any]:
    """A licence as CycloneDX writes it."""
    if re.search(r" (AND|OR|WITH) ", said):
        return {"expression": said}
    return {"license": {"id" if re.fullmatch(r"[A-Za-z0-9.-]+", said) else "name": said}}


def sbom() -> dict[str, Any]:
    """The bill of materials of the core: purl, licence, hashes, who needs whom. CycloneDX 1.6."""
    version = metadata.version("detente")
    packages = needed()
    refs = {p.name: f"pkg:pypi/{p.name}@{p.version}" for p in packages}
    root = f"pkg:pypi/detente@{version}"
    parts = []
    for p in packages:
        inside = [{"type": "library", "name": a, "licenses": [stated(b)]} for a, b in carried(p.name)]
        parts.append({
            "type": "library", "bom-ref": refs[p.name], "name": p.name, "version": p.version, "purl": refs[p.name],
            "licenses": [stated(licence(p.name))],
            "externalReferences": [{"type": "distribution", "url": refs[p.name],
                                    "hashes": [{"alg": "SHA-256", "content": h} for h in p.hashes]}],
            **({"components": inside} if inside else {}),
        })  # fmt: skip
    asked = {name: sorted(refs[p.name] for p in packages if name in p.asked_by) for name in refs}
    direct = sorted(refs[name] for name in wanted())
    body = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": {"type": "application", "bom-ref": root, "name": "detente", "version": version, "purl": root,
                          "licenses": [{"license": {"id": "MIT"}}]}
        },
        "components": parts,
        "dependencies": [{"ref": root, "dependsOn": direct},
                         *({"ref": refs[name], "dependsOn": on} for name, on in asked.items())],
    }  # fmt: skip
    serial = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(body, sort_keys=True))
    return {"$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json", "serialNumber": f"urn:uuid:{serial}", **body}


def main() -> None:
    """Write the page, or the SBOM."""
    if "--sbom" in sys.argv:
        folder = Path(sys.argv[sys.argv.index("--sbom") + 1])
        told = sbom()
        file = folder / f"detente-{told['metadata']['component']['version']}.cdx.json"
        file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
        print(file)
    else:
        (ROOT / "docs" / "licences.md").write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
