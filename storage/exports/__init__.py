"""Proof that travels: recorded inspections with their files and their part of the chain, for whoever has no program."""
