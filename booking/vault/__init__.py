"""The safe: seals what visitors send to a key that the server does not hold. Knows nothing of booking.

`sealing.seal(...)` closes; `request.vault.open(...)` opens while a reviewer has unlocked.
"""
