"""Birthday greetings: one per customer of the group and greeting year, never after an opt-out."""
