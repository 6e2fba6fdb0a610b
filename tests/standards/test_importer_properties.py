"""Whatever is thrown at the parser: it never raises anything but a refusal, and never invents an item."""

from hypothesis import given, settings
from hypothesis import strategies as st

from standards.nos.document import Document, Refused, clean
from standards.nos.parse import parse
from standards.nos.sections import stem_of
from standards.nos.vocabulary import HEADINGS, heading_key

PIECES = st.one_of(
    st.sampled_from(sorted(HEADINGS)),
    st.sampled_from(
        ["1. ", "2 ", "12.1 ", "- ", "•", "P1 ", "K12\u00a0", "a) ", "(ii) ", "5.", "\n", "  ", ":", ","]
    ),
    st.sampled_from(
        ["You must be able to:", "gan gynnwys:", "including:", "30 Tach 2014", "yn", "the", "\u200b"]
    ),
    st.text(max_size=12),
)
DOCUMENTS = st.lists(st.lists(PIECES, max_size=6).map("".join), max_size=40).map("\n".join)


def understood(data: bytes) -> Document | None:
    try:
        return parse("document.txt", data)
    except Refused:
        return None


@settings(max_examples=300, deadline=None)
@given(DOCUMENTS)
def test_every_text_stands_in_the_document(source):
    data = f"Title\nPerformance criteria\n{source}".encode(errors="ignore")
    document = understood(data)
    if document is None:
        return
    lines = data.decode().splitlines()
    # A heading that stands there again, overleaf, may cut an item, and so may the sentence below it.
    stems = [(stem_of(clean(line)), line) for line in lines if heading_key(clean(line)) not in HEADINGS]
    others = [stem[2] if stem else line for stem, line in stems]
    words = [clean(" ".join(some)).replace(" ", "") for some in (lines, others)]
    for items in (document.performance, document.knowledge):
        assert len({item.number for item in items}) == len(items)
        for item in items:
            assert any(item.text.replace(" ", "") in some for some in words)
            assert item.parent is None or item.parent in items


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=500))
def test_bytes_of_any_kind_are_understood_or_refused(data):
    understood(b"Title\nPerformance criteria\n1. a\n" + data)
