"""The article starter: a draft with every section, for staff to copy. Never a page for readers."""

STARTER_SLUG = "article-starter"
