"""Programmes, enrolments, and the evidence that learners gather."""

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
    "Standing",
    "StandardState",
    "Submission",
    "Upload",
    "UploadState",
    "Visit",
    "stored_name",
]
