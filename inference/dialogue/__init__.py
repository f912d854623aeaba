"""Conversations about an inspection: its facts, the providers that answer from them, and what their words refer to."""
