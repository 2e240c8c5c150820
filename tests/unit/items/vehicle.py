"""A kind of the tests' own, declared in one file: the cars of the town hall, and who drives them."""

from typing import Final

from bots.items.capability import capability
from bots.items.field import Field
from bots.items.kind import Kind
from bots.items.spoken import Called, Noun, Usage, Words
from bots.items.types.choice import Choice, Option
from bots.items.types.day import Day
from bots.items.types.number import Number
from bots.items.types.people import Person
from bots.items.types.text import Text
from config.texts import mark, marks

ELECTRIC: Final = Option("electric", Words(("électrique", "électriques"), ("electric",)), said=mark("electric"))
DIESEL: Final = Option("diesel", Words(("diesel", "gazole"), ("diesel",)), said=mark("diesel"))

SEATS: Final = Field(
    "seats",
    Number(1, 60, units=marks("{count} seat", "{count} seats"), unit=Words(("place", "places"), ("seat", "seats"))),
    word=mark("seats"),
    verbs=Words(("places",), ("seats",)),
    labels=Words(("places",), ("seats",)),
    usage=Usage(mark("!vehicle seats 3 5"), mark("changes its seats"), others=True),
)
PLATE: Final = Field(
    "plate",
    Text(12, words=1),
    word=mark("plate"),
    verbs=Words(("immatriculation", "plaque"), ("plate",)),
    labels=Words(("immatriculation", "plaque", "immatriculé", "immatriculée"), ("plate",)),
    listed=False,
)
FUEL: Final = Field(
    "fuel",
    Choice((ELECTRIC, DIESEL)),
    word=mark("fuel"),
    verbs=Words(("carburant", "énergie"), ("fuel",)),
    labels=Words(("carburant", "énergie"), ("fuel",)),
)
AVAILABLE: Final = Field(
    "available",
    Day(past=True),
    word=mark("available from"),
    verbs=Words(("disponible", "disponibilité"), ("available",)),
    labels=Words(("disponible", "dispo"), ("available",)),
    said=mark("available from {value}"),
)
DRIVER: Final = Field(
    "driver",
    Person(),
    word=mark("driver"),
    verbs=Words(("conducteur", "conductrice", "confier"), ("driver",)),
    labels=Words(("conducteur", "conductrice"), ("driver",)),
    notifies=True,
)
VEHICLE: Final = Kind(
    "vehicle",
    Noun(
        french=Called("véhicule", "véhicules", "un véhicule", "le véhicule", "nouveau véhicule", gender="masculine"),
        english=Called("vehicle", "vehicles", "a vehicle", "the vehicle", "new vehicle"),
    ),
    fields=(SEATS, PLATE, FUEL, AVAILABLE, DRIVER),
    adds=Usage(mark("!vehicle add Renault Zoé 5 seats plate AB-123-CD @dgs"), mark("adds a vehicle")),
    lists=Usage(mark("!vehicles"), mark("lists the vehicles; also “electric”, “@dgs”, “without driver”")),
    imports=Usage(mark("!vehicles import"), mark("in answer to a sheet: adds its rows")),
    counted=marks("{count} vehicle", "{count} vehicles"),
    hint=mark("🗑 given up · answer “driver @dgs”, “drop” or “history”"),
)
VEHICLES: Final = capability(VEHICLE)
