import json

from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from ..client_copy import make_copy
from ..client_copy_pdf import render
from .insurance_client_request import COMPLIANCE, COPIED, KINDS

TEXT_LIMIT = 5000
PORTAL_STATES = {
    "new": "received",
    "identified": "working",
    "second": "working",
    "answered": "answered",
    "refused": "refused",
    "withdrawn": "withdrawn",
}


class InsuranceClientRequest(models.Model):
    """What clients ask on the portal, and how they fetch the copy of their data.

    Portal users have no access to any insurance model: each method asks for the
    logged-in person's own records alone.
    """

    _inherit = "insurance.client.request"

    @api.model
    def _portal_rows(self):
        """Return the logged-in client's own requests, as plain values."""
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        return [
            {
                "id": asked.id,
                "number": asked.number,
                "kind": kinds[asked.kind],
                "status": PORTAL_STATES[asked.state],
                "received_on": asked.received_on,
                "deadline": asked.deadline,
                "extension_reason": asked.extended_on and asked.extension_reason,
                "answer": asked.answered_on and asked.answer,
                "answered_on": asked.answered_on,
                "copy": asked._may_fetch(),
            }
            for asked in self._portal_requests()
        ]

    @api.model
    def _portal_requests(self):
        """Return the requests that the logged-in client has handed in, as superuser."""
        archive = self.env["insurance.feedback"]._portal_archive()
        # superuser: only what this very user handed in about the own archive
        return self.sudo().search(
            [
                ("archive_id", "in", archive.ids),
                ("portal_user_id", "=", self.env.uid),
            ],
            order="id desc",
        )

    @api.model
    def _portal_hand_in(self, kind, description):
        """Take a request of the logged-in client down; return its number."""
        archive = self.env["insurance.feedback"]._portal_archive()
        if not archive:
            raise UserError(
                self.env._("Only clients can ask here. Please call us instead.")
            )
        description = (description or "").strip()
        if kind not in dict(KINDS) or len(description) > TEXT_LIMIT:
            raise UserError(
                self.env._("Please choose what you ask for and keep the text short.")
            )
        waiting = self._portal_requests().filtered(
            lambda asked: asked.kind == kind and asked.state in ("new", "identified")
        )
        if waiting:
            raise UserError(
                self.env._("You have asked for this already: %s.", waiting[0].number)
            )
        # as the system: a portal user may write nothing; client, author, channel and
        # day are not the caller's to choose
        system = self.with_user(SUPERUSER_ID)
        asked = system.create(
            {
                "archive_id": archive.id,
                "kind": kind,
                "description": description,
                "channel": "portal",
                "requester": "client",
                "portal_user_id": self.env.uid,
                "user_id": self.env.uid,
                "identity_method": "portal",
                "delivery": "portal",
            }
        )
        return asked.number

    @api.model
    def _portal_copy(self, request_id, extension):
        """Return the copy for the logged-in client who has asked for it."""
        asked = self._portal_requests().filtered(lambda one: one.id == request_id)
        if not asked or not asked._may_fetch() or asked.delivery != "portal":
            raise AccessError(self.env._("There is nothing here for you to fetch."))
        return asked._copy_bytes(extension)

    def _may_fetch(self):
        self.ensure_one()
        return self.state == "answered" and self.kind in COPIED

    def _hand_over(self, extension):
        """Return the copy for the officer who hands it over in person."""
        self.ensure_one()
        self.check_access("read")
        user = self.env.user
        if not user.has_group(COMPLIANCE) or self.handler_id != user:
            raise AccessError(
                self.env._("The copy is handed over by the officer who handles it.")
            )
        if not self._may_fetch() or self.delivery != "person":
            raise UserError(
                self.env._("Answer the request and choose to hand it over in person.")
            )
        return self._copy_bytes(extension)

    def action_hand_over_pdf(self):
        return self._fetch_action("pdf")

    def action_hand_over_json(self):
        return self._fetch_action("json")

    def _fetch_action(self, extension):
        self.ensure_one()
        return {
            "type": "ir.actions.act_url",
            "url": f"/insurance/request/{self.id}/copy.{extension}",
            "target": "download",
        }

    def _copy_bytes(self, extension):
        """Make the copy now; nothing of it is kept."""
        self.ensure_one()
        lang = self.env.lang or "en_US"
        copy = make_copy(self, lang)
        # superuser: when it was fetched, nothing else
        self.sudo().delivered_on = fields.Datetime.now()
        if extension == "json":
            return json.dumps(copy, ensure_ascii=False, indent=1).encode()
        return render(copy, self._copy_words(lang))

    def _copy_words(self, lang):
        env = self.with_context(lang=lang).env
        archive = env["insurance.archive"]
        return {
            "title": env._("Your data with us"),
            "contact": env._("How we reach you"),
            "archive": env._("About you"),
            "uses": env._("Who has used your data"),
            "explanation": env._("What a program has concluded"),
            "none": env._("Nothing: no program evaluates your data."),
            "fields": {
                name: field._description_string(env)
                for name, field in archive._fields.items()
            },
        }
