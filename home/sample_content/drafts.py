"""Pages that the owner and the owner's counsel have to finish. They are never published by the loader."""

from home.models import StandardPage

from .page import Blocks, SamplePage

DRAFT_MARK = "Draft for the owner’s counsel"


def draft(address: str, title: str, summary: str, html: str) -> SamplePage:
    """An unpublished page that begins with what it is: a draft."""
    body: Blocks = [
        (
            "callout",
            {
                "level": "important",
                "heading": DRAFT_MARK,
                "text": "<p>This text is not in force. A lawyer has to check it and fill the gaps in "
                "square brackets before it goes live.</p>",
            },
        ),
        ("text", html),
    ]
    return SamplePage(
        address=address,
        model=StandardPage,
        title=title,
        summary=f"{DRAFT_MARK}. {summary}",
        body=body,
        is_draft=True,
    )


PRIVACY_NOTICE = draft(
    "/privacy-notice/",
    "Privacy notice",
    "How the practice as a whole uses and shares what it knows about people.",
    """
<h2>Who we are</h2>
<p>[Legal name of the practice, address, phone.] We are in charge of the facts named in this
notice.</p>
<h2>What we hold</h2>
<p>We hold what you send by this site, what you tell us by phone, and what is in your chart. [List
any other source.]</p>
<h2>What we use it for</h2>
<p>We use it to answer you, to plan visits, to treat you and to send bills. We do not sell it. [To be
confirmed by the owner.]</p>
<h2>Whom we share it with</h2>
<p>[Name each firm that hosts the site, the mail, the chart and the bills. Say if a business
associate agreement is in place with each.]</p>
<h2>How long we keep it</h2>
<p>Requests sent by this site are due to be deleted after the time named on the privacy page. Charts
are kept for [years] as the law of Texas asks.</p>
<h2>What you can ask of us</h2>
<p>You can ask to see, to correct or to delete what we hold. [Say how, and how soon you answer.]</p>
""",
)

HIPAA_NOTICE = draft(
    "/hipaa-notice/",
    "HIPAA notice of privacy practices",
    "How health information may be used and shared, and the rights patients have.",
    """
<h2>What this notice is for</h2>
<p>[The rule asks for a set header at this place: 45 CFR 164.520(b)(1)(i). Counsel puts it in word
for word.]</p>
<h2>How we may use and share your health information</h2>
<ul>
<li>to treat you, and to work with others who treat you</li>
<li>to get paid for your care</li>
<li>to run the practice</li>
<li>where a law tells us to [list the cases]</li>
</ul>
<h2>When we need your written consent</h2>
<p>We need it for most uses of psychotherapy notes, for marketing and for any sale. You can take it
back in writing. [Add the rules on records of care for drug or alcohol use, 42 CFR part 2.]</p>
<h2>Your rights</h2>
<ul>
<li>to see your record and get a copy</li>
<li>to ask us to correct it</li>
<li>to ask us to reach you in a certain way or place</li>
<li>to ask us to limit what we share</li>
<li>to get a list of some of the times we shared it</li>
<li>to get this notice on paper</li>
</ul>
<h2>Our duties</h2>
<p>The law tells us to keep your health information private, to give you this notice and to do what
it says. We must tell you if a breach puts your information at risk.</p>
<h2>Questions and complaints</h2>
<p>Write or call [name and phone of the privacy officer]. You can also turn to the U.S. Department of
Health and Human Services. No one may treat you worse because you did. [Date from which the notice
applies.]</p>
""",
)

COSTS = draft(
    "/costs/",
    "Costs and good-faith estimate",
    "What a visit may cost, which plans pay, and the right to an estimate.",
    """
<h2>What a visit costs</h2>
<p>[Price of a first visit, of a later visit and of one infusion. Say what each price covers.]</p>
<h2>What health plans pay</h2>
<p>[Plans that the practice takes.] Ketamine for depression is off-label, so many plans do not pay
for it. Ask your plan before you start.</p>
<h2>Your right to an estimate</h2>
<p>If you have no health plan, or do not use it, you can get a good-faith estimate. It says what your
care is likely to cost. You get it in writing before the visit.</p>
<ul>
<li>If you book at least three business days ahead, you get it within one business day.</li>
<li>If you book at least ten business days ahead, or if you just ask, you get it within three
business days.</li>
<li>If the bill is at least 400 dollars above the estimate, you can dispute it.</li>
</ul>
<p>Keep a copy of the estimate. [Counsel checks the words and the times against 45 CFR 149.610.]</p>
""",
)

NONDISCRIMINATION = draft(
    "/nondiscrimination/",
    "Nondiscrimination notice",
    "Equal treatment, help with language and disability, and where to complain.",
    """
<h2>Equal treatment</h2>
<p>We follow federal civil rights law. We do not turn people away or treat them worse because of
race, color, national origin, age, disability or sex. [Counsel checks the list against 45 CFR part
92.]</p>
<h2>Help at no cost</h2>
<p>We offer people with a disability the aids they need to talk with us. We offer an interpreter to
people whose first language is not English. Neither costs you anything. [Say how to ask. Add the
notice in the top 15 languages of Texas.]</p>
<h2>If something went wrong</h2>
<p>Tell [name, title and phone of the person in charge]. You can also file a complaint with the
Office for Civil Rights of the U.S. Department of Health and Human Services. [Address and phone.]</p>
""",
)

HOW_WE_WRITE = draft(
    "/how-we-write/",
    "How we write and review",
    "Who writes the articles, who checks them, and how often that is done.",
    """
<h2>Who writes</h2>
<p>[Name the people or roles who write. Say if they are paid by anyone who makes a drug.]</p>
<h2>What we ask of each article</h2>
<ul>
<li>It says what is known and what is not.</li>
<li>It lists at least as many risks as benefits.</li>
<li>It says what the FDA has approved and what it has not.</li>
<li>It names its sources, so that you can read them.</li>
<li>It uses plain words and makes no promise.</li>
</ul>
<h2>Who reviews</h2>
<p>A clinician reads an article before it counts as reviewed. The article then shows the name and the
day. Until then it says that no clinician has reviewed it yet. Search engines are asked to leave it
out.</p>
<h2>How often</h2>
<p>Each article is due again twelve months after its last review, or sooner. [The owner confirms
this.]</p>
<h2>If you find an error</h2>
<p>Call us and tell us where it is. [Say who puts it right, and how soon.]</p>
""",
)

DRAFTS = [PRIVACY_NOTICE, HIPAA_NOTICE, COSTS, NONDISCRIMINATION, HOW_WE_WRITE]
