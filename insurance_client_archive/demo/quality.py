"""What makes demo records complete and fresh: papers, last gaps, verification."""

from datetime import timedelta

PLACES = ("档案柜A-01", "档案柜A-02", "档案柜B-03", "保险箱2")
#: kinds of papers that expire
EXPIRING = ("id_proof", "business_licence")


def load_completeness(loader, entries):
    """Let clients who are past collecting lack little, those on file nothing."""
    entries = [entry for entry in entries if entry[1].stage != "collecting"]
    _fill_gaps(loader, entries)
    types = loader.env["insurance.document.type"].search([])
    names = {
        type_id: name.rpartition("document_type_")[2]
        for type_id, name in types.get_external_id().items()
    }
    loader.create(
        "insurance.document",
        "demo_paper",
        [
            {
                **_paper(loader.inventor, names[paper_type.id]),
                "archive_id": archive.id,
                "type_id": paper_type.id,
            }
            for archive, client in entries
            for paper_type in archive.missing_ids.document_type_id
            if client.stage == "filed" or loader.inventor.chance(0.5)
        ],
    )


def load_verifications(loader, entries):
    """Spread the last verification: some reviews are due, some are over."""
    archives = loader.env["insurance.archive"]
    for archive, client in entries:
        if client.stage == "collecting" or loader.inventor.chance(0.15):
            continue
        longest = 36 if archive.key_client else 98
        archive.block_ids.write(
            {
                "checked_on": loader.inventor.day_ago(1, longest),
                "checked_by_id": archive.agent_id.id,
            }
        )
        archives += archive
    archives._schedule_reviews()
    archives.search(archives._reviews_to_plan())._plan_reviews()


def _fill_gaps(loader, entries):
    china = loader.ref("base.cn")
    categories = loader.env["insurance.product.category"].search([])
    for archive, client in entries:
        sold_to = "individual" if client.kind == "individual" else "organisation"
        suitable = categories.filtered_domain([("client_kind", "in", ("any", sold_to))])
        archive.intent_category_ids = loader.inventor.choice(suitable)
        if client.kind == "individual":
            archive.nationality_id = china


def _paper(inventor, kind):
    received = inventor.day_ago(5, 500)
    values = {
        "received_on": received,
        "document_date": received - timedelta(days=inventor.randint(0, 60)),
        "form": inventor.choices(["original", "copy", "scan"], [20, 60, 20])[0],
        "pages": inventor.choice((1, 1, 2, 2, 4, 6)),
        "storage_place": inventor.choice(PLACES),
    }
    if kind in EXPIRING:
        soon = inventor.chance(0.06)
        days = inventor.randint(2, 12) if soon else inventor.randint(200, 4000)
        values["valid_until"] = inventor.today + timedelta(days=days)
    return values
