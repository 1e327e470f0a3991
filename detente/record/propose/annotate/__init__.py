"""Spans with offsets: sentences, sides, persons, places, days, amounts, terms."""
