"""Alerts are said once, edited when they pass, and never chatter."""

from bridge.watch.course import AGAIN_MS, CALM_MS, Action, Memory, Say, Settle, decide
from bridge.watch.rules import RULES, Alert

DISK = next(rule for rule in RULES if rule.name == "BeffroiDiskFull")
PARTNER = next(rule for rule in RULES if rule.name == "BeffroiPartnerAway")
FULL = Alert(DISK, "data", 0.05)
AWAY = Alert(PARTNER, "rivemont.fr", 7200)
MINUTE = 60_000


class Course:
    """Goes through minutes; *said* is what was to be said in all of them."""

    def __init__(self) -> None:
        self.known: Memory = {}
        self.now = 0
        self.said: list[Action] = []

    def minutes(self, count: int, *alerts: Alert) -> list[Action]:
        """Let *count* minutes pass in which *alerts* are so, and return what is said in them."""
        before = len(self.said)
        for _ in range(count):
            self.now += MINUTE
            self.known, actions = decide(self.known, alerts, self.now)
            self.said += actions
        return self.said[before:]


def test_what_lasts_is_said_once() -> None:
    course = Course()
    assert course.minutes(200, FULL) == [Say(FULL.key, FULL, again=False)]


def test_nobody_is_told_of_what_passes_within_its_patience() -> None:
    course = Course()
    course.minutes(9, FULL)
    course.minutes(1)
    course.minutes(9, FULL)
    assert course.minutes(60) == []
    assert course.said == []
    assert course.known == {}


def test_when_it_has_passed_the_same_message_says_so_once() -> None:
    course = Course()
    course.minutes(1, AWAY)
    passed = course.minutes(30)
    assert passed == [Settle(AWAY.key, "", MINUTE)]


def test_what_comes_and_goes_is_one_message() -> None:
    """Flapping for half an hour: well again for less than it takes to believe it."""
    course = Course()
    for _ in range(10):
        course.minutes(2, AWAY)
        course.minutes(CALM_MS // MINUTE - 1)
    assert [type(action) for action in course.said] == [Say]


def test_what_is_back_within_the_hour_takes_its_message_up_again() -> None:
    course = Course()
    course.minutes(1, AWAY)
    course.minutes(20)
    again = course.minutes(5, AWAY)
    assert again == [Say(AWAY.key, AWAY, again=True)]
    assert [type(action) for action in course.minutes(20)] == [Settle]


def test_later_it_is_a_message_of_its_own() -> None:
    course = Course()
    course.minutes(1, AWAY)
    course.minutes(20 + AGAIN_MS // MINUTE)
    assert course.known == {}
    assert course.minutes(1, AWAY) == [Say(AWAY.key, AWAY, again=False)]


def test_each_partner_has_a_message_of_its_own() -> None:
    course = Course()
    other = Alert(PARTNER, "lys.fr", 7200)
    assert {action.key for action in course.minutes(3, AWAY, other)} == {AWAY.key, other.key}
