"""Exporting requests: which ones, which columns, in which format, and what is logged of it."""
