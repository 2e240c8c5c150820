"""Times in words: the echo in which everybody can check what was understood, and which :func:`find` reads back."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final

from bots.when.language.phrases import ENGLISH, FRENCH, Phrases
from bots.when.rule import WORKING, Rule
from bots.when.values import Bound, Doubt, Locale, Range, Series, Value, is_all_day, rest, understood

_FEBRUARY, _LEAP_DAY = 2, 29
_PHRASES: Final[Mapping[Locale, Phrases]] = {"fr": FRENCH, "en": ENGLISH}


def say(spoken: Value | Series, locale: Locale) -> str:
    """Return *spoken* in words: ``mardi 1er décembre 2026 à 14 h 30``, ``Tuesday 1 December 2026 at 14:30``.

    A series says its rule and the day on which it begins. Hours are those of the value's own zone.
    """
    words = _PHRASES[locale]
    if not isinstance(spoken, Series):
        return _value(spoken, words)
    rule = Rule.parse(spoken.rule)
    hours = "" if is_all_day(spoken.first) else " " + _hours(spoken.first, words)
    since = words.since.format(_day(spoken.first.start if isinstance(spoken.first, Range) else spoken.first, words))
    return f"{_rule(rule, words)}{hours}{_months_out(rule, words)}{since}{_end(rule, spoken.first, words)}"


def say_clock(moment: datetime, locale: Locale) -> str:
    """Return what clocks show at *moment*, without its day: ``14 h 30``."""
    return _clock(moment, _PHRASES[locale])


def say_bound(value: Value, bound: Bound, locale: Locale) -> str:
    """Return *value* with what bounds it: ``avant le samedi 12 décembre 2026``."""
    words = _PHRASES[locale]
    said = _value(value, words)
    return said if bound is Bound.AT else words.bounds[bound].format(said)


def say_rule(rule: str, locale: Locale) -> str:
    """Return an RRULE in words: ``toutes les 2 semaines, le vendredi``; only rules that we write are known.

    Raises ``ValueError`` or ``KeyError`` for any other. An UNTIL with an hour is said as the day of UTC.
    """
    words, read = _PHRASES[locale], Rule.parse(rule)
    return _rule(read, words) + _months_out(read, words) + _end(read, read.until or date.min, words)


def say_left_out(rule: str, anchor: date, locale: Locale) -> str:
    """Return the months that a series leaves out because they are too short, and how to leave none out; or nothing."""
    words, read = _PHRASES[locale], Rule.parse(rule)
    months = read.left_out(anchor)
    day = max(read.by_month_day, default=0)
    if day == _LEAP_DAY and (months or read.by_month == (_FEBRUARY,)):
        return words.no_leap_day
    named = [words.months[each - 1] for each in months]
    return words.left_out.format(_joined(named, words, words.nor), words.days[day - 1]) if named else ""


def describe(doubt: Doubt, locale: Locale) -> str:
    """Return *doubt* as a sentence, with its candidates."""
    words = _PHRASES[locale]
    said = words.alternatives.join(say_choice(doubt, each, locale) for each in dict.fromkeys(doubt.candidates))
    return words.doubts[doubt.code].format(said) if said else words.bare_doubts[doubt.code]


def ask(text: str, doubt: Doubt, locale: Locale) -> str:
    """Return *doubt* about *text* as a sentence that names the words in doubt and what they may mean."""
    words = _PHRASES[locale]
    pieces = " … ".join(understood(text, doubt.unread or doubt.spans))
    asked = (words.asked_first if doubt.unread else words.asked).format(describe(doubt, locale), pieces)
    if doubt.candidates or not doubt.series:
        return asked
    return words.offered.format(asked, words.alternatives.join(say(each, locale) for each in doubt.series))


def say_choice(doubt: Doubt, choice: Value | Series, locale: Locale) -> str:
    """Return one of the choices of *doubt* in words, with what bounds it."""
    return say(choice, locale) if isinstance(choice, Series) else say_bound(choice, doubt.bound, locale)


def settled(text: str, doubt: Doubt, choice: Value | Series, locale: Locale) -> str:
    """Return *text* with *choice*, one of those of *doubt*, said in place of all that was in doubt.

    What was not understood and is no time after all stays in it, between quotes.
    :func:`bots.when.finding.find` reads *choice* in it, and leaves the same title; what is over
    is a doubt again.
    """
    if choice == doubt.otherwise and doubt.unread:
        for start, end in reversed(doubt.unread):
            text = f"{text[:start]}{_PHRASES[locale].quoted.format(text[start:end])}{text[end:]}"
        return text
    # The comma keeps the hour from the figures of a title: "à 14 h, 12 chaises".
    return f"{say_choice(doubt, choice, locale)}, {rest(text, doubt.spans)}".removesuffix(", ")


def _value(value: Value, words: Phrases) -> str:
    match value:
        case Range(datetime() as start, datetime() as end) if start.date() == end.date():
            return f"{_day(start, words)} {_hours(value, words)}"
        case Range(datetime() as start, datetime() as end):
            return words.spread.format(_value(start, words), _value(end, words))
        case Range(start, end):
            return _days(start, end, words)
        case datetime():
            return f"{_day(value, words)} {_hours(value, words)}"
        case _:
            return _day(value, words)


def _days(start: date, end: date, words: Phrases) -> str:
    if start.year != end.year:
        return words.spread.format(_day(start, words), _day(end, words))
    parts = 2 if start.month == end.month else 3
    return words.spread.format(" ".join(_day(start, words).split(" ")[:parts]), _day(end, words))


def _day(day: date, words: Phrases) -> str:
    return f"{words.weekdays[day.weekday()]} {_number(day.day, words)} {words.months[day.month - 1]} {day.year:04}"


def _number(day: int, words: Phrases) -> str:
    return words.first if day == 1 else str(day)


def _hours(value: Value, words: Phrases) -> str:
    match value:
        case Range(datetime() as start, datetime() as end):
            return words.from_to.format(_clock(start, words), _clock(end, words))
        case datetime():
            return words.at.format(_clock(value, words))
        case _:
            return ""


def _clock(moment: datetime, words: Phrases) -> str:
    return (words.clock if moment.minute else words.full_hour).format(moment.hour, moment.minute)


def _rule(rule: Rule, words: Phrases) -> str:
    every = words.every[rule.freq] if rule.interval == 1 else words.every_n[rule.freq].format(rule.interval)
    match rule.freq:
        case "DAILY":
            # "Tous les 15 jours" is every second week in French.
            return words.idiom.format(rule.interval) if rule.interval in words.idioms else every
        case "WEEKLY":
            return _weekly(rule, every, words)
        case "MONTHLY":
            days = _monthly(rule, words)
            each = words.monthly if rule.by_month_day and rule.by_month_day[0] > 0 else words.monthly_nth
            return each.format(days) if rule.interval == 1 else words.then.format(every, days)
        case _:
            day = words.day_of_year.format(
                _number(rule.by_month_day[0], words) if rule.by_month_day else "",
                words.months[(rule.by_month or (1,))[0] - 1],
            )
            return words.then.format(every, day)


def _months_out(rule: Rule, words: Phrases) -> str:
    names = [words.months[each - 1] for each in rule.months_out]
    return words.months_out.format(_joined(names, words)) if names else ""


def _weekly(rule: Rule, every: str, words: Phrases) -> str:
    if rule.interval > 1:
        named = [words.on_weekday.format(words.weekdays[each]) for each in rule.by_day]
        return words.weekly_then.format(every, _joined(named, words)) if named else every
    if rule.by_day == WORKING:
        return words.working
    names = [words.plural.format(words.weekdays[each]) for each in rule.by_day]
    return words.every_weekday.format(_joined(names, words)) if names else every


def _monthly(rule: Rule, words: Phrases) -> str:
    if rule.set_pos is not None:
        return words.working_day.format(words.nth[rule.set_pos])
    if rule.by_day:
        ranks = _joined([words.nth[each] for each in rule.nth or (1,)], words)
        return words.nth_weekday.format(ranks, words.weekdays[rule.by_day[0]])
    if rule.by_month_day[0] < 0:
        return words.last_days[rule.by_month_day[0]]
    return _joined([words.on_day.format(words.days[each - 1]) for each in rule.by_month_day], words)


def _joined(names: list[str], words: Phrases, last: str | None = None) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])}{last or words.also}{names[-1]}"


def _end(rule: Rule, first: Value, words: Phrases) -> str:
    if rule.count is not None:
        return words.times.format(rule.count)
    if rule.until is None:
        return ""
    begins = first.start if isinstance(first, Range) else first
    if isinstance(rule.until, datetime) and isinstance(begins, datetime):
        return words.until.format(_day(rule.until.astimezone(begins.tzinfo), words))
    return words.until.format(_day(rule.until, words))
