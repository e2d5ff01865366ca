"""What a reviewer does: the list, one request, search, status, export."""
