"""A user's own acts beside the shipped ledger: what they add, what is refused, and that nothing is lost."""

import multiprocessing

import pytest

from detente.errors import RecordError
from detente.record import duties, own_duties

DAY = "2026-06-01"
ACT = duties.Act(
    id="own-1", imposer="NOR", target="USA", authority="", instrument="order of a test", announced="2026-05-01",
    legal_from="2026-05-20", legal_until="", ever_in_force="yes", known="2026-05-01", rate="12.5", scope="all goods",
    source="a test", url="", confidence="press", note="",
)  # fmt: skip


def rate(act="own-1", against=("USA",), points=12.5, **other):
    values = {"needs": frozenset(), "without": frozenset(), "kind": "add", "usmca": "none", "part": "whole"}
    days = {"start": "2026-05-20", "until": "", "known": "2026-05-01", "end_known": "", "note": ""}
    return duties.Rate(
        act=act, family=act, against=frozenset(against), but=frozenset(), rate=points, **{**values, **days, **other}
    )


def test_without_a_file_the_ledger_is_the_shipped_one(tmp_path):
    assert own_duties.ledger(None) is duties.shipped()
    assert own_duties.ledger(tmp_path) is duties.shipped()


def test_an_own_act_is_levied_from_its_day_as_known_on_a_day(tmp_path):
    assert own_duties.add(tmp_path, [ACT], [rate()]) == 2
    book = own_duties.ledger(tmp_path)
    assert book.levied("NOR", "USA", DAY).points == {"own-1": 12.5}
    assert book.levied("NOR", "USA", "2026-05-19").total == 0
    assert book.levied("NOR", "USA", DAY, "2026-04-30").total == 0
    assert book.levied("USA", "CHN", DAY) == duties.shipped().levied("USA", "CHN", DAY)


def test_adding_the_same_again_adds_nothing_and_another_act_of_the_same_id_is_refused(tmp_path):
    own_duties.add(tmp_path, [ACT], [rate()])
    assert own_duties.add(tmp_path, [ACT], [rate()]) == 0
    with pytest.raises(RecordError, match="holds another act of this id"):
        own_duties.add(tmp_path, [ACT._replace(instrument="another")], [])


def test_an_own_act_takes_the_place_of_a_shipped_one_with_its_rates(tmp_path):
    name = "us-ieepa-fentanyl-10b"
    shipped = duties.shipped().acts[name]
    start = {"start": "2025-11-10", "known": "2025-11-04"}
    own_duties.add(tmp_path, [shipped], [rate(name, ("CHN",), 3.0, **start)])
    points = own_duties.ledger(tmp_path).levied("USA", "CHN", "2025-12-01").points
    assert points[name] == pytest.approx(3.0)
    assert "us-ieepa-fentanyl-20" in points, "the family of the shipped act is another one: what it replaced is back"


def test_a_rate_may_be_added_to_a_shipped_act_and_ends_it_where_it_is_zero(tmp_path):
    end = {"start": "2025-12-01", "known": "2025-11-20"}
    zero = rate("cn-recip-10", ("USA",), 0.0, **end)
    own_duties.add(tmp_path, [], [duties.read_rate({**own_duties._rate_row(zero), "family": "answer-reciprocal"})])
    book = own_duties.ledger(tmp_path)
    assert "cn-recip-10" in book.levied("CHN", "USA", "2025-11-30", "2025-12-31").points
    assert book.levied("CHN", "USA", "2025-12-01").points["cn-recip-10"] == 0
    assert book.levied("CHN", "USA", "2025-12-01", "2025-11-19").points["cn-recip-10"] == 10


def test_the_union_may_be_written_with_two_letters(tmp_path):
    own_duties.add(tmp_path, [ACT._replace(imposer="USA", target="EU")], [rate(against=("EU",))])
    book = own_duties.ledger(tmp_path)
    assert book.levied("USA", "DEU", DAY).points["own-1"] == pytest.approx(12.5)
    assert book.acts["own-1"].target == "EU27"


@pytest.mark.parametrize(
    ("acts", "rates", "message"),
    [
        ([ACT._replace(imposer="XXX")], [], "column imposer: 'XXX' names no economy"),
        ([ACT._replace(target="somebody")], [], "column target: .* names no economy"),
        ([ACT._replace(known="2026-02-30")], [], "column known: .* is not a day"),
        ([ACT._replace(source="")], [], "column source: '' is empty"),
        ([ACT._replace(confidence="sure")], [], "column confidence: .* is none of official text read"),
        ([ACT._replace(legal_until="2026-05-01")], [], "is before legal_from"),
        ([ACT._replace(id="a b")], [], "column id: .* is no id"),
        ([], [rate()], "is no act of yours"),
        ([ACT], [rate(points=float("nan"))], "column rate: 'nan' is not a finite number"),
        ([ACT], [rate(points=float("inf"))], "is not a finite number"),
        ([ACT], [rate(points=1e9)], "is not from -100 to 1000, percent"),
        ([ACT], [rate(kind="twice")], "column kind: .* is none of add, total"),
        ([ACT], [rate(against=("USA", "ZZZ"))], "column against: .* 'ZZZ'"),
        ([ACT], [rate(needs=frozenset({"vehicles"}))], "imports of NOR are not known by class of goods"),
        ([ACT._replace(imposer="USA", target="CAN")], [rate(against=("CAN",), needs=frozenset({"no"}))],
         "unknown class of goods 'no'"),
        ([ACT], [rate(until="2026-05-01")], "column until: 2026-05-01 is before from"),
        ([ACT], [rate(kind="exempt", points=2.0)], "is not from 0 to 1, a share of the value"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_with_its_column_and_nothing_is_written(tmp_path, acts, rates, message):
    with pytest.raises(RecordError, match=message) as refused:
        own_duties.add(tmp_path, acts, rates)
    assert "\n" not in str(refused.value)
    assert not list((tmp_path / "duties").glob("*.csv"))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("id,imposer\na,CAN\n", r"acts\.csv, line 1: lacks the column target"),
        (",".join((*own_duties.ACT_COLUMNS, "more")) + "\n", "unknown column 'more'"),
        (",".join(own_duties.ACT_COLUMNS) + "\na,CAN\n", r"acts\.csv, line 2, column id: the line has not the 21"),
        (",".join(own_duties.ACT_COLUMNS) + '\n"a,CAN\n', "not CSV"),
        ("\x00", "line 1: "),
    ],
)
def test_a_file_that_was_edited_wrongly_is_refused_with_its_line(tmp_path, text, message):
    (tmp_path / "duties").mkdir()
    (tmp_path / "duties" / "acts.csv").write_text(text)
    with pytest.raises(RecordError, match=message) as refused:
        own_duties.ledger(tmp_path)
    assert "\n" not in str(refused.value)


def test_a_file_that_changes_is_read_again(tmp_path):
    own_duties.add(tmp_path, [ACT], [rate()])
    own_duties.ledger(tmp_path)
    own_duties.add(tmp_path, [ACT._replace(id="own-2")], [rate("own-2", points=1.0)])
    assert own_duties.ledger(tmp_path).levied("NOR", "USA", DAY).total == 13.5


def _add_many(home, name):
    for k in range(10):
        act = f"{name}-{k}"
        own_duties.add(home, [ACT._replace(id=act)], [rate(act)])


def test_two_processes_that_add_together_lose_nothing(tmp_path):
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_add_many, args=(tmp_path, name)) for name in ("a", "b")]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
        assert worker.exitcode == 0
    book = own_duties.ledger(tmp_path)
    assert {f"{name}-{k}" for name in "ab" for k in range(10)} <= book.acts.keys()
    assert book.levied("NOR", "USA", DAY).total == 20 * 12.5


def test_where_the_rates_cannot_be_written_the_acts_are_as_they_were(tmp_path, monkeypatch):
    own_duties.add(tmp_path, [ACT], [rate()])
    before = (tmp_path / "duties" / "acts.csv").read_bytes()
    real = own_duties.write_file

    def full(path, content, **other):
        if str(path).endswith("rates.csv"):
            raise RecordError("the disk is full")
        real(path, content, **other)

    monkeypatch.setattr(own_duties, "write_file", full)
    with pytest.raises(RecordError, match="disk is full"):
        own_duties.add(tmp_path, [ACT._replace(id="own-2")], [rate("own-2")])
    assert (tmp_path / "duties" / "acts.csv").read_bytes() == before


def test_the_folder_of_own_acts_is_no_negotiation(tmp_path):
    from detente.record import starting

    own_duties.add(tmp_path, [ACT], [])
    assert starting.own_names(tmp_path) == []
    with pytest.raises(RecordError, match="cannot name a negotiation"):
        starting.start("duties", ["USA", "CAN"], tmp_path)
