from odoo import api, models
from odoo.exceptions import UserError

from .insurance_incident import LETTER_TEXTS

#: what officers write; everything else follows from the steps
EDITABLE = frozenset(
    {
        "title",
        "kind",
        "severity",
        "description",
        "suspect_id",
        "responsible_id",
        "occurred_from",
        "occurred_to",
        *LETTER_TEXTS,
        "contact_text",
        "root_cause",
        "lessons",
        "measure_ids",
        "state",
        "state_reason",
    }
)
TRACKED = ("severity", "suspect_id", "responsible_id", "kind")
#: what a review, or a false alarm, was about
REVIEWED = EDITABLE - {"measure_ids", "state", "state_reason"}


class InsuranceIncident(models.Model):
    """What officers write by hand, and what of it the history keeps."""

    _inherit = "insurance.incident"

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            self._refuse_filled_in(vals)
        incidents = super().create(vals_list)
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for incident in incidents:
            # superuser: the number follows from the id
            incident.sudo().name = f"IN{incident.id:06d}"
            incident._note_who_named()
            incident._start_clocks()
            incident._note("opened", kinds.get(incident.kind, ""))
        return incidents

    def write(self, vals):
        self._refuse_filled_in(vals)
        self._check_frozen(vals)
        before = {incident: incident._tracked() for incident in self}
        result = super().write(vals)
        if "suspect_id" in vals:
            self._note_who_named()
        if not vals.keys().isdisjoint(TRACKED):
            for incident, old in before.items():
                incident._note_changes(old)
        if "severity" in vals:
            self._start_clocks()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_never(self):
        raise UserError(
            self.env._("Incidents stay. Call it a false alarm, and say why.")
        )

    def _refuse_filled_in(self, vals):
        if self.env.su:
            return
        allowed = EDITABLE | ({"company_id"} if not self else set())
        if vals.keys() - allowed:
            raise UserError(self.env._("Take the steps by the buttons."))

    def _check_frozen(self, vals):
        """Refuse another wording of what was looked at, and of what is over."""
        if self.env.su:
            return
        if vals.keys() - {"state", "state_reason"} and any(
            incident.state in ("closed", "false_alarm") for incident in self
        ):
            raise UserError(self.env._("The incident is closed: it stays as it is."))
        if REVIEWED & vals.keys() and any(
            incident.state == "reviewed" for incident in self
        ):
            raise UserError(
                self.env._("The incident was reviewed: send it back to change it.")
            )

    def _tracked(self):
        labels = {}
        for name in TRACKED:
            field = self._fields[name]
            if field.type == "selection":
                words = dict(field._description_selection(self.env))
                labels[name] = words.get(self[name], "")
            else:
                labels[name] = self.sudo()[name].name or ""  # a colleague's name
        return labels

    def _note_who_named(self):
        # superuser: who says whose uses they are is not said by hand
        for incident in self.sudo().filtered("suspect_id"):
            incident.named_by_id = self.env.uid

    def _note_changes(self, old):
        for name, value in self._tracked().items():
            if value != old[name]:
                label = self._fields[name]._description_string(self.env)
                self._note("changed", f"{label}: {old[name]} → {value}")
