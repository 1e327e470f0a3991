"""Domains of GENIUS and NegMAS and tables of offers: what their numbers mean, and one line for each broken file."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detente.ask.games.opening import rows_of
from detente.bargain import negotiation
from detente.bargain.files import negmas
from detente.bargain.files.genius import read_genius
from detente.bargain.files.offers import is_offers, read_offers
from detente.bargain.outcomes import pareto_efficient
from detente.bargain.solutions import solve
from detente.errors import QuestionError
from detente.safe_io import read_xml

ISSUES = """
<issue index="1" name="Price" type="discrete" vtype="discrete">
  <item index="1" value="low" evaluation="{low}"/><item index="2" value="high" evaluation="{high}"/></issue>
<issue index="2" name="Days" vtype="integer" lowerbound="10" upperbound="14">
  <evaluator ftype="linear" slope="0.25" offset="0"/></issue>
<issue index="3" name="Share" vtype="real"><range lowerbound="0" upperbound="2"/>
  <evaluator ftype="{function}" parameter0="0" parameter1="{one}" parameter2="1"/></issue>
<weight index="1" value="0.5"/><weight index="2" value="0.3"/><weight index="3" value="0.2"/>
"""
SPACE = "<utility_space><objective index='0' name='root'>{}</objective>{}</utility_space>"


def genius(low=1, high=4, function="linear", one=0.5, more="", **terms):
    text = SPACE.format(ISSUES.format(low=low, high=high, function=function, one=one), more)
    return read_genius(read_xml(text, "buyer.xml"), "buyer.xml", "buyer", **terms)


def test_genius_divides_discrete_evaluations_by_the_largest_of_their_issue():
    (own,) = genius(low=1, high=4).preferences
    assert own.evaluations[0].tolist() == [0.25, 1.0]
    (raw,) = genius(low=1, high=4, as_written=True).preferences
    assert raw.evaluations[0].tolist() == [1, 4]


def test_an_integer_issue_counts_from_its_lower_bound_and_a_real_one_is_cut_into_a_grid():
    domain = genius(grid=5)
    assert [issue.values for issue in domain.issues[1:]] == [
        ("10", "11", "12", "13", "14"), ("0", "0.5", "1", "1.5", "2"),
    ]  # fmt: skip
    assert domain.preferences[0].evaluations[1].tolist() == [0, 0.25, 0.5, 0.75, 1]
    assert domain.preferences[0].evaluations[2].tolist() == [0, 0.25, 0.5, 0.75, 1]


def test_linear_functions_are_clipped_to_one_and_triangles_peak_at_their_top():
    assert genius(one=1, grid=5).preferences[0].evaluations[2].tolist() == [0, 0.5, 1, 1, 1]
    assert genius(function="triangular", one=2, grid=5).preferences[0].evaluations[2].tolist() == [0, 0.5, 1, 0.5, 0]


def test_a_sum_above_one_counts_as_one_as_genius_has_it():
    text = SPACE.format(ISSUES.format(low=1, high=4, function="linear", one=0.5).replace('"0.5"/>', '"0.9"/>'), "")
    domain = read_genius(read_xml(text, "x.xml"), "x.xml", "x")
    assert negotiation.utilities(domain).max() == 1


def test_reservation_value_and_discount_are_read_where_they_stand():
    more = '<reservation value="0.25"/><discount_factor value="0.9"/>'
    (own,) = genius(more=more).preferences
    assert (own.reservation, own.discount) == (0.25, 0.9)
    assert (genius().preferences[0].reservation, genius().preferences[0].discount) == (None, None)


def test_a_domain_inside_a_template_has_issues_and_no_preferences():
    issue = '<issue index="1" name="Price" type="discrete"><item value="low"/><item value="high"/></issue>'
    text = f"<negotiation_template>{SPACE.format(issue, '')}</negotiation_template>"
    domain = read_genius(read_xml(text, "x.xml"), "x.xml", "x")
    assert (domain.size, domain.preferences) == (2, ())


def genius_of(inner):
    return read_genius(read_xml(SPACE.format(inner, ""), "x.xml"), "x.xml", "x")


ITEM = '<item value="a" evaluation="1"/>'


@pytest.mark.parametrize(
    ("inner", "why"),
    [
        ("", "no issue in it"),
        ("<objective/>", "objectives inside objectives"),
        ('<issue index="1" name="P" vtype="discrete"></issue>', "has no value"),
        (f'<issue index="1" name="P">{ITEM}{ITEM}</issue>', "has the value 'a' twice"),
        (f'<issue index="1" name="P">{ITEM}</issue>', "has no weight or no evaluation"),
        (f'<issue index="1" name="P">{ITEM}</issue>' * 2, "two issues are named 'P'"),
        ('<issue index="1" name="P"><item value="a" evaluation="x"/></issue>', "'x' where a finite number is due"),
        ('<issue index="1" name="P"><item value="a" evaluation="NaN"/></issue>', "where a finite number is due"),
        ('<issue index="1" name="P"><item value="a" evaluation="-1"/></issue>', "--evaluations as-written"),
        ('<issue index="1" name="P" vtype="integer"><range lowerbound="5" upperbound="1"/></issue>', "is above"),
        (
            '<issue index="1" name="P" vtype="integer"><range lowerbound="0" upperbound="1e9"/></issue>',
            "at most 10,000",
        ),
        ('<issue index="1" name="P" vtype="colour"/>', "of the kind 'colour'"),
        (f'<issue index="1" name="P">{ITEM}</issue><weight index="1" value="-1"/>', "negative or stands twice"),
        ("<hyperRectangle/>", "a non-linear utility space"),
    ],
)
def test_a_broken_file_of_genius_is_refused_in_one_line(inner, why):
    with pytest.raises(QuestionError, match=why) as error:
        genius_of(inner)
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("x.xml")


DOMAIN = {
    "issues": [
        {"name": "price", "type": "CategoricalIssue", "values": ["low", "high"]},
        {"name": "days", "type": "negmas.ContiguousIssue", "values": [1, 3]},
        {"name": "share", "type": "ContinuousIssue", "values": [0.0, 1.0]},
    ]
}
FUNCTION = {
    "type": "LinearAdditiveUtilityFunction",
    "weights": [1, 0.5, 2],
    "values": [
        {"type": "TableFun", "mapping": {"low": 0, "high": 10}},
        {"type": "AffineFun", "slope": 2, "bias": 1},
        {"type": "IdentityFun"},
    ],
    "reserved_value": None,
}


def test_negmas_takes_numbers_as_they_stand():
    issues = negmas.read_domain(DOMAIN, "d.json", grid=3)
    own = negmas.read_utility(FUNCTION, issues, "u.json", "A")
    assert [issue.kind for issue in issues] == ["discrete", "integer", "real"]
    assert [e.tolist() for e in own.evaluations] == [[0, 10], [3, 5, 7], [0, 0.5, 1]]
    assert negotiation.utilities(negotiation.Negotiation("", issues, (own,))).max() == 10 + 3.5 + 2


def test_a_discounted_function_of_negmas_keeps_its_inner_reservation_value():
    issues = negmas.read_domain(DOMAIN, "d.json")
    outer = {"type": "ExpDiscountedUFun", "discount": 0.9, "ufun": FUNCTION | {"reserved_value": 0.25}}
    own = negmas.read_utility(outer, issues, "u.json", "A")
    assert (own.discount, own.reservation) == (0.9, 0.25)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"weights": [1, 2]}, "3 functions and 2 weights for 3 issues"),
        ({"weights": [1, 2, None]}, "nothing where a finite number is due"),
        ({"weights": [1, 2, True]}, "True where a finite number"),
        ({"values": [{"type": "TableFun"}, *FUNCTION["values"][1:]]}, "a table without a mapping"),
        (
            {"values": [{"type": "TableFun", "mapping": {"low": 1}}, *FUNCTION["values"][1:]]},
            "nothing for the value 'high'",
        ),
        ({"values": [{"type": "CosFun"}, *FUNCTION["values"][1:]]}, "the function 'CosFun' is not read"),
        ({"values": ["x", "y", "z"]}, "is not read"),
        ({"reserved_value": "high"}, "reserved_value: 'high'"),
        ({"values": [{"type": "LinearFun", "slope": 1}, *FUNCTION["values"][1:]]}, "value 'low': 'low' where"),
        ({"ufun": FUNCTION, "type": "RankOnly"}, "of the type 'RankOnly'"),
    ],
)
def test_a_broken_function_of_negmas_is_refused_in_one_line(change, why):
    with pytest.raises(QuestionError, match=why) as error:
        negmas.read_utility(FUNCTION | change, negmas.read_domain(DOMAIN, "d.json"), "u.json", "A")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("issue", "why"),
    [
        ({"name": "", "values": ["a"]}, "has no name or no values"),
        ({"name": "p", "values": []}, "has no name or no values"),
        ({"name": "p", "values": "ab"}, "has no name or no values"),
        ({"name": "p", "values": ["a", "a"]}, "the value 'a' twice"),
        ({"name": "p", "type": "ContiguousIssue", "values": [1]}, "has 1 bounds"),
        ({"name": "p", "type": "ContiguousIssue", "values": [2, 1]}, "is above"),
        ({"name": "p", "type": "ContiguousIssue", "values": [0, 1e8]}, "at most 10,000"),
        ({"name": "p", "type": "ContiguousIssue", "values": [0, 1.5]}, "whole numbers"),
        ({"name": "p", "type": "ContinuousIssue", "values": ["a", "b"]}, "'a' where a finite number"),
        ({"name": "p", "type": "ContinuousIssue", "values": [1, 1 + 1e-15]}, "too narrow"),
    ],
)
def test_a_broken_domain_of_negmas_is_refused_in_one_line(issue, why):
    with pytest.raises(QuestionError, match=why):
        negmas.read_domain({"issues": [issue]}, "d.json")


def test_points_with_reservation_values_are_a_table_of_outcomes():
    table = negmas.read_points({"pts": [[1, 2], [3, 0]], "rv": [0, 0.5]}, "x.json")
    assert table.gains(negotiation.RESERVATION).tolist() == [[1, 1.5], [3, -0.5]]
    with pytest.raises(QuestionError, match="a list of 2 utilities"):
        negmas.read_points({"pts": [[1]], "rv": [0, 0]}, "x.json")


def test_files_of_several_parties_are_joined_if_their_issues_are_the_same():
    buyer = genius()
    seller = genius(low=5)
    other = negotiation.Negotiation("other.xml", buyer.issues[:2], ())
    seller = negotiation.Negotiation(seller.title, seller.issues, (_renamed(seller.preferences[0], "seller"),))
    assert [own.party for own in negotiation.joined([buyer, seller]).preferences] == ["buyer", "seller"]
    with pytest.raises(QuestionError, match="two parties are named 'buyer'"):
        negotiation.joined([buyer, buyer])
    with pytest.raises(QuestionError, match="they must be the same"):
        negotiation.joined([buyer, other])


def _renamed(own, party):
    return negotiation.Preferences(party, own.weights, own.evaluations, own.reservation, own.discount)


def test_too_many_outcomes_are_refused_before_they_are_made():
    issues = tuple(negotiation.Issue(str(k), "discrete", tuple(map(str, range(50)))) for k in range(4))
    own = [negotiation.Preferences(p, (1.0,) * 4, (np.zeros(50),) * 4) for p in "AB"]
    with pytest.raises(QuestionError, match="6,250,000 outcomes; at most 200,000"):
        negotiation.outcome_table(negotiation.Negotiation("", issues, tuple(own)))


def test_sums_that_differ_by_rounding_only_are_ties():
    issue = negotiation.Issue("x", "discrete", ("a", "b"))
    own = negotiation.Preferences("A", (1.0,), (np.array([0.1 + 0.2, 0.3]),))
    assert np.ptp(negotiation.utilities(negotiation.Negotiation("", (issue,), (own,)))) == 0


OFFERS = "offer,A,B,\nsplit,5,5,\nall to A,10,0,\nNo deal,1,2,\n"


def test_a_table_of_offers_names_what_there_is_without_a_deal():
    rows = rows_of(OFFERS, "x.csv")
    assert is_offers(rows)
    table, without_deal = read_offers(rows, "x.csv")
    assert (table.names, without_deal) == (("split", "all to A"), "No deal")
    assert solve(table, without_deal).outcome == "split"


@pytest.mark.parametrize(
    "text", ["offer;A;B\nsplit;5;5\n", "offer\tA\tB\nsplit\t5\t5\n", '"offer","A","B"\n"split",5,5']
)
def test_semicolons_tabs_and_quotes_are_read_too(text):
    table, without_deal = read_offers(rows_of(text, "x.csv"), "x.csv")
    assert (table.payoff.tolist(), without_deal) == ([[5, 5]], None)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("offer,A\nx,1", "columns for 2 to 20 parties"),
        ("offer,A,A\nx,1,2", "names that differ"),
        ("offer,A,B", "0 offers"),
        ("offer,A,B\nx,1", "row 2: a name and 2 payoffs are due, there are 2 cells"),
        ("offer,A,B\nx,1,2,3", "there are 4 cells"),
        ("offer,A,B\n,1,2", "a name and 2 payoffs"),
        ("offer,A,B\nx,1,two", "row 2, B: 'two' where a finite number"),
        ("offer,A,B\nx,1,inf", "row 2, B: 'inf'"),
        ("offer,A,B\nx,1,2\nx,2,1", "two outcomes are named 'x'"),
        ("offer,A,B\nno deal,1,2", "the feasible set is empty"),
        ("offer,A,B\nx,1,2\nno deal,1,2\nBATNA,0,0", "both are what there is without a deal"),
    ],
)
def test_a_broken_table_of_offers_is_refused_in_one_line(text, why):
    with pytest.raises(QuestionError, match=why) as error:
        read_offers(rows_of(text, "x.csv"), "x.csv")
    assert "\n" not in str(error.value)


@given(st.lists(st.tuples(*[st.integers(0, 6)] * 3), min_size=1, max_size=40))
def test_the_pareto_line_of_three_parties_is_that_of_all_comparisons(rows):
    payoff = np.array(rows, dtype=float)
    beaten = [any(all(b >= a) and any(b > a) for b in payoff) for a in payoff]
    assert pareto_efficient(payoff).tolist() == [not x for x in beaten]
