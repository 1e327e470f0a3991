"""Messages and help in the words of Python: `--known 2025-13-01` of the command line is `known='2025-13-01'` here."""

from __future__ import annotations

import re

from detente.ask.registry import Question

_FLAG = re.compile(r"--([a-z][a-z-]*)(?: ('[^']*'|\"[^\"]*\"|[+-]?\d[\w.+-]*|[A-Z][A-Z0-9]+(?:,[A-Z0-9]+)*))?(?![\w-])")
_HELP = re.compile(r"`detente ((?:[a-z]+ )?[a-z-]+) --help`")


def argument_names(question: Question) -> dict[str, str]:
    """{name of an option: the argument that it is in Python}."""
    return {option.name: option.argument or option.name for option in question.options}


def in_python(text: str, question: Question) -> str:
    """A message of the command line as the caller of a function reads it; options of other commands stay.

    >>> from detente.ask.registry import find
    >>> in_python("--draws 7: from 0; leave --model out; see `detente price --help`", find("price"))
    'draws=7: from 0; leave `model` out; see help(detente.price)'
    """
    names = argument_names(question)

    def replaced(match: re.Match[str]) -> str:
        name, value = match[1].replace("-", "_"), match[2]
        if name not in names:
            return match[0]
        return f"{names[name]}={_literal(value)}" if value else f"`{names[name]}`"

    text = _FLAG.sub(replaced, text)
    return _HELP.sub(lambda match: f"help(detente.{match[1].replace(' ', '_').replace('-', '_')})", text)


def _literal(written: str) -> str:
    """A value as Python writes it: numbers and quoted text as they are, other words quoted."""
    return repr(written) if written[0].isalpha() or written.count("-") == 2 else written
