"""The privacy page: only what is true of this software, its limits included."""

from home.models import StandardPage

from .page import SamplePage, link

PRIVACY = SamplePage(
    address="/privacy/",
    model=StandardPage,
    title="How we keep your request private",
    summary="What the form asks, how it is sealed, who can open it, when it is deleted, and what we cannot promise.",
    body=[
        (
            "text",
            f"""
<h2>Just reading</h2>
<p>You can read this site without telling us who you are. We set no cookies for readers. We do not
count or follow visits. Your browser gets all it needs from this site and asks no other company for
anything.</p>
<h2>What the form asks</h2>
<p>{link("/book/", "The request form")} asks for:</p>
<ul>
<li>your name</li>
<li>your phone number or your e-mail address</li>
<li>how we should reach you, and if we may leave a voicemail</li>
<li>the town, the day and the time that suit you</li>
<li>a short message, if you want to leave one</li>
<li>the extra questions that you see in the form</li>
<li>that you agree to our keeping the request and to our reply</li>
</ul>
<p>Nothing else is kept with it. We do not store your IP address or the name of your browser with
the request.</p>
<h2>How it is sealed</h2>
<p>Your answers reach our server over the web. The server then seals them at once, before they are
stored. It seals them to a key, and it does not keep the key that opens them. So what is stored
cannot be read by the server on its own.</p>
<p>A copy of our data, or a backup, holds only the sealed text. Someone who steals it cannot read
what you sent.</p>
<h2>What is not sealed</h2>
<p>Some facts stay in clear, so that we can do our work:</p>
<ul>
<li>the reference of the request, a random code</li>
<li>the page and the town it was sent for</li>
<li>when it came in and when it is to be deleted</li>
<li>its status, such as new or closed</li>
<li>who at the clinic takes care of it</li>
</ul>
<p>These facts do not say who you are or what you wrote. But someone who sees them can tell that a
request for that town came in.</p>
<h2>Who can open it</h2>
<p>Only people at the clinic who were given access can. Each of them has a passphrase of their own
for this, apart from the password to sign in. It locks again after 15 minutes without use, and after
eight hours in any case. Each time one of them opens a request, that is put on record. The record
names the person and the request, never what you wrote.</p>
<p>A recovery key on paper can open the requests too, if all passphrases are lost. People who run the
server and have no access see only the facts that stay in clear.</p>
<p>People with access can export requests to a file, if their role lets them. That file is no longer
sealed. The export is put on record as well.</p>
<h2>When it is deleted</h2>
<p>Each request has a date on which it is due to be deleted. On this site that is 365 days after it
came in. The clinic can delete it sooner, or hold it longer if it has to.</p>
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
