"""The vault's pages in the admin: its state, set-up, the people with access, and recovery."""
