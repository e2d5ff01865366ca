"""How every form of the site is drawn."""

from django.forms.renderers import TemplatesSetting


class SiteFormRenderer(TemplatesSetting):
    """Public forms draw a field with one template; Wagtail's admin keeps its own."""

    field_template_name = "includes/field.html"
