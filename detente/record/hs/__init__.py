"""Codes of the Harmonized System (HS): how they are written, and which ones a text names."""
