from odoo import fields, models
from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.models.insurance_archive_life import (
    InsuranceArchive as Life,
)
from odoo.addons.insurance_client_archive.models.insurance_state_mixin import (
    Transition,
)

from .insurance_client_request import GRAVE

BEFORE = ("collecting", "entered", "filed")
RESTRICT = {"restricted": Transition(reason=True, check="_check_restrict")}
LIFT = Transition(reason=True, check="_check_lift")


class InsuranceArchive(models.Model):
    """Restricted: storage and protection alone, until the law lets it be destroyed.

    Only an answered request of the client moves an archive here, and only the end of
    that restriction moves it back (PIPL 47).
    """

    _inherit = "insurance.archive"

    _transitions = {
        **{state: {**Life._transitions.get(state, {}), **RESTRICT} for state in BEFORE},
        "restricted": dict.fromkeys(BEFORE, LIFT),
    }

    restricted_from = fields.Char(
        string="State before the restriction", readonly=True, copy=False
    )
    client_request_ids = fields.One2many(
        "insurance.client.request",
        "archive_id",
        string="Requests of the client",
        groups="insurance_client_archive.group_agent,"
        "insurance_client_archive.group_department,"
        "insurance_client_archive.group_compliance",
    )

    def action_open_client_requests(self):
        """Show what the client has asked about the own data."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_client_request_action"
            ),
            "domain": [("archive_id", "=", self.id)],
            "context": {"default_archive_id": self.id, "show_client_name": True},
        }

    def _check_restrict(self):
        self.ensure_one()
        if not self._restricting_requests():
            raise UserError(
                self.env._(
                    "An archive is restricted by an answered request of the client "
                    "alone: Compliance ▸ Requests of clients."
                )
            )

    def _check_lift(self):
        self.ensure_one()
        if self._restricting_requests():
            raise UserError(
                self.env._(
                    "The client's request still stands. End the restriction there, by "
                    "two persons."
                )
            )

    def _restricting_requests(self):
        # superuser: only whether there is such a request is asked
        return (
            self.env["insurance.client.request"]
            .sudo()
            .search(
                [
                    ("archive_id", "in", self.ids),
                    ("kind", "in", GRAVE),
                    ("state", "=", "answered"),
                    ("lifted_on", "=", False),
                ]
            )
        )

    def _restrict(self, asked):
        """Stop everything but storage; called as superuser by the request."""
        for archive in self.filtered(lambda one: one.state in BEFORE):
            reason = self.env._("Request of the client %s", asked.number)
            archive.restricted_from = archive.state
            archive.write({"state": "restricted", "state_reason": reason})
            archive._end_uses(reason)

    def _end_uses(self, reason):
        """Override to end what others may still do with the data."""
        self.env["insurance.access.grant"]._end_for(self, reason)
        self.env["insurance.share"]._end_for(self, reason)
        self._forget_access()
        self._forget_on_contacts()

    def _lift_restriction(self, reason):
        """Go back to where the archive was; called as superuser by the request."""
        for archive in self:
            if archive.state == "restricted" and not archive._restricting_requests():
                archive.write(
                    {"state": archive.restricted_from, "state_reason": reason}
                )
                archive.restricted_from = False
        self._forget_access()
        self._forget_on_contacts()
