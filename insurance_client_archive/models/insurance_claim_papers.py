from odoo import api, fields, models
from odoo.exceptions import UserError


class InsuranceClaim(models.Model):
    """Missing papers are asked for once, in one go, as the law demands."""

    _inherit = "insurance.claim"

    paper_ids = fields.One2many("insurance.claim.paper", "claim_id", string="Papers")
    papers_requested_on = fields.Date(
        string="Papers requested on", compute="_compute_papers", store=True
    )
    papers_complete_on = fields.Date(
        string="Papers complete on",
        compute="_compute_papers",
        store=True,
        help="The day on which the last paper that was asked for came.",
    )
    papers_missing = fields.Integer(
        string="Papers missing",
        compute="_compute_papers",
        store=True,
        help="Papers that were asked for, are needed and did not come yet.",
    )

    @api.depends("paper_ids.requested_on", "paper_ids.received_on", "paper_ids.waived")
    def _compute_papers(self):
        for claim in self:
            asked = claim.paper_ids.filtered("requested_on")
            missing = asked.filtered(lambda paper: not paper._is_settled())
            dates = asked.mapped("requested_on")
            received = [*dates, *filter(None, asked.mapped("received_on"))]
            claim.papers_requested_on = max(dates, default=False)
            claim.papers_missing = len(missing)
            claim.papers_complete_on = not missing and max(received, default=False)

    def action_request_papers(self):
        """Ask the client for all papers on the list that are not here yet."""
        self.ensure_one()
        self._check_not_asked_before()
        missing = self.paper_ids.filtered(lambda paper: not paper._is_settled())
        if not missing:
            raise UserError(
                self.env._(
                    "List every paper that is missing first: they are asked for once, "
                    "all together."
                )
            )
        missing.requested_on = fields.Date.context_today(self)
        self.state = "papers_requested"

    def _check_not_asked_before(self):
        for claim in self:
            if claim.papers_requested_on:
                raise UserError(
                    self.env._(
                        "Papers for claim %(claim)s were asked for on %(day)s, and "
                        "missing papers may be asked for only once (%(article)s). "
                        "Decide on what there is.",
                        claim=claim.number,
                        day=fields.Date.to_string(claim.papers_requested_on),
                        article=self._papers_article(),
                    )
                )

    @api.model
    def _papers_article(self):
        """Return the name of the rule that papers are asked for once."""
        article = self.env.ref("insurance_client_archive.regulation_il_22", False)
        # superuser: the library of law is no secret
        return article.sudo().display_name if article else self.env._("Insurance Law")

    def _check_papers_requested(self):
        self.ensure_one()
        if not self.papers_requested_on:
            raise UserError(
                self.env._("List the missing papers, then use “Ask for papers”.")
            )

    def _check_papers_complete(self):
        self.ensure_one()
        if self.papers_missing:
            raise UserError(
                self.env._(
                    "%s papers are still missing. Enter when they came, or mark those "
                    "that are not needed.",
                    self.papers_missing,
                )
            )
