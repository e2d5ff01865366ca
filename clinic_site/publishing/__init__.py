"""What may go to readers: the rules of a page, and the gates on every road to publishing."""
