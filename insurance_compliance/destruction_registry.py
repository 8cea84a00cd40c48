"""What happens to each copy of a client's data when the archive is destroyed.

Whatever hangs under an archive and is not named here is deleted: what nobody has
thought of must not outlive the client. A test fails until it is named all the same.
"""

#: tables with a link to the archive that stay, and why
KEPT = {
    "insurance_archive": "the number, without content: what the certificate is about",
    "insurance_access_grant_archive": "who had been given access; ids alone",
    "insurance_destruction_line": "the list that the certificate is about; no content",
    "insurance_incident_archive": "whom an incident had concerned; ids alone",
    "insurance_incident_letter": "that a client was told of it; ids alone",
    "insurance_filing": "when it was filed and by whom; no content",
    "insurance_filing_batch_insurance_archive_rel": "that it was on a list; ids alone",
    "insurance_legal_hold_archive": "what had been held; ids alone",
    "insurance_vault_key": "the mark that the key is destroyed: no new one is made",
}
#: {table: columns that are emptied}; the rest of the row stays
BLANKED = {
    "insurance_access_grant": {"consent_id"},
    "insurance_access_request_line": {
        "archive_id",
        "contact_id",
        "target_id",
        "number",
        "identifier",
    },
    "insurance_access_campaign_line": {"share_id"},
}
#: models under an archive whose rows are deleted with it
DELETED = frozenset(
    {
        "insurance.archive.block",
        "insurance.change",
        "insurance.check.answer",
        "insurance.check.violation",
        "insurance.churn.alert",
        "insurance.churn.reason",
        "insurance.claim",
        "insurance.claim.paper",
        "insurance.client.class",
        "insurance.client.class.change",
        "insurance.client.class.override",
        "insurance.client.event",
        "insurance.client.feature",
        "insurance.client.request",
        "insurance.consent",
        "insurance.consent.evidence",
        "insurance.data.finding",
        "insurance.decoy",
        "insurance.document",
        "insurance.feedback",
        "insurance.feedback.measure",
        "insurance.handover.line",
        "insurance.handover.managed",
        "insurance.incentive",
        "insurance.inspection",
        "insurance.inspection.plan.line",
        "insurance.interaction",
        "insurance.paper.file",
        "insurance.paper.loan",
        "insurance.policy",
        "insurance.policy.beneficiary",
        "insurance.policy.insured",
        "insurance.property.exception",
        "insurance.property.test",
        "insurance.related.person",
        "insurance.retention",
        "insurance.satisfaction",
        "insurance.second.check",
        "insurance.service.item",
        "insurance.share",
        "insurance.share.event",
        "insurance.vault.index",
        "insurance.vault.value",
        "insurance.wording.hit",
    }
)
#: tables of which a row belongs to the client alone when a record of the archive points
#: to it
OWNED = {"survey_user_input"}
#: columns of the archive that stay; all others are emptied
ARCHIVE_COLUMNS = frozenset(
    {
        "id",
        "uuid",
        "number",
        "number_counter_id",
        "number_item",
        "class_code",
        "retention_mark",
        "filed_on",
        "filed_by",
        "partner_id",
        "company_id",
        "client_kind",
        "state",
        "state_date",
        "create_uid",
        "create_date",
        "write_uid",
        "write_date",
    }
)
#: columns of a contact that stay when nothing else needs the contact
CONTACT_COLUMNS = frozenset(
    {
        "id",
        "company_id",
        "commercial_partner_id",
        "type",
        "is_company",
        "partner_share",
        "employee",
        "active",
        "lang",
        "tz",
        "create_uid",
        "create_date",
        "write_uid",
        "write_date",
    }
)
#: columns of an opportunity that stay: figures, and who has worked on it
LEAD_COLUMNS = frozenset(
    {
        "id",
        "active",
        "type",
        "priority",
        "stage_id",
        "team_id",
        "user_id",
        "company_id",
        "lost_reason_id",
        "won_status",
        "expected_revenue",
        "prorated_revenue",
        "recurring_revenue",
        "recurring_revenue_monthly",
        "recurring_revenue_monthly_prorated",
        "recurring_revenue_prorated",
        "recurring_plan",
        "probability",
        "automated_probability",
        "campaign_id",
        "source_id",
        "medium_id",
        "date_closed",
        "date_open",
        "date_last_stage_update",
        "date_conversion",
        "date_automation_last",
        "day_open",
        "day_close",
        "create_uid",
        "create_date",
        "write_uid",
        "write_date",
    }
)
#: rows about a contact that go with it; everything else that points to a contact
#: needs it, and then it stays an ordinary contact
GO_WITH_CONTACT = frozenset(
    {
        "calendar_attendee",
        "mail_followers",
        "mail_notification",
        "mail_scheduled_message",
        "res_partner_bank",
        "sms_sms",
        "snailmail_letter",
        "survey_user_input",
    }
)
#: links to a contact that neither need it nor say anything about it
LOOSE = frozenset(
    {
        "calendar_event_res_partner_rel",
        "crm_lead",
        "insurance_access_request_line",
        "insurance_archive",
        "insurance_legal_hold_res_partner_rel",
        "mail_mail_res_partner_rel",
        "mail_message",
        "mail_message_res_partner_rel",
        "mail_message_res_partner_starred_rel",
        "res_partner",
        "res_partner_res_partner_category_rel",
        "res_users",
    }
)
#: links of these kinds are the server's own, and not about a client
NOT_ABOUT = frozenset(
    {
        "insurance.access.request.line",
        "insurance.client.event.failure",
        "insurance.destruction.line",
        "insurance.handover.move",
        "insurance.sweep.item",
        "insurance.use.log",
        "ir.actions.act_window",
    }
)
