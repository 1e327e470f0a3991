"""Which game a file is, by its content; and the game that one file, or the files of one negotiation, hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from detente.bargain.files import negmas
from detente.bargain.files.gambit import read_efg, read_nfg
from detente.bargain.files.genius import read_genius
from detente.bargain.files.ktab import is_ktab, read_ktab_csv, read_ktab_xml
from detente.bargain.files.offers import is_offers, read_offers
from detente.bargain.negotiation import RESERVATION, Negotiation, joined
from detente.errors import QuestionError
from detente.safe_io import csv_lines, read_file, read_json, read_xml

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

SIZE = 20_000_000  # bytes of one file
MOST_FILES = 20
DELIMITERS = ",;\t"  # between the cells of a table
_NO_NUMBER = re.compile(r'"(?:[^"\\]|\\.)*"|-?Infinity|NaN', re.DOTALL)


@dataclass(frozen=True)
class GameFile:
    """A file as read: its path, its name without folders, and its text, which is parsed when it is asked for."""

    path: str
    name: str
    text: str

    @property
    def first(self) -> str:
        """The first character that is no blank."""
        return self.text.lstrip("\ufeff \t\r\n")[:1]

    @cached_property
    def xml(self) -> Element:
        """The root of a document of XML. Raises QuestionError."""
        return read_xml(self.text.lstrip("\ufeff \t\r\n"), self.name)

    @cached_property
    def json(self) -> Any:
        """The value of a document of JSON; an infinite number, which NegMAS writes for none, is null."""
        plain = _NO_NUMBER.sub(lambda m: m[0] if m[0][0] == '"' else "null", self.text)
        return read_json(plain, self.name)

    @cached_property
    def rows(self) -> list[list[str]]:
        """The cells of a table. Raises QuestionError."""
        return rows_of(self.text, self.name)


def rows_of(text: str, name: str) -> list[list[str]]:
    """The cells of a table with commas, semicolons or tabs, stripped, without empty lines. Raises QuestionError.

    >>> rows_of("offer;A;B\\nx; 1;2\\n", "x.csv")
    [['offer', 'A', 'B'], ['x', '1', '2']]
    """
    first = text.lstrip("\ufeff").split("\n", 1)[0]
    lines = csv_lines(text, name, delimiter=max(DELIMITERS, key=first.count))
    return [[cell.strip() for cell in cells] for _, cells in lines]


class Terms(NamedTuple):
    """How files are taken: evaluations as written or as GENIUS scales them, and the points of a real issue."""

    as_written: bool
    grid: int


@dataclass(frozen=True)
class Format:
    """A format of games: its name in answers, what it is called, how it is recognised and how its files are read.

    several: whether one game may consist of several files.
    """

    name: str
    title: str
    recognise: Callable[[GameFile], bool]
    read: Callable[[Sequence[GameFile], Terms], Any]
    several: bool = False


def game_file(path: str) -> GameFile:
    """A file with its text: UTF-8, else UTF-16 by its first bytes, else Windows-1252. Raises QuestionError."""
    data = read_file(path, size=SIZE)
    if not data.strip():
        raise QuestionError(f"{path}: an empty file; name a file that holds a game")
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise QuestionError(f"{path}: a binary file, not a game; detente game reads text")
    return GameFile(path, Path(path).name, text.replace("\r\n", "\n").replace("\r", "\n"))


def open_game(paths: Sequence[str], terms: Terms) -> tuple[Format, tuple[str, ...], Any]:
    """The format of the files, their names, and the game that they hold. Raises QuestionError."""
    if not 1 <= len(paths) <= MOST_FILES:
        raise QuestionError(f"{len(paths)} files; name a game: detente game FILE, with up to {MOST_FILES} files")
    files = [game_file(path) for path in paths]
    forms = [format_of(file) for file in files]
    if len(files) > 1:
        _check_together(files, forms)
    return forms[0], tuple(file.name for file in files), forms[0].read(files, terms)


def _check_together(files: Sequence[GameFile], forms: Sequence[Format]) -> None:
    for file, form in zip(files, forms, strict=True):
        if not form.several:
            raise QuestionError(f"{file.path}: {form.title}; it is a game by itself, name it alone")
        if form is not forms[0]:
            raise QuestionError(
                f"{file.path}: {form.title}, and {files[0].path} is {forms[0].title}; name files of one"
            )


def format_of(file: GameFile) -> Format:
    """The format of a file. Raises QuestionError for one that is no game."""
    form = recognise(file)
    if form is None:
        titles = "; ".join(form.title for form in FORMATS)
        raise QuestionError(f"{file.path}: no game that is known; detente game reads {titles}")
    return form


def recognise(file: GameFile) -> Format | None:
    """The format of a game that a file has, or None; a file that starts like a format and is broken has that format."""
    return next((form for form in FORMATS if form.recognise(file)), None)


# Recognition


def _begins(pattern: str) -> Callable[[GameFile], bool]:
    """Whether a text begins so, blanks aside."""
    start = re.compile(r"\ufeff?\s*" + pattern)
    return lambda file: start.match(file.text) is not None


def _xml_root(*tags: str) -> Callable[[GameFile], bool]:
    """Whether the first element of an XML document is one of these; the document is not parsed."""
    before = r"<\?[^>]*\?>\s*|<!--.*?-->\s*|<!DOCTYPE[^>\[]*(?:\[.*?\])?\s*>\s*"
    first = re.compile(rf"\ufeff?\s*(?:{before})*<(?:{'|'.join(tags)})[\s>/]", re.DOTALL)
    return lambda file: first.match(file.text) is not None


def _json_that(*tests: Callable[[Any], bool]) -> Callable[[GameFile], bool]:
    """Whether a file is JSON that one of the tests accepts."""

    def recognise(file: GameFile) -> bool:
        if file.first != "{":
            return False
        try:
            value = file.json
        except QuestionError:
            return False
        return any(test(value) for test in tests)

    return recognise


def _table_that(test: Callable[[list[list[str]]], bool]) -> Callable[[GameFile], bool]:
    """Whether a file is a table that the test accepts."""

    def recognise(file: GameFile) -> bool:
        if file.first in "{[<":
            return False
        try:
            return test(file.rows)
        except QuestionError:
            return False

    return recognise


# Reading


def _nfg(files: Sequence[GameFile], terms: Terms) -> Any:
    return read_nfg(files[0].text, files[0].name)


def _efg(files: Sequence[GameFile], terms: Terms) -> Any:
    return read_efg(files[0].text, files[0].name)


def _genius(files: Sequence[GameFile], terms: Terms) -> Any:
    parties = party_names([file.name for file in files])
    return joined([
        read_genius(file.xml, file.name, party, as_written=terms.as_written, grid=terms.grid)
        for file, party in zip(files, parties, strict=True)
    ])  # fmt: skip


def _negmas(files: Sequence[GameFile], terms: Terms) -> Any:
    domains = [file for file in files if negmas.is_domain(file.json)]
    others = [file for file in files if file not in domains]
    if len(domains) != 1:
        raise QuestionError(
            f"{files[0].path}: {len(domains)} files with issues; name the domain of the scenario once, and the utility"
            " functions of its parties"
        )
    issues = negmas.read_domain(domains[0].json, domains[0].name, grid=terms.grid)
    parties = [str(file.json.get("name") or Path(file.name).stem) for file in others]
    own = [negmas.read_utility(f.json, issues, f.name, party) for f, party in zip(others, parties, strict=True)]
    title = domains[0].name
    return joined(
        [Negotiation(title, issues, ()), *(Negotiation(title, issues, (preferences,)) for preferences in own)]
    )


def _points(files: Sequence[GameFile], terms: Terms) -> Any:
    return negmas.read_points(files[0].json, files[0].name), RESERVATION


def _offers(files: Sequence[GameFile], terms: Terms) -> Any:
    return read_offers(files[0].rows, files[0].name)


def _ktab_xml(files: Sequence[GameFile], terms: Terms) -> Any:
    return read_ktab_xml(files[0].xml, files[0].name)


def _ktab_csv(files: Sequence[GameFile], terms: Terms) -> Any:
    return read_ktab_csv(files[0].rows, files[0].name)


def party_names(names: Sequence[str]) -> list[str]:
    """What parties are called by the names of their files: without endings, and without what all begin with.

    >>> party_names(["trade_domain.xml", "trade_buyer.xml", "trade_seller.xml"])
    ['domain', 'buyer', 'seller']
    """
    stems = [Path(name).stem for name in names]
    shared = 0
    while len(stems) > 1 and len({stem[: shared + 1] for stem in stems}) == 1 and shared < min(map(len, stems)):
        shared += 1
    cut = max(stems[0].rfind(mark, 0, shared) for mark in "_- .") + 1 if shared else 0
    return [stem[cut:] or stem for stem in stems]


FORMATS = (
    Format("gambit-nfg", "a game of Gambit in strategic form (.nfg)", _begins(r"NFG\b"), _nfg),
    Format("gambit-efg", "a game of Gambit in extensive form (.efg)", _begins(r"EFG\b"), _efg),
    Format(
        "genius",
        "a domain or preferences of GENIUS (XML)",
        _xml_root("utility_space", "negotiation_template"),
        _genius,
        several=True,
    ),
    Format(
        "negmas",
        "a domain or utility function of NegMAS (JSON)",
        _json_that(negmas.is_domain, negmas.is_utility),
        _negmas,
        several=True,
    ),
    Format(
        "points",
        "outcomes by their utilities with reservation values (JSON)",
        _json_that(negmas.is_points),
        _points,
    ),
    Format("ktab-xml", "a scenario of KTAB (XML)", _xml_root("Scenario"), _ktab_xml),
    Format("ktab-csv", "a table of actors of KTAB (CSV)", _table_that(is_ktab), _ktab_csv),
    Format("offers", "a table of offers with a payoff for each party (CSV)", _table_that(is_offers), _offers),
)
