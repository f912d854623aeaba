"""AnomalyGPT as published (Gu et al., AAAI 2024, arXiv:2308.15366): its parts with the shapes, names and rules of its
public code, so that its official weights load and give its numbers.

The detector and the conversation that users have by default are elsewhere (`detector`, `dialogue`).
"""
