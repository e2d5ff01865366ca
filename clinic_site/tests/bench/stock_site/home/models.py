"""Pages of a stock site, as Wagtail's documentation writes them."""

from typing import ClassVar

from django.db import models
from modelcluster.fields import ParentalKey
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel
from wagtail.contrib.forms.models import AbstractForm, AbstractFormField
from wagtail.contrib.forms.panels import FormSubmissionsPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageBlock
from wagtail.models import Page


class HomePage(Page):
    intro = models.CharField(max_length=300, blank=True)

    content_panels: ClassVar = [*Page.content_panels, FieldPanel("intro")]


class ArticlePage(Page):
    """The page of the documentation's "Recipes": headings, paragraphs and pictures in a StreamField."""

    intro = models.CharField(max_length=300)
    author = models.CharField(max_length=160, blank=True)
    date = models.DateField("Post date")
    body = StreamField(
        [
            ("heading", blocks.CharBlock(form_classname="title")),
            ("paragraph", blocks.RichTextBlock()),
            ("image", ImageBlock()),
        ]
    )

    content_panels: ClassVar = [
        *Page.content_panels,
        FieldPanel("intro"),
        FieldPanel("author"),
        FieldPanel("date"),
        FieldPanel("body"),
    ]


class FormField(AbstractFormField):
    page = ParentalKey("FormPage", on_delete=models.CASCADE, related_name="form_fields")


class FormPage(AbstractForm):
    """The documentation's form page, without its mail."""

    intro = RichTextField(blank=True)
    thank_you_text = RichTextField(blank=True)

    content_panels: ClassVar = [
        *AbstractForm.content_panels,
        FormSubmissionsPanel(),
        FieldPanel("intro"),
        InlinePanel("form_fields", label="Form fields"),
        FieldRowPanel([FieldPanel("thank_you_text")]),
    ]
