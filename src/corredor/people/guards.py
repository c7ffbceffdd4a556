"""Database triggers of the people stage."""

from corredor.kit.db_rules import Guard

GUARDS = [
    Guard(
        name="drill_people_stay_drill_people",
        table="people_user",
        when="UPDATE",
        columns=("is_drill",),
        condition="NEW.is_drill = OLD.is_drill",
    ),
    Guard(
        name="drill_people_never_sign_in",
        table="people_staff_session",
        when="INSERT",
        condition="EXISTS (SELECT 1 FROM people_user u WHERE u.id = NEW.user_id AND NOT u.is_drill)",
    ),
    Guard(
        name="drill_address_stays_drill_address",
        table="people_address",
        when="UPDATE",
        columns=("is_drill", "kind"),
        condition="NEW.is_drill = OLD.is_drill AND NEW.kind = OLD.kind",
    ),
]
