"""What players with given payoffs do: it knows numbers and names, nothing of where they come from.

A library of games, each function with its arguments, source and an example; import the module by theme:

- `outcomes`: packages, payoff tables, disagreement points, Pareto efficiency
- `solutions`: Nash, Kalai-Smorodinsky and egalitarian deals on lists, lotteries and continuous settings
- `exchange`: one-sided best responses, what an agreement adds to them, own moves and those of the others
- `revealed_weights`: what a government wants, from many of its decisions, and whether that predicts the next ones
- `offers`: alternating offers, deadlines, outside and inside options, breakdown, private information, reputation
- `ratify`: win-sets, voting bodies, two-level games
- `truce`: whether a truce is self-enforcing; `repeated`: equilibrium payoffs of any small repeated game
- `coalitions`: Shapley values, Nash-in-Nash
- `leverage`: losses from cut-offs and choke points, credibility of threats, concentration of trade
- `negotiation`: outcomes of several issues, with additive utilities
- `strategic_form`, `best_response_polytope`: equilibria of games, in exact numbers
- `several_players`, `multilinear`: mixed equilibria of three and more players, and the equations behind them
- `extensive_form`, `reduced_form`: trees, backward induction, the strategic form of a tree
- `files`: games as other programs save them
- `spatial`: where a group of actors drifts; `spatial_bargaining`: on several dimensions, turn by turn
- `forecast`: base rates, reference classes, scores; `endings`: hazards by kind, ridge regression; `spells`: durations
- `beta`: the Beta distribution
- `regimes`: hitting times, value of a random path, entry under uncertainty
- `textbook`: small trade wars with closed forms; `verdicts`: claims counted over settings

`docs/models/bargaining.md` lists every function with its paper.
"""
