"""Prompts in a dialect as native speakers record them: what a take is, what is wrong with it, what is still missing."""
