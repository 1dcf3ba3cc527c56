"""Replies to greetings: what they want, by rules, then a small model, then a person; and what is done about it."""
