"""One tap: a personal link, and a page with one button on it."""
