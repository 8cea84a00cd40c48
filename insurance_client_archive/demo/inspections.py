"""What the archivist found when looking at demo archives."""

from datetime import timedelta

TESTS = ("authenticity", "integrity", "usability", "security", "readable", "numbered")
FINDINGS = {
    "integrity": "缺少一次回访的纸质记录，请补齐。",
    "readable": "扫描件第三页模糊，请重新扫描。",
    "numbered": "盒签与档号不一致，请更正盒签。",
}


def load_inspections(demo, archives, archivist):
    demo.create(
        "insurance.inspection",
        "demo_inspection",
        [
            {
                **invent_inspection(demo.inventor),
                "archive_id": archive.id,
                "inspector_id": archivist.id,
            }
            for archive in archives
            if demo.inventor.chance(0.3)
        ],
    )


def invent_inspection(inventor):
    """Return the values of an inspection; now and then something is wrong."""
    day = inventor.day_ago(0, 90)
    values = {
        "kind": inventor.choice(("filing", "periodic", "yearly")),
        "date": day,
        **dict.fromkeys(TESTS, "passed"),
    }
    if inventor.chance(0.2):
        failed = inventor.choice(list(FINDINGS))
        due_date = day + timedelta(days=30)
        values |= {failed: "failed", "findings": FINDINGS[failed], "due_date": due_date}
        values["resolved"] = inventor.chance(0.5)
    return values
