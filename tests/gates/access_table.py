"""Who gets what: every address, every method, every person of the cast.

A row begins with the name of the address and its arguments, taken from the cast (`uid=evidence.uid`);
below it stands one line a method. The answers stand in the order of PEOPLE; a line with one answer holds
for everybody. A method without a line is not allowed (405).

    200 403 404 409 422   that status
    302                   sent on, such as after something was done
    in                    sent to sign in

Every request is sent without data: 422 means "may, but what was sent is not enough".
"""

# `outsiders` are all persons of the other provider; they all get the same answer.
PEOPLE = (
    "nobody",
    "learner",
    "assessor",
    "other_assessor",
    "trainee",
    "iqa",
    "eqa",
    "manager",
    "outsiders",
)

TABLE = """
# method nobody learner assessor other trainee iqa  eqa  manager outsiders
"""
