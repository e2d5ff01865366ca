"""What a process keeps of the content between requests, and how it knows that this is still true."""
