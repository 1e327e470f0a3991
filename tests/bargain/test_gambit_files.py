"""Games of Gambit: the forms of both formats, and one clear line for each way in which a file is broken."""

from fractions import Fraction

import pytest

from detente.bargain.extensive_form import backward_induction, has_perfect_recall, proper_subgames
from detente.bargain.files.gambit import read_efg, read_nfg
from detente.bargain.reduced_form import reduced_strategic_form
from detente.bargain.strategic_form import all_equilibria, pure_equilibria
from detente.errors import QuestionError

F = Fraction
PAYOFFS = 'NFG 1 R "duel" { "A" "B" } { 2 3 }\n0 10 1 11 2 12 3 13 4 14 5 15'
OUTCOMES = """NFG 1 D "duel" { "A" "B" }
{ { "up" "down" }
{ "left" "right" } }
"a comment"
{
{ "both" 1/2, .80 }
{ "" 2.5e-1, -3 }
}
1 0 2 1
"""
ENTRY = """EFG 2 R "entry" { "Entrant" "Owner" } "a comment"
p "" 1 1 "enter?" { "in" "out" } 0
p "" 2 1 "fight?" { "fight" "share" } 0
t "" 1 "war" { -1, 0 }
t "" 2 "peace" { 1 1 }
t "" 3 "alone" { 0, 2 }
"""
HIDDEN = """EFG 2 R "signal" { "Sender" "Receiver" }
c "" 1 "type" { "good" 1/3 "bad" 2/3 } 0
p "" 1 1 "good" { "speak" "silent" } 0
p "" 2 1 "heard" { "trust" "doubt" } 0
t "" 1 "" { 2 1 }
t "" 2 "" { 0 0 }
t "" 3 "" { 1 0 }
p "" 1 2 "bad" { "speak" "silent" } 0
p "" 2 1 0
t "" 4 "" { 2 -1 }
t "" 2
t "" 3
"""


def test_the_first_player_changes_fastest_in_the_payoff_form():
    game = read_nfg(PAYOFFS, "x.nfg")
    assert game.shape == (2, 3)
    assert game.payoff((1, 0)) == (1, 11)
    assert game.payoff((0, 1)) == (2, 12)


def test_outcomes_may_stand_at_several_profiles_and_the_place_0_is_no_payoff():
    game = read_nfg(OUTCOMES, "x.nfg")
    assert game.strategies == (("up", "down"), ("left", "right"))
    assert game.payoff((0, 0)) == game.payoff((1, 1)) == (F(1, 2), F(4, 5))
    assert game.payoff((1, 0)) == (0, 0)
    assert game.payoff((0, 1)) == (F(1, 4), -3)


def test_any_number_of_players_is_read():
    game = read_nfg('NFG 1 R "x" { "A" "B" "C" "D" } { 1 2 1 2 } ' + " ".join(map(str, range(16))), "x.nfg")
    assert game.payoff((0, 1, 0, 1)) == (12, 13, 14, 15)


def test_named_strategies_may_be_followed_by_bare_payoffs():
    game = read_nfg('NFG 1 R "x" { "A" "B" } { { "u" "d" } { "l" } } "comment" 1 2 3 4', "x.nfg")
    assert (game.strategies, game.payoff((1, 0))) == ((("u", "d"), ("l",)), (3, 4))


def test_names_that_stand_twice_are_told_apart():
    game = read_nfg('NFG 1 R "x" { "A" "A" } { { "u" "u" } { "" } } 1 2 3 4', "x.nfg")
    assert game.players == ("A (1)", "A (2)")
    assert game.strategies == (("u (1)", "u (2)"), ("1",))


def test_backward_induction_ends_in_the_threat_that_is_carried_out():
    game = read_efg(ENTRY, "x.efg")
    solution = backward_induction(game)
    assert game.has_perfect_information
    assert (solution.payoff, solution.payoffs, solution.tied) == ((1, 1), ((1, 1),), {})
    assert proper_subgames(game) == 1


def test_the_strategic_form_also_has_the_equilibrium_with_the_empty_threat():
    game = reduced_strategic_form(read_efg(ENTRY, "x.efg"))
    assert [(game.strategies[0][i], game.strategies[1][j]) for i, j in pure_equilibria(game)] == [
        ("in", "share"), ("out", "fight"),
    ]  # fmt: skip


def test_ties_leave_several_subgame_perfect_payoffs():
    text = """EFG 2 R "tie" { "A" "B" }
    p "" 1 1 "" { "l" "r" } 0
    p "" 2 1 "" { "l" "r" } 0
    t "" 1 "" { 3 1 }
    t "" 2 "" { 0 1 }
    t "" 3 "" { 1 5 }"""
    solution = backward_induction(read_efg(text, "x.efg"))
    assert solution.payoffs == ((3, 1), (1, 5))
    assert solution.tied == {1: (0, 1)}


def test_payoffs_at_an_inner_node_are_added_to_those_below():
    text = 'EFG 2 R "toll" { "A" } p "" 1 1 "" { "go" "stay" } 1 "toll" { -1 } t "" 2 "" { 3 } t "" 3 "" { 1 }'
    assert backward_induction(read_efg(text, "x.efg")).payoff == (2,)


def test_an_information_set_and_an_outcome_need_their_description_only_once():
    game = read_efg(HIDDEN, "x.efg")
    assert not game.has_perfect_information
    assert (has_perfect_recall(game), proper_subgames(game)) == (True, 0)
    assert {len(node.actions) for node in game.nodes if node.player == 1} == {2}


def test_chance_is_averaged_in_the_strategic_form_exactly():
    game = reduced_strategic_form(read_efg(HIDDEN, "x.efg"))
    place = [own.index(name) for own, name in zip(game.strategies, ("speak / speak", "trust"), strict=True)]
    assert game.payoff(place) == (2, F(1, 3) - F(2, 3))
    assert all_equilibria(game)


def test_a_strategy_says_nothing_where_its_own_actions_keep_it_from_moving():
    text = """EFG 2 R "twice" { "A" "B" }
    p "" 1 1 "" { "go" "stop" } 0
    p "" 1 2 "" { "l" "r" } 0
    t "" 1 "" { 1 1 }
    t "" 2 "" { 2 2 }
    t "" 3 "" { 0 0 }"""
    assert reduced_strategic_form(read_efg(text, "x.efg")).strategies == (
        ("go / l", "go / r", "stop / ·"),
        ("no move",),
    )


def test_a_player_that_forgets_has_no_perfect_recall():
    text = """EFG 2 R "forgetful" { "A" }
    p "" 1 1 "" { "l" "r" } 0
    p "" 1 2 "" { "l" "r" } 0
    t "" 1 "" { 1 }
    t "" 2 "" { 0 }
    p "" 1 2 0
    t "" 2
    t "" 1
    """
    game = read_efg(text, "x.efg")
    assert not has_perfect_recall(game)
    assert [game_payoff[0] for game_payoff in map(reduced_strategic_form(game).payoff, ((0,), (1,), (2,), (3,)))] == [
        1, 0, 0, 1,
    ]  # fmt: skip


def test_a_long_chain_of_moves_is_solved_without_its_strategic_form():
    moves = [f'p "" {k % 2 + 1} {k} "" {{ "take" "pass" }} 0 t "" {k} "" {{ {k} {k + 1} }}' for k in range(1, 1500)]
    game = read_efg('EFG 2 R "chain" { "A" "B" } ' + " ".join(moves) + ' t "" 0', "x.efg")
    assert backward_induction(game).payoff[0] >= 1
    assert reduced_strategic_form(game) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("NFG 2 R", "line 1: '2' where 1 is due"),
        ('NFG 1 X "x" { "A" } { 1 } 1', "'X' where R or D is due"),
        ('NFG 1 R x { "A" } { 1 } 1', "the title in quotes"),
        ('NFG 1 R "x" { "A" "B" } { 2 2 }\n1 2 3', "line 2: 3 payoffs where 2 x 2 strategies of 2 players need 8; add"),
        ('NFG 1 R "x" { "A" "B" } { 1 1 } 1 2 3', "3 payoffs where .* need 2; remove"),
        ('NFG 1 R "x" { "A" "B" } { 2 } 1 2', "strategies of 1 players, and 2 players"),
        ('NFG 1 R "x" { "A" } { 1 } NaN', "'NaN' is not a number"),
        ('NFG 1 R "x" { "A" } { 1 } 1/0', "divides by zero"),
        ('NFG 1 R "x" { "A" } { 1 } 1e999', "too long a number"),
        ('NFG 1 R "x" { "A" } { { "u" "d" } } { { "" 1 } } 1 2', "outcome 2 of profile 2; there are 1 outcomes"),
        ('NFG 1 R "x" { "A" } { { "u" "d" } } { { "" 1 2 } } 1 1', "2 payoffs for 1 players"),
        ('NFG 1 R "x', "a quotation mark that is never closed"),
        ('NFG 1 R "x" { "A" "B" } { 99999 99999 } 1', "9,999,800,001 profiles; at most 250,000"),
        ('NFG 1 R "x" { "A" } { 0 } ', "strategies of 0 players"),
    ],
)
def test_a_broken_strategic_form_is_refused_in_one_line(text, why):
    with pytest.raises(QuestionError, match=why) as error:
        read_nfg(text, "x.nfg")
    assert "\n" not in str(error.value)
    assert str(error.value).startswith("x.nfg")


@pytest.mark.parametrize(
    ("nodes", "why"),
    [
        ("", "a game without a tree"),
        ('p "" 3 1 "" { "a" } 0', "player 3; there are 2 players"),
        ('p "" 1 1 "" { "a" "b" } 0 t "" 1 "" { 1 1 }', "a node, c, p or t, is due; node 3"),
        ('p "" 1 1 0', "information set 1 stands here first and lists no actions"),
        ('p "" 1 1 "" { "a" } 0 p "" 1 1 "" { "a" "b" } 0', "has 2 actions here and 1"),
        ('t "" 1', "outcome 1 stands here first and has no payoffs"),
        ('t "" 1 "" { 1 }', "1 payoffs for 2 players"),
        ('c "" 1 "" { "a" 0.3 "b" 0.6 } 0', "sum to 0.9"),
        ('c "" 1 "" { "a" -1 "b" 2 } 0', "none may be negative"),
        ('c "" 1 "" { "a" "b" } 0', "each with its probability"),
        ('t "" 1 "" { 1 1 } t "" 2 "" { 1 1 }', "the end of the file is due"),
        ('x "" 1', "'x' where a node"),
        ('p "" 1 1 "" { "a" "b" } 0 t "" 1 "" { 1 1 } t "" 1 "" { 2 2 }', "outcome 1 stands here with other payoffs"),
        ('p "" 1 1 "" { "a" } 0 ' * 2100, "deeper than 2000 moves"),
    ],
)
def test_a_broken_extensive_form_is_refused_in_one_line(nodes, why):
    with pytest.raises(QuestionError, match=why) as error:
        read_efg('EFG 2 R "x" { "A" "B" }\n' + nodes, "x.efg")
    assert "\n" not in str(error.value)
