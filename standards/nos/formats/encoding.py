"""Which letters bytes stand for."""

import codecs

_BYTE_ORDER_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_SAMPLE = 2000
# What pages of Windows say they are.
_LATIN = {"iso8859-1", "cp1252", "ascii"}
# Of w and y, in the letters of eight bits made for Welsh; in those of Windows they are Icelandic.
_CIRCUMFLEXES = set("ŴŶŵŷ".encode("iso-8859-14"))


def decoded(data: bytes, declared: str = "") -> str:
    """The text of a file: by its byte order mark, as UTF-8, as it says itself, or as was usual before.

    What can be read as UTF-8 is, and was only saved anew without changing what it says.
    """
    marked = next((name for mark, name in _BYTE_ORDER_MARKS.items() if data.startswith(mark)), "")
    for encoding in filter(None, [marked, _two_bytes_a_letter(data), "utf-8", _named(declared)]):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return data.decode("iso-8859-14" if _CIRCUMFLEXES & set(data) else "cp1252", errors="replace")


def _named(declared: str) -> str:
    """An encoding that says more than "as usual"."""
    try:
        name = codecs.lookup(declared).name if declared else ""
    except LookupError:
        return ""
    return "" if name in _LATIN else name


def _two_bytes_a_letter(data: bytes) -> str:
    """UTF-16 without a mark: every other byte is nothing, wherever letters are Latin ones."""
    high, low = data[:_SAMPLE:2], data[1:_SAMPLE:2]
    if low.count(0) * 2 > len(low) and not high.count(0):
        return "utf-16-le"
    return "utf-16-be" if high.count(0) * 2 > len(high) and not low.count(0) else ""
