"""The imports are the architecture: each room imports only what the house allows."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import detente
from detente.ask.registry import QUESTIONS

PACKAGE = Path(detente.__file__).parent
ALLOWED = {
    "errors": set(),
    "labels": {"errors"},
    "safe_io": {"errors"},
    "safe_yaml": {"errors", "safe_io"},
    "record": {"errors", "labels", "safe_io", "safe_yaml", "record"},
    "economy": {"errors", "labels", "safe_io", "economy"},
    "bargain": {"errors", "bargain"},
    "replications": {"errors", "labels", "economy", "bargain", "replications"},
    "ask": {"errors", "labels", "safe_io", "safe_yaml", "record", "economy", "bargain", "replications", "ask"},
    "faces": {"errors", "labels", "safe_io", "ask", "faces"},
}
OUTSIDE = {
    "errors": set(),
    "labels": set(),
    "safe_io": set(),
    "safe_yaml": {"yaml"},
    "record": {"yaml"},
    "record/propose/learned": {"numpy"},
    "economy": {"numpy", "scipy", "xarray", "pandas", "jax", "platformdirs"},
    "bargain": {"numpy", "scipy"},
    "replications": {"numpy", "scipy"},
    "ask": {"numpy", "yaml"},
    "faces": {
        "cyclopts",
        "feedgenerator",
        "icalendar",
        "jinja2",
        "markupsafe",
        "mcp",
        "platformdirs",
        "pydantic",
        "resvg_py",
        "rich",
        "starlette",
        "uvicorn",
    },
}
HEAVY = ("jax", "pandas", "xarray", "starlette", "uvicorn", "weasyprint", "numpy", "scipy")


def imported(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found |= {
                f"{node.module}.{alias.name}" if node.module == "detente" else node.module for alias in node.names
            }
        elif isinstance(node, ast.ImportFrom):
            pytest.fail(f"{path}: relative import")
    return found


def rooms() -> list[tuple[str, Path]]:
    files = [p for p in sorted(PACKAGE.rglob("*.py")) if p.parent != PACKAGE or p.stem not in ("__init__", "__main__")]
    return [(p.relative_to(PACKAGE).parts[0].removesuffix(".py"), p) for p in files]


def modules() -> dict[str, Path]:
    """{name: path} of every module of the package."""
    names = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        names[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return names


def imports_of(name: str, every: dict[str, Path]) -> set[str]:
    """The modules of the package that a module imports, at its top or later."""
    targets = set()
    for node in ast.walk(ast.parse(every[name].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            targets |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            named = [f"{node.module}.{alias.name}" for alias in node.names]
            targets |= {name if name in every else node.module for name in named}
    return (targets & every.keys()) - {name}


def circle(graph: dict[str, set[str]]) -> list[str]:
    """What is left of a graph when those that point nowhere are taken out again and again; empty without circles."""
    left = dict(graph)
    while free := [name for name, targets in left.items() if not targets & left.keys()]:
        for name in free:
            del left[name]
    return sorted(left)


def label(value) -> str:
    return str(value.relative_to(PACKAGE)) if isinstance(value, Path) else value


@pytest.mark.parametrize(("room", "path"), rooms(), ids=label)
def test_a_room_imports_only_what_it_may_import(room, path):
    for name in imported(path):
        top, *rest = name.split(".")
        if top == "detente":
            assert not rest or rest[0] in ALLOWED[room], f"{path.relative_to(PACKAGE)} imports {name}"
        elif top not in sys.stdlib_module_names:
            allowed = OUTSIDE[room] | (OUTSIDE["record/propose/learned"] if "learned" in path.parts else set())
            assert top in allowed, f"{path.relative_to(PACKAGE)} imports {name}"


def test_the_public_surface_is_pinned_sorted_and_real():
    assert detente.__all__ == sorted(detente.__all__)
    assert set(detente.__all__) == set(detente._HOME) | {question.public_name for question in QUESTIONS}
    for name in detente.__all__:
        assert getattr(detente, name).__module__.startswith("detente")


@pytest.mark.parametrize("module", ["detente", "detente.faces.terminal.cli"])
def test_importing_the_package_or_the_command_line_stays_light(module):
    code = f"import {module}, sys; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_no_modules_import_each_other_in_a_circle():
    every = modules()
    graph = {name: imports_of(name, every) for name in every}
    caught = circle(graph)  # those in circles, and those that import one in a circle
    importers = {name: {other for other in caught if name in graph[other]} for name in caught}
    assert not circle(importers), f"these import each other: {', '.join(circle(importers))}"


def test_no_module_has_the_name_of_a_room():
    packages = {name for name, path in modules().items() if path.stem == "__init__" and ".replications." not in name}
    names = {name.rpartition(".")[2] for name in packages} - {"detente"}
    assert not [name for name in modules().keys() - packages if name.rpartition(".")[2] in names]
