from odoo import fields

JUDGED = dict.fromkeys(
    (
        *("is_lawful", "is_legitimate", "is_necessary"),
        *("measures_lawful", "measures_effective", "measures_fit"),
    ),
    True,
)


def assessment_values(**values):
    """Return a complete assessment that could be approved."""
    return {
        "name": "A plan",
        "kind": "other",
        "subject": "plan",
        "description": "What",
        "purpose_text": "Why",
        "rights_text": "Risks",
        "measures_text": "Protection",
        "likelihood": "3",
        "severity": "4",
        "residual_likelihood": "2",
        "residual_severity": "3",
        "conclusion": "go",
        "review_date": fields.Date.add(fields.Date.today(), years=1),
        **JUDGED,
        **values,
    }


def assess(record, author, approver, **values):
    """Assess what begins with the record: one writes, another approves."""
    Assessment = record.env["insurance.impact.assessment"]
    for use in record._uses_when_live():
        scope = {
            "kind": use.kind,
            "subject": use.subject,
            "parts": sorted(use.parts),
        }
        one = Assessment.with_user(author).create(
            assessment_values(**{**scope, **values})
        )
        one.state = "submitted"
        one.with_user(approver).state = "approved"
    return one
