"""URL routes: public at the root, staff under /desk, /staff and /team."""

from django.urls import include, path

from corredor.api.v1 import v1
from corredor.web.schools import urls as schools

urlpatterns = [
    path("", include("corredor.web.public.urls")),
    path("desk/", include("corredor.web.desk.urls")),
    path("staff/", include("corredor.web.steward.urls")),
    path("team/", include(schools.team)),
    path("school/", include(schools.school)),
    path("post/", include(schools.own_post)),
    path("hooks/", include("corredor.webhooks.urls")),
    path("api/v1/", v1.urls),
    path("api/", include("corredor.api.urls")),
    path("", include("corredor.api.file_urls")),
]

handler400 = "corredor.web.faults.bad_request"
handler403 = "corredor.web.faults.not_allowed"
handler404 = "corredor.web.faults.not_found"
handler500 = "corredor.web.faults.went_wrong"
handler429 = "corredor.web.faults.too_many"
