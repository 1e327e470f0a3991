"""Who says what, who does what to whom, and what did not happen."""
