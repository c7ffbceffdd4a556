"""URL routes of inbound webhooks: messages and delivery receipts."""

from django.urls import path

from . import android, cap, channel, receipts, sms, telegram, telnyx, voice

app_name = "webhooks"

urlpatterns = [
    path("cap", cap.cap, name="cap"),
    path("sms/twilio", sms.twilio, name="sms_twilio"),
    path("sms/gateway", sms.gateway, name="sms_gateway"),
    path("sms/android/receipt", android.receipt, name="android_receipt"),
    path("sms/twilio/receipt", receipts.twilio, name="twilio_receipt"),
    path("sms/gateway/receipt", receipts.gateway, name="gateway_receipt"),
    path("push/shown", receipts.push_shown, name="push_shown"),
    path("sms/telnyx", telnyx.telnyx, name="sms_telnyx"),
    path("voice/keys", voice.keys, name="voice_keys"),
    path("telegram", telegram.telegram, name="telegram"),
    path("channel/<slug:kind>", channel.channel, name="channel"),
]
