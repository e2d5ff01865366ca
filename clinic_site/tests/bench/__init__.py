"""How fast the site serves, beside its own limits on the same machine: `make bench`. Never a test."""
