"""What the importer makes of documents, with the faults that published ones have."""

import pytest
from weasyprint import HTML

from standards.nos.document import Document, Refused
from standards.nos.parse import parse
from tests.standards.documents import FACTS, HEAD, ITEMS, KNOWLEDGE, PERFORMANCE, docx, html, text

LANGUAGES = pytest.mark.parametrize("lang", ["cy", "en"])
INCLUDING = {"cy": "dilyn rheolau, gan gynnwys:", "en": "follow rules, including:"}


def read(data: bytes, name: str = "document.txt", **options) -> Document:
    return parse(name, data, **options)


def codes(document: Document) -> list[str]:
    return [remark.code for remark in document.remarks]


def rows(items) -> list[tuple[str, str, str]]:
    return [(item.number, item.printed_label, item.text) for item in items]


@LANGUAGES
class TestItems:
    def test_a_document_in_order_needs_no_remark(self, lang):
        document = read(text(lang))
        assert [item.text for item in document.performance] == ITEMS[lang]
        assert [item.text for item in document.knowledge] == FACTS[lang]
        assert (document.urn, document.language, document.version) == ("SIOP12", lang, "1")
        assert document.title == HEAD[lang].splitlines()[0]
        assert codes(document) == []

    @pytest.mark.parametrize(
        "label", ["  {}. ", "{}\u00a0", "{}.\u00a0\u00a0\u00a0 ", "P{} ", "P{}.\t", "{}) "]
    )
    def test_labels_of_many_kinds_are_numbers(self, lang, label):
        lines = [label.format(n) + item for n, item in enumerate(ITEMS[lang], 1)]
        document = read(text(lang, performance="\n".join(lines)))
        assert [item.number for item in document.performance] == ["1", "2", "3"]
        assert [item.text for item in document.performance] == ITEMS[lang]
        assert [item.printed_label for item in document.performance] == [
            label.format(n).strip() for n in (1, 2, 3)
        ]
        assert codes(document) == []

    @pytest.mark.parametrize("label", ["- ", "• ", "•", ""])
    def test_without_numbers_the_list_is_numbered_by_position(self, lang, label):
        lines = [label + item for item in ITEMS[lang]]
        document = read(text(lang, performance="\n".join(lines)))
        assert rows(document.performance) == [
            (str(n), label.strip(), item) for n, item in enumerate(ITEMS[lang], 1)
        ]
        assert codes(document) == []

    def test_a_mixture_is_numbered_by_position_and_keeps_what_was_printed(self, lang):
        one, two, three = ITEMS[lang]
        document = read(text(lang, performance=f"- {one}\n{two}\n2. {three}"))
        assert rows(document.performance) == [("1", "-", one), ("2", "", two), ("3", "2.", three)]
        assert codes(document) == ["renumbered"]

    def test_repeated_numbers_are_numbered_by_position(self, lang):
        one, two, three = ITEMS[lang]
        document = read(text(lang, performance=f"P1 {one}\nP2 {two}\nP2 {three}"))
        assert rows(document.performance)[2] == ("3", "P2", three)
        assert codes(document) == ["renumbered"]

    def test_a_label_on_a_line_of_its_own_belongs_to_the_next(self, lang):
        one, two, three = ITEMS[lang]
        document = read(text(lang, performance=f"1.\n{one}\n2.\n{two}\n3.\n{three}"))
        assert [item.text for item in document.performance] == ITEMS[lang]

    @pytest.mark.parametrize("label", ["{}. ", "P{} ", "{} "])
    def test_items_glued_on_one_line_are_cut(self, lang, label):
        one, two, three = (label.format(n) + item for n, item in enumerate(ITEMS[lang], 1))
        document = read(text(lang, performance=f"{one} {two}\n{three}"))
        assert [item.text for item in document.performance] == ITEMS[lang]

    def test_a_quantity_in_a_text_is_no_item(self, lang):
        lines = {"cy": ["cadw 2 gopi", "rhoi 3 chopi"], "en": ["keep 2 copies", "give 3 copies"]}[lang]
        document = read(text(lang, performance=f"1 {lines[0]}\n2 {lines[1]}"))
        assert [item.text for item in document.performance] == lines

    def test_a_line_that_breaks_off_goes_on_with_the_next(self, lang):
        halves = {
            "cy": [("gweithio yn", "ddiogel"), ("trin arian,", "cardiau"), ("ymateb o fewn", "30 diwrnod")],
            "en": [("work with the", "others"), ("handle cash,", "cards"), ("answer within", "30 days")],
        }[lang]
        lines = [f"{n}. {first}\n{second}" for n, (first, second) in enumerate(halves, 1)]
        document = read(text(lang, performance="\n".join(lines)))
        assert [item.text for item in document.performance] == [" ".join(half) for half in halves]

    def test_an_unlabelled_line_after_a_whole_one_is_an_item(self, lang):
        one, two, three = ITEMS[lang]
        document = read(text(lang, performance=f"1. {one}\n{two}\n2. {three}"))
        assert [item.text for item in document.performance] == [one, two, three]

    @pytest.mark.parametrize(
        "subs", ["1.1 {}\n1.2 {}", "- {}\n- {}", "a) {}\nb) {}", "(i) {}\n(ii) {}", "{}\n{}", "1.1 {} 1.2 {}"]
    )
    def test_sub_items_belong_to_the_item_before_them(self, lang, subs):
        one, two, three = ITEMS[lang]
        listing = f"1. {INCLUDING[lang]}\n{subs.format(one, two)}\n2. {three}"
        document = read(text(lang, performance=listing))
        assert [item.number for item in document.performance] == ["1", "1.1", "1.2", "2"]
        assert [item.parent.number if item.parent else None for item in document.performance] == [
            None,
            "1",
            "1",
            None,
        ]
        assert [item.text for item in document.performance][1:] == [one, two, three]
        assert codes(document) == []

    def test_a_conjunction_between_items_is_none_within_one(self, lang):
        one, two, three = ITEMS[lang]
        last = {"cy": "; a", "en": "; and"}[lang]
        document = read(text(lang, performance=f"{one};\n{two}{last}\n{three}"))
        assert [item.text for item in document.performance] == [f"{one};", f"{two}{last}", three]

    def test_letters_and_signs_of_printers_are_those_of_words(self, lang):
        halves = {"cy": ("gweithio’n e\ufb00eith\u00ad", "iol"), "en": ("work e\ufb03cient\u00ad", "ly")}[
            lang
        ]
        document = read(text(lang, performance=f"1. {halves[0]}\n{halves[1]}\n2. {ITEMS[lang][0]}"))
        whole = {"cy": "gweithio’n effeithiol", "en": "work efficiently"}[lang]
        assert [item.text for item in document.performance] == [whole, ITEMS[lang][0]]

    def test_groups_are_no_items(self, lang):
        groups = {
            "cy": ["Gwybodaeth a dealltwriaeth gyffredinol", "Gwybodaeth a dealltwriaeth benodol"],
            "en": ["General knowledge and understanding", "Specific knowledge and understanding"],
        }[lang]
        one, two = FACTS[lang]
        document = read(text(lang, knowledge=f"{groups[0]}\n\n1. {one}\n\n{groups[1]}\n\n2. {two}"))
        assert [(item.group, item.number) for item in document.knowledge] == [
            (groups[0], "1"),
            (groups[1], "2"),
        ]

    def test_numbers_that_begin_again_in_each_group_go_on_instead(self, lang):
        group = {"cy": "Maen Prawf Perfformiad", "en": "Performance criterion"}[lang]
        one, two, three = ITEMS[lang]
        document = read(text(lang, performance=f"{group} 1\n1. {one}\n2. {two}\n{group} 2\n1. {three}"))
        assert [(item.group, item.number) for item in document.performance] == [
            (f"{group} 1", "1"),
            (f"{group} 1", "2"),
            (f"{group} 2", "3"),
        ]
        assert codes(document) == ["renumbered"]


@LANGUAGES
class TestSections:
    def test_outcomes_in_the_overview_are_no_criteria(self, lang):
        document = read(text(lang, head=HEAD[lang] + "\n1. one outcome\n2. another outcome\n"))
        assert len(document.performance) == 3
        assert len(document.overview) == 3

    def test_headings_of_older_documents(self, lang):
        outcomes, behaviours, more, stem = {
            "cy": (
                "Deilliannau perfformiad effeithiol",
                "Ymddygiadau sy’n sail i berfformiad effeithiol",
                "Gwybodaeth ychwanegol",
                "Mae angen i chi ddangos eich bod yn gwybod, yn deall ac yn gallu cymhwyso:",
            ),
            "en": (
                "Outcomes of effective performance",
                "Behaviours which underpin effective performance",
                "Additional information",
                "You need to show that you know, understand and can apply in practice:",
            ),
        }[lang]
        data = text(lang, tail=f"{more}\n1. nothing of the list").decode()
        data = data.replace(PERFORMANCE[lang].splitlines()[0], outcomes)
        data = data.replace(KNOWLEDGE[lang], f"{behaviours}\n1. one\n2. two\n\n{stem}\n")
        document = read(data.encode())
        assert [item.text for item in document.performance] == ITEMS[lang]
        assert [item.text for item in document.knowledge] == FACTS[lang]

    def test_an_empty_list_is_remarked(self, lang):
        document = read(text(lang, performance=""))
        assert (len(document.performance), len(document.knowledge)) == (0, 2)
        assert codes(document) == ["empty-section"]

    def test_a_heading_that_stands_there_twice_is_remarked_and_joined(self, lang):
        one, two, three = ITEMS[lang]
        heading = PERFORMANCE[lang].splitlines()[0]
        document = read(text(lang, performance=f"1. {one}\n2. {two}\n\n  {heading.upper()}:\n3. {three}"))
        assert [item.text for item in document.performance] == ITEMS[lang]
        assert codes(document) == ["duplicate-heading"]

    def test_facts_are_read_from_the_line_after_their_heading_or_the_same(self, lang):
        tail = {
            "cy": "Cymeradwy ar\n30 Tach 2014\nDyddiad Adolygu Dangosol: 01 Gorff 2026\nDilysrwydd\nAr hyn o bryd\n"
            "Statws\nWedi'i theilwra\nRCU gwreiddiol\nABC1, CFAM&LFD3; GS CC DB2.1\nGalwedigaethau Perthnasol\n"
            "Gwerthwyr, Staff siop\nSOC Cod\n7212; 7111\nGeiriau Allweddol\nsiop; gofal;; siop; drws;\n",
            "en": "Date approved\n30 Nov 2014\nIndicative review date: 01 July 2026\nValidity\nCurrent\nStatus\n"
            "Tailored\nOriginal URN\nABC1, CFAM&LFD3; GS CC DB2.1\nRelevant occupations\nSellers, Shop staff\n"
            "SOC code\n7212; 7111\nKey words\nshop; care;; shop; door;\n",
        }[lang]
        document = read(text(lang, tail=tail))
        assert (document.approved_on, document.review_on) == ("2014-11-30", "2026-07-01")
        assert (document.validity, document.status) == ("current", "tailored")
        assert document.original_urns == ["ABC1", "CFAM&LFD3", "GS CC DB2.1"]
        assert len(document.occupations) == 2
        assert document.soc_codes == ["7212", "7111"]
        assert len(document.keywords) == 3
        assert len(document.knowledge) == 2

    def test_facts_may_stand_behind_their_headings_without_a_colon(self, lang):
        tail = {
            "cy": "Geiriau Allweddol\tsiop; gofal\nStatws Gwreiddiol\nDilysrwydd\u00a0Ar hyn o bryd\n",
            "en": "Keywords\tshop; care\nStatus Original\nValidity\u00a0Current\n",
        }[lang]
        document = read(text(lang, tail=tail))
        assert len(document.keywords) == 2
        assert [item.text for item in document.knowledge] == FACTS[lang]

    def test_the_final_letter_of_a_legacy_urn_is_its_validity(self, lang):
        head = HEAD[lang].replace(
            "URN: SIOP12", "RCU\nSfJ\u200b BE2L" if lang == "cy" else "URN\nSfJ\u200b BE2L"
        )
        document = read(text(lang, head=head, tail=""))
        assert (document.urn, document.validity) == ("SfJ BE2", "legacy")

    def test_bytes_of_windows_and_of_apple_are_read(self, lang):
        data = "\ufeff" + text(lang).decode().replace("\n", "\r\n").replace("â", "a\u0302")
        assert read(data.encode("utf-8")).title == read(text(lang)).title
        assert read(data.encode("utf-16")).title == read(text(lang)).title
        title = "Trin dŵr a thŷ"
        head = HEAD[lang].replace(HEAD[lang].splitlines()[0], title)
        assert read(text(lang, head=head).decode().encode("iso-8859-14")).title == title

    def test_what_stands_above_a_list_is_told_by_its_language(self, lang):
        stem = "You need to know and understand:"
        data = text(lang).decode().replace(KNOWLEDGE[lang].splitlines()[2], stem)
        assert codes(read(data.encode())) == (["stem-language"] if lang == "cy" else [])
        assert len(read(data.encode()).knowledge) == 2

    @pytest.mark.parametrize(
        "stem",
        [
            {"cy": "Rhaid i chi:", "en": "You must:"},
            {"cy": "I fodloni'r safon, rhaid i chi:", "en": "To meet the standard, you must:"},
        ],
    )
    def test_a_sentence_above_a_list_is_no_group(self, lang, stem):
        items = "\n".join(f"1. {item}" for item in ITEMS[lang])
        document = read(text(lang, performance=f"{stem[lang]}\n{items}"))
        assert {item.group for item in document.performance} == {None}

    def test_lines_are_counted_as_editors_do(self, lang):
        one, two, three = ITEMS[lang]
        data = text(lang, performance=f"1. {one}\n\f2. {two}\v{three}")
        first = data.decode().split("\n").index(f"1. {one}") + 1
        assert [item.line for item in read(data).performance] == [first, first + 1, first + 1]

    def test_without_urn_the_name_of_the_file_or_the_person_tells(self, lang):
        data = text(lang, head=HEAD[lang].replace("URN: SIOP12\n", ""))
        assert (read(data).urn, codes(read(data))) == ("", ["missing-urn"])
        assert read(data, "SIOP12.cy.txt").urn == "SIOP12"
        assert read(data, urn="ABC1").urn == "ABC1"


@LANGUAGES
class TestFormats:
    def test_a_web_page(self, lang):
        document = read(html(lang), "page.html")
        assert (document.urn, document.language) == ("SIOP12", lang)
        self._check(document, lang)

    def test_a_title_below_a_heading_that_is_a_urn(self, lang):
        data = html(lang).decode().replace("<h1>", "<h1>NOS SIOP12</h1><h1>")
        document = read(data.encode(), "page.html")
        assert (document.urn, document.title) == ("SIOP12", HEAD[lang].splitlines()[0])
        self._check(document, lang)

    def test_a_word_document(self, lang):
        document = read(docx(lang), "document.docx")
        assert (document.urn, document.language) == ("SIOP12", lang)
        self._check(document, lang)

    def _check(self, document: Document, lang: str) -> None:
        assert [item.text for item in document.performance] == [*ITEMS[lang], "abc", "def"]
        assert [item.number for item in document.performance] == ["1", "2", "3", "3.1", "3.2"]
        assert [item.group for item in document.knowledge] == ["Group one", "Group two"]
        assert codes(document) == []

    def test_a_pdf_with_headings_in_a_column_of_their_own(self, lang):
        title, *_rest = HEAD[lang].splitlines()
        long = {
            "cy": "dilyn y codau ymarfer a'r polisïau cyfreithiol sy'n berthnasol i'ch rôl a'r gweithgareddau",
            "en": "follow the legal codes of practice and policies that are relevant to your role and the activities",
        }[lang]
        rounds = ["bob dydd", "every week", "yn y bore", "at noon", "gyda'r nos", "at home"]
        criteria = [f"{item} {when}" for when in rounds for item in [*ITEMS[lang], long]]
        cells = [
            ("<br>".join(PERFORMANCE[lang].split("\n")), "P", criteria),
            ("<br>".join(KNOWLEDGE[lang].split("\n")), "K", FACTS[lang]),
        ]
        table = "".join(
            f"<tr><th>{left}</th><td>"
            + "".join(f"<p>{mark}{n} {item}</p>" for n, item in enumerate(items, 1))
            + "</td></tr>"
            for left, mark, items in cells
        )
        style = "@page{size:A5;@bottom-left{content:'SIOP12 ' counter(page)}}th{width:30%;text-align:left}"
        style += "td,th{vertical-align:top}"
        data = HTML(string=f"<style>{style}</style><h1>SIOP12</h1><h2>{title}</h2><table>{table}</table>")
        document = read(data.write_pdf(), "document.pdf")
        assert (document.urn, document.title) == ("SIOP12", title)
        assert [item.text for item in document.performance] == criteria
        assert [item.text for item in document.knowledge] == FACTS[lang]

    def test_an_unknown_heading_is_remarked_and_left_out(self, lang):
        data = html(lang).decode().replace("</ol>\n<h2>", "</ol><h2>Something new</h2><p>none</p><h2>", 1)
        document = read(data.encode(), "page.html")
        assert codes(document) == ["unknown-heading"]
        assert len(document.performance) == 5


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("letter.txt", b"Dear Sir\n1. one\n2. two"),
        ("empty.txt", b""),
        ("headings.txt", b"Title\nPerformance criteria\nKnowledge and understanding\n"),
        ("picture.jpg", b"\xff\xd8"),
        ("noise.txt", b"\x00\xfe1. " * 100_000),
        ("noise.pdf", b"%PDF-1.7 nothing"),
        ("noise.docx", b"PK nothing"),
        ("large.txt", b"x" * 3_000_000),
        ("long.txt", b"Title\nPerformance criteria\n" + b"a\n" * 20_000),
        (
            "loop.pdf",
            b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
            b"2 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2000000000>>endobj\ntrailer<</Root 1 0 R>>",
        ),
    ],
)
def test_what_is_no_standard_is_refused(name, data):
    with pytest.raises(Refused, match=r"\.$"):
        parse(name, data)


@pytest.mark.parametrize("name", ["empty.txt", "empty.html", "empty.docx", "empty.pdf"])
def test_of_an_empty_file_it_is_said_that_it_is_empty(name):
    with pytest.raises(Refused, match="The file is empty"):
        parse(name, b"")
