"""`python -m detente` is the command line."""

from detente.faces.cli import main

main()
