"""Mails to staff about requests: that there are new ones, that a promise was missed. Never what is in them."""
