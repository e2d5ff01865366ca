"""The privacy page: only what is true of this software, its limits included."""

from home.models import StandardPage

from .page import SamplePage, link

PRIVACY = SamplePage(
    address="/privacy/",
    model=StandardPage,
    title="How we keep your request private",
    summary="What the form asks, how it is encrypted, who can open it, when it is deleted, and what we cannot promise.",
    body=[
        (
            "text",
            f"""
<h2>Just reading</h2>
<p>You can read this site without telling us who you are. We set no cookies for readers. We do not
count or follow visits. Your browser gets all it needs from this site and asks no other company for
anything.</p>
<h2>When you send a request</h2>
<p>{link("/book/", "The request form")} asks how to reach you, and when and where you would like to come.
Its questions are listed below. We do not store your IP address or the name of your browser with the
request.</p>
<h2>How it is encrypted</h2>
<p>Your answers reach our server over the web. The server then encrypts them at once, before they are
stored. It does not keep the key that opens them. We call that sealed: what is stored cannot be read by
the server on its own.</p>
<p>A copy of our data, or a backup, holds only the encrypted text and the few facts in clear that are
listed below. Someone who steals it cannot read what you sent.</p>
""",
        ),
        ("privacy_facts", {"heading": "What we ask and keep"}),
        (
            "text",
            """
<h2>What these facts tell</h2>
<p>The list above is made by the site from how it is set up today. It changes when the site does. The
facts in clear do not say who you are or what you wrote. But someone who sees them can tell that a
request for that town came in.</p>
<h2>What we put on record</h2>
<p>Each time someone opens a request, that is put on record. The record names the person and the
request, never what you wrote.</p>
<p>People with access can export requests to a file, if their role lets them. That file is no longer
encrypted. The export is put on record as well.</p>
<h2>What we cannot promise</h2>
<p>Someone who takes over the server while it runs could read requests as they come in. That person
could also read older ones from the time when a member of staff next opens them. And if you call us
or send us an e-mail, none of this page applies to that call or that e-mail.</p>
""",
        ),
        (
            "callout",
            {
                "level": "note",
                "heading": "Keep it short",
                "text": "<p>You need not tell us your history in the form. A few words are enough to "
                "ask for a visit.</p>",
            },
        ),
    ],
)
