"""Vocabulary: direction, joining and place words in English and Spanish, in lower case without accents."""

from __future__ import annotations

from importlib import resources
from types import MappingProxyType


def _spread(table: dict[str, str]) -> dict[str, str]:
    return {word: target for target, words in table.items() for word in words.split()}


CANONICAL = MappingProxyType(
    _spread(
        {
            "st": "st street str streets calle saint sts",
            "ave": "ave av aven avenue avenida avda avn avenues avs aves",
            "blvd": "blvd bl boulevard bulevar boul blv bvd blvr",
            "rd": "rd road",
            "dr": "dr drive doctor",
            "pl": "pl place",
            "ct": "ct court",
            "pkwy": "pkwy parkway pky pkway",
            "ter": "ter terrace terr",
            "ln": "ln lane",
            "sq": "sq square",
            "hwy": "hwy highway",
            "expy": "expy expressway expwy xpwy expreso",
            "plz": "plz plaza",
            "cir": "cir circle",
            "fwy": "fwy freeway",
            "trl": "trl trail",
            "brg": "brg bridge",
            "aly": "aly alley",
            "n": "n north norte northbound nb",
            "s": "s south sur southbound sb",
            "e": "e east oriente eastbound eb",
            "w": "w west oeste poniente westbound wb",
            "ne": "ne northeast noreste",
            "nw": "nw northwest noroeste",
            "se": "se southeast sureste sudeste",
            "sw": "sw southwest suroeste sudoeste",
            "mt": "mt mount",
            "ft": "ft fort",
            "jr": "jr junior",
            "park": "park parque pk",
            "hospital": "hospital hosp",
        }
    )
)
"""Word forms mapped to the canonical form used in keys."""

STREET_KINDS = frozenset(
    "st ave blvd rd dr pl ct pkwy ter ln sq hwy expy plz way row cres toll cir fwy trl pike brg aly".split()
)
KIND_BEFORE = frozenset(("st", "ave", "blvd", "dr", "plz", "expy"))
"""Kinds that Spanish (and a few English names) put before the name: calle 26, avenida Kedzie."""

DIRECTIONS = frozenset("n s e w ne nw se sw".split())
BOUND_WORDS = frozenset("northbound southbound eastbound westbound nb sb eb wb".split())
AMBIGUOUS_DIRECTIONS = frozenset(("e", "se"))
"""Spanish "and" before an i, and Spanish "itself": directions only next to a street."""

ROLES = MappingProxyType(
    _spread(
        {
            "c": "& / and y con + x with ampersand i",
            "a": "@ at near by off close cerca casi altura junto cross crossing cruza cruzando cruce past "
            "before after antes pasando pasandito despues llegando around cerquita alrededor",
            "q": "esquina esq corner intersection interseccion crucero",
            "o": "on en in sobre along por down up over onto upon calles avenidas streets",
            "b": "between btwn entre betw btw",
            "f": "from de desde del",
            "t": "to a al hasta toward towards through thru hacia till til pa para",
            "h": "heading headed going moving moved driving running walking went rumbo van va iban iba fueron "
            "moviendo mueven moviendose corriendo corrieron caminando manejando direccion direction dirigen "
            "dirigiendose dirige movieron salieron siguieron marching avanzando avanzan yendo avanzaron "
            "traveling travelling heads turning moves drove ran subiendo bajando",
            "k": "block blocks blk blks cuadra cuadras bloque bloques cuadrita cuadritas",
            "r": "behind outside afuera frente enfrente atras detras next lado across inside adentro dentro "
            "vuelta fuera opposite beside entrada entrance",
            ".": ". ! ? ; \n … •",
            ",": ", : - – — [ ] | \" ' “ ” « » *",
            "(": "(",
            ")": ")",
        }
    )
)
"""The role of a word in a sentence; the letters are the alphabet of the grammar."""

FILLERS = frozenset(
    "the la el los las lo un una uno that this there here of right just like um uh eh ah este esta esto pues "
    "ahi alli alla aca aqui mero mera mero justo exactly exactamente about como mas menos o sea bueno you know "
    "mismo street's sort kind maybe # no num numero nro number numeros ra re well so ya esa ese eso both away".split()
)
"""Words without location meaning that may appear anywhere."""

ARTICLES = frozenset(("la", "el", "the"))

PERSON_CUES = frozenset(
    "mr mrs ms mister miss sir senor senora senorita sr sra srta don dona officer alderman "
    "alderwoman alderperson principal maestra maestro teacher tio tia primo prima hermano hermana sobrino "
    "sobrina hijo hija named called llama llamo llaman apellido vecino vecina amigo amiga companero companera "
    "cousin brother sister uncle aunt friend nephew niece neighbor daughter son wife husband esposo esposa "
    "detective sergeant sgt lieutenant judge juez lawyer abogado abogada pastor padre father sister attorney "
    "mayor governor president presidente presidenta gobernador alcalde alcaldesa senator senador name nombre "
    "mama papa mom dad abuela abuelo comadre compadre novio novia dreamer doctora licenciado licenciada "
    "professor profesor profesora coach".split()
)
"""After one of these a street's name is more likely a person's."""

MONTHS = frozenset(
    "january february march april june july august september october november december jan feb mar apr jun jul "
    "aug sep sept oct nov dec enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre "
    "noviembre diciembre".split()
)
COUNTED = frozenset(
    "agents agent agentes agente people personas persona cars car carros carro trucks truck trocas troca vans van "
    "vehicles vehiculos camionetas camioneta guys men man women woman hombres mujeres officers oficiales kids "
    "ninos ninas children minutes minute min mins minutos minuto hours hour hrs horas hora days dias years anos "
    "ano pm am suvs suv times veces dollars dolares percent feet ft pies miles millas people's vehiculo "
    "patrullas patrulla federales officials students estudiantes neighbors vecinos semanas weeks months "
    "meses arrests detenidos detained masked armed bullets canisters cans latas botes".split()
)
"""A bare number before one of these counts something."""

ORDINAL_ENDINGS = frozenset("st nd rd th a o va vo ra ro da do ta to na no ma mo ava avo ª º era ero nda ndo".split())


def _words(name: str) -> frozenset[str]:
    text = resources.files(__package__).joinpath("words", name).read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


COMMON_WORDS = _words("common.txt")
"""Everyday words of both languages: never read as a misspelt street."""

GIVEN_NAMES = _words("given_names.txt")
"""First names: a street of that name needs more evidence than the bare word."""
