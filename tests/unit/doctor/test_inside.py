"""What the assistant says of itself, in words with which an administrator can do something."""

from bridge.doctor.finding import Finding, Severity
from bridge.doctor.inside import on_health
from config.texts import texts

WELL = {"status": "ok", "device_signed": True, "gaps": 0, "waiting": 0, "identities_changed": 0}


def soon(more: dict[str, object]) -> list[Finding]:
    found = on_health(WELL | more, texts("fr"))
    return [finding for finding in found if finding.standing is not Severity.WELL]


def test_of_an_assistant_that_is_well_nothing_else_is_said() -> None:
    """What our own server refused is asked again, and no partner's doing."""
    assert soon({}) == []
    assert soon({"snapshots": {"sent": 3, "loaded": 2, "unreachable": 1, "refused by our server": 1}}) == []


def test_summaries_that_were_refused_are_said_with_where_the_partner_is_named() -> None:
    (finding,) = soon({"snapshots": {"loaded": 2, "refused wrong_hash": 2, "refused unsupported": 1}})

    assert finding.standing is Severity.SOON
    assert finding.sentence.startswith("3 résumés de salons")
    assert "(unsupported, wrong_hash)" in finding.sentence
    assert "beffroi logs assistant" in finding.remedy


def test_changes_that_wait_for_their_hour_are_said_with_the_clocks() -> None:
    (finding,) = soon({"waiting": 1})

    assert finding.standing is Severity.SOON
    assert finding.sentence.startswith("1 modification est datée dans l’avenir")
    assert "horloge" in finding.remedy
