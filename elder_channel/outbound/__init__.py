"""Calls the line places itself: to whom, why, how often tried, and how many an hour."""
