"""Registers the pages with Django (templates and their tags)."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    name = "corredor.web"
    label = "web"
