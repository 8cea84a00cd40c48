"""What makes demo records complete and fresh: papers, last gaps, verification."""

from datetime import timedelta

PLACES = ("档案柜A-01", "档案柜A-02", "档案柜B-03", "保险箱2")
#: kinds of papers that expire
EXPIRING = ("id_proof", "business_licence")


def invent_papers(inventor, kinds, all_of_them):
    """Return the values of the papers on file, out of those that are asked for."""
    return [
        _paper(inventor, kind) for kind in kinds if all_of_them or inventor.chance(0.5)
    ]


def _paper(inventor, kind):
    received = inventor.day_ago(5, 500)
    values = {
        "type": kind,
        "received_on": received,
        "document_date": received - timedelta(days=inventor.randint(0, 60)),
        "form": inventor.choices(["original", "copy", "scan"], [20, 60, 20])[0],
        "pages": inventor.choice((1, 1, 2, 2, 4, 6)),
        "storage_place": inventor.choice(PLACES),
    }
    if kind in EXPIRING:
        days = inventor.choices(
            [inventor.randint(2, 12), inventor.randint(200, 4000)], [1, 15]
        )[0]
        values["valid_until"] = inventor.day_ago(0, 0) + timedelta(days=days)
    return values


def invent_last_check(inventor, key_client):
    """Return when the record was last verified with the client, now and then never."""
    if inventor.chance(0.15):
        return False
    return inventor.day_ago(1, 36) if key_client else inventor.day_ago(2, 98)
