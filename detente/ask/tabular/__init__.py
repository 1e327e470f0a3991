"""Answers as tidy tables: fields with names, types and units, and the files that hold them."""
