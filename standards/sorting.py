"""Sort keys by the Welsh and English alphabets, and text as the search compares it.

Both are made here and stored, so that every database sorts and finds alike.
"""

import re
import unicodedata

# k, q, v, x and z are not Welsh letters; names have them, in the places English gives them.
_WELSH = "a b c ch d dd e f ff g ng h i j k l ll m n o p ph q r rh s t th u v w x y z"
ALPHABETS = {"cy": _WELSH.split(), "en": list("abcdefghijklmnopqrstuvwxyz")}
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc\u0060\u00b4]")
# Words in which n and g are two letters, although they stand together.
_N_AND_G = re.compile(r"(?<=\bda)n(?=gos)|(?<=\bba)n(?=gor)|(?<=\bllo)n(?=gyfarch)")
_SEPARATOR = "\u034f"


def normalised(text: str) -> str:
    """Lower case, without accents and apostrophes, single spaces: "Dŵr a'r tŷ" → "dwr ar ty"."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return " ".join(re.findall(r"[^\W_]+", _APOSTROPHES.sub("", bare).casefold()))


def sort_key(text: str, language: str) -> str:
    """Two digits a letter: digits compare alike under every collation a database may have."""
    alphabet = ALPHABETS[language]
    order = {letter: f"{place:02}" for place, letter in enumerate([" ", *"0123456789", *alphabet])}
    plain = _N_AND_G.sub(f"n{_SEPARATOR}", normalised(text))
    letters = "|".join(sorted(alphabet, key=len, reverse=True))
    return "".join(order.get(letter, "") for letter in re.findall(f"{letters}|.", plain))
