"""record: what was said and agreed, by whom, when, known since when."""
