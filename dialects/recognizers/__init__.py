"""Recognizers behind one port: speech in, text and a language posterior out."""
