"""What a visitor meets: the booking page, its form, and what it promises."""
