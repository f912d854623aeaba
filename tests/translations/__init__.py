"""Keeps what the program says and its translations in step."""
