"""How well endpointing profiles bear an elder's pauses: a seeded test set, and what is counted in it."""
