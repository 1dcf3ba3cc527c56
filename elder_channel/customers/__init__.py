"""Who is in the books, and who counts as a known elder."""
