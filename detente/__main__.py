"""`python -m detente` is the command line."""

from detente.faces.terminal.cli import main

main()
