"""How French and English say what :mod:`bots.when.saying` has to say."""
# ruff: noqa: E501 (a row is read across, and is one line)

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bots.when.values import Bound, Code

_SUFFIXES: Final = {1: "st", 2: "nd", 3: "rd", 21: "st", 22: "nd", 23: "rd", 31: "st"}


@dataclass(frozen=True, slots=True)
class Phrases:
    """The words and the turns of one language; ``{}`` stands for what is filled in."""

    weekdays: tuple[str, ...]
    months: tuple[str, ...]
    nth: Mapping[int, str]
    first: str
    full_hour: str
    clock: str
    at: str
    from_to: str
    spread: str
    bounds: Mapping[Bound, str]
    every: Mapping[str, str]
    every_n: Mapping[str, str]
    idioms: frozenset[int]
    idiom: str
    every_weekday: str
    plural: str
    working: str
    on_weekday: str
    weekly_then: str
    monthly: str
    monthly_nth: str
    days: tuple[str, ...]
    then: str
    on_day: str
    last_days: Mapping[int, str]
    nth_weekday: str
    working_day: str
    day_of_year: str
    also: str
    since: str
    until: str
    times: str
    months_out: str
    alternatives: str
    left_out: str
    no_leap_day: str
    nor: str
    asked: str
    quoted: str
    asked_first: str
    offered: str
    doubts: Mapping[Code, str]
    bare_doubts: Mapping[Code, str]


FRENCH: Final = Phrases(
    weekdays=("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"),
    months=(
        "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre",
    ),
    nth={
        1: "le premier", 2: "le deuxième", 3: "le troisième", 4: "le quatrième", 5: "le cinquième", -1: "le dernier",
        -2: "l’avant-dernier",
    },
    first="1er",
    full_hour="{}\u00a0h",
    clock="{}\u00a0h\u00a0{:02}",
    at="à {}",
    from_to="de {} à {}",
    spread="du {} au {}",
    bounds={Bound.BY: "au plus tard le {}", Bound.BEFORE: "avant le {}", Bound.FROM: "à partir du {}"},
    every={"DAILY": "tous les jours", "WEEKLY": "toutes les semaines", "MONTHLY": "tous les mois", "YEARLY": "chaque année"},
    every_n={
        "DAILY": "tous les {} jours", "WEEKLY": "toutes les {} semaines", "MONTHLY": "tous les {} mois", "YEARLY": "tous les {} ans",
    },
    idioms=frozenset({8, 15}),
    idiom="un jour sur {}",
    every_weekday="tous les {}",
    plural="{}s",
    working="du lundi au vendredi",
    on_weekday="le {}",
    weekly_then="{}, {}",
    monthly="{} de chaque mois",
    monthly_nth="{} du mois",
    days=("1er", *map(str, range(2, 32))),
    then="{}, {}",
    on_day="le {}",
    last_days={-1: "le dernier jour", -2: "l’avant-dernier jour"},
    nth_weekday="{} {}",
    working_day="{} jour ouvré",
    day_of_year="le {} {}",
    also=" et ",
    since=", à partir du {}",
    until=", jusqu’au {}",
    times=", {}\u00a0fois",
    months_out=", sauf en {}",
    alternatives=" ou ",
    left_out="pas en {}, où il n’y a pas de {}\u00a0: «\u00a0le dernier jour du mois\u00a0» n’en oublie aucun",
    no_leap_day="en février, seulement les années bissextiles\u00a0: «\u00a0le dernier jour du mois\u00a0» n’en oublie aucune",
    nor=" ni ",
    asked="{} («\u00a0{}\u00a0»)",
    quoted="«\u00a0{}\u00a0»",
    asked_first="«\u00a0{1}\u00a0»\u00a0: {0}",
    offered="{}. Faut-il noter\u00a0: {}\u202f?",
    doubts={
        Code.PAST: "c’est passé\u00a0: {}",
        Code.HOUR_PAST: "cette heure est passée\u00a0: {}\u202f?",
        Code.WHICH_YEAR: "cette date vient de passer\u00a0: {}\u202f?",
        Code.WHICH_WEEK: "cette semaine ou la suivante\u00a0: {}\u202f?",
        Code.WHICH_ORDER: "le jour ou le mois d’abord\u00a0: {}\u202f?",
        Code.WHICH_HALF: "le matin ou l’après-midi\u00a0: {}\u202f?",
        Code.WHICH_MIDNIGHT: "minuit au début ou à la fin de ce jour\u00a0: {}\u202f?",
        Code.ONCE_OR_WEEKLY: "une fois ({}) ou chaque semaine\u202f?",
        Code.ONCE_OR_MONTHLY: "une fois ({}) ou chaque mois\u202f?",
        Code.CONTRADICTION: "cela se contredit\u00a0: {}\u202f?",
        Code.IMPOSSIBLE: "cette date n’existe pas\u00a0: {}\u202f?",
        Code.BEYOND: "je ne sais pas encore noter cela\u00a0: {}\u202f?",
        Code.WHICH_DAY: "quel jour\u00a0: {}\u202f?",
        Code.SEVERAL: "plusieurs dates à la fois\u00a0: {}\u202f?",
    },
    bare_doubts={
        Code.PAST: "c’est passé",
        Code.HOUR_PAST: "cette heure est passée",
        Code.WHICH_YEAR: "cette date vient de passer",
        Code.WHICH_WEEK: "cette semaine ou la suivante\u202f?",
        Code.WHICH_ORDER: "le jour ou le mois d’abord\u202f?",
        Code.WHICH_HALF: "le matin ou l’après-midi\u202f?",
        Code.WHICH_MIDNIGHT: "minuit au début ou à la fin de ce jour\u202f?",
        Code.ONCE_OR_WEEKLY: "une fois ou chaque semaine\u202f?",
        Code.ONCE_OR_MONTHLY: "une fois ou chaque mois\u202f?",
        Code.CONTRADICTION: "cela se contredit",
        Code.IMPOSSIBLE: "cette date ou cette heure n’existe pas",
        Code.BEYOND: "je ne sais pas encore noter cela",
        Code.WHICH_DAY: "quel jour\u202f?",
        Code.SEVERAL: "plusieurs dates à la fois",
    },
)  # fmt: skip

ENGLISH: Final = Phrases(
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
    ),
    nth={
        1: "the first", 2: "the second", 3: "the third", 4: "the fourth", 5: "the fifth", -1: "the last",
        -2: "the second-to-last",
    },
    first="1",
    full_hour="{:02}:00",
    clock="{:02}:{:02}",
    at="at {}",
    from_to="from {} to {}",
    spread="from {} to {}",
    bounds={Bound.BY: "by {}", Bound.BEFORE: "before {}", Bound.FROM: "from {}"},
    every={"DAILY": "every day", "WEEKLY": "every week", "MONTHLY": "every month", "YEARLY": "every year"},
    every_n={
        "DAILY": "every {} days", "WEEKLY": "every {} weeks", "MONTHLY": "every {} months", "YEARLY": "every {} years",
    },
    idioms=frozenset(),
    idiom="",
    every_weekday="every {}",
    plural="{}",
    working="every weekday",
    on_weekday="{}",
    weekly_then="{} on {}",
    monthly="{} of each month",
    monthly_nth="{} of each month",
    days=tuple(f"{day}{_SUFFIXES.get(day, 'th')}" for day in range(1, 32)),
    then="{} on {}",
    on_day="the {}",
    last_days={-1: "the last day", -2: "the second-to-last day"},
    nth_weekday="{} {}",
    working_day="{} working day",
    day_of_year="{} {}",
    also=" and ",
    since=", from {}",
    until=", until {}",
    times=", {} times",
    months_out=", except in {}",
    alternatives=" or ",
    left_out="not in {}, where there is no {}: “the last day of the month” leaves none out",
    no_leap_day="in February, only in leap years: “the last day of the month” leaves none out",
    nor=" or ",
    asked="{} (“{}”)",
    quoted="“{}”",
    asked_first="“{1}”: {0}",
    offered="{}. Shall it be: {}?",
    doubts={
        Code.PAST: "that is over: {}",
        Code.HOUR_PAST: "that hour is over: {}?",
        Code.WHICH_YEAR: "that day is just over: {}?",
        Code.WHICH_WEEK: "this week or the next: {}?",
        Code.WHICH_ORDER: "the day or the month first: {}?",
        Code.WHICH_HALF: "in the morning or in the afternoon: {}?",
        Code.WHICH_MIDNIGHT: "midnight as that day begins or as it ends: {}?",
        Code.ONCE_OR_WEEKLY: "once ({}) or every week?",
        Code.ONCE_OR_MONTHLY: "once ({}) or every month?",
        Code.CONTRADICTION: "that contradicts itself: {}?",
        Code.IMPOSSIBLE: "there is no such day: {}?",
        Code.BEYOND: "I cannot write that down yet: {}?",
        Code.WHICH_DAY: "which day: {}?",
        Code.SEVERAL: "several dates at once: {}?",
    },
    bare_doubts={
        Code.PAST: "that is over",
        Code.HOUR_PAST: "that hour is over",
        Code.WHICH_YEAR: "that day is just over",
        Code.WHICH_WEEK: "this week or the next?",
        Code.WHICH_ORDER: "the day or the month first?",
        Code.WHICH_HALF: "in the morning or in the afternoon?",
        Code.WHICH_MIDNIGHT: "midnight as that day begins or as it ends?",
        Code.ONCE_OR_WEEKLY: "once or every week?",
        Code.ONCE_OR_MONTHLY: "once or every month?",
        Code.CONTRADICTION: "that contradicts itself",
        Code.IMPOSSIBLE: "there is no such day or hour",
        Code.BEYOND: "I cannot write that down yet",
        Code.WHICH_DAY: "which day?",
        Code.SEVERAL: "several dates at once",
    },
)  # fmt: skip
