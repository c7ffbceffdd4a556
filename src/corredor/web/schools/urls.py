"""URLs of schools: staff pages below /team/, public ones below /school/, volunteers' own below /post/."""

from django.urls import path

from . import ages, area, city, day, parents, phone, post, roster, settings, sheets, unlit

team = (
    [
        path("", city.team, name="team"),
        path("city/", city.city, name="city"),
        path("set-up/", settings.set_up, name="set_up"),
        path("<slug:slug>/", day.day, name="day"),
        path("<slug:slug>/live/", day.live, name="live"),
        path("<slug:slug>/live/posts/", day.live_posts, name="live_posts"),
        path("<slug:slug>/map.svg", day.still, name="still"),
        path("<slug:slug>/open/", day.open_dismissal, name="open"),
        path("<slug:slug>/hold/", day.hold, name="hold"),
        path("<slug:slug>/close/", day.close, name="close"),
        path("<slug:slug>/count/", day.count, name="count"),
        path("<slug:slug>/decide/<int:proposal_id>/", day.decide, name="decide"),
        path("<slug:slug>/proposal/<int:proposal_id>/map.svg", day.proposal_still, name="proposal_still"),
        path("<slug:slug>/alarm/<int:alarm_id>/", day.settle, name="settle"),
        path("<slug:slug>/send/<int:message_id>/", day.send, name="send"),
        path("<slug:slug>/roster/", roster.roster, name="roster"),
        path("<slug:slug>/roster/put/", roster.put, name="put"),
        path("<slug:slug>/roster/propose/", roster.propose, name="propose"),
        path("<slug:slug>/roster/ask/", roster.ask, name="ask"),
        path("<slug:slug>/roster/phone/", roster.phone, name="phone"),
        path("<slug:slug>/roster/<int:member_id>/accept/", roster.accept, name="accept"),
        path("<slug:slug>/roster/<int:member_id>/remove/", roster.remove, name="remove"),
        path("<slug:slug>/plan/", settings.plan, name="plan"),
        path("<slug:slug>/plan/<int:plan_id>/use/", settings.choose, name="choose"),
        path("<slug:slug>/plan/<int:plan_id>/map.svg", settings.plan_still, name="plan_still"),
        path("<slug:slug>/sheets/posts.pdf", sheets.posts, name="posts_sheet"),
        path("<slug:slug>/settings/", settings.settings, name="settings"),
        path("<slug:slug>/settings/bells/", settings.bells, name="bells"),
        path("<slug:slug>/settings/special/", settings.special, name="special"),
        path("<slug:slug>/settings/children/", settings.children, name="children"),
        path("<slug:slug>/settings/ages/", ages.ages, name="ages"),
        path("<slug:slug>/settings/gate/", settings.gate, name="gate"),
        path("<slug:slug>/settings/area/", area.area, name="area"),
        path("<slug:slug>/settings/area/remove/", area.remove, name="remove_area"),
        path("<slug:slug>/settings/area/map.svg", area.still, name="area_still"),
        path("<slug:slug>/settings/unlit/", unlit.unlit, name="unlit"),
        path("<slug:slug>/settings/unlit/near/", unlit.near, name="unlit_near"),
        path("<slug:slug>/settings/unlit/<int:unlit_id>/remove/", unlit.take_back, name="remove_unlit"),
        path("<slug:slug>/settings/wants-codes/", settings.wants_codes, name="wants_codes"),
        path("<slug:slug>/settings/codes/", settings.codes, name="codes"),
        path("<slug:slug>/settings/codes/withdraw/", settings.withdraw_codes, name="withdraw_codes"),
        path("<slug:slug>/settings/lead/", settings.name_lead, name="name_lead"),
        path("<slug:slug>/settings/lead/end/", settings.end_lead, name="end_lead"),
    ],
    "schools",
)

school = (
    [
        path("", parents.schools, name="schools"),
        path("<slug:slug>/", parents.school, name="school"),
        path("<slug:slug>/now/", parents.school_now, name="now"),
        path("<slug:slug>/map.svg", parents.still, name="still"),
        path("<slug:slug>/map.geojson", parents.shapes, name="shapes"),
        path("<slug:slug>/sheet.pdf", parents.sheet, name="sheet"),
        path("<slug:slug>/calendar.ics", parents.calendar, name="calendar"),
        path("<slug:slug>/follow/", parents.follow_page, name="follow"),
        path("<slug:slug>/phone/", phone.phone, name="phone"),
        path("<slug:slug>/help/", parents.help_page, name="help"),
    ],
    "school",
)

own_post = (
    [
        path("<str:token>/", post.post, name="post"),
        path("<str:token>/now/", post.post_now, name="now"),
        path("<str:token>/sheet.pdf", post.sheet, name="sheet"),
    ],
    "post",
)
