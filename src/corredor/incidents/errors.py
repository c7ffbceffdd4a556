"""Errors of the incidents stage."""


class ClaimedByOther(Exception):
    """Another person has claimed the incident. ``alias`` names them."""

    def __init__(self, alias: str) -> None:
        super().__init__(alias)
        self.alias = alias


class AlreadyJoined(Exception):
    """The report already belongs to an incident, or somebody else has just handled it."""


class NotJoined(Exception):
    """The report belongs to no incident."""


class OutsideCity(Exception):
    """The point lies outside the city."""


class DrillMixed(Exception):
    """The step would mix drill and real data; refused everywhere."""


class IncidentClosed(Exception):
    """The incident is closed; a new report opens a new one."""


class HazardCleared(Exception):
    """The hazard has been cleared; a new danger needs a new hazard."""


class WrongTime(Exception):
    """Seen later than now, or checked before seen."""


class NotConfirmed(Exception):
    """The step needs a verification that does not exist."""


class WrongRadius(Exception):
    """The radius of a warning or hazard is outside its limits."""


class AllClearMissing(Exception):
    """``people`` were warned and have had no all-clear or correction since."""

    def __init__(self, people: int) -> None:
        super().__init__(people)
        self.people = people
