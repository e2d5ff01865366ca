"""Where patients are seen, and when."""
