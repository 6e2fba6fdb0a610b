"""Who gets what: every address, every method, every person of the cast.

A row begins with the name of the address and its arguments, taken from the cast (`uid=evidence.uid`);
below it stands one line a method. The answers stand in the order of PEOPLE; a line with one answer holds
for everybody. A method without a line is not allowed (405).

    200 403 404 409 422   that status
    302                   sent on, such as after something was done
    in                    sent to sign in
    same                  of outsiders: what the person with their role here gets, because the page is about
                          whoever looks

Every request is sent without data: 422 means "may, but what was sent is not enough".
"""

# `outsiders` are all persons of the other provider.
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

welcome
    GET  200    302     302      302   302     302  302  302     302
account_login
    GET  200    302     302      302   302     302  302  302     302
    POST 422    302     302      302   302     302  302  302     302
account_logout
    GET  302    200     200      200   200     200  200  200     200
    POST 302
account_inactive
    GET  200
account_change_password
    GET  in     200     200      200   200     200  200  200     200
    POST in     422     422      422   422     422  422  422     422
account_reset_password
    GET  200
    POST 422
account_reset_password_done
    GET  200
account_reset_password_from_key uidb36=reset_person key=reset_key
    GET  302
    POST 302
account_reset_password_from_key_done
    GET  200

invitation token=token
    GET  200
    POST 422
providers
    GET  in     403     403      403   403     403  403  302     same
people uid=provider.uid
    GET  in     403     403      403   403     403  403  200     404
invite uid=provider.uid
    GET  in     403     403      403   403     403  403  200     404
    POST in     403     403      403   403     403  403  422     404
membership uid=membership.uid
    GET  in     403     403      403   403     403  403  200     404
    POST in     403     403      403   403     403  403  422     404
membership_end uid=membership.uid
    POST in     403     403      403   403     403  403  302     404
invitation_resend uid=invitation.uid
    POST in     403     403      403   403     403  403  302     404
invitation_withdraw uid=invitation.uid
    POST in     403     403      403   403     403  403  302     404
competence_end uid=membership.uid competence=competence.uid
    POST in     403     403      403   403     403  403  302     404
"""
