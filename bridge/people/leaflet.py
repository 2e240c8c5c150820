"""The page that each new person is handed: address, first password, what the recovery key is and how to keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from bots.when.saying import say
from bridge.people.enrolling import Enrolled
from config.settings import Collectivity
from config.texts import Texts, texts

_KEY_GROUPS: Final = 12
"""A recovery key is 48 characters, shown in groups of four. Source: Matrix specification, "Key representation"."""
_TEMPLATE: Final = "leaflet.html.j2"


@dataclass(frozen=True, slots=True)
class LeafletStep:
    """What to do next: a sentence, and under it what to type, where there is something to type."""

    sentence: str
    typed: str = ""


def leaflets(collectivity: Collectivity, people: Sequence[Enrolled], day: date) -> str:
    """Return an HTML document with one printed page for each of *people*; pure. It holds their passwords."""
    known = texts(collectivity.locale)
    environment = Environment(
        loader=PackageLoader("bridge.people"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    return environment.get_template(_TEMPLATE).render(
        language=collectivity.locale,
        town=collectivity.name,
        day=say(day, collectivity.locale),
        people=[{"person": person, "steps": _steps(collectivity, person, known)} for person in people],
        groups=range(_KEY_GROUPS),
        say=_sentences(collectivity, known),
    )


def _steps(collectivity: Collectivity, person: Enrolled, known: Texts) -> list[LeafletStep]:
    _ = known.gettext
    return [
        LeafletStep(_("Install Element on your telephone or your computer (element.io), and choose to sign in.")),
        LeafletStep(_("Where it names a server, choose to change it, and type:"), collectivity.network.client_url),
        LeafletStep(_("Type your address and the first password:"), f"{person.user_id}\n{person.password}"),
        LeafletStep(_("Choose a password of your own at once: Settings, then Account, then Password.")),
        LeafletStep(_("Set up the recovery key when you are asked to, and copy it above before you go on.")),
        LeafletStep(_("Accept the invitation of Beffroi, the assistant: it greets you and says what it can do.")),
    ]


def _sentences(collectivity: Collectivity, known: Texts) -> Mapping[str, object]:
    _ = known.gettext
    helpers = ", ".join(collectivity.admins)
    return {
        "title": _("Your account"),
        "for": _("For"),
        "address": _("Your address"),
        "password": _("First password"),
        "first": _("The first time"),
        "key": _("Your recovery key"),
        "key_lines": (
            _("Your messages are encrypted: neither the town hall nor those who run the server can read them."),
            _(
                "The recovery key opens them again on a new telephone or computer. Whoever has lost all devices and "
                "the key has lost their messages: nobody can bring them back."
            ),
            _(
                "Copy it here by hand, or keep it in a password safe. Put this page where you keep your identity "
                "papers, never in an e-mail or a photograph."
            ),
            _("Nobody will ever ask you for it, neither colleagues nor the assistant: whoever does is a swindler."),
        ),
        "device": _(
            "Each new device asks to be verified: compare the little pictures with a device that you use already, or "
            "type the recovery key. One that is not verified reads nothing, and nobody hears it."
        ),
        "help": _("In trouble? Ask {people}.").format(people=helpers) if helpers else "",
        "cut": _("Cut here and destroy this part once you have a password of your own."),
        "made": _("Prepared on {day}"),
    }
