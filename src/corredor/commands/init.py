"""`corredor init`: set up this server: keys, database, static files, first accounts."""

from __future__ import annotations

import argparse
import hashlib
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from corredor.kit.languages import CODES, SOURCE

from .output import add_json_flag, print_json, set_up_django

if TYPE_CHECKING:
    from corredor.flows.network.set_up import FirstPerson

DESK_ROLES = ("OPERATOR", "VERIFIER", "APPROVER", "DISPATCHER")
# Two people at the desk, since the author of an alert may not approve it.
DEFAULT_PEOPLE = (
    ("steward", "Steward", ("STEWARD",)),
    ("desk-1", "Desk 1", DESK_ROLES),
    ("desk-2", "Desk 2", DESK_ROLES),
)


def add_parser(subparsers: Any) -> None:
    parser = subparsers.add_parser("init", help="set up this server: keys, database, first steward")
    parser.add_argument(
        "--defaults", action="store_true", help="ask nothing; make a steward and two people at the desk"
    )
    parser.add_argument("--steward", metavar="NAME", help="make one more steward, when no steward can sign in any more")
    parser.add_argument(
        "--code", metavar="NAME", help="on a server for trying out: the six digits of an account's app now"
    )
    add_json_flag(parser)
    parser.set_defaults(func=run)


def run(arguments: argparse.Namespace) -> int:
    """Do the missing steps, and print the credentials, which are shown only once."""
    set_up_django()
    if arguments.code:
        return _print_code(arguments.code)
    say = _silent if arguments.json else print
    _prepare(say)
    from django.utils import timezone

    from corredor.flows.network.staff import NameTaken, WeakPassword

    try:
        made = _make_people(arguments, timezone.now())
    except EOFError:
        print("\nNot made: nobody answered. Without a terminal use: corredor init --defaults", file=sys.stderr)
        return 1
    except (NameTaken, WeakPassword) as error:
        reasons = getattr(error, "reasons", ["Somebody has this name already."])
        print("Not made: " + " ".join(reasons), file=sys.stderr)
        return 1
    _show(made, as_json=arguments.json)
    return 0


def _prepare(say: Any) -> None:
    """Create keys, database with its guards, and static files. Each step is idempotent."""
    from django.conf import settings
    from django.core.management import call_command

    from corredor.engines.webpush import make_vapid_key
    from corredor.kit.secret_file import write_secret

    say("Keys ...")
    vapid = Path(str(settings.CORREDOR_PROVIDERS["web_push"]["vapid_key_path"]))
    if not vapid.exists():
        write_secret(vapid, make_vapid_key())
    say("Database ...")
    call_command("migrate", verbosity=0, interactive=False)
    _collect_static(say)


def _collect_static(say: Any) -> None:
    """Copy and compress static files; skipped if unchanged, because it takes some seconds."""
    from django.conf import settings
    from django.contrib.staticfiles.finders import get_finders
    from django.core.management import call_command

    listed = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            looked = Path(storage.path(name)).stat()
            listed.update(f"{name} {looked.st_size} {looked.st_mtime_ns}\n".encode())
    stamp = Path(settings.STATIC_ROOT) / ".gathered"
    if stamp.is_file() and stamp.read_text() == listed.hexdigest():
        return
    say("Files of the pages ...")
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(listed.hexdigest())


def _make_people(arguments: argparse.Namespace, now: datetime) -> list[FirstPerson]:
    from corredor.flows.network.set_up import is_set_up, make_first_person
    from corredor.kit.ids import new_code

    def make(username: str, alias: str, roles: tuple[str, ...], language: str = SOURCE) -> FirstPerson:
        return make_first_person(
            username=username, alias=alias, roles=roles, password=new_code(16), language=language, now=now
        )

    if arguments.steward:
        return [make(arguments.steward, arguments.steward, ("STEWARD",))]
    if is_set_up():
        return []
    if arguments.defaults:
        _set_network(name="Corredor", hotline="", now=now)
        return [make(*person) for person in DEFAULT_PEOPLE]
    asked = _ask()
    _set_network(name=asked["name"], hotline=asked["hotline"], now=now)
    return [make(asked["username"], asked["alias"], ("STEWARD",), asked["language"])]


def _set_network(*, name: str, hotline: str, now: datetime) -> None:
    from django.conf import settings

    from corredor.flows.network.set_up import change_network
    from corredor.people.queries import get_network

    present = get_network()
    change_network(
        name=name,
        city=settings.DEFAULT_CITY,
        hotline=hotline,
        sms_number=present.sms_number,
        time_zone=present.time_zone,
        alert_radius_m=present.alert_radius_m,
        by=None,
        now=now,
    )


def _ask() -> dict[str, str]:
    """Prompt for what only a person knows."""
    print("\nFive questions. Enter alone takes what stands in brackets.\n")
    return {
        "name": _question("Name of the network", "Corredor"),
        "hotline": _question("Telephone that people can call, as it is to be shown", ""),
        "username": _question("A name for you to sign in with; better not your legal name", "steward"),
        "alias": _question("How the others call you", "Steward"),
        "language": _question(f"Your language: {', '.join(CODES)}", SOURCE),
    }


def _question(words: str, default: str) -> str:
    return input(f"{words} [{default}]: ").strip() or default


def _show(made: list[FirstPerson], *, as_json: bool) -> None:
    from django.conf import settings

    from .credential import describe, print_credentials

    if as_json:
        print_json({"url": settings.BASE_URL, "made": [describe(person) for person in made]})
    elif made:
        print_credentials(made, url=settings.BASE_URL)
    else:
        print("Set up already; nothing was changed. A lost steward? corredor init --steward NAME")


def _print_code(username: str) -> int:
    from corredor.flows.network.set_up import NotForTrying, UnknownPerson, read_code_for_trying

    try:
        print(read_code_for_trying(username=username))
    except UnknownPerson:
        print("Nobody has this name, or has no app.", file=sys.stderr)
        return 1
    except NotForTrying:
        print("Only where CORREDOR_URL is this computer itself.", file=sys.stderr)
        return 1
    return 0


def _silent(*_: object) -> None:
    """Print nothing: with --json there is no other output."""
