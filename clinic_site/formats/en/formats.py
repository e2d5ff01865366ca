"""Days as the pages write them in English; the rest is Django's."""

DATE_FORMAT = "F j, Y"
