"""Where the statements of the ketamine article come from, the regulators first."""

from typing import Any

SOURCES: list[dict[str, Any]] = [
    {
        "title": "FDA warns patients and health care providers about potential risks associated with "
        "compounded ketamine products, including oral formulations, for the treatment of "
        "psychiatric disorders",
        "publisher": "U.S. Food and Drug Administration",
        "year": 2023,
        "url": "https://www.fda.gov/drugs/human-drug-compounding/fda-warns-patients-and-health-care-"
        "providers-about-potential-risks-associated-compounded-ketamine",
    },
    {
        "title": "FDA approves new nasal spray medication for treatment-resistant depression; "
        "available only at a certified doctor’s office or clinic",
        "publisher": "U.S. Food and Drug Administration",
        "year": 2019,
        "url": "https://www.fda.gov/news-events/press-announcements/fda-approves-new-nasal-spray-"
        "medication-treatment-resistant-depression-available-only-certified",
    },
    {
        "title": "Schedules of Controlled Substances: Placement of Ketamine into Schedule III",
        "publisher": "Drug Enforcement Administration, Federal Register",
        "year": 1999,
        "url": "https://www.govinfo.gov/content/pkg/FR-1999-07-13/html/99-17803.htm",
    },
    {
        "title": "Synthesizing the Evidence for Ketamine and Esketamine in Treatment-Resistant "
        "Depression: An International Expert Opinion on the Available Evidence and Implementation",
        "publisher": "American Journal of Psychiatry",
        "year": 2021,
        "url": "https://doi.org/10.1176/appi.ajp.2020.20081251",
    },
    {
        "title": "Side-effects associated with ketamine use in depression: a systematic review",
        "publisher": "The Lancet Psychiatry",
        "year": 2018,
        "url": "https://doi.org/10.1016/S2215-0366(17)30272-9",
    },
    {
        "title": "A Consensus Statement on the Use of Ketamine in the Treatment of Mood Disorders",
        "publisher": "JAMA Psychiatry",
        "year": 2017,
        "url": "https://doi.org/10.1001/jamapsychiatry.2017.0080",
    },
    {
        "title": "Synaptic Dysfunction in Depression: Potential Therapeutic Targets",
        "publisher": "Science",
        "year": 2012,
        "url": "https://doi.org/10.1126/science.1222939",
    },
]
