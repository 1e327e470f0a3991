"""What players with given payoffs do: it knows numbers and names, nothing of where they come from."""
