"""What can be refused in the incidents stage."""


class ClaimedByOther(Exception):
    """Somebody else is on it. ``alias`` says who."""

    def __init__(self, alias: str) -> None:
        super().__init__(alias)
        self.alias = alias


class AlreadyJoined(Exception):
    """The report already belongs to an incident, or somebody else has just handled it."""


class NotJoined(Exception):
    """The report belongs to no incident."""


class OutsideCity(Exception):
    """The point lies outside the ground this network covers."""


class DrillMixed(Exception):
    """A drill and the real world would touch; refused everywhere."""


class IncidentClosed(Exception):
    """The incident is closed; a new report opens a new one."""


class HazardCleared(Exception):
    """A person has said that the area is safe again; whoever sees danger there notes it anew."""


class WrongTime(Exception):
    """Seen after now, or checked before seen."""


class NotConfirmed(Exception):
    """The step needs a confirmation that is not there."""


class WrongRadius(Exception):
    """A warning or a danger would reach less far or farther than any may."""


class AllClearMissing(Exception):
    """People were warned and have not yet been told that it is over. ``people`` says how many."""

    def __init__(self, people: int) -> None:
        super().__init__(people)
        self.people = people
