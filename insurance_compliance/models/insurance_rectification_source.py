from odoo import fields, models


class InsuranceRectificationSource(models.AbstractModel):
    """A record that shows findings: a check, an incident, a risk.

    Its form gets a button with ``action_open_rectifications`` and the count.
    """

    _name = "insurance.rectification.source"
    _description = "Source of findings"

    rectification_count = fields.Integer(
        string="Rectifications", compute="_compute_rectification_count"
    )

    def _compute_rectification_count(self):
        ledger = self.env["insurance.rectification"]
        counts = {}
        if ledger.has_access("read"):
            groups = ledger._read_group(
                ledger._of_source_domain(self), ["source_id"], ["__count"]
            )
            counts = dict(groups)
        for record in self:
            record.rectification_count = counts.get(record._origin.id, 0)

    def action_open_rectifications(self):
        """List what the ledger has of this record, mended or not."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "insurance_compliance.insurance_rectification_action"
        )
        domain = self.env["insurance.rectification"]._of_source_domain(self)
        return {**action, "domain": list(domain), "context": {}}

    def _rectification_outcome(self, since):
        """Override to say whether the finding stayed away since then.

        :return: True when it was looked at again and not found, False when it was
            found, None when nobody has looked
        """
        return None
