"""What happens while nobody waits for it: mails to staff, and the work of every day."""
