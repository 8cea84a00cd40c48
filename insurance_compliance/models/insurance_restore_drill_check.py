from odoo import fields, models


class InsuranceRestoreDrillCheck(models.Model):
    """One thing that a drill has compared, and what it has found."""

    _name = "insurance.restore.drill.check"
    _description = "Finding of a restore drill"
    _order = "drill_id desc, id"
    _rec_name = "code"
    _log_access = False

    drill_id = fields.Many2one(
        "insurance.restore.drill",
        required=True,
        readonly=True,
        index=True,
        ondelete="cascade",
    )
    code = fields.Selection(
        [
            ("manifest", "The backup is as it was made"),
            ("moment", "What it is compared with is as it was noted"),
            ("recovery", "Restored to the moment that was asked for"),
            ("tables", "All tables have the same rows"),
            ("files", "All files are there and unchanged"),
            ("ledger", "What was destroyed since is destroyed again"),
            ("log", "The use log is whole"),
            ("keys", "What is sealed opens"),
        ],
        string="What was checked",
        required=True,
        readonly=True,
    )
    passed = fields.Boolean(readonly=True)
    seconds = fields.Float(readonly=True)
    found = fields.Text(readonly=True)
