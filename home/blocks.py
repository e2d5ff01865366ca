"""Blocks of the home page and of standard pages."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from articles.queries import published_clinicians
from booking.public.queries import published_form
from booking.public.statement import statement
from clinic_site.blocks import HeadedBlock, Heading, PageBody


class TeamBlock(HeadedBlock):
    """Everybody on the team; the people come from the clinicians by themselves."""

    heading = Heading(default=_("Our team"), help_text=_("Example: Who you may meet"))

    def get_context(
        self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["clinicians"] = published_clinicians()
        return context

    class Meta:
        icon = "group"
        group = _("Facts of the site")
        label = _("Team")
        description = _("All published clinicians, with their roles.")
        template = "blocks/team.html"
        preview_value = {"heading": "Our team"}


class PrivacyFactsBlock(HeadedBlock):
    """What is asked, kept in clear, readable and deleted; the facts come from the site by themselves."""

    heading = Heading(
        default=_("What we ask and keep"), help_text=_("Example: What we ask and keep")
    )

    def get_context(
        self, value: blocks.StructValue, parent_context: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(value, parent_context=parent_context)
        context["facts"] = statement(published_form())
        return context

    class Meta:
        icon = "lock"
        group = _("Facts of the site")
        label = _("Privacy facts")
        description = _(
            "What the request form asks, what is stored in clear, who can open the rest and when it "
            "is deleted, as this site is set up now."
        )
        template = "blocks/privacy_facts.html"
        preview_value = {"heading": "What we ask and keep"}


class StandardBody(PageBody):
    """The blocks of every page, the team, and the facts on privacy."""

    team = TeamBlock()
    privacy_facts = PrivacyFactsBlock()

    class Meta:
        block_counts = {
            "callout": {"max_num": 3},
            "cta": {"max_num": 2},
            "team": {"max_num": 1},
            "privacy_facts": {"max_num": 1},
        }
