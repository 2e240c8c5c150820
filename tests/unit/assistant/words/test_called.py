"""What is called by some of the words of a message."""

from bots.assistant.words.objects.called import called


def test_words_call_the_title_that_has_them() -> None:
    assert called(["gerbe"], ["commander la gerbe", "relire le budget"]) == [0]
