"""The one reader of YAML that comes from outside: plain values, bounded, each key once, one line when it refuses."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any, NamedTuple, NoReturn

import yaml

from detente.errors import DetenteError, QuestionError
from detente.safe_io import DEPTH, DIGITS

SIZE = 1_000_000  # bytes read at most, unless the caller sets its own bound
LEADING_ZERO = re.compile(r"[-+]?0[0-9_]")  # what YAML 1.1 takes for a number in base eight: a code, as 0304
SHOWN = 60  # characters of a value that a message repeats
_Parser: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's where it is there: ten times faster


class YamlDocument(NamedTuple):
    """The value of a document, and {path of keys and places: line, from 1} of every part of it."""

    value: Any
    lines: dict[tuple[Any, ...], int]


class _Refused(Exception):
    """YAML that is not read: what is wrong, and where."""

    def __init__(self, problem: str, mark: Any):
        super().__init__(problem)
        self.problem, self.line = problem, mark.line + 1 if mark else None


def read_yaml(
    text: str,
    name: str = "",
    *,
    size: int = SIZE,
    depth: int = DEPTH,
    error: type[DetenteError] = QuestionError,
) -> Any:
    """The value of one YAML document that comes from outside.

    text   the document
    name   the file or option it comes from, for the message
    size   bytes at most
    depth  levels of nested lists and mappings at most

    Raises `error` with one line that names the place: for text that is not YAML, too large or too deep, for a key that
    stands twice in a mapping, for tags, anchors, aliases and merged mappings, for numbers that are
    not finite, and for days that no calendar has. 1:30 is a text and not a number in base sixty, and 0101 one and not a
    number in base eight.

    >>> read_yaml("rate: 24 pp", "scenario.yaml")
    {'rate': '24 pp'}
    """
    return read_yaml_document(text, name, size=size, depth=depth, error=error).value


def read_yaml_document(
    text: str,
    name: str = "",
    *,
    size: int = SIZE,
    depth: int = DEPTH,
    error: type[DetenteError] = QuestionError,
) -> YamlDocument:
    """As `read_yaml`, with the lines of its parts."""
    length = len(text.encode("utf-8", "surrogatepass"))
    if length > size:
        raise error(f"{name or 'YAML'}: {length} bytes, at most {size} are read; split it")
    try:
        return _parse(text, depth)
    except _Refused as refused:
        problem, line = refused.problem, refused.line
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        problem, line = f"not YAML: {_reason(fault)}; correct it", mark.line + 1 if mark else None
    place = ", ".join([*([name] if name else []), *([f"line {line}"] if line else [])])
    raise error(f"{place}: {problem}" if place else problem)


def _reason(fault: yaml.YAMLError) -> str:
    """What the parser says, in one short line."""
    words = getattr(fault, "problem", None) or getattr(fault, "reason", None) or str(fault)
    return " ".join(str(words).split())[:100]


def _parse(text: str, depth: int) -> YamlDocument:
    _check_events(text, depth)
    loader = _Loader(text)
    try:
        node = loader.get_single_node()
        value = None if node is None else loader.construct_document(node)
        return YamlDocument(value, {} if node is None else dict(_lines(node)))
    finally:
        loader.dispose()


def _check_events(text: str, depth: int) -> None:
    """Refuse what nests too deeply or names its parts or its types, before anything is built of it."""
    level = 0
    for event in yaml.parse(text, _Parser):
        if getattr(event, "anchor", None):
            raise _Refused("anchors and aliases are not read here; write the part out", event.start_mark)
        tag = getattr(event, "tag", None)
        if tag:
            raise _Refused(f"the tag {tag[:SHOWN]!r}: tags are not read here; leave it out", event.start_mark)
        if isinstance(event, yaml.CollectionStartEvent):
            level += 1
            if level > depth:
                raise _Refused(f"nested deeper than {depth} levels; flatten it", event.start_mark)
        elif isinstance(event, yaml.CollectionEndEvent):
            level -= 1


def _lines(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], int]]:
    """The line of a node and of all in it, by their paths."""
    yield path, node.start_mark.line + 1
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _lines(value, (*path, key.value))
    elif isinstance(node, yaml.SequenceNode):
        for place, value in enumerate(node.value):
            yield from _lines(value, (*path, place))


class _Loader(_Parser):  # type: ignore[misc]
    """The safe loader with the rules of `read_yaml`."""


def _fail(node: Any, problem: str) -> NoReturn:
    raise _Refused(problem, node.start_mark)


def _mapping(loader: Any, node: Any) -> dict[Any, Any]:
    """A mapping whose keys are different, also as texts: 1 and "1" are one key."""
    values: dict[Any, Any] = {}
    keys: set[str] = set()
    for key_node, value_node in node.value:
        if not isinstance(key_node, yaml.ScalarNode):
            _fail(key_node, "a key is a list or a mapping; write a name")
        if key_node.tag == "tag:yaml.org,2002:merge":
            _fail(key_node, "<< merges mappings, which is not read here; write the keys out")
        key = loader.construct_object(key_node)
        if str(key) in keys:
            _fail(key_node, f"the key {str(key)[:SHOWN]!r} stands twice; keep one")
        keys.add(str(key))
        values[key] = loader.construct_object(value_node, deep=True)
    return values


def _sequence(loader: Any, node: Any) -> list[Any]:
    return [loader.construct_object(item, deep=True) for item in node.value]


def _whole(loader: Any, node: Any) -> int | str:
    if ":" in node.value or LEADING_ZERO.match(node.value):
        return str(node.value)
    if len(node.value) > DIGITS:
        _fail(node, f"{node.value[:12]}... ({len(node.value)} characters) is not a finite number; write a number")
    try:
        return int(yaml.SafeLoader.construct_yaml_int(loader, node))
    except ValueError:  # 0x_ looks like one
        return str(node.value)


def _number(loader: Any, node: Any) -> float | str:
    if ":" in node.value:
        return str(node.value)
    value = float(yaml.SafeLoader.construct_yaml_float(loader, node))
    if not math.isfinite(value):
        _fail(node, f"{node.value[:SHOWN]} is not a finite number; write a number")
    return value


def _day(loader: Any, node: Any) -> Any:
    try:
        return yaml.SafeLoader.construct_yaml_timestamp(loader, node)
    except (ValueError, OverflowError):
        _fail(node, f"{node.value[:SHOWN]} is in no calendar; write a day as 2025-11-10")


def _text(loader: Any, node: Any) -> str:
    value = str(loader.construct_scalar(node))
    if not value.isascii() and any("\ud800" <= character <= "\udfff" for character in value):
        _fail(node, "half of a surrogate pair; write the whole character")
    return value


for _kind, _construct in {
    "map": _mapping, "seq": _sequence, "int": _whole, "float": _number, "timestamp": _day, "str": _text,
}.items():  # fmt: skip
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _construct)
