"""The front door: the home page and plain pages, the guide for staff, and the trial."""
