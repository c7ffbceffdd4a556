"""Addresses that machines call: text messages that people send us."""

from django.urls import path

from . import sms

app_name = "webhooks"

urlpatterns = [
    path("sms/twilio", sms.twilio, name="sms_twilio"),
    path("sms/gateway", sms.gateway, name="sms_gateway"),
]
