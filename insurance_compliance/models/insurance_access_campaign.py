from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

MODULE = "insurance_client_archive"
COMPLIANCE = f"{MODULE}.group_compliance"
#: copied when a campaign starts, as they stand on that day
COPIED = (
    "user_id",
    "team_id",
    "leader_id",
    "way",
    "grant_id",
    "share_id",
    "led_team_id",
    "purpose_id",
    "archive_count",
    "date_to",
    "last_use",
    "unused",
    "slice_basic",
    "slice_contact",
    "slice_financial",
    "slice_health",
    "slice_claims",
    "slice_documents",
)


class InsuranceAccessCampaign(models.Model):
    """From time to time somebody says of each access: still needed, or withdrawn."""

    _name = "insurance.access.campaign"
    _inherit = "insurance.round.mixin"
    _description = "Access review"
    _order = "date desc, id desc"

    deadline = fields.Date(string="Decide until")
    team_ids = fields.Many2many(
        "crm.team",
        string="Teams",
        help="Whose access is reviewed; empty for everybody.",
    )
    only_unused = fields.Boolean(
        string="Only unused access", help="Of people who have not used any for long."
    )
    line_ids = fields.One2many(
        "insurance.access.campaign.line", "campaign_id", string="Access", copy=False
    )
    line_count = fields.Integer(string="To be reviewed", compute="_compute_counts")
    open_count = fields.Integer(string="Undecided", compute="_compute_counts")
    kept_count = fields.Integer(string="Kept", compute="_compute_counts")
    revoked_count = fields.Integer(string="Withdrawn", compute="_compute_counts")
    progress = fields.Integer(
        compute="_compute_counts", help="Share of decisions made, in per cent."
    )
    reminded_on = fields.Date(readonly=True, copy=False)

    @api.depends("line_ids.decision")
    @api.depends_context("uid")
    def _compute_counts(self):
        counts = {
            (campaign.id, decision): count
            for campaign, decision, count in self.env[
                "insurance.access.campaign.line"
            ]._read_group(
                [("campaign_id", "in", self.ids)],
                ["campaign_id", "decision"],
                ["__count"],
            )
        }
        for campaign in self:
            number = [
                counts.get((campaign._origin.id, decision), 0)
                for decision in ("open", "keep", "revoke")
            ]
            campaign.open_count, campaign.kept_count, campaign.revoked_count = number
            campaign.line_count = total = sum(number)
            done = total - campaign.open_count
            campaign.progress = total and 100 * done // total

    def write(self, vals):
        fixed = vals.keys() - {"state", "state_reason", "deadline"}
        if not self.env.su and fixed and any(one.state != "draft" for one in self):
            raise UserError(
                self.env._("A review that is under way can't be changed any more.")
            )
        if "deadline" in vals and any(one.state == "closed" for one in self):
            raise UserError(self.env._("This review is closed."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_begun(self):
        if any(campaign.state != "draft" for campaign in self):
            raise UserError(self.env._("A review that has begun stays on record."))

    def action_open_lines(self):
        return self._lines_action([])

    def action_open_undecided(self):
        return self._lines_action([("decision", "=", "open")])

    def action_open_kept(self):
        return self._lines_action([("decision", "=", "keep")])

    def action_open_revoked(self):
        return self._lines_action([("decision", "=", "revoke")])

    def _lines_action(self, domain):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_access_campaign_line_action"
            ),
            "domain": [("campaign_id", "=", self.id), *domain],
            "context": {},
        }

    def _on_state(self, before):
        result = super()._on_state(before)
        for campaign in self:
            if campaign.state == "running":
                campaign._copy_access()
        return result

    def _check_complete(self):
        self.ensure_one()
        if self.open_count:
            raise UserError(
                self.env._(
                    "%s decisions are still open. Extend the time, or decide on them.",
                    self.open_count,
                )
            )

    def _copy_access(self):
        """Take down all access as it stands now: one statement."""
        self.ensure_one()
        self.env.flush_all()
        # superuser: a review covers everybody; who sees which line is a rule's matter
        Review = self.env["insurance.access.review"].sudo()
        scope = Domain.TRUE
        if self.team_ids:
            scope &= Domain("team_id", "in", self.team_ids.ids)
        if self.only_unused:
            scope &= Domain("unused", "=", True)
        query = Review._search(scope)
        columns = SQL(", ").join(map(SQL.identifier, COPIED))
        taken = SQL(", ").join(SQL.identifier(Review._table, name) for name in COPIED)
        self.env.execute_query(
            SQL(
                "INSERT INTO insurance_access_campaign_line (campaign_id, decision, %s)"
                " %s RETURNING id",
                columns,
                query.select(SQL("%s, 'open', %s", self.id, taken)),
            )
        )
        self.env["insurance.access.campaign.line"].invalidate_model()
        if not self.line_ids:
            raise UserError(self.env._("There is no access of this kind to review."))
        self._remind_reviewers()

    @api.model
    def _cron_remind(self):
        """Remind those who have to decide, and compliance when the time is up."""
        days = self.env["insurance.parameter"]._get("access_review_reminder_days")
        limit = fields.Date.add(fields.Date.context_today(self), days=days)
        due = self.search([("state", "=", "running"), ("deadline", "<=", limit)])
        for campaign in due:
            campaign._remind_reviewers()
        due.write({"reminded_on": fields.Date.context_today(self)})

    def _remind_reviewers(self):
        kind = self.env.ref("insurance_compliance.mail_activity_type_access_review")
        # superuser: who has to decide, not on what
        waiting = self.sudo().line_ids.filtered(lambda line: line.decision == "open")
        for user in waiting.leader_id | self.user_id:
            kind._remind_user(user, self.deadline)
