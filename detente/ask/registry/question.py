"""What a question is: its name, its function as text, its options, and how each face shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from detente.ask.answer import Answer


class ValueType(Enum):
    """What the value of an option is; each face reads and checks it in its own way."""

    TEXT = "text"
    DAY = "day"  # YYYY-MM-DD
    CODES = "codes"  # ISO3 codes with commas between; a list of codes in Python
    FILE = "file"
    FOLDER = "folder"
    INTEGER = "integer"
    NUMBER = "number"
    SWITCH = "switch"

    @property
    def python(self) -> type:
        """The type of one value as a face reads it."""
        return {"integer": int, "number": float, "switch": bool}.get(self.value, str)


@dataclass(frozen=True)
class Option:
    """One argument of a question.

    name: of the option, with underscores. argument: of the function, where it has another name. choices, minimum,
    maximum: what the function accepts. positional: given by its place on the command line. many: several values.
    stdin: a single hyphen stands for the standard input. remote: giving it asks another machine. alias: another name
    that the command line takes. python: its help for callers in Python, where more may be given there.
    """

    name: str
    help: str
    type: ValueType = ValueType.TEXT
    default: Any = None
    required: bool = False
    argument: str = ""
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    positional: bool = False
    many: bool = False
    stdin: bool = False
    remote: bool = False
    alias: str = ""
    python: str = ""

    @property
    def flags(self) -> tuple[str, ...]:
        """What the command line calls the option: its flag, and its alias if it has one."""
        return (self.flag, *([f"--{self.alias}"] if self.alias else []))

    @property
    def flag(self) -> str:
        """The option on the command line."""
        return "--" + self.name.replace("_", "-")


@dataclass(frozen=True)
class Tool:
    """A question as a tool for assistants: its name, what it says it does, and the options that it shows."""

    name: str
    description: str
    options: tuple[str, ...]


@dataclass(frozen=True)
class Question:
    """One question.

    name: the words of its command, which its answers carry too. function: `module:function` below detente.ask.
    summary, description: its help, a sentence and the rest. schema: the file in ask/schemas that its JSON meets. view:
    `module:function` below detente.faces.terminal that prints its answer. tool: for assistants, if it is one. command:
    whether the command line has it. writes: whether asking it writes files. python: `module:function` for callers in
    Python, where that is another one. tables: `module:function` below detente.ask.tabular that makes the tables of its
    answers, where they are not the lists in its data.
    """

    name: str
    function: str
    summary: str
    options: tuple[Option, ...]
    description: str = ""
    schema: str = "answer"
    view: str = "answer_text:answer"
    tool: Tool | None = None
    command: bool = True
    writes: bool = False
    python: str = ""
    tables: str = ""

    @property
    def public_name(self) -> str:
        """What the question is called in Python: `detente.tariffs_nash`."""
        return self.name.replace("-", "_").replace(" ", "_")

    @property
    def words(self) -> tuple[str, ...]:
        """The words of the command."""
        return tuple(self.name.split())

    @property
    def of_a_day(self) -> bool:
        """Whether the answer depends on a day, which is today unless one is given."""
        return any(option.name == "as_of" for option in self.options)

    @property
    def repeatable(self) -> bool:
        """Whether `rerun` may ask it again: a command that reads and answers."""
        return self.command and not self.writes and self.name != "rerun"

    def option(self, name: str) -> Option:
        """An option by name. Raises KeyError."""
        return {option.name: option for option in self.options}[name]

    def load(self) -> Callable[..., Answer]:
        """The function that answers, imported now."""
        return _load(self.function)

    def load_python(self) -> Callable[..., Answer]:
        """The function that answers a caller in Python, imported now."""
        return _load(self.python or self.function)

    def ask(self, values: Mapping[str, Any], **supplied: Any) -> Answer:
        """The answer for values by option name; supplied: arguments that a face adds, such as `progress`."""
        from detente.ask import recognition

        recognition.check_document(self.name, values)
        own = {option.name: option.argument or option.name for option in self.options}
        return self.load()(**{own[name]: value for name, value in values.items()}, **supplied)


def _load(name: str) -> Callable[..., Answer]:
    """A function below detente.ask by its name, `module:function`."""
    module, function = name.split(":")
    loaded: Callable[..., Answer] = getattr(import_module(f"detente.ask.{module}"), function)
    return loaded
