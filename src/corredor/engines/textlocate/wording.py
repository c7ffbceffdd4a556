"""Texts of the geocoder, each in English and Spanish: labels, reasons and questions."""

from __future__ import annotations

from .result import Text

_HEADINGS = {
    "n": Text("north", "al norte"),
    "s": Text("south", "al sur"),
    "e": Text("east", "al este"),
    "w": Text("west", "al oeste"),
    "ne": Text("northeast", "al noreste"),
    "nw": Text("northwest", "al noroeste"),
    "se": Text("southeast", "al sureste"),
    "sw": Text("southwest", "al suroeste"),
}


def both(text: str) -> Text:
    """Return one name for both languages."""
    return Text(text, text)


def corner(a: str, b: str) -> Text:
    """Label a crossing: "Pershing Rd and Kedzie Ave"."""
    return Text(f"{a} and {b}", f"{a} y {b}")


def with_area(label: Text, area: Text | None) -> Text:
    """Add the area to a label: "..., Brighton Park"."""
    return Text(f"{label.en}, {area.en}", f"{label.es}, {area.es}") if area else label


def with_next(label: Text, street: str) -> Text:
    """Add the next street along, to tell two corners of the same streets apart."""
    return Text(f"{label.en} (by {street})", f"{label.es} (junto a {street})")


def house(number: int, street: str) -> Text:
    """Label a house number."""
    return both(f"{number} {street}")


def block(number: int, street: str) -> Text:
    """Label a hundred-block."""
    return Text(f"{number} block of {street}", f"cuadra {number} de {street}")


def stretch(street: str, a: str, b: str) -> Text:
    """Label a street between two others."""
    return Text(f"{street} between {a} and {b}", f"{street} entre {a} y {b}")


def blocks_from(count: float, heading: str, label: Text) -> Text:
    """Label a place some blocks from another; *heading* may be ""."""
    way = _HEADINGS.get(heading)
    far = Text(f"{count:g} block{'s' if count != 1 else ''}", f"{count:g} cuadra{'s' if count != 1 else ''}")
    far = Text("half a block", "media cuadra") if count == 0.5 else far
    en = f"{far.en} {way.en + ' of' if way else 'from'} {label.en}"
    return Text(en, f"a {far.es} {way.es + ' ' if way else ''}de {label.es}")


def near(label: Text) -> Text:
    """Label a place near another."""
    return Text(f"near {label.en}", f"cerca de {label.es}")


def moving(start: Text | None, heading: str, end: Text | None) -> Text:
    """Label a movement by its known parts."""
    way = _HEADINGS.get(heading)
    en, es = [], []
    if start:
        en.append(start.en if way else f"from {start.en}")
        es.append(start.es if way else f"de {start.es}")
    if way:
        en.append(f"heading {way.en}")
        es.append(f"rumbo {way.es}")
    if end:
        en.append(f"toward {end.en}")
        es.append(f"hacia {end.es}")
    return Text((", " if way else " ").join(en), (", " if way else " ").join(es))


def ask_cross_street(street: str) -> Text:
    """Ask for the cross street of a street named alone."""
    return Text(
        f"Which street crosses {street} there, or what house number is close?",
        f"¿Qué calle cruza con {street} ahí, o qué número de casa está cerca?",
    )


def ask_no_meeting(a: str, b: str) -> Text:
    """Ask again about two streets that do not meet."""
    return Text(
        f"{a} and {b} do not meet. Which corner is nearest?",
        f"{a} y {b} no se cruzan. ¿Cuál es la esquina más cercana?",
    )


def ask_which(first: Text, second: Text) -> Text:
    """Ask which of two places is meant."""
    return Text(f"Is it {first.en}, or {second.en}?", f"¿Es {first.es}, o {second.es}?")


def ask_mean(label: Text) -> Text:
    """Ask whether a corrected name is right."""
    return Text(f"Do you mean {label.en}?", f"¿Quiere decir {label.es}?")


def ask_where_in(area: Text) -> Text:
    """Ask for the corner inside an area."""
    return Text(
        f"Where in {area.en}? Which two streets, or which school or shop is close?",
        f"¿En qué parte de {area.es}? ¿Qué dos calles, o qué escuela o tienda está cerca?",
    )


def ask_in_town(town: str, city: str) -> Text:
    """Ask whether the place is really in another town."""
    return Text(
        f"Is it in {town}, outside {city}? Which corner?",
        f"¿Es en {town}, fuera de {city}? ¿En qué esquina?",
    )


def ask_number(number: int, street: str) -> Text:
    """Ask again for a house number that the street does not have."""
    return Text(
        f"{street} has no number {number} that we know. Which street crosses there?",
        f"No conocemos el número {number} en {street}. ¿Qué calle cruza ahí?",
    )


def ask_how_far(label: Text) -> Text:
    """Ask for the exact corner of something known only as near."""
    return Text(f"Which corner near {label.en} exactly?", f"¿En qué esquina exacta, cerca de {label.es}?")


OTHER_KIND = Text("another street of the same name", "otra calle del mismo nombre")
OTHER_CORNER = Text("the same streets meet here too", "las mismas calles también se cruzan aquí")
OTHER_SPELLING = Text("a name spelt much like it", "un nombre que se escribe parecido")
OTHER_PLACE = Text("another place of that name", "otro lugar con ese nombre")
OTHER_SIDE = Text("the same number on the other side of the city", "el mismo número en el otro lado de la ciudad")
NEAREST = Text("where the two streets come nearest", "donde las dos calles quedan más cerca")
BECAUSE_AREA = Text("it is in the area that was chosen", "está en la zona que se eligió")
BECAUSE_NAMED_AREA = Text("the message also names this area", "el mensaje también nombra esta zona")
BECAUSE_POINT = Text("it is close to the reporter's point", "está cerca del punto de quien reporta")
BECAUSE_PLACE = Text("two descriptions in the message agree", "dos descripciones del mensaje coinciden")


def because_open(name: Text) -> Text:
    """Say that an open incident is close."""
    return Text(f"it is close to an open incident: {name.en}", f"está cerca de un incidente abierto: {name.es}")
