"""The two clinicians. What is not known of them is not said."""

from typing import Any

from articles.choices import ClinicianKind

ALLISON = "Clayton L. Allison"
HUCKABY = "Brittany Huckaby"

CLINICIANS: list[dict[str, Any]] = [
    {
        "name": ALLISON,
        "credentials": "M.D.",
        "role": "Psychiatrist",
        "kind": ClinicianKind.PHYSICIAN,
        "biography": "Dr. Allison trained at the Mayo Clinic and at UT Southwestern.",
        "sort_order": 10,
    },
    {
        "name": HUCKABY,
        "credentials": "PHNP",
        "role": "Nurse practitioner",
        "kind": ClinicianKind.NURSE_PRACTITIONER,
        "biography": (
            "Brittany Huckaby has cared for children with heart disease as an intensive care nurse "
            "for more than eight years."
        ),
        "sort_order": 20,
    },
]
