"""A review of access that is under way, with some decisions made."""

ARCHIVE = "insurance_client_archive"


def load_access_reviews(env):
    if env.ref("insurance_compliance.demo_access_campaign", raise_if_not_found=False):
        return
    officer = env.ref(f"{ARCHIVE}.demo_user_compliance")
    campaign = (
        env["insurance.access.campaign"]
        .with_user(officer)
        ._load_records(
            [
                {
                    "xml_id": "insurance_compliance.demo_access_campaign",
                    "values": {"name": "半年度权限复核"},
                    "noupdate": True,
                }
            ]
        )
    )
    campaign.action_start()
    lines = campaign.line_ids.filtered(lambda line: line.user_id != officer)
    kept = lines.filtered(lambda line: line.way == "agent")[:2]
    kept.reason = "Looks after these clients"
    kept.action_keep()
