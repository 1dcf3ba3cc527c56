"""Pieces of pages: presented values in, escaped HTML out."""
