from odoo import api, models
from odoo.fields import Domain

BATCH = 200
#: states that can still end
OPEN_STATES = ("submitted", "approved", "delivered")


class InsuranceShare(models.Model):
    """How shares end: by themselves, by recall, with the consent or the archive."""

    _inherit = "insurance.share"

    @api.model
    def _end_for_consent(self, consents):
        """End what rests on these consents, in the transaction of the withdrawal."""
        self._end_where(Domain("consent_ids", "in", consents.ids), "consent")

    @api.model
    def _end_for(self, archives, reason):
        """End all shares of these archives: closed, restricted or handed over.

        :param str reason: in words, for the history
        """
        self._end_where(Domain("archive_id", "in", archives.ids), "archive", reason)

    @api.model
    def _end_where(self, domain, cause, words=""):
        # superuser: whoever withdraws or closes need not see the shares
        shares = self.sudo().search(domain & Domain("state", "in", OPEN_STATES))
        shares._end(cause, words)

    def _end(self, cause, words=""):
        """End the shares for a cause that is no person's choice."""
        causes = dict(self._fields["end_reason"]._description_selection(self.env))
        # superuser: a fact ends them, whoever has brought it about
        shares = self.sudo().filtered(lambda share: share.state in OPEN_STATES)
        shares.end_reason = cause
        shares.write({"state": "ended", "state_reason": words or causes[cause]})

    def action_recall(self):
        """Ask why, then close the packet at once."""
        return self.with_context(target_state="ended").action_change_state()

    def _after_end(self):
        """Override to act on shares that have just ended."""
        # superuser: that they end is decided
        for share in self.sudo():
            if not share.end_reason:
                share.end_reason = "recalled"
            if share.grant_id:
                share.grant_id._end(share.state_reason or "")

    @api.model
    def _cron_end_expired(self):
        """Tidy up: what is past its time has been closed since then anyway."""
        overdue = Domain("date_to", "<=", "now") & Domain("state", "in", OPEN_STATES)
        self._in_batches([(overdue, "_end_expired")], BATCH)

    def _end_expired(self):
        self._end("expired")
