"""Registers the clinicians and the reviews of articles with Wagtail's admin."""

from wagtail import hooks
from wagtail.snippets.models import register_snippet

from .action_menu import lead_to_review, offer_approval_alone
from .dashboard import add_due_for_review
from .menu import review_report_menu_item, review_report_urls
from .starter import open_copy
from .viewsets import ClinicianViewSet

register_snippet(ClinicianViewSet)
hooks.register("after_copy_page", open_copy)
hooks.register("construct_homepage_panels", add_due_for_review)
hooks.register("construct_page_action_menu", lead_to_review, order=-1)
hooks.register("construct_page_action_menu", offer_approval_alone)
hooks.register("register_reports_menu_item", review_report_menu_item)
hooks.register("register_admin_urls", review_report_urls)
