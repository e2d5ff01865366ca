"""What is kept of a request: sealed rows, and every way to take in, read, search and change them."""
