"""Official and public feeds: recognised by content, read within bounds, joined into sources and acts."""
