"""The article on ketamine, with what regulators say about it."""

from articles.models import ArticlePage

from .page import SamplePage, link, points, questions
from .people import ALLISON, HUCKABY

APPROVAL_NOTE = (
    "The FDA has approved ketamine to put people to sleep for surgery. It has not approved "
    "ketamine for depression. To give it into a vein for depression is off-label use. The FDA has "
    "approved a close relative, the nasal spray esketamine, for some adults with depression. That "
    "spray is given only at certified sites, under a safety program. Ketamine is a schedule III "
    "controlled substance."
)

WHAT_IT_IS = """
<h2>What ketamine is</h2>
<p>Ketamine is a medicine that puts people to sleep for surgery. Doctors have used it that way for
more than fifty years. In much smaller doses, it is now also given to some people with
depression.</p>
<p>Most drugs for depression take weeks to help. Ketamine may help within hours. That does not make
it the right choice for everyone. Here you can read what is known, what is not, and which risks to
weigh.</p>
<h2>How it is thought to work</h2>
<p>Nerve cells talk to each other with the help of chemicals. One of these is called glutamate. It
plays a part in mood, memory and learning. Ketamine changes how it acts in the brain.</p>
<p>After a dose, nerve cells seem to grow new links to each other. Long stress and depression may
wear such links away. Many experts think the new links explain why mood can lift so soon. But no
one has the full picture yet.</p>
"""

WHO_IT_MAY_HELP = f"""
<h2>Who it may help</h2>
<p>Ketamine is mostly an option for adults with severe depression. As a rule they have tried at
least two other drugs, and those did not help enough. Talk therapy and well-known drugs still come
first for most people.</p>
<p>Who should not have ketamine is for your clinician to settle with you. At the first visit, be
open about these points:</p>
<ul>
<li>high blood pressure, heart disease or a past stroke</li>
<li>hearing or seeing things that others do not, now or in the past</li>
<li>alcohol or drug use, now or in the past</li>
<li>liver or bladder trouble</li>
<li>being pregnant, or breastfeeding a child</li>
<li>every drug you take, with or without a prescription</li>
</ul>
<p>Do not stop a drug on your own to get ready for ketamine. {link("/book/", "Ask us for a visit")}
and we can talk it through.</p>
"""

THE_INFUSION = """
<h2>How an infusion is given</h2>
<p>An infusion is a slow drip into a vein. You rest in a chair while the drug runs in. Plan on 40 to
60 minutes for the drip, and more time to rest after it. You stay awake, but you may feel sleepy or
far away.</p>
<p>Staff keep an eye on you from start to end. They check your blood pressure, your pulse and your
breathing. They can slow the drip or stop it. To take ketamine at home, or at a party, is a very
different thing: no one is there to step in.</p>
"""

SERIOUS_RISKS = """
<p>In October 2023 the FDA put out an alert on compounded ketamine. That is ketamine which a
pharmacy mixes itself. The FDA does not check such products before they are sold. The alert names
these dangers:</p>
<ul>
<li>abuse and misuse</li>
<li>psychiatric events, such as feeling cut off from what is real</li>
<li>a rise in blood pressure</li>
<li>slowed breathing</li>
<li>harm to the bladder and the urinary tract</li>
</ul>
<p>The alert adds that home use without a trained person nearby makes these dangers worse. In a
clinic they do not go away, but staff are there to look out for them.</p>
"""

BENEFITS_RISKS = {
    "heading": "Benefits and risks",
    "benefits": points(
        (
            "Fast relief",
            "Some people feel better within hours of the first infusion. Others feel no change.",
        ),
        (
            "Help in severe cases",
            "It has helped some people when other treatments did not. It does not help all of them.",
        ),
        (
            "Mood and anxiety",
            "Low mood can lift, and some people feel less anxious too. The effect can wear off.",
        ),
    ),
    "risks": points(
        (
            "Dizziness and nausea",
            "You may feel dizzy or sick to your stomach. As a rule this ends on the same day.",
        ),
        (
            "Dissociation",
            "You may feel cut off from your body or the room. It tends to be brief, but it can scare you.",
        ),
        (
            "Cost and insurance",
            "The price can be high, and many health plans do not pay. Ask for it in writing first.",
        ),
        (
            "Unknown long-term effects",
            "No one can say yet what many doses over many years do. Studies are still under way.",
        ),
    ),
    "serious_risks": SERIOUS_RISKS,
}

STEPS = {
    "heading": "What to expect",
    "steps": points(
        (
            "Consultation",
            (
                "<p>We go through your health, your past treatments and your hopes. We tell you if "
                "ketamine looks like a fit, and what else you could try. You do not have to decide that "
                "day.</p>"
            ),
        ),
        (
            "Infusions",
            (
                "<p>You come to the clinic for each infusion. A drip gives you the dose while staff keep "
                "watch. You go home with someone who can take you.</p>"
            ),
        ),
        (
            "Follow-up",
            (
                "<p>We meet again to see how you are. We look at what has changed and at side effects. "
                "Then we plan the next step with you, or we stop.</p>"
            ),
        ),
    ),
}

FINDING_A_CLINIC = f"""
<h2>Finding a clinic</h2>
<p>Good care starts before the first dose. These questions help you to judge a clinic:</p>
<ul>
<li>Who will watch over me, and what training do they have?</li>
<li>Which checks come before the first infusion?</li>
<li>What happens if I feel unwell during it?</li>
<li>What will it cost me in all, and what will my plan pay?</li>
<li>Who sees me later on, and how often?</li>
</ul>
<p>NorTex Psychiatry has offices in Allen, McKinney, Frisco and Dallas, Texas. You can read about
{link("/team/", "our team")} before you decide.</p>
<h2>Getting started</h2>
<p>You do not need to know if ketamine is right for you. The first visit is there to find out. You
can bring someone you trust. A list of your drugs and past treatments will help us.</p>
"""

QUESTIONS = questions(
    (
        "Is ketamine approved for depression?",
        (
            "<p>No. Ketamine given into a vein is used off-label for depression. That is allowed, and "
            "your clinician should explain it. The nasal spray esketamine is approved for some adults.</p>"
        ),
    ),
    (
        "How is the nasal spray not the same?",
        (
            "<p>Ketamine is a mix of two forms that mirror each other. Esketamine is one of them. The FDA "
            "approved the spray in 2019. You use it at a certified site and stay there for at least two hours.</p>"
        ),
    ),
    (
        "How long does the effect last?",
        (
            "<p>That differs from person to person. For many, it fades after days or weeks. This is why "
            "more than one infusion is often planned.</p>"
        ),
    ),
    (
        "Can I drive home?",
        (
            "<p>No, plan to have someone take you home. Your clinician will tell you when you may drive "
            "again.</p>"
        ),
    ),
    (
        "Can I become addicted?",
        (
            "<p>Ketamine can be misused, and some people come to depend on it. This is one reason why "
            "the law controls it. Tell us about any past drug or alcohol use.</p>"
        ),
    ),
    (
        "Will my health plan pay?",
        (
            "<p>Often not, because the use is off-label. Call your plan, and ask us for the price before "
            "you start.</p>"
        ),
    ),
)

ARTICLE = SamplePage(
    address="/articles/how-does-ketamine-work-for-depression/",
    model=ArticlePage,
    title="How does ketamine work for depression?",
    summary=(
        "How ketamine is thought to act on depression, who it may help, how an infusion goes, "
        "and which risks to weigh first."
    ),
    fields={"approval_note": APPROVAL_NOTE},
    body=[
        ("text", WHAT_IT_IS),
        (
            "clinician_note",
            {
                "clinician": ALLISON,
                "text": "<p>Dr. Allison looks at glutamate first, since the brain needs it for so "
                "much, and for mood too. On this view a dose raises glutamate, and mood can pick up "
                "soon after. New links between nerve cells may help the change to hold.</p>",
            },
        ),
        ("text", WHO_IT_MAY_HELP),
        (
            "clinician_note",
            {
                "clinician": HUCKABY,
                "text": "<p>Brittany Huckaby sees ketamine as one more option for people who got no "
                "relief from several drugs. In a clinic, as Huckaby points out, staff can set the dose "
                "with care and see side effects as they come.</p>",
            },
        ),
        ("text", THE_INFUSION),
        ("benefits_risks", BENEFITS_RISKS),
        (
            "clinician_note",
            {
                "clinician": ALLISON,
                "text": "<p>Dr. Allison asks people to bring up money early, so that no bill comes as "
                "a surprise. On later effects, Dr. Allison would like to see more research, even "
                "where early relief is plain.</p>",
            },
        ),
        (
            "callout",
            {
                "level": "important",
                "heading": "Plan your way home",
                "text": "<p>Do not plan to drive after an infusion. Ask someone to take you home. When "
                "you may drive again is for your clinician to settle.</p>",
            },
        ),
        ("steps", STEPS),
        (
            "clinician_note",
            {
                "clinician": HUCKABY,
                "text": "<p>Brittany Huckaby stresses the first talk, since each plan has to fit one "
                "person. Later visits then show if the plan works or needs a change.</p>",
            },
        ),
        ("text", FINDING_A_CLINIC),
        ("faq", {"heading": "Questions people ask", "questions": QUESTIONS}),
        (
            "cta",
            {
                "heading": "Talk it over with us",
                "text": "Tell us which day and which town suit you. What you send is encrypted before it is stored.",
                "label": "Request an appointment",
            },
        ),
    ],
)
