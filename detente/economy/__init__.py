"""economy: what a policy is worth to each economy."""
