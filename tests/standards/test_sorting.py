"""The Welsh alphabet, and text as the search compares it."""

from hypothesis import given
from hypothesis import strategies as st

from standards.nos.values import iso_date
from standards.sorting import normalised, sort_key


def in_order(language: str, *words: str) -> list[str]:
    return sorted(words, key=lambda word: sort_key(word, language))


def test_two_letters_can_be_one_letter_of_welsh():
    alphabet = "adar bara cwm chwaer dafad ddoe eira fan ffon gardd ngardd haul llan mam pen phen rôl rhan sul to thema"
    words = alphabet.split()
    assert in_order("cy", *reversed(words)) == words


def test_english_has_an_alphabet_of_its_own():
    assert in_order("en", "cwm", "chair", "crab", "dale", "down") == ["chair", "crab", "cwm", "dale", "down"]


def test_accents_and_capitals_do_not_matter():
    assert sort_key("Tŷ", "cy") == sort_key("ty", "cy")
    assert in_order("cy", "tŷ bach", "tyfu", "Tŷ") == ["Tŷ", "tŷ bach", "tyfu"]


def test_n_and_g_are_two_letters_in_some_words():
    assert in_order("cy", "dangos", "damwain", "danfon") == ["damwain", "danfon", "dangos"]


def test_what_the_search_compares():
    assert normalised("  Dŵr  a’r TŶ: i'w, 12.1 ") == "dwr ar ty iw 12 1"


@given(st.text())
def test_keys_are_made_of_anything(text):
    assert sort_key(text, "cy").isdecimal() or not normalised(text) or not sort_key(text, "cy")
    assert normalised(normalised(text)) == normalised(text)


def test_dates_are_as_precise_as_printed():
    dates = {
        "2021": "2021",
        "12 Chwef 2021": "2021-02-12",
        "30 Tach 2014": "2014-11-30",
        "01 Maw 2026": "2026-03-01",
        "1 Gor 2020": "2020-07-01",
        "1 Gorff 2020": "2020-07-01",
        "3 Ebr 2020": "2020-04-03",
        "3 Ebrill 2020": "2020-04-03",
        "Awst 2023": "2023-08",
        "August 2023": "2023-08",
        "1st March 2019": "2019-03-01",
        "November 30, 2014": "2014-11-30",
        "14/02/2021": "2021-02-14",
        "2014-11-30": "2014-11-30",
        "31 Chwef 2021": "",
        "soon": "",
    }
    assert {text: iso_date(text) for text in dates} == dates
