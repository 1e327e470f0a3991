"""One module for each kind: predicates and mentions become proposed facts."""
