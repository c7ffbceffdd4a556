"""Addresses of pages: public at the root, staff under /desk and /staff."""

from django.urls import include, path

urlpatterns = [
    path("", include("corredor.web.public.urls")),
    path("desk/", include("corredor.web.desk.urls")),
    path("staff/", include("corredor.web.steward.urls")),
    path("hooks/", include("corredor.webhooks.urls")),
    path("api/", include("corredor.api.urls")),
]

handler400 = "corredor.web.faults.bad_request"
handler403 = "corredor.web.faults.not_allowed"
handler404 = "corredor.web.faults.not_found"
handler500 = "corredor.web.faults.went_wrong"
handler429 = "corredor.web.faults.too_many"
