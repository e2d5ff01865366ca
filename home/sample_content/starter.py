"""The article starter: every section of an article, for staff to copy. Stays a draft for good."""

from articles.models import ArticlePage
from articles.starter import STARTER_SLUG

from .page import SamplePage, points, questions

STARTER = SamplePage(
    address=f"/articles/{STARTER_SLUG}/",
    model=ArticlePage,
    title="Article starter",
    summary=(
        "[Two sentences: what the reader finds here, and which risks to weigh. Between 70 and 160 "
        "characters show whole in search results.]"
    ),
    body=[
        (
            "callout",
            {
                "level": "note",
                "heading": "[How to use this starter]",
                "text": "<p>Copy this page, never edit it. In the copy, put your own words where the "
                "square brackets are. Then add the approval note and at least one source below, and "
                "delete this panel.</p>",
            },
        ),
        (
            "text",
            """
<h2>What it is</h2>
<p>[Say in plain words what the treatment is and how it is thought to work. Say what is not known.]</p>
<h2>Who it may help</h2>
<p>[Say who may get it, and who should not have it. Keep sentences short.]</p>
<h2>How it is given</h2>
<p>[Say where it is given, how long it takes, and who watches over the patient.]</p>
""",
        ),
        (
            "benefits_risks",
            {
                "heading": "Benefits and risks",
                "benefits": points(
                    ("[First benefit]", "[One or two sentences. Say “for some”, not “for you”.]"),
                    ("[Second benefit]", "[One or two sentences.]"),
                ),
                "risks": points(
                    ("[First risk]", "[How often it comes, and how long it lasts.]"),
                    ("[Second risk]", "[One or two sentences.]"),
                    ("[The cost]", "[What it may cost, and if health plans pay.]"),
                ),
                "serious_risks": "<p>[What must be known before anything else.]</p>",
            },
        ),
        (
            "callout",
            {
                "level": "important",
                "heading": "[What the reader must not miss]",
                "text": "<p>[One to three sentences on what to do or not to do.]</p>",
            },
        ),
        (
            "steps",
            {
                "heading": "What to expect",
                "steps": [
                    {"title": "[First visit]", "text": "<p>[What happens.]</p>"},
                    {"title": "[The treatment]", "text": "<p>[What happens.]</p>"},
                    {"title": "[After it]", "text": "<p>[What happens.]</p>"},
                ],
            },
        ),
        (
            "faq",
            {
                "heading": "Questions people ask",
                "questions": questions(
                    ("[A question that patients ask]?", "<p>[A short answer.]</p>"),
                    ("[Another question]?", "<p>[A short answer.]</p>"),
                ),
            },
        ),
        (
            "cta",
            {
                "heading": "Talk it over with us",
                "text": "Tell us which day and which town suit you. What you send is encrypted before it is stored.",
                "label": "Request an appointment",
            },
        ),
    ],
    is_draft=True,
)
