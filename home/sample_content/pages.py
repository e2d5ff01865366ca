"""The published pages around the article."""

from articles.models import ArticleIndexPage
from booking.models import BookingPage
from home.models import HomePage, StandardPage

from .page import SamplePage, link, points, questions

ARTICLE = "/articles/how-does-ketamine-work-for-depression/"
INVITATION = {
    "heading": "Ask for an appointment",
    "text": "It takes a few minutes. What you send is encrypted before it is stored.",
    "label": "Request an appointment",
}

HOME = SamplePage(
    address="/",
    model=HomePage,
    title="Home",
    summary=(
        "NorTex Psychiatry sees people with depression and other mental health needs in four towns "
        "of north Texas."
    ),
    fields={
        "seo_title": "Psychiatric care in north Texas",
        "heading": "Psychiatric care, in plain words",
        "introduction": (
            "NorTex Psychiatry sees people in Allen, McKinney, Frisco and Dallas. We tell you what a "
            "treatment can do for you, what it cannot do, and which risks come with it. Then you "
            "decide."
        ),
    },
    body=[
        (
            "text",
            f"""
<h2>When other treatments did not help</h2>
<p>Depression can go on in spite of talk therapy and medicine. If that is where you are, there may
be more to try. One option is ketamine, given by a slow drip while staff keep watch. It helps some
people and not others, and it has risks.</p>
<p>Read first, then decide if you want to talk: {link(ARTICLE, "how ketamine may work for depression")}.</p>
""",
        ),
        (
            "steps",
            {
                "heading": "How to begin",
                "steps": points(
                    (
                        "Ask for a visit",
                        (
                            "<p>Fill in a short form, or call us. You choose the town, the day and the "
                            "time that suit you.</p>"
                        ),
                    ),
                    (
                        "We get back to you",
                        "<p>We reach you in the way you chose, and agree on a time with you.</p>",
                    ),
                    (
                        "We meet",
                        (
                            "<p>At the first visit we listen. We go through your health and what you have "
                            "tried, and talk about what could come next.</p>"
                        ),
                    ),
                ),
            },
        ),
        (
            "callout",
            {
                "level": "note",
                "heading": "What you send stays encrypted",
                "text": "<p>Your answers are encrypted before they are stored. Only people at the clinic "
                f"who were given access can open them. {link('/privacy/', 'Read how that works')}.</p>",
            },
        ),
    ],
)

ARTICLES = SamplePage(
    address="/articles/",
    model=ArticleIndexPage,
    title="Articles",
    summary="What we have written on treatments: how they may work, their risks, and where we read it.",
    fields={
        "introduction": (
            "Each article sets benefits beside risks and names its sources. If no clinician has "
            "reviewed it yet, it says so at the top."
        )
    },
    in_menu=True,
)

QUESTIONS = SamplePage(
    address="/common-questions/",
    model=StandardPage,
    title="Common questions",
    summary="Short answers to what people ask before a first visit: how to book, what to bring, who reads it.",
    in_menu=True,
    body=[
        (
            "faq",
            {
                "heading": "Before your first visit",
                "questions": questions(
                    (
                        "How do I ask for an appointment?",
                        (
                            f"<p>Use {link('/book/', 'our request form')} or call us. You pick a town, a "
                            "day and a time of day. We then agree on a time with you.</p>"
                        ),
                    ),
                    (
                        "Is my request already an appointment?",
                        (
                            "<p>No. It tells us what suits you. You have an appointment once we have set "
                            "a time with you.</p>"
                        ),
                    ),
                    (
                        "What should I bring?",
                        (
                            "<p>Bring a list of the drugs you take, with the doses. Notes on past "
                            "treatments help as well. If you have a health plan, bring the card.</p>"
                        ),
                    ),
                    (
                        "May someone come with me?",
                        (
                            "<p>Yes. You can bring a person you trust, and you can ask for time alone "
                            "with us too.</p>"
                        ),
                    ),
                    (
                        "Which office should I choose?",
                        (
                            "<p>Choose the one that is easiest for you to get to. The home page lists all "
                            "four with their hours.</p>"
                        ),
                    ),
                ),
            },
        ),
        (
            "faq",
            {
                "heading": "About ketamine",
                "questions": questions(
                    (
                        "Can I ask for ketamine right away?",
                        (
                            "<p>You can ask for a visit to talk about it. If it is right for you is "
                            "something we find out with you first.</p>"
                        ),
                    ),
                    (
                        "Where can I read about the risks?",
                        (
                            f"<p>Our {link(ARTICLE, 'article on ketamine and depression')} lists them next "
                            "to the benefits, and names the sources.</p>"
                        ),
                    ),
                    (
                        "Do I have to stop my other drugs?",
                        "<p>Do not stop or change any drug on your own. Ask your clinician.</p>",
                    ),
                ),
            },
        ),
        (
            "faq",
            {
                "heading": "About your request",
                "questions": questions(
                    (
                        "Who can read what I send?",
                        (
                            "<p>People at the clinic who were given access, and no one else. "
                            f"{link('/privacy/', 'How we keep it private')} tells you more.</p>"
                        ),
                    ),
                    (
                        "How much should I write?",
                        "<p>A few words are enough. You can tell us the rest when we meet.</p>",
                    ),
                    (
                        "Can I take a request back?",
                        "<p>Yes. Call us and tell us the reference that you saw after you sent it.</p>",
                    ),
                ),
            },
        ),
        ("cta", INVITATION),
    ],
)

TEAM = SamplePage(
    address="/team/",
    model=StandardPage,
    title="Our team",
    summary="The people who see patients at NorTex Psychiatry, with their training and their roles.",
    in_menu=True,
    body=[
        (
            "text",
            (
                "<p>Here you can see who works with patients at NorTex Psychiatry. If you would like to "
                "see one of them, tell us so in your request.</p>"
            ),
        ),
        ("team", {"heading": "Who you may meet"}),
        ("cta", INVITATION),
    ],
)

BOOK = SamplePage(
    address="/book/",
    model=BookingPage,
    title="Request an appointment",
    summary="Tell us which town, day and time suit you. What you send is encrypted before it is stored.",
    fields={
        "introduction": (
            "<p>Tell us where and when you would like to come, and how to reach you. This takes a few "
            "minutes. It is a request: we set the time with you after we have read it.</p>"
            f"<p>Your answers are encrypted before they are stored. {link('/privacy/', 'How we keep them private')}</p>"
        ),
        "confirmation_text": (
            "Your answers are stored, encrypted. This is not yet an appointment: we still have to agree "
            "on a time with you."
        ),
        "next_steps": (
            "<ol><li>Someone at the clinic opens your request and reads it.</li>"
            "<li>We reach you in the way you chose.</li>"
            "<li>We agree on a day, a time and a place with you.</li></ol>"
        ),
    },
)

VISIT_KINDS = ["Consultation", "Follow-up", "Medication", "Ketamine consultation"]

# The extra questions of the booking form. The core ones are in code.
BOOKING_QUESTIONS = [
    {
        "label": "Is there anything that would make a visit easier for you?",
        "field_type": "multiline",
        "required": False,
        "help_text": "For example step-free access, or a quiet place to wait.",
    },
]

ACCESSIBILITY = SamplePage(
    address="/accessibility/",
    model=StandardPage,
    title="Accessibility",
    summary="What we do so that everyone can use this site, what we have not checked yet, and whom to tell.",
    body=[
        (
            "text",
            """
<h2>What we aim for</h2>
<p>We want everyone to be able to read this site and to ask for a visit. Our goal is level AA of the
Web Content Accessibility Guidelines, version 2.2.</p>
<h2>What you can count on</h2>
<ul>
<li>You can do everything with a keyboard, and you can see where you are.</li>
<li>A screen reader gets headings, labels and a link that skips the menu.</li>
<li>You can make the text twice as large and need not scroll from side to side.</li>
<li>The site follows your device if you prefer dark colors or less motion.</li>
<li>No meaning is carried by color alone.</li>
<li>The form works with scripts turned off. It tells you in words what to fix, and it keeps what you
have typed.</li>
<li>When you print an article, all its answers are open.</li>
</ul>
<h2>What we have not checked</h2>
<p>We test the pages with software as part of our work. No outside expert has tested the site yet.
There may be problems that we do not know of.</p>
<h2>Tell us what does not work</h2>
<p>Call us at the number at the top of the page. Tell us which page it is and what went wrong. If
you cannot use the form, we take your request by phone.</p>
""",
        ),
    ],
)
