"""Finding standards by the beginnings of words, with the same results on both databases.

Text is normalised in Python and stored in the columns of `COLUMNS`. Each database has an index of its own over
them, which it keeps up to date by itself, however a row came in: PostgreSQL a GIN index of `simple` text vectors,
SQLite a table of FTS5 filled by triggers. They are looked after following every migration, because SQLite drops the
triggers of a table that it rebuilds.
"""

from collections.abc import Sequence

from django.db import connections
from django.db.models import BooleanField, Q, QuerySet
from django.db.models.expressions import RawSQL

from standards.sorting import normalised

COLUMNS = ("search_urn", "search_title", "search_performance", "search_knowledge")
_ANYWHERE = " || ' ' || ".join(COLUMNS)
# No word is longer; indexes have limits.
_LONGEST_WORD = 100


def words_of(text: str) -> list[str]:
    """The words that a search compares: letters and figures only, so that no query language sees anything else."""
    return [word[:_LONGEST_WORD] for word in normalised(text).split()]


def searchable(*texts: str) -> str:
    """What is stored of texts: each word after a space."""
    return "".join(f" {word}" for word in words_of(" ".join(texts)))


def ids_with(words: Sequence[str], column: str = "", *, vendor: str) -> RawSQL:
    """The ids of standards with each of the words, or one that begins with it, in that column or anywhere."""
    if vendor == "postgresql":
        condition, params = _vector_condition(words, column)
        return RawSQL(f"SELECT id FROM standards_standard WHERE {condition}", params)  # noqa: S608, S611
    query = " AND ".join(f'"{word}" *' for word in words)
    query = f"{column} : ({query})" if column else query
    return RawSQL("SELECT rowid FROM standards_search WHERE standards_search MATCH %s", [query])  # noqa: S611


def has(words: Sequence[str], column: str = "", *, vendor: str) -> RawSQL | Q:
    """The same as a condition on a standard: PostgreSQL need not find each row twice then."""
    if vendor == "postgresql":
        condition, params = _vector_condition(words, column)
        return RawSQL(condition, params, output_field=BooleanField())  # noqa: S611
    return Q(pk__in=ids_with(words, column, vendor=vendor))


class Found:
    """The ids of what a search found, the best first, for pages of them.

    Where those with the words in their names (URN, title or keywords) fill the page, no others are put in order.
    """

    def __init__(self, named: QuerySet, ids: QuerySet) -> None:
        self.named, self.ids = named, ids

    def count(self) -> int:
        return self.ids.count()

    def __getitem__(self, place: slice) -> list[int]:
        named = list(self.named[: place.stop])
        return named[place] if len(named) == place.stop else list(self.ids[place])


def _vector_condition(words: Sequence[str], column: str) -> tuple[str, list[str]]:
    query = " & ".join(f"'{word}':*" for word in words)
    return f"search_words({column or _ANYWHERE}) @@ %s::tsquery", [query]


# The cost keeps the planner from making vectors anew, row by row, where the index has them. Long texts stand beside
# the rows, so that whoever ranks thousands of them reads a third of the pages.
_POSTGRESQL = """
ALTER TABLE standards_standard SET (toast_tuple_target = 1024);
CREATE OR REPLACE FUNCTION search_words(text) RETURNS tsvector LANGUAGE plpgsql IMMUTABLE STRICT COST 1000 AS
$$ BEGIN RETURN array_to_tsvector(array_remove(string_to_array($1, ' '), '')); END $$;
""" + "".join(
    f"CREATE INDEX IF NOT EXISTS standards_{name} ON standards_standard "
    f"USING gin (search_words({expression})) WITH (fastupdate = off);\n"
    for name, expression in [*zip(COLUMNS, COLUMNS, strict=True), ("search_anywhere", _ANYWHERE)]
)

# The tokens of "ascii" are what stands between spaces: the text was normalised before.
_FTS5 = (
    f"CREATE VIRTUAL TABLE IF NOT EXISTS standards_search USING fts5({', '.join(COLUMNS)}, "
    "content='standards_standard', content_rowid='id', tokenize='ascii', prefix='2 3 4')"
)
_NAMES, _OLD, _NEW = (", ".join(row + column for column in COLUMNS) for row in ("", "old.", "new."))
_ENTER = f"INSERT INTO standards_search (rowid, {_NAMES}) VALUES (new.id, {_NEW});"  # noqa: S608
_LEAVE = (
    f"INSERT INTO standards_search (standards_search, rowid, {_NAMES}) VALUES ('delete', old.id, {_OLD});"  # noqa: S608
)
_TRIGGERS = {
    "standards_search_enters": f"AFTER INSERT ON standards_standard BEGIN {_ENTER} END",
    "standards_search_changes": f"AFTER UPDATE OF id, {_NAMES} ON standards_standard BEGIN {_LEAVE} {_ENTER} END",
    "standards_search_leaves": f"AFTER DELETE ON standards_standard BEGIN {_LEAVE} END",
}


def install(connection) -> None:
    """Make whatever of the index is missing."""
    if "standards_standard" not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_POSTGRESQL)
        else:
            _install_fts5(cursor)


def _install_fts5(cursor) -> None:
    cursor.execute(_FTS5)
    cursor.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'standards_standard'"
    )
    missing = _TRIGGERS.keys() - {name for (name,) in cursor.fetchall()}
    for name in missing:
        cursor.execute(f"CREATE TRIGGER {name} {_TRIGGERS[name]}")
    if missing:
        # Rows may have come while nobody watched.
        cursor.execute("INSERT INTO standards_search (standards_search) VALUES ('rebuild')")


def after_migrate(sender, using: str, **kwargs: object) -> None:
    """After the migrations of the standards: cheap where all is there."""
    install(connections[using])
