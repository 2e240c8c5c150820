"""What an antivirus has said of a file, as people read it (pure)."""

from bots.antivirus.verdict import Scan, Why
from config.texts import Texts

_MOST_NAME = 120


def say(scan: Scan, texts: Texts) -> str:
    """Return a sentence, in the language of *texts*."""
    gettext = texts.gettext
    if scan.clean:
        return gettext("Antivirus: nothing found.")
    if scan.infected:
        return gettext("⛔ Antivirus: infected ({name}). Do not open it.").format(name=scan.name[:_MOST_NAME])
    known = {
        Why.LARGE: gettext("Not checked by the antivirus: too large."),
        Why.LIMIT: gettext("Not checked by the antivirus: it holds more than the antivirus opens."),
        Why.ENCRYPTED: gettext("Not checked by the antivirus: it has a password."),
        Why.CUT: gettext("Not checked by the antivirus: its data does not come whole."),
        Why.GONE: gettext("Not checked by the antivirus: its data cannot be had any more."),
        Why.UNREADABLE: gettext("Not checked: the antivirus gave an answer that makes no sense."),
        Why.LAX: gettext("Not checked yet: the antivirus does not say what it has not opened; tell whoever runs it."),
        Why.ABSENT: gettext("Not checked yet: the antivirus does not answer; it is asked again."),
        Why.SILENT: gettext("Not checked: the antivirus has not come to an end with it."),
        Why.NONE: gettext("Not checked: this collectivity has no antivirus."),
        Why.BEFORE: gettext("Not checked by the antivirus: it was sent before there was one."),
        Why.PENDING: gettext("Not checked yet: the antivirus is being asked."),
    }
    return known.get(scan.why, gettext("Not checked by the antivirus."))
