"""Mails that wait, and the work of every day."""
