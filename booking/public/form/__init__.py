"""The form that a visitor fills in: its questions and rules, and what becomes of the answers."""
