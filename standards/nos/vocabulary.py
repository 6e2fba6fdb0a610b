"""The words of published standards, in Welsh and English: headings, stems, months, words that cannot end a line."""

import re
from functools import lru_cache

# Heading → field. Compared in lower case without the colon, slashes without spaces; whole lines only.
_ENGLISH = {
    "title": ["title", "unit title", "standard title", "nos title"],
    "urn": ["urn", "nos urn", "unique reference number"],
    "suites": ["business sectors (suites)", "business sector (suite)", "suite", "suites", "suite(s)"],
    "developer": ["developed by", "developer"],
    "approved_on": ["approved on", "date approved", "approval date"],
    "overview": ["overview"],
    "performance": ["performance criteria", "performance criterion", "outcomes of effective performance"],
    "knowledge": ["knowledge and understanding", "knowledge & understanding"],
    "scope": ["scope/range", "scope", "range"],
    "scope_performance": [
        "scope performance",
        "scope/range related to performance criteria",
        "scope/range relating to performance criteria",
    ],
    "scope_knowledge": [
        "scope knowledge",
        "scope/range related to knowledge and understanding",
        "scope/range relating to knowledge and understanding",
    ],
    "values": ["values"],
    "behaviours": ["behaviours", "behaviours which underpin effective performance"],
    "skills": ["skills"],
    "glossary": ["glossary"],
    "links": ["links to other nos"],
    "external": ["external links"],
    "additional": ["additional information"],
    "version": ["version number", "version"],
    "review_on": ["indicative review date", "review date"],
    "validity": ["validity"],
    "status": ["status"],
    "originating_organisation": ["originating organisation", "originating organization"],
    "original_urns": ["original urn", "original urns"],
    "occupations": ["relevant occupations"],
    "soc_codes": ["soc code", "soc codes"],
    "keywords": ["keywords", "key words"],
}
_WELSH = {
    "title": ["teitl", "teitl yr uned", "teitl y safon"],
    "urn": ["rcu", "urn"],
    "suites": [
        "sectorau busnes (suites)",
        "sectorau busnes (cyfresi)",
        "sectorau busnes",
        "sector busnes (cyfres)",
        "cyfres",
        "cyfresi",
    ],
    "developer": ["datblygwyd gan", "datblygwr"],
    "approved_on": ["cymeradwy ar", "cymeradwywyd ar", "dyddiad cymeradwyo"],
    "overview": ["trosolwg"],
    "performance": [
        "meini prawf perfformiad",
        "maen prawf perfformiad",
        "canlyniadau perfformiad effeithiol",
        "deilliannau perfformiad effeithiol",
    ],
    "knowledge": ["gwybodaeth a dealltwriaeth"],
    "scope": ["cwmpas/ystod", "cwmpas", "ystod"],
    "scope_performance": ["cwmpas perfformiad", "cwmpas/ystod sy'n gysylltiedig â meini prawf perfformiad"],
    "scope_knowledge": [
        "gwybodaeth cwmpas",
        "cwmpas gwybodaeth",
        "cwmpas/ystod sy'n gysylltiedig â gwybodaeth a dealltwriaeth",
    ],
    "values": ["gwerthoedd"],
    "behaviours": ["ymddygiadau", "ymddygiadau sy'n sail i berfformiad effeithiol"],
    "skills": ["sgiliau"],
    "glossary": ["geirfa", "rhestr termau", "rhestr o dermau"],
    "links": ["dolenni i nos eraill", "cysylltiadau â sgc eraill", "dolenni i sgc eraill"],
    "external": ["cysylltiadau allanol", "dolenni allanol"],
    "additional": ["gwybodaeth ychwanegol"],
    "version": ["fersiwn rhif", "rhif fersiwn", "rhif y fersiwn", "fersiwn"],
    "review_on": ["dyddiad adolygu dangosol", "dyddiad adolygu"],
    "validity": ["dilysrwydd"],
    "status": ["statws"],
    "originating_organisation": ["sefydliad cychwynnol", "sefydliad gwreiddiol"],
    "original_urns": ["urn gwreiddiol", "rcu gwreiddiol", "urnau gwreiddiol"],
    "occupations": ["galwedigaethau perthnasol"],
    "soc_codes": ["cod soc", "soc cod", "codau soc"],
    "keywords": ["geiriau allweddol"],
}
HEADINGS = {
    heading: (field, language)
    for language, fields in [("cy", _WELSH), ("en", _ENGLISH)]
    for field, headings in fields.items()
    for heading in headings
}
# Fields with a value that may stand behind the heading on the same line.
METADATA = {
    "title",
    "urn",
    "suites",
    "developer",
    "approved_on",
    "version",
    "review_on",
    "validity",
    "status",
    "originating_organisation",
    "original_urns",
    "occupations",
    "soc_codes",
    "keywords",
}
LISTS = {"performance", "knowledge", "skills"}
# In the heads of tables: what columns of numbers are called, and those of texts.
NUMBER_COLUMNS = {
    "number",
    "no",
    "ref",
    "reference",
    "code",
    "item",
    "#",
    "rhif",
    "cyf",
    "cyfeirnod",
    "cod",
    "eitem",
}
TEXT_COLUMNS = {
    *("criterion", "criteria", "performance criterion", "performance criteria", "performance statement"),
    *("knowledge", "knowledge and understanding", "knowledge item", "knowledge statement"),
    *("statement", "description", "text", "item", "requirement", "evidence", "met"),
    *("maen prawf", "meini prawf", "maen prawf perfformiad", "meini prawf perfformiad"),
    *("gwybodaeth", "gwybodaeth a dealltwriaeth", "eitem wybodaeth", "datganiad gwybodaeth"),
    *("datganiad", "disgrifiad", "testun", "eitem", "gofyniad", "tystiolaeth", "bodlonwyd"),
}

# The sentence above a list, alone on its line or, after a colon, with the first item.
_YOU = r"(?:(?:in order )?to [^:,.]{1,40},? )?(?:you|(?:the )?(?:individual|learner|candidate|worker)s?)"
_YOU_MUST = rf"{_YOU} (?:must|should|will|needs? to|(?:is|are) required to)(?: need to)?"
_I_BWY = r" i chi| ichi| i ti| i(?:'r)? (?:unigolyn|unigolion|dysgwyr?|ymgeisydd|ymgeiswyr|gweithwyr?)"
_CHI = rf"(?:{_I_BWY}| eich bod(?: chi)?| fod)*(?:'n| yn)?(?: fod)?(?:'n| yn)?"
_RHAID = rf"(?:(?:mae|bydd)(?:'n| yn)? )?(?:angen|rhaid|ofynnol){_CHI}|(?:dylech|dylai)(?: chi)?"
_I_FODLONI = r"(?:(?:er mwyn|i) [^:,.]{1,40}, )?"
_RYDYCH = r"(?:byddwch|rydych)(?: chi)?(?:'n| yn)"
_SHOW = r"ddangos eich bod(?: chi)?(?:'n| yn)"
_STEMS = {
    ("en", "performance"): rf"(?:{_YOU_MUST}) be able to|{_YOU_MUST}(?=:)",
    (
        "en",
        "knowledge",
    ): rf"(?:{_YOU_MUST})(?: show that you)? (?:know|understand)(?: (?:and|&) (?:understand|know))?"
    r"|you (?:need|(?:must|need to) have)(?: a)? (?:knowledge|understanding)(?: and understanding)? of",
    (
        "cy",
        "performance",
    ): rf"{_I_FODLONI}(?:(?:{_RHAID}|{_RYDYCH}) (?:g?allu|f?medru|fedru)|(?:{_RHAID})(?=:))",
    ("cy", "knowledge"): rf"{_I_FODLONI}(?:{_RHAID}|{_RYDYCH})(?: {_SHOW})? (?:g?wybod|feddu ar wybodaeth)"
    r"(?: (?:a|ac|ac yn|a'i|a'u) d?deall)?",
}
# Before a colon there may be some words more: "You need to know and understand the following:".
STEMS = [
    (language, kind, re.compile(rf"(?:{words})(?:\s*$|[^:.]{{0,40}}:\s*)", re.IGNORECASE))
    for (language, kind), words in _STEMS.items()
]

# What fields say that have no value.
NOTHING = {
    "",
    "n/a",
    "na",
    "none",
    "not applicable",
    "nil",
    "dim",
    "amherthnasol",
    "amh",
    "ddim yn berthnasol",
}
# Links above the title of a page that was copied whole.
LINKS = {
    *(
        "skip to content",
        "skip to main content",
        "home",
        "menu",
        "search",
        "log in",
        "sign in",
        "about",
        "about us",
    ),
    *("contact us", "find nos", "browse", "english", "cymraeg", "print", "download", "back"),
    *(
        "neidio i'r cynnwys",
        "neidio i'r prif gynnwys",
        "hafan",
        "dewislen",
        "chwilio",
        "mewngofnodi",
        "amdanom ni",
    ),
    *("cysylltu â ni", "help", "cymorth", "pori", "argraffu", "lawrlwytho", "yn ôl"),
}
BANNERS = {"national occupational standards", "safonau galwedigaethol cenedlaethol", "nos", "sgc"}

# The beginnings of the months' names, as short as they are printed.
MONTHS = {
    name: str(number)
    for names in (
        "ion chw maw ebr mai meh gor aws med hyd tac rha",
        "jan feb mar apr may jun jul aug sep oct nov dec",
    )
    for number, name in enumerate(names.split(), 1)
} | {"faw": "3", "fai": "5", "feh": "6", "orf": "7", "fed": "9", "dac": "11", "rag": "12"}

# Articles, prepositions, conjunctions, particles, possessives.
_WELSH_OPEN_ENDS = """y yr a ac ag â i o ar am at dan dros drwy trwy gan gyda heb hyd rhag rhwng wrth mewn yn ym yng
er mwyn tua tuag ynghylch ynglŷn neu ond na nac nag fel pan os oherwydd achos felly wedi eich eu ei ein fy dy a/neu
sef erbyn ger gerbron ymhlith ymysg oddi sydd bod"""
_ENGLISH_OPEN_ENDS = """a an the of in on at to for from by with within without into onto about between under over
through during before after against among across along towards toward until since throughout despite concerning
except beyond as than upon via per and or but nor that which when where if because unless although
whether while your their its our his her and/or not regarding"""
_OPEN_ENDS = {*_WELSH_OPEN_ENDS.split(), *_ENGLISH_OPEN_ENDS.split()}
_TWO_WORDS = re.compile(
    r"\b(?:ar gyfer|o fewn|yn ystod|yn erbyn|ar draws|o ran|o flaen|gan gynnwys|yn hytrach|[td]rwy gydol)$"
)
_OPENING = re.compile(
    r"\b(?:including|such as|as follows|the following(?: \w+){0,2}|gan gynnwys|megis|canlynol|fel a ganlyn)$"
)
_CLITIC = re.compile(r"'(?:r|u|w|i|ch|n|th)$")
# What joins the last item of a list to those before it, which end likewise.
_BETWEEN_ITEMS = re.compile(r"; ?(?:and|or|and/or|a|ac|neu|a/neu)$")
_LAST_WORD = re.compile(r"[^\s\"“”()]+$")


# English sentences may end with a preposition.
_STRANDED = re.compile(r"\b(?:about|against|at|by|for|from|in|into|on|over|to|under|upon|with)$")


# With these an item begins; within one they hardly stand but after a word that cannot end a line, or changed by it.
_WELSH_BEGINNINGS = """adnabod addasu adolygu adrodd amlinellu annog archwilio argymell asesu ateb cadarnhau cadw casglu
cefnogi codi cofnodi creu croesawu cwblhau cydnabod cydymffurfio cyfathrebu cyfeirio cyfleu cyflwyno cymharu cymhwyso
cymryd cynghori cynllunio cynnal cyrchu cytuno dadansoddi dangos darparu datblygu defnyddio delio derbyn dewis dilyn
diogelu disgrifio diweddaru dylanwadu esbonio glanhau gofyn gosod gwerthuso gwirio gwneud gwrando helpu hysbysu
hyrwyddo meithrin mesur monitro negodi nodi paratoi pennu rhannu rheoli sefydlu sicrhau storio trefnu ymateb
ymdrin ymgysylltu sut pam pwysigrwydd"""
_ENGLISH_BEGINNINGS = """accept access acknowledge adapt advise agree analyse answer apply ask assess assist carry check
choose clean collect communicate compare complete comply confirm consider create deal deliver demonstrate describe
determine develop discuss encourage ensure establish evaluate examine explain follow gather give help identify
implement influence inform inspect listen maintain make manage measure monitor negotiate notify obtain organise outline
plan prepare present promote propose protect provide raise recognise recommend record refer resolve respond review
seek select set share show store support take test update use welcome work how why"""
ITEM_BEGINNINGS = {*_WELSH_BEGINNINGS.split(), *_ENGLISH_BEGINNINGS.split()}


def straight(text: str) -> str:
    """With straight apostrophes, in lower case: for comparing."""
    return text.replace("\u2019", "'").replace("\u2018", "'").casefold()


_PAGE_WORDS = {"page", "pages", "of", "tudalen", "tud", "o", "p", "t"}
_OVERLEAF = re.compile(r"\s*[(–-]\s*(?:continued|cont'?d?\.?|parhad|yn parhau)\s*\)?:?$")


def heading_key(text: str) -> str:
    """A heading as HEADINGS has it; one that goes on overleaf is the same."""
    return re.sub(r"\s*/\s*", "/", _OVERLEAF.sub("", straight(text))).rstrip(": ")


# The same few lines, title and URN, are compared with every other.
@lru_cache(1000)
def words_of(text: str) -> tuple[str, ...]:
    """The words of a line, without those that only say which page this is."""
    return tuple(word for word in re.findall(r"[^\W\d_]+", straight(text)) if word not in _PAGE_WORDS)


_BEGINNINGS = {
    " ".join(heading.split(" ")[: n + 1]) for heading in HEADINGS for n in range(heading.count(" ") + 1)
}


def begins_heading(text: str) -> bool:
    """The words are a known heading, or as much of one as had room on its line."""
    return heading_key(text) in _BEGINNINGS


def begins_list(text: str) -> bool:
    """The line is, or begins with, the sentence above a list."""
    return any(pattern.match(straight(text)) for _language, _kind, pattern in STEMS)


def opens_list(text: str) -> bool:
    """The line says that its parts follow: "including:"."""
    return text.endswith(":") or bool(_OPENING.search(straight(text)))


def ends_stranded(text: str) -> bool:
    """The line may be whole although it ends with a preposition: "how customers are dealt with"."""
    return bool(_STRANDED.search(text))


def breaks_off(text: str) -> bool:
    """The line ends where no sentence can: after a comma, an article, a preposition, a conjunction, in a bracket."""
    if text.endswith((",", "-", "\u2010", "–", "/", "&")) or text.count("(") > text.count(")"):
        return True
    plain = straight(text)
    if _BETWEEN_ITEMS.search(plain):
        return False
    last = _LAST_WORD.search(plain)
    in_one_word = last is not None and (last[0] in _OPEN_ENDS or bool(_CLITIC.search(last[0])))
    return in_one_word or bool(_TWO_WORDS.search(plain))
