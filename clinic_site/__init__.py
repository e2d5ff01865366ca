"""The frame: settings, addresses, and what pages of every kind have in common. Imports no app."""
