"""Twilio TaskRouter: its objects written from our own settings, and the calls that wait in it."""
