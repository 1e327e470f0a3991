"""What a stranger depends on: types, documents, licences, versions, and that they agree with each other."""

import inspect
import json
import os
import re
import subprocess
import sys
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
import yaml

import detente

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
sys.path.insert(0, str(DOCS))
import licences  # noqa: E402
import packages  # noqa: E402

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
REFERENCE = (DOCS / "reference.md").read_text("utf-8")


def surface():
    """(name, object) of every public name, and of every public method and property of the public classes."""
    for name in detente.__all__:
        thing = getattr(detente, name)
        yield name, thing
        if inspect.isclass(thing) and not issubclass(thing, Exception):
            for part, value in vars(thing).items():
                value = value.__func__ if isinstance(value, classmethod | staticmethod) else value
                value = value.fget if isinstance(value, property) else value
                if not part.startswith("_") and inspect.isfunction(value):
                    yield f"{name}.{part}", value


@pytest.mark.parametrize(("name", "thing"), list(surface()), ids=lambda x: x if isinstance(x, str) else "")
def test_a_public_name_has_a_docstring_and_types(name, thing):
    assert inspect.getdoc(thing), name
    own = thing.__doc__ or ""
    assert not own.startswith(f"{thing.__name__}("), f"{name} has only the docstring that its fields make"
    if inspect.isfunction(thing):
        told = inspect.signature(thing)
        bare = [p.name for p in told.parameters.values() if p.name not in ("self", "cls") and p.annotation is p.empty]
        assert not bare, f"{name}: {bare}"
        assert told.return_annotation is not told.empty, name


def test_the_reference_lists_every_public_name_and_no_other():
    told = re.findall(r"^::: detente\.(\S+)$", REFERENCE, re.M)
    assert sorted(told) == detente.__all__


def test_the_package_is_marked_as_typed():
    assert (Path(detente.__file__).parent / "py.typed").exists()


def commands():
    """{(words): app} of every command on the command line."""
    from detente.faces.terminal.cli import app

    found, queue = {}, [((), app)]
    while queue:
        words, at = queue.pop()
        for name in at:
            if not name.startswith("-"):
                child = at[name]
                found[*words, name] = child
                queue.append(((*words, name), child))
    return found


def test_every_command_and_option_is_on_the_page_of_commands():
    page = (DOCS / "commands.md").read_text("utf-8")
    parts = dict(re.findall(r"^## detente ([a-z -]+)\n(.*?)(?=^## |\Z)", page, re.M | re.S))
    for words, app in commands().items():
        name = " ".join(words)
        assert name in parts, f"{name} is not in docs/commands.md; run `python docs/refresh.py`"
        for argument in app.assemble_argument_collection() if app.default_command else ():
            if argument.show:
                assert any(n in parts[name] for n in argument.names), f"{name}: {argument.names}"
    assert set(parts) - {""} <= {" ".join(words) for words in commands()}


def test_every_scenario_key_and_every_tool_is_documented():
    from detente.ask.pricing.scenario import KEYS, TOP
    from detente.ask.registry import QUESTIONS

    page = (DOCS / "how-to" / "price.md").read_text("utf-8")
    assert not [key for key in {*KEYS, *TOP} if f"`{key}`" not in page]
    page = (DOCS / "how-to" / "assistant.md").read_text("utf-8")
    assert not [question.tool.name for question in QUESTIONS if question.tool and f"`{question.tool.name}`" not in page]


def test_no_package_of_the_wheel_or_its_extras_is_under_the_gpl_or_agpl():
    names = [p.name for p in packages.needed(*licences.EXTRAS)]
    assert len(names) > len(packages.needed()) > 10
    for name in names:
        try:
            said = licences.licence(name)
        except metadata.PackageNotFoundError:
            continue
        assert said, f"{name} states no licence"
        assert not licences.COPYLEFT.search(said), f"{name}: {said}"


def test_libraries_inside_the_core_wheels_do_not_affect_our_licence():
    for package in packages.needed():
        for library, said in licences.carried(package.name):
            assert not re.search(r"\bA?GPL", said) or "WITH GCC-exception" in said, f"{package.name}: {library}"


def test_the_page_of_licences_names_every_core_package_with_its_version():
    page = (DOCS / "licences.md").read_text("utf-8")
    for package in packages.needed():
        row = f"| {package.name} | {package.version} | {licences.licence(package.name)} |"
        assert row in page, f"{package.name}: run `make licences`"


def test_the_bill_of_materials_names_each_package_with_its_hashes_and_dependencies():
    told = json.loads(json.dumps(licences.sbom()))
    refs = {c["bom-ref"] for c in told["components"]}
    assert (told["bomFormat"], told["specVersion"]) == ("CycloneDX", "1.6")
    assert {c["name"] for c in told["components"]} == {p.name for p in packages.needed()}
    assert all(len(h["content"]) == 64 for c in told["components"] for h in c["externalReferences"][0]["hashes"])
    assert all(set(d["dependsOn"]) <= refs for d in told["dependencies"])
    reached, queue = set(), [told["metadata"]["component"]["bom-ref"]]
    needs = {d["ref"]: d["dependsOn"] for d in told["dependencies"]}
    while queue:
        queue += [r for r in needs[queue.pop()] if r not in reached and not reached.add(r)]
    assert reached == refs
    assert licences.sbom()["serialNumber"] == told["serialNumber"]


def test_every_core_package_is_pinned_with_hashes():
    pinned = packages.pinned("core.txt")
    assert packages.wanted() <= set(pinned)
    assert all(p.hashes for p in pinned.values())


def test_no_requirement_names_a_package_index():
    for file in (ROOT / "requirements").glob("*.txt"):
        assert not re.search(r"^\s*-(?!c |-hash)|://|find-links", file.read_text("utf-8"), re.M), file.name


def test_the_citation_names_this_version_and_licence():
    told = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert told["version"] == PROJECT["version"] == metadata.version("detente")
    assert told["license"] == PROJECT["license"]
    assert {"cff-version", "message", "title", "authors"} <= set(told)


def test_every_schema_is_documented_under_the_version_that_answers_carry():
    from detente.ask.answer import SCHEMA

    page = (DOCS / "schemas.md").read_text("utf-8")
    newest = max(int(n) for n in re.findall(r"^## Version (\d+)", page, re.M))
    assert newest == SCHEMA
    for file in (ROOT / "detente" / "ask" / "schemas").glob("*.json"):
        assert f"`{file.stem}`" in page, file.name
        assert json.loads(file.read_text("utf-8"))["title"]


def test_a_release_refuses_a_tree_with_changes(tmp_path):
    for argv in (["git", "init", "-q"], ["git", "config", "user.email", "a@b.c"], ["git", "config", "user.name", "a"]):
        subprocess.run(argv, cwd=tmp_path, check=True)
    (tmp_path / "Makefile").write_text((ROOT / "Makefile").read_text("utf-8"), "utf-8")
    done = subprocess.run(["make", "release"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "the tree has changes" in done.stderr


@pytest.mark.parametrize("name", ["CONTRIBUTING.md", "SECURITY.md"])
def test_a_page_names_only_make_targets_and_files_that_exist(name):
    text = (ROOT / name).read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    assert set(re.findall(r"\bmake ([a-z-]+)", text)) <= targets
    for path in re.findall(r"`((?:docs|tests|detente|requirements)/[\w./-]+)`", text):
        assert (ROOT / path).exists(), path


@pytest.mark.slow
def test_a_strict_type_checker_knows_every_public_name(tmp_path):
    lines = ["import detente", *(f"reveal_type(detente.{name})" for name in detente.__all__)]
    (tmp_path / "use.py").write_text("\n".join(lines) + "\n", "utf-8")
    argv = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), "use.py"]
    env = {**os.environ, "MYPYPATH": str(ROOT)}
    done = subprocess.run(argv, cwd=tmp_path, capture_output=True, text=True, check=False, env=env)
    assert done.returncode == 0, done.stdout
    told = re.findall(r'Revealed type is "(.+)"', done.stdout)
    assert len(told) == len(detente.__all__)
    assert all(t != "Any" for t in told)
