"""Times as Spanish speakers in the United States write them; the rest is Django's."""

TIME_FORMAT = "P"
DATETIME_FORMAT = r"j \d\e F \d\e Y, P"
