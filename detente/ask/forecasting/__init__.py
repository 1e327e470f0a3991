"""Forecasts of decision points: the track record, and the value of the path to come."""
