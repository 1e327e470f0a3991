"""faces: only show answers."""
