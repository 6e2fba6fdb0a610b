"""Programmes, enrolments, and the evidence that learners gather."""

from portfolio.models.acts import Seeing, Withdrawal
from portfolio.models.enrolments import (
    Allocation,
    AllocationRole,
    EnrolledStandard,
    Enrolment,
    EnrolmentState,
    Programme,
    StandardState,
    Visit,
)
from portfolio.models.evidence import (
    Evidence,
    EvidenceKind,
    EvidenceState,
    Mapping,
    Standing,
    Submission,
)
from portfolio.models.files import EvidenceFile, Preview, Scan, Upload, UploadState, stored_name
from portfolio.models.strategy import TighterRule
from portfolio.models.testimonies import Testimony

__all__ = [
    "Allocation",
    "AllocationRole",
    "EnrolledStandard",
    "Enrolment",
    "EnrolmentState",
    "Evidence",
    "EvidenceFile",
    "EvidenceKind",
    "EvidenceState",
    "Mapping",
    "Preview",
    "Programme",
    "Scan",
    "Seeing",
    "Standing",
    "StandardState",
    "Submission",
    "Testimony",
    "TighterRule",
    "Upload",
    "UploadState",
    "Visit",
    "Withdrawal",
    "stored_name",
]
