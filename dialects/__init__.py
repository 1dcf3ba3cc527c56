"""Dialects of Chinese: the catalogue of 42, hearing which one is spoken, writing down what is said. Stands alone."""
