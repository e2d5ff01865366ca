"""Finished pages, handed to visitors before Django sees the request.

A view allows it, page by page; what nobody allowed is never kept. What is kept holds no secret and
repeats nothing of the request, which is why it may be compressed (BREACH).
"""
