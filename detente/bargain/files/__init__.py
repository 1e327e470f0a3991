"""Games as other programs save them: each reader takes the text of a file and returns a game of this room."""
