"""Highlighting what is named in words: a photo and a query in, where it is, or that it is not there, out."""
