"""The clinic's own facts, as `ClinicSettings` holds them."""

CLINIC_NAME = "NorTex Psychiatry"
PHONE = "(972) 555-0100"
EMERGENCY_TEXT = (
    "<p><b>In danger now, or thinking of ending your life?</b> Do not wait for us to answer. "
    'Call <a href="tel:911">911</a>, or call or text <a href="tel:988">988</a> at any hour of the '
    "day or night. Veterans: call 988 and press 1.</p>"
)
FOOTER_ADDRESSES = ["/privacy/", "/accessibility/"]
