"""Who gets what: every address, every method, every person of the cast.

A row begins with the name of the address and its arguments, taken from the cast (`uid=evidence.uid`); below stands
a line a method. The answers stand in the order of PEOPLE; one alone holds for all. A method without a line gets 405.

    200 403 404 409 422   that status
    302                   sent on, such as after something was done
    in                    sent to sign in
    same                  of outsiders: what their role here gets, because the page is about whoever looks

Every request is sent without data: 422 means "may, but what was sent is not enough".
"""

# `outsiders` are all persons of the other provider.
PEOPLE = ("nobody", "learner", "assessor", "other_assessor", "trainee", "iqa", "eqa", "manager", "outsiders")

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
all_programmes
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
    POST in     403     403      403   403     403  403  200     404
hand_over uid=membership.uid
    GET  in     403     403      403   403     403  403  200     404
    POST in     403     403      403   403     403  403  422     404
invitation_resend uid=invitation.uid
    POST in     403     403      403   403     403  403  302     404
invitation_withdraw uid=invitation.uid
    POST in     403     403      403   403     403  403  302     404
competence_end uid=membership.uid competence=competence.uid
    POST in     403     403      403   403     403  403  302     404

standards
    GET  in     200     200      200   200     200  200  200     200
standard urn=standard.urn edition=standard.edition
    GET  in     200     200      200   200     200  200  200     200

imports
    GET  in     403     403      403   403     403  403  200     same
    POST in     403     403      403   403     403  403  422     same
import_draft uid=import_draft.uid
    GET  in     404     404      404   404     404  404  200     404
    POST in     404     404      404   404     404  404  422     404
import_draft uid=import_refused.uid
    GET  in     404     404      404   404     404  404  200     404
    POST in     404     404      404   404     404  404  409     404
import_draft uid=import_waiting.uid
    GET  in     404     404      404   404     404  404  200     404
    POST in     404     404      404   404     404  404  409     404
import_discard uid=import_draft.uid
    POST in     404     404      404   404     404  404  302     404

successor urn=standard.urn edition=standard.edition
    GET  in     403     403      403   403     403  403  200     same
    POST in     403     403      403   403     403  403  302     same
superseded uid=provider.uid
    GET  in     403     403      403   403     403  403  200     404
standard_move uid=complete.uid
    GET  in     403     403      404   403     403  403  200     404
    POST in     403     403      404   403     403  403  422     404
enrolled_standard uid=moved.uid
    GET  in     200     200      404   404     404  404  200     404
enrolled_standard uid=earlier.uid
    GET  in     200     200      404   404     404  404  200     404
confirm uid=complete.uid
    POST in     403     422      404   403     403  403  403     404

programmes uid=provider.uid
    GET  in     403     403      403   403     403  403  200     404
programme_new uid=provider.uid
    GET  in     403     403      403   403     403  403  200     404
    POST in     403     403      403   403     403  403  422     404
programme uid=programme.uid
    GET  in     403     403      403   403     403  403  200     404
strategy uid=programme.uid
    GET  in     403     403      403   403     403  403  200     404
strategy_rule uid=programme.uid urn=standard.urn edition=standard.edition subject=rule_subject
    GET  in     403     403      403   403     403  403  200     404
    POST in     403     403      403   403     403  403  422     404
programme_edit uid=programme.uid
    GET  in     403     403      403   403     403  403  200     404
    POST in     403     403      403   403     403  403  422     404
enrol uid=programme.uid
    GET  in     403     403      403   403     403  403  200     404
    POST in     403     403      403   403     403  403  422     404
enrolment uid=enrolment.uid
    GET  in     403     403      404   403     403  403  200     404
    POST in     403     403      404   403     403  403  422     404
allocate uid=enrolment.uid
    POST in     403     403      404   403     403  403  422     404
enrolment_move uid=enrolment.uid
    POST in     403     403      404   403     403  403  422     404
allocation_end uid=allocation.uid
    POST in     403     403      404   403     403  403  200     404

evidence_new uid=enrolment.uid
    GET  in     200     200      404   200     403  403  403     404
    POST in     422     422      404   422     403  403  403     404
map uid=enrolment.uid
    GET  in     200     200      404   200     200  200  200     404
gaps uid=enrolment.uid
    GET  in     200     200      404   200     200  200  200     404
submit_many uid=enrolment.uid
    GET  in     200     200      404   200     403  403  403     404
    POST in     422     422      404   422     403  403  403     404
to_finish uid=enrolment.uid
    GET  in     200     200      404   200     403  403  403     404
evidence_edit uid=draft.uid
    GET  in     200     404      404   404     404  404  404     404
    POST in     422     404      404   404     404  404  404     404
evidence_edit uid=evidence.uid
    GET  in     302     403      404   403     403  403  403     404
    POST in     409     403      404   403     403  403  403     404
evidence_mapping uid=draft.uid
    GET  in     200     404      404   404     404  404  404     404
    POST in     422     404      404   404     404  404  404     404
evidence_submit uid=draft.uid
    GET  in     200     404      404   404     404  404  404     404
    POST in     422     404      404   404     404  404  404     404
evidence_discard uid=draft.uid
    POST in     302     404      404   404     404  404  404     404
evidence_seen uid=seen.uid
    GET  in     403     200      404   200     200  403  403     404
    POST in     403     422      404   422     422  403  403     404
evidence_withdraw uid=evidence.uid
    GET  in     403     403      404   403     403  403  200     404
    POST in     403     403      404   403     403  403  422     404
evidence uid=withdrawn.uid
    GET  in     200     200      404   200     200  200  200     404
round uid=withdrawn_round.uid
    GET  in     200     200      404   200     200  200  200     404
witnesses uid=enrolment.uid
    GET  in     200     200      404   200     200  200  200     404
witness_ask uid=enrolment.uid
    GET  in     200     403      404   403     403  403  403     404
    POST in     422     403      404   403     403  403  403     404
testimony_resend uid=testimony.uid
    POST in     302     403      404   403     403  403  403     404
testimony_withdraw uid=testimony.uid
    POST in     302     403      404   403     403  403  403     404
testimony token=witness_token
    GET  200
    POST 422
testimony_account token=witness_token
    GET  403
    POST 403
testimony_about token=witness_token
    GET  403
    POST 403
uploads
    GET  401    405     405      405   405     405  405  405     405
    POST 401    412     412      412   412     412  412  412     412
upload uid=upload.uid
    GET    401  200     404      404   404     404  404  404     404
    POST   401  405     405      405   405     405  405  405     405
    PATCH  401  412     412      412   412     412  412  412     412
    DELETE 401  412     412      412   412     412  412  412     412
file uid=file.uid
    GET  in     200     200      404   200     200  200  200     404
preview uid=file.uid page=thumbnail.page
    GET  in     200     200      404   200     200  200  200     404

report_new uid=enrolment.uid
    POST in     422     422      404   422     422  403  422     404
report_preview uid=enrolment.uid
    GET  in     200     200      404   200     200  403  200     404
report uid=report.uid
    GET  in     200     200      404   200     200  200  200     404
report_file uid=report.uid
    GET  in     404     404      404   404     404  404  404     404
report_file uid=issued.uid
    GET  in     200     200      404   200     200  200  200     404
report_withdraw uid=issued.uid
    GET  in     403     403      404   403     403  403  200     404
    POST in     403     403      404   403     403  403  422     404
programme_reports uid=programme.uid
    GET  in     403     403      403   403     403  403  200     404
cohort_report_new uid=programme.uid
    POST in     403     403      403   403     403  403  422     404
cohort_preview uid=programme.uid
    GET  in     403     403      403   403     403  403  200     404
quality_report_new uid=plan.uid
    POST in     403     403      403   403     422  422  422     404
quality_preview uid=plan.uid
    GET  in     403     403      403   403     200  200  200     404
export_new uid=programme.uid
    POST in     403     403      403   403     403  403  422     404
export uid=export.uid
    GET  in     403     403      403   403     403  403  200     404
export_file uid=export.uid
    GET  in     403     403      403   403     403  403  404     404
export_pause uid=export.uid
    POST in     403     403      403   403     403  403  302     404
export_go_on uid=export.uid
    POST in     403     403      403   403     403  403  302     404
export_cancel uid=export.uid
    POST in     403     403      403   403     403  403  302     404
logo uid=provider.uid
    GET  in     403     403      403   403     403  403  200     404
    POST in     403     403      403   403     403  403  422     404
logo_image uid=provider.uid
    GET  in     403     403      403   403     403  403  200     404
logo_remove uid=provider.uid
    POST in     403     403      403   403     403  403  302     404
verify
    GET  200
    POST 422
verification code=issued.code
    GET  302
verification_page code=issued.code
    GET  200
verification_file digest=issued.sha256
    GET  200

plans uid=enrolment.uid
    GET  in     200     200      404   200     200  200  200     404
plan_new uid=enrolment.uid
    GET  in     200     200      404   200     403  403  403     404
    POST in     422     422      404   422     403  403  403     404
plan uid=assessment_plan.uid
    GET  in     200     200      404   200     200  200  200     404
    POST in     403     409      404   409     403  403  403     404
plan_agree uid=assessment_plan.uid
    POST in     302     403      404   403     403  403  403     404
plan_close uid=assessment_plan.uid
    POST in     403     302      404   302     403  403  403     404
record_new uid=enrolment.uid kind=record_kind
    GET  in     403     200      404   200     403  403  403     404
    POST in     403     422      404   422     403  403  403     404
record_reply uid=record.uid
    GET  in     200     403      404   403     403  403  403     404
    POST in     422     403      404   403     403  403  403     404

home
    GET  in     200     200      200   200     200  200  200     200
portfolio uid=enrolment.uid
    GET  in     200     200      404   200     200  200  200     404
evidence uid=evidence.uid
    GET  in     200     200      404   200     200  200  200     404
round uid=submission.uid
    GET  in     200     200      404   200     200  200  200     404
queue
    GET  in     200     200      200   200     200  200  200     200
review uid=submission.uid
    GET  in     403     200      404   200     403  403  403     404
    POST in     403     422      404   422     403  403  403     404
review_draft uid=submission.uid
    POST in     403     200      404   200     403  403  403     404
phrases
    GET  in     200     200      200   200     200  200  200     200
    POST in     422     422      422   422     422  422  422     422
phrase_remove uid=phrase.uid
    POST in     404     302      404   404     404  404  404     404
countersigning
    GET  in     200     200      200   200     200  200  200     200
    POST in     422     422      422   422     422  422  422     422
countersign uid=review.uid
    POST in     403     302      404   403     403  403  403     404
enrolled_standard uid=enrolled_standard.uid
    GET  in     200     200      404   200     200  200  200     404
criterion uid=enrolled_standard.uid reference=rule_subject
    GET  in     200     200      404   200     200  200  200     404
acknowledge uid=competent.uid
    GET  in     200     403      404   403     403  403  200     404
    POST in     302     403      404   403     403  403  422     404
declare_competent uid=complete.uid
    GET  in     403     200      404   403     403  403  403     404
    POST in     403     302      404   403     403  403  403     404
release uid=acknowledged.uid
    GET  in     403     403      404   403     200  403  403     404
    POST in     403     403      404   403     302  403  403     404
releases
    GET  in     200     200      200   200     200  200  200     200
    POST in     422     422      422   422     422  422  422     422
sign_off_withdraw uid=competent.uid
    GET  in     403     403      404   403     200  403  403     404
    POST in     403     403      404   403     422  403  403     404
sampling
    GET  in     200     200      200   200     200  200  200     200
sampling_plan_new uid=programme.uid
    GET  in     403     403      403   403     200  403  403     404
    POST in     403     403      403   403     422  403  403     404
sampling_plan uid=plan.uid
    GET  in     403     403      403   403     200  200  200     404
    POST in     403     403      403   403     422  403  403     404
sampling_add uid=plan.uid
    GET  in     403     403      403   403     200  403  403     404
    POST in     403     403      403   403     422  403  403     404
sampling_observe uid=plan.uid
    GET  in     403     403      403   403     200  403  403     404
    POST in     403     403      403   403     422  403  403     404
sampling_propose uid=plan.uid
    POST in     403     403      403   403     302  403  403     404
sampling_proposing uid=plan.uid job=proposing.uid
    GET  in     403     403      403   403     200  403  403     404
sample uid=chosen.uid
    GET  in     404     404      404   404     200  200  200     404
    POST in     404     404      404   404     422  403  403     404
sample uid=action.uid
    GET  in     404     200      404   200     200  200  200     404
    POST in     404     422      404   422     409  403  403     404
sample uid=of_sign_off.uid
    GET  in     404     404      404   404     200  200  200     404
    POST in     404     404      404   404     422  403  403     404
sample_close uid=action.uid
    POST in     404     403      404   403     409  403  403     404
sample_countersign uid=action.uid
    POST in     404     403      404   403     409  403  403     404
history uid=enrolment.uid
    GET  in     200     200      404   200     200  200  200     404
history uid=appealed.uid
    GET  in     200     200      404   200     200  200  200     404
appeals uid=appealed.uid
    GET  in     200     200      404   200     200  200  200     404
appeals uid=enrolment.uid
    GET  in     200     200      404   200     200  200  200     404
appeal uid=appeal.uid
    GET  in     200     200      404   200     200  200  200     404
    POST in     403     422      404   422     403  403  403     404
appeal uid=answered_appeal.uid
    GET  in     200     200      404   200     200  200  200     404
    POST in     422     409      404   409     409  403  409     404
appeal_end uid=appeal.uid
    GET  in     200     403      404   403     403  403  403     404
    POST in     302     403      404   403     403  403  403     404
appeal_end uid=answered_appeal.uid
    GET  in     200     403      404   403     403  403  200     404
    POST in     302     403      404   403     403  403  422     404
appeal_review uid=review.uid
    GET  in     200     403      404   403     403  403  403     404
    POST in     422     403      404   403     403  403  403     404
appeal_review uid=superseded.uid
    GET  in     409     403      404   403     403  403  403     404
    POST in     409     403      404   403     403  403  403     404
appeal_standard uid=enrolled_standard.uid
    GET  in     200     403      404   403     403  403  403     404
    POST in     422     403      404   403     403  403  403     404
round uid=superseded.submission.uid
    GET  in     200     200      404   200     200  200  200     404
review_supersede uid=review.uid
    GET  in     403     200      404   200     403  403  403     404
    POST in     403     422      404   422     403  403  403     404
visits uid=programme.uid
    GET  in     403     403      403   403     403  403  200     404
    POST in     403     403      403   403     403  403  422     404
visit uid=visit.uid
    GET  in     404     404      404   404     404  200  404     404
visit_end uid=visit.uid
    POST in     403     403      403   403     403  403  302     404
notices
    GET    in     200 200 200 200 200 200 200 same
notice uid=notice.uid
    GET    in     302 404 404 404 404 404 404 404
notices_read
    POST   in     302 302 302 302 302 302 302 same
notice_settings
    GET    in     200 200 200 200 200 200 200 same
    POST   in     302 302 302 302 302 302 302 same
"""
