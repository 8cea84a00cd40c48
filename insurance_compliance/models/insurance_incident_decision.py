from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from ..person import check_person
from .insurance_incident import LETTER_TEXTS

#: what a letter must say
LETTER_FIELDS = (*LETTER_TEXTS, "contact_text")


class InsuranceIncident(models.Model):
    """Whether the persons are told, and the letters to them: PIPL 57."""

    _inherit = "insurance.incident"

    decision = fields.Selection(
        [
            ("open", "Not decided yet"),
            ("tell", "The persons are told"),
            ("exempt", "Need not be told (PIPL 57(2))"),
        ],
        string="Persons concerned",
        required=True,
        readonly=True,
        default="open",
        copy=False,
    )
    decision_reason = fields.Text(readonly=True, copy=False)
    decided_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    decided_on = fields.Datetime(readonly=True, copy=False)
    letter_ids = fields.One2many("insurance.incident.letter", "incident_id")
    letter_count = fields.Integer(string="Letters", compute="_compute_letters")
    told_count = fields.Integer(string="Persons told", compute="_compute_letters")
    letters_by_id = fields.Many2one(
        "res.users", string="Letters prepared by", readonly=True, copy=False
    )
    approved_by_id = fields.Many2one(
        "res.users", string="Letters approved by", readonly=True, copy=False
    )
    approved_on = fields.Datetime(
        string="Letters approved on", readonly=True, copy=False
    )
    can_approve = fields.Boolean(compute="_compute_letters")

    _approved_by_another = models.Constraint(
        "CHECK(approved_by_id <> letters_by_id)",
        "Somebody else approves the letters than who has prepared them.",
    )

    @api.depends("letter_ids.state", "approved_by_id", "letters_by_id")
    @api.depends_context("uid")
    def _compute_letters(self):
        counts = {}
        for incident, state, count in self.env["insurance.incident.letter"]._read_group(
            [("incident_id", "in", self.ids)], ["incident_id", "state"], ["__count"]
        ):
            all_letters, told = counts.get(incident.id, (0, 0))
            told += count * (state != "prepared")
            counts[incident.id] = (all_letters + count, told)
        for incident in self:
            found = counts.get(incident._origin.id, (0, 0))
            incident.letter_count, incident.told_count = found
            incident.can_approve = (
                bool(incident.letters_by_id)
                and not incident.approved_by_id
                and incident.letters_by_id != self.env.user
            )

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(LETTER_FIELDS):
            for incident in self.filtered("approved_by_id"):
                # superuser: another text needs another approval
                incident.sudo().write({"approved_by_id": False, "approved_on": False})
                incident._note("letters", self.env._("text changed, approval void"))
        return result

    # --- decision

    def action_decide_tell(self):
        """Decide that the persons are told (PIPL 57); their deadline goes on.

        :raise UserError: some of them have been told already
        """
        for incident in self:
            incident._decide_on_persons("tell", "")
        return True

    def action_decide_exempt(self):
        """Ask which measures avoid the harm, so that the persons need not be told."""
        self._check_lead()
        return self._ask("exempt", self.env._("The persons need not be told"))

    def _decide_on_persons(self, decision, reason):
        self.ensure_one()
        self._check_lead()
        check_person(self.env)
        if self.told_count:
            raise UserError(self.env._("Some of them have been told already."))
        if decision == "exempt":
            reason = self.env["insurance.access.suspension"]._check_reason(reason)
        # superuser: the decision is nobody's to write
        self.sudo().write(
            {
                "decision": decision,
                "decision_reason": reason,
                "decided_by_id": self.env.uid,
                "decided_on": fields.Datetime.now(),
            }
        )
        clocks = self.sudo().clock_ids.filtered(
            lambda clock: clock.recipient == "individuals" and not clock.told_on
        )
        clocks.needless_reason = reason if decision == "exempt" else False
        labels = dict(self._fields["decision"]._description_selection(self.env))
        words = labels[decision]
        self._note("decision", f"{words}: {reason}" if reason else words)

    # --- letters

    def action_prepare_letters(self):
        """Let the server prepare a letter to each client who is affected."""
        self.ensure_one()
        self._check_lead()
        if self.decision != "tell":
            raise UserError(self.env._("Decide first that the persons are told."))
        self._check_texts()
        if not self.affected_count:
            raise UserError(self.env._("Work out first which archives are affected."))
        # superuser: whoever prepares them does not approve them
        self.sudo().write(
            {
                "letters_by_id": self.env.uid,
                "approved_by_id": False,
                "approved_on": False,
            }
        )
        self._note("letters", self.env._("prepared"))
        self.env["insurance.sweep"]._start(
            "incident_letters", {"incident_id": self.id}, self.name
        )
        return True

    def action_approve_letters(self):
        """Approve what the letters say, as a second person.

        A change of the words takes the approval away again.

        :raise AccessError: the user has prepared them
        :raise UserError: there are none, or one of the contents of PIPL 57 is missing
        """
        self.ensure_one()
        self._check_lead()
        check_person(self.env)
        if not self.letters_by_id or not self.letter_count:
            raise UserError(self.env._("No letters are prepared yet."))
        if self.letters_by_id == self.env.user:
            raise AccessError(
                self.env._(
                    "Somebody else approves the letters than who has prepared them."
                )
            )
        self._check_texts()
        # superuser: the stamp is nobody's to write
        self.sudo().write(
            {"approved_by_id": self.env.uid, "approved_on": fields.Datetime.now()}
        )
        self._note("letters", self.env._("approved"))
        return True

    def action_open_letters(self):
        """List the letters about this incident."""
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_incident_letter_action"
            ),
            "domain": [("incident_id", "=", self.id)],
            "context": {},
        }

    def action_send_letters(self):
        """Send all letters by mail to those who have an address for it."""
        self.ensure_one()
        return self.letter_ids.action_send()

    def _check_texts(self):
        missing = [
            self._fields[name]._description_string(self.env)
            for name in LETTER_FIELDS
            if not (self[name] or "").strip()
        ]
        if missing:
            raise UserError(
                self.env._(
                    "The law demands that letters say it all. Missing: %s.",
                    ", ".join(missing),
                )
            )

    def _check_letters_leave(self):
        """Refuse letters of a drill, and such that nobody else has approved."""
        self.ensure_one()
        if self.is_drill:
            raise UserError(self.env._("This is a drill: no letter leaves."))
        if self.decision != "tell" or not self.is_open:
            raise UserError(self.env._("Decide first that the persons are told."))
        if not self.approved_by_id:
            raise UserError(self.env._("Another officer approves the letters first."))

    def _start_mails(self):
        self.env["insurance.sweep"]._start(
            "incident_mails", {"incident_id": self.id}, self.name
        )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._(
                    "The mails are queued. Clients without an address get a letter."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _untold_count(self):
        """Return how many affected clients nothing was printed or sent to."""
        self.ensure_one()
        if self.decision != "tell":
            return 0
        return self.affected_count - self.told_count
