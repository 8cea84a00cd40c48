from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import UserError

SUBJECT_LIMIT = 120
TEXT_LIMIT = 5000
#: what a client may hand in, and how far it has come in the client's words
PORTAL_KINDS = ("complaint", "suggestion", "praise")
PORTAL_STATES = {
    "new": "received",
    "acknowledged": "received",
    "investigating": "working",
    "answered": "answered",
    "review": "working",
    "closed": "answered",
    "withdrawn": "withdrawn",
}


class InsuranceFeedback(models.Model):
    """What clients hand in on the portal: about themselves, seen by themselves.

    Portal users have no access to any insurance model. Each method here asks for
    nothing but the logged-in person's own records.
    """

    _inherit = "insurance.feedback"

    portal_user_id = fields.Many2one(
        "res.users",
        string="Handed in by",
        readonly=True,
        copy=False,
        index="btree_not_null",
    )

    @api.model
    def _portal_archive(self):
        """Return the archive of the logged-in client, in superuser mode."""
        user = self.env.user
        # superuser: the archive of the person who asks, and no other
        archives = self.env["insurance.archive"].sudo()
        if not user._is_portal():
            return archives
        return archives.search(
            [("partner_id", "=", user.partner_id.id), ("state", "!=", "destroyed")]
        )

    @api.model
    def _portal_rows(self):
        """Return what the logged-in client has handed in, as plain values."""
        archive = self._portal_archive()
        # superuser: only what this very user handed in about the own archive
        feedbacks = self.sudo().search(
            [
                ("archive_id", "in", archive.ids),
                ("portal_user_id", "=", self.env.uid),
            ],
            order="id desc",
        )
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return [
            {
                "number": feedback.number,
                "kind": kinds[feedback.kind],
                "name": feedback.name,
                "received_on": feedback.received_on,
                "status": PORTAL_STATES[feedback.state],
                "answer": feedback.answered_on and feedback.answer,
                "answered_on": feedback.answered_on,
            }
            for feedback in feedbacks
        ]

    @api.model
    def _portal_hand_in(self, kind, name, description, topic_id=False):
        """Create the feedback of the logged-in client; return its number."""
        archive = self._portal_archive()
        if not archive:
            raise UserError(
                self.env._(
                    "Only clients can hand in feedback here. Please call us instead."
                )
            )
        name, description = (name or "").strip(), (description or "").strip()
        if kind not in PORTAL_KINDS or not name or not description:
            raise UserError(
                self.env._("Please choose what it is and enter a subject and a text.")
            )
        if len(name) > SUBJECT_LIMIT or len(description) > TEXT_LIMIT:
            raise UserError(
                self.env._(
                    "Please keep the subject below %(subject)s and the text below "
                    "%(text)s characters.",
                    subject=SUBJECT_LIMIT,
                    text=TEXT_LIMIT,
                )
            )
        self._check_portal_flood()
        # as the system: a portal user may write nothing; the client, the author and
        # the channel are not the caller's to choose
        feedback = self.with_user(SUPERUSER_ID).create(
            {
                "archive_id": archive.id,
                "kind": kind,
                "name": name,
                "description": description,
                "topic_id": self._portal_topics()
                .filtered(lambda topic: topic.id == topic_id)
                .id,
                "channel": "portal",
                "user_id": self.env.uid,
                "portal_user_id": self.env.uid,
            }
        )
        feedback.filtered_domain(feedback._reminders_due())._remind_handlers()
        return feedback.number

    @api.model
    def _portal_topics(self):
        # superuser: names of topics are no secret
        return (
            self.env["insurance.feedback.topic"].sudo().search([("active", "=", True)])
        )

    @api.model
    def _check_portal_flood(self):
        limit = self.env["insurance.parameter"]._get("feedback_portal_per_day")
        # superuser: a count of the caller's own records
        count = self.sudo().search_count(
            [("portal_user_id", "=", self.env.uid), ("create_date", ">=", "now -1d")]
        )
        if count >= limit:
            raise UserError(
                self.env._(
                    "You have handed in a lot today. Please call us or come back "
                    "tomorrow."
                )
            )
