"""The first screen: one object, plain data, that the terminal, the page, the print and the export show alike."""
