"""What is special about the commands of `detente record`: where JSON comes from, review, decisions by their keepers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from detente.ask.answer import Answer
from detente.ask.registry import Option, Question, ValueType
from detente.ask.registry.options import BY, PARTIES, WHY
from detente.errors import QuestionError
from detente.faces.terminal.commands import Special, Values, ask, ask_and_show, check_choice, present
from detente.faces.terminal.common import writing_folder
from detente.safe_io import SIZE, read_json_lines, read_text

ACCEPT = Option("accept", "Accept a proposal by the start of its id, or all.", many=True)
REFUSE = Option("refuse", "Refuse a proposal, or all; needs --why.", many=True)
EDIT = Option("edit", "Accept a proposal with other values; needs --set and --why.")
SET = Option("set", "KEY=VALUE of the value, for --edit.", many=True)
DECISIONS = Option(
    "decisions",
    "JSON lines with proposal, decision, by, why and, for an edit, value; - for standard input.",
    ValueType.FILE,
    stdin=True,
)
LIST = Option("list", "List the proposals that wait, and ask nothing.", ValueType.SWITCH, default=False)
NEW = Option("new", "Start the negotiation that --case names; needs --parties.", ValueType.SWITCH, default=False)
PREFER = Option("prefer", "Show this claim, by its statement id; needs --why and --by.")
DEPRECATE = Option("deprecate", "Show this claim last, and give it no weight.")
NORMAL = Option("normal", "Take an override back.")
SURFACE = Option("surface", "A name in print to decide on.")
PERSON = Option("person", "The person it is, is not, or may be.")
DECISION = Option("decision", "What you decide: same, not-same or unsure.", choices=("same", "not-same", "unsure"))
RANKS = {"prefer": "preferred", "deprecate": "deprecated", "normal": "normal"}


def add(question: Question, values: Values) -> None:
    """Add what a file or the standard input holds."""
    ask_and_show(question, {**values, "file": _input(values["file"])})


def retract(question: Question, values: Values) -> None:
    """A retraction says who decided it and why."""
    _require(values, "why", "by")
    ask_and_show(question, values)


def review(question: Question, values: Values) -> None:
    """Take the decisions given by flags or in a file; without any, ask at a terminal, else list what waits."""
    common: dict[str, Any] = {name: values[name] for name in ("published", "url", "dossier")}
    common["home"] = writing_folder(values["home"])
    _start(values, common["home"])
    decisions = [*_decision_lines(values["decisions"]), *_flagged_decisions(values)]
    if values["decisions"] and not decisions:
        raise QuestionError(f"{values['decisions']}: no decision in it")
    take, list_waiting = _review_of(values["document"], common)
    if decisions:
        present(question, take(decisions, values["by"]), values, "record_text:reviewed")
        return
    waiting = list_waiting() or ask(question, values)
    if values["json"] or values["list"] or not (sys.stdin.isatty() and sys.stdout.isatty()):
        present(question, waiting, values)
        return
    _walk(waiting, take, values["by"])


Take = Callable[[list[dict[str, Any]], str | None], Answer]  # takes decisions by somebody


def _walk(waiting: Answer, take: Take, by: str | None) -> None:
    """Ask at a terminal about one proposal after the other."""
    from detente.faces.terminal import record_text

    reviewer = by or record_text.ask("who reviews? ")

    def decide(decision: dict[str, Any]) -> dict[str, Any]:
        return take([decision], reviewer).data

    record_text.walk(waiting, decide)


def _review_of(document: str, common: dict[str, Any]) -> tuple[Take, Callable[[], Answer | None]]:
    """How decisions on a document are taken, and what waits: by its acts where it is a file of an official feed.

    None waits of a document of sentences: the question itself lists its proposals.
    """
    from detente.ask.talks import curation, official_review

    if not official_review.is_feed(document):
        return lambda decisions, by: curation.decide(document, decisions, by=by, **common), lambda: None
    where = {name: common[name] for name in ("dossier", "home")}
    return (
        lambda decisions, by: official_review.decide(document, decisions, by=by, **where),
        lambda: official_review.pending(document, **where),
    )


def _start(values: Values, home: str) -> None:
    """Start the negotiation that --new asks for, once the document is known to be readable. Raises QuestionError."""
    if values["new"] != bool(values["parties"]):
        raise QuestionError("--new needs --parties, such as --parties IND,USA, and --parties goes with --new")
    if values["new"]:
        from detente.ask.talks import official_review, starting
        from detente.ask.talks.reading import read_document

        if not official_review.is_feed(values["document"]):
            read_document(values["document"], published=values["published"])
        starting.start_once(values["dossier"], values["parties"], home)


def conflicts(question: Question, values: Values) -> None:
    """Show where sources differ, or write an override."""
    overrides = [name for name in RANKS if values[name]]
    if not overrides:
        ask_and_show(question, values)
        return
    from detente.ask.talks import curation

    if len(overrides) > 1:
        raise QuestionError("give one of --prefer, --deprecate, --normal")
    _require(values, "why", "by")
    (name,) = overrides
    answer = curation.rank(values[name], RANKS[name], **_decided(values))
    present(question, answer, values, "record_text:ranked")


def people(question: Question, values: Values) -> None:
    """Show people, or write a decision on a name."""
    if not any(values[name] for name in ("surface", "person", "decision")):
        ask_and_show(question, values)
        return
    from detente.ask.talks import curation

    _require(values, "surface", "person", "decision", "why", "by")
    check_choice(DECISION, values["decision"])
    decision = values["decision"].replace("-", "_")
    answer = curation.name(values["surface"], values["person"], decision, **_decided(values))
    present(question, answer, values, "record_text:named")


def check(question: Question, values: Values) -> None:
    """Exit 1 where something is wrong."""
    answer = ask(question, values)
    present(question, answer, values)
    if answer.data["wrong"]:
        sys.exit(1)


def _require(values: Values, *names: str) -> None:
    for name in names:
        if not (values[name] or "").strip():
            raise QuestionError(f"--{name} is missing; every decision says who took it and why")


def _decided(values: Values) -> dict[str, Any]:
    """Who decided, why, since when, and where the line is written."""
    from detente.ask.talks.curation import Reason

    reason = Reason(values["by"], values["why"], values["known"])
    return {"reason": reason, "dossier": values["dossier"], "home": writing_folder(values["home"])}


def _input(file: str) -> str:
    """The text of a file, or of the standard input for -. Raises QuestionError."""
    if file != "-":
        return read_text(file)
    try:
        text: str = sys.stdin.read(SIZE + 1)
    except UnicodeDecodeError as error:
        raise QuestionError(f"-: not UTF-8 text at byte {error.start}; save it as UTF-8") from None
    if len(text) > SIZE:
        raise QuestionError(f"-: more than {SIZE} characters on the standard input; split them")
    return text


def _decision_lines(file: str | None) -> Iterator[dict[str, Any]]:
    """The decisions of a file of JSON lines. Raises QuestionError."""
    for number, decision in read_json_lines(_input(file), file) if file is not None else ():
        if not isinstance(decision, dict):
            raise QuestionError(f"{file}, line {number}: a decision is a JSON object")
        yield decision


def _flagged_decisions(values: Values) -> Iterator[dict[str, Any]]:
    """The decisions given by --accept, --refuse and --edit. Raises QuestionError."""
    why = values["why"]
    if bool(values["edit"]) != bool(values["set"]):
        raise QuestionError("--edit needs --set KEY=VALUE, and --set goes with --edit")
    for name in ("accept", "refuse"):
        for proposal in _ids(values[name] or []):
            yield {"proposal": proposal, "decision": name, "why": why}
    if values["edit"]:
        from detente.faces.terminal import record_text

        yield {"proposal": values["edit"], "decision": "edit", "why": why, "value": record_text.pairs(values["set"])}


def _ids(texts: Iterable[str]) -> list[str]:
    return [part.strip() for text in texts for part in text.split(",") if part.strip()]


SPECIAL = {
    "record add": Special(add),
    "record review": Special(review, (ACCEPT, REFUSE, EDIT, SET, DECISIONS, LIST, BY, WHY, NEW, PARTIES)),
    "record retract": Special(retract),
    "record conflicts": Special(conflicts, (PREFER, DEPRECATE, NORMAL, WHY, BY)),
    "record people": Special(people, (SURFACE, PERSON, DECISION, WHY, BY)),
    "record check": Special(check),
}
