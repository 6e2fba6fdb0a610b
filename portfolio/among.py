"""Many ids in one question."""

from collections.abc import Iterable

from django.db.models import BigIntegerField, Func, Value


class Among(Func):
    """`filter(enrolment__in=Among(ids))`: however many there are, they are one parameter and need not be taken apart.

    A bare collection is named id by id: with a thousand, Python puts the question together for longer than the
    database takes to answer it.
    """

    template = "(SELECT value FROM json_each('[' || %(expressions)s || ']'))"
    output_field = BigIntegerField()

    def __init__(self, ids: Iterable[int]) -> None:
        super().__init__(Value(",".join(map(str, ids))))

    def as_postgresql(self, compiler, connection, **context):
        template = "(SELECT unnest(string_to_array(%(expressions)s, ',')::bigint[]))"
        return self.as_sql(compiler, connection, template=template, **context)
