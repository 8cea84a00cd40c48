from odoo import api, fields, models
from odoo.exceptions import UserError

from .insurance_recommendation import CONTACT_WAYS


class InsuranceRecording(models.Model):
    """Where the recording of a sale is kept, and whether it was found good.

    A ledger: the file itself stays with the custodian (Traceability Measures, art.
    12), agents keep no copies.
    """

    _name = "insurance.recording"
    _inherit = [
        "insurance.server.value.mixin",
        "insurance.archive.child",
        "insurance.state.mixin",
        "insurance.history.mixin",
    ]
    _description = "Sales recording"
    _order = "id desc"
    _rec_name = "reference"
    _access_slices = ("basic",)
    _server_values = frozenset(
        {
            # of whose sale, and what it has to show
            "recommendation_id",
            "way",
            "regulation_id",
            "checked_by_id",
            "checked_on",
            "check_required",
            "full_check",
            "fix_due",
        }
    )

    recommendation_id = fields.Many2one(
        "insurance.recommendation",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    archive_id = fields.Many2one(
        related="recommendation_id.archive_id", store=True, precompute=True
    )
    agent_id = fields.Many2one(
        related="recommendation_id.agent_id", store=True, string="Agent"
    )
    way = fields.Selection(CONTACT_WAYS, required=True, readonly=True, string="Sold by")
    regulation_id = fields.Many2one(
        "insurance.regulation",
        string="Needed under",
        readonly=True,
        ondelete="restrict",
    )
    full_check = fields.Boolean(
        string="Every one is checked",
        readonly=True,
        help="A sale under article 6 (2) of the Traceability Measures.",
    )
    consented = fields.Boolean(
        string="Client agreed to be recorded",
        help="Face to face nobody is recorded without agreeing to it.",
    )
    recorded_on = fields.Datetime(string="Recorded on")
    custodian = fields.Char(help="The system or the office that keeps the file.")
    reference = fields.Char(help="Number under which the custodian finds the file.")
    node_ids = fields.Many2many(
        "insurance.recording.node",
        string="What can be seen and heard",
        help="Tick each moment that the recording shows.",
    )
    node_missing = fields.Integer(compute="_compute_node_missing", string="Missing")
    check_required = fields.Boolean(
        string="To be checked",
        readonly=True,
        help="Drawn by the system: a share of all, or every one under article 6 (2).",
    )
    checked_by_id = fields.Many2one("res.users", string="Checked by", readonly=True)
    checked_on = fields.Datetime(string="Checked on", readonly=True)
    fault = fields.Text(help="What is missing or wrong, for the seller to repair.")
    fix_due = fields.Date(string="Repair until", readonly=True)
    fixed = fields.Text(string="Repaired by", help="How the fault was made good.")

    _reference_once = models.UniqueIndex(
        "(company_id, custodian, reference) WHERE reference IS NOT NULL",
        "The custodian has this reference for another sale.",
    )

    @api.depends("recommendation_id.number")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        visible = self.sudo(False)._filtered_access("read")
        for recording in self.browse(visible.ids):
            recording.display_name = self.env._(
                "Recording of %s", recording.recommendation_id.number
            )
        return result

    @api.depends("node_ids")
    def _compute_node_missing(self):
        total = self.env["insurance.recording.node"].search_count([])
        for recording in self:
            recording.node_missing = max(total - len(recording.node_ids), 0)

    @api.model_create_multi
    def create(self, vals_list):
        if vals_list and not self.env.su:
            raise UserError(
                self.env._("The ledger is kept by the recommendation itself.")
            )
        return super().create(vals_list)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(self.env._("The ledger of recordings is kept."))

    def _check_archive_access(self):
        # the ledger is written by the sale, whose right was asked
        return None
