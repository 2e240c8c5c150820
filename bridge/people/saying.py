"""What is said of people's accounts: how one stands, and what is wrong and what to do about it (pure)."""

from bridge.operate.services.fullness import FULL
from bridge.people import errors
from bridge.people.accounts import TownAccount
from bridge.people.errors import Fault, PeopleError
from bridge.people.leaving import Departure, Handed
from config.texts import Texts


def state(account: TownAccount, texts: Texts) -> str:
    """Return how *account* stands, in a word or three."""
    _ = texts.gettext
    if account.departed:
        return _("has left")
    words = [_("machine")] if account.machine else []
    words += [_("administrator")] if account.admin else []
    words += [_("locked")] if account.locked else []
    return ", ".join(words) or "–"


def departed(departure: Departure, texts: Texts) -> list[str]:
    """Return the report of somebody's departure."""
    _ = texts.gettext
    heir = departure.heir.display_name
    lines = [_handed(room, heir, texts) for room in departure.handed]
    if departure.things:
        sentence = texts.ngettext(
            "{count} thing was in their hands (tasks, objectives, coming events, reminders);"
            " the assistant hands it to {heir}.",
            "{count} things were in their hands (tasks, objectives, coming events, reminders);"
            " the assistant hands them to {heir}.",
            departure.things,
        )
        lines.append(sentence.format(count=departure.things, heir=heir))
    if departure.private:
        sentence = texts.ngettext(
            "{count} private conversation was handed to nobody.",
            "{count} private conversations were handed to nobody.",
            departure.private,
        )
        lines.append(sentence.format(count=departure.private))
    left = departure.left
    counted = _(
        "Left: rooms {rooms}, devices {devices}, telephones still notified {pushers}, things in their hands {held}."
    )
    lines.append(counted.format(rooms=left.rooms, devices=left.devices, pushers=left.pushers, held=left.held))
    if departure.well:
        verdict = _("✔ {name} has left: the account is closed for good, and nothing is left.")
    elif departure.closed:
        verdict = _("✖ {name}'s account is closed, but something is left: see above.")
    else:
        verdict = _("✖ {name}'s account stays open: not everything could be handed over. Mend it and run this again.")
    return [*lines, verdict.format(name=departure.account.display_name)]


def _handed(room: Handed, heir: str, texts: Texts) -> str:
    _ = texts.gettext
    if not room.entered:
        return _("✖ {room}: {heir} could not be brought in.").format(room=room.name, heir=heir)
    if not room.well:
        return _("✖ {room}: {heir} is in, without the power to look after it.").format(room=room.name, heir=heir)
    if room.ruled:
        return _("✔ {room}: {heir} is in, and looks after it.").format(room=room.name, heir=heir)
    return _("✔ {room}: {heir} is in.").format(room=room.name, heir=heir)


def explained(error: PeopleError, texts: Texts) -> list[str]:
    """Return the lines that say what is wrong and what to do."""
    _ = texts.gettext
    match error:
        case errors.BadRoll(faults=faults):
            return [*(_line(fault, texts) for fault in faults), _("Nothing was done.")]
        case errors.DiskFull():
            return [_(FULL)]
        case errors.HomeserverRefused(status=status) if status >= 500:
            return [_("The homeserver failed at it: `beffroi doctor` says what is wrong, `beffroi logs synapse` why.")]
        case errors.HomeserverRefused(reason=reason, stale=stale):
            return [_refused(reason, texts, stale=stale)]
        case errors.HomeserverAway(url=url):
            sentence = _("The homeserver does not answer at {url}: start it (`beffroi up`), then try again.")
            return [sentence.format(url=url)]
        case _:
            return [_about(error, texts).format(user=error)]


def _about(error: PeopleError, texts: Texts) -> str:
    _ = texts.gettext
    match error:
        case errors.NoSuchPerson():
            return _("There is no account {user}; `beffroi user list` shows all of them.")
        case errors.Departed():
            return _("{user} has left: the account is closed for good.")
        case errors.SamePerson():
            return _("{user} cannot take over from themselves: name somebody else with --to. Nothing was done.")
        case errors.Appointed():
            return _(
                "{user} is among the administrators of the town: in collectivity.yaml, write somebody else's address"
                " under `admins` instead, then `beffroi restart`, then this again. Nothing was done."
            )
        case errors.Reserved():
            return _("{user} is no person: this account is left alone.")
        case _:
            return "{user}"


def _line(fault: Fault, texts: Texts) -> str:
    if not fault.line:
        return fault.sentence
    return texts.gettext("line {line}: {sentence}").format(line=fault.line, sentence=fault.sentence)


def _refused(reason: str, texts: Texts, *, stale: bool) -> str:
    _ = texts.gettext
    sentence = _(
        "The homeserver runs with another configuration than this one: render it again and restart it ({reason})."
    )
    return (sentence if stale else _("The homeserver refuses: {reason}")).format(reason=reason)
