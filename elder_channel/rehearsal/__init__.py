"""Plays scenarios: on a line of our own, started for the purpose, or against any service that speaks TwiML."""
