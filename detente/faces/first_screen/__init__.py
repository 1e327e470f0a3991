"""The first screen as every face shows it: its numbers, days and names put into words once."""
