from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import SQL

from odoo.addons.insurance_client_archive.flag_domain import flag_domain

from .insurance_consent import COVERED_BY

MODULE = "insurance_client_archive"
GROUPS = f"{MODULE}.group_agent,{MODULE}.group_department,{MODULE}.group_compliance"

#: colours of the chips on the client form
CHIPS = {
    "given": "success",
    "to_renew": "warning",
    "expired": "warning",
    "refused": "secondary",
    "withdrawn": "danger",
    "waiting": "info",
}


class InsuranceArchive(models.Model):
    """What the client has agreed to: asked before each processing."""

    _inherit = "insurance.archive"

    consent_ids = fields.One2many(
        "insurance.consent", "archive_id", string="Consents", groups=GROUPS
    )
    consent_overview = fields.Html(
        compute="_compute_consent_overview",
        compute_sudo=False,
        sanitize=False,
        groups=GROUPS,
        exportable=False,
    )
    missing_consent = fields.Boolean(
        compute="_compute_missing_consent",
        compute_sudo=False,
        search="_search_missing_consent",
        groups=GROUPS,
        help="A consent or notice that the service needs is missing or to be renewed.",
    )
    not_profiled = fields.Boolean(
        string="Not profiled at own wish",
        compute="_compute_not_profiled",
        compute_sudo=False,
        search="_search_not_profiled",
        help="The client has refused or withdrawn automated evaluation (PIPL 24).",
    )

    @api.model
    def _may_process_sql(self, purpose, alias):
        allowed = super()._may_process_sql(purpose, alias)
        processing = self.env["insurance.processing"]._of_code(purpose)
        if not processing:
            # what nobody has declared a legal basis for is not done
            return SQL("FALSE")
        self.flush_model(["client_kind"])
        return SQL("(%s AND %s)", allowed, processing._allowed_sql(alias))

    def _has_consent(self, kind, recipient=None, categories=(), purpose=None):
        """Tell whether each of the clients has a living consent of this kind.

        :param str kind: ``general``, ``separate``, ``written`` or ``guardian``; a
            stricter one will do as well
        :param recipient: the partner whom the consent must name
        :param categories: codes of the kinds of data that it must cover
        :param str purpose: code of the purpose it was given for
        """
        consents = self._live_consents(kind, recipient, categories, purpose)
        return bool(self) and not self - consents.archive_id.sudo(self.env.su)

    def _live_consents(self, kind, recipient=None, categories=(), purpose=None):
        """Return the living consents of these clients, as superuser."""
        domain = (
            Domain("archive_id", "in", self.ids)
            & Domain("kind", "in", COVERED_BY[kind])
            # superuser: the consents of just these clients are asked for
            & self.env["insurance.consent"].sudo()._live_domain()
        )
        if recipient:
            domain &= Domain("recipient_id", "=", recipient.id)
        if purpose:
            domain &= Domain("processing_id.code", "=", purpose)
        # superuser: as above
        consents = self.env["insurance.consent"].sudo().search(domain)
        return consents.filtered(
            lambda consent: set(categories) <= set(consent.category_ids.mapped("code"))
        )

    def _is_minor(self):
        """Tell whether the client is a child for whom a guardian decides."""
        self.ensure_one()
        age = self.env["insurance.parameter"]._get("minor_age")
        return (
            self.client_kind == "individual"
            and bool(self.birth_date)
            and self.age < age
        )

    @api.depends("consent_ids.state")
    @api.depends_context("uid", "lang")
    def _compute_consent_overview(self):
        for archive in self:
            known = archive._origin
            archive.consent_overview = bool(known) and self.env["ir.qweb"]._render(
                "insurance_compliance.consent_overview", {"rows": known._consent_rows()}
            )

    def _consent_rows(self):
        """Return for each purpose that concerns the client what stands now."""
        self.ensure_one()
        latest = {}
        for consent in self.consent_ids.sorted("id"):
            if consent.status != "replaced":
                key = (consent.processing_id, consent.recipient_id)
                latest[key] = consent
        # superuser: which purposes there are is no secret
        purposes = self.env["insurance.processing"].sudo().search_fetch([])
        rows = []
        for processing in purposes.filtered(self._concerns):
            answers = [
                consent for (one, _to), consent in latest.items() if one == processing
            ]
            if not answers and not processing.per_recipient:
                rows.append(self._consent_row(processing, None))
            rows += [self._consent_row(processing, consent) for consent in answers]
        return rows

    def _concerns(self, processing):
        """Tell whether the client is asked about the purpose at all."""
        if self.client_kind != "individual":
            return False
        return not processing.minors or self._is_minor()

    def _consent_row(self, processing, consent):
        Status = self.env["insurance.consent.status"]
        labels = dict(Status._fields["status"]._description_selection(self.env))
        status = consent.status if consent else processing._unanswered(self)
        return {
            "name": consent.display_name if consent else processing.name,
            "status": status,
            "label": labels[status],
            "color": self._consent_color(status, processing.at_entry),
            "kind": processing.kind,
            "sensitive": processing.sensitive,
            "required": processing.at_entry,
            "day": consent and (consent.withdrawn_on or consent.decided_on) or None,
            "until": consent and (consent.renew_by or consent.valid_until) or None,
        }

    def _consent_color(self, status, required):
        if status == "missing":
            return "danger" if required else "secondary"
        return CHIPS[status]

    @api.depends("consent_ids.state")
    @api.depends_context("uid")
    def _compute_missing_consent(self):
        lacking = self.search(
            self._lacking_domain() & Domain("id", "in", self._origin.ids)
        )
        for archive in self:
            archive.missing_consent = archive._origin in lacking

    def _search_missing_consent(self, operator, value):
        lacking = self._lacking_domain()
        return flag_domain(operator, value, lacking)

    @api.model
    def _lacking_domain(self):
        """Return the clients to whom something is to be shown or asked again."""
        purposes = (
            self.env["insurance.processing"].sudo().search([("at_entry", "=", True)])
        )  # superuser: which purposes there are is no secret

        def to_sql(model, alias, query):
            lacking = [purpose._lacking_sql(alias) for purpose in purposes]
            return SQL("(%s)", SQL(" OR ").join(lacking or [SQL("FALSE")]))

        return Domain.custom(to_sql=to_sql)

    @api.depends("consent_ids.state")
    @api.depends_context("uid")
    def _compute_not_profiled(self):
        unwilling = self.search(
            self._unwilling_domain() & Domain("id", "in", self._origin.ids)
        )
        for archive in self:
            archive.not_profiled = archive._origin in unwilling

    def _search_not_profiled(self, operator, value):
        unwilling = self._unwilling_domain()
        return flag_domain(operator, value, unwilling)

    @api.model
    def _unwilling_domain(self):
        """Return the clients who have said no and not yes since."""
        Consent = self.env["insurance.consent"]
        processing = self.env["insurance.processing"]._of_code("profiling")
        said = Domain("processing_id", "=", processing.id)
        no = Consent._search(
            said & Domain("state", "in", ["refused", "withdrawn"]), bypass_access=True
        )
        yes = Consent._search(said & Domain("state", "=", "given"), bypass_access=True)
        return Domain("id", "in", no.subselect("archive_id")) & Domain(
            "id", "not in", yes.subselect("archive_id")
        )

    def action_open_consents(self):
        self.ensure_one()
        return {
            **self.env["ir.actions.act_window"]._for_xml_id(
                "insurance_compliance.insurance_consent_action"
            ),
            "domain": [("archive_id", "=", self.id)],
            "context": {"show_client_name": True},
        }

    def action_notice_and_consent(self, processing_ids=()):
        """Open the dialog that shows the notice and takes down what the client says."""
        self.ensure_one()
        self.check_access("write")
        return self._consent_dialog(processing_ids)

    def _consent_dialog(self, processing_ids=()):
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Notice and consent"),
            "res_model": "insurance.consent.ask",
            "view_mode": "form",
            "views": [(False, "form")],
            "target": "new",
            "context": {
                "default_archive_id": self.id,
                "insurance_asked": list(processing_ids),
                "dialog_size": "extra-large",
            },
        }
