"""Where uses of personal data begin in this addon, and what they are."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.insurance_client_archive.models.insurance_live_mixin import Use

from ..access_slice import SLICES
from ..tools.impact import uncovered


class InsuranceShareAgreement(models.Model):
    """A recipient receives data from the approval of the agreement on."""

    _name = "insurance.share.agreement"
    _inherit = ["insurance.share.agreement", "insurance.live.mixin"]

    def _uses_when_live(self):
        kind = "entrusted" if self.role == "processor" else "provided"
        if self.is_foreign:
            kind = "abroad"
        use = Use(kind, f"recipient:{self.partner_id.id}", self._slices())
        return [*super()._uses_when_live(), use]

    def _check_approve(self):
        result = super()._check_approve()
        self._check_may_go_live()
        return result


class InsuranceShare(models.Model):
    """Given away at the client's wish: there is no agreement that was looked at."""

    _name = "insurance.share"
    _inherit = ["insurance.share", "insurance.live.mixin"]

    def _uses_when_live(self):
        uses = super()._uses_when_live()
        if self.kind == "client_authorised":
            subject = f"share_policy:{self.kind}"
            uses.append(Use("provided", subject, frozenset(self._slices())))
        return uses

    def _check_approve(self):
        result = super()._check_approve()
        self._check_may_go_live()
        return result


class InsuranceSharePolicy(models.Model):
    """Rules of sharing may become stricter at once, wider after an assessment."""

    _name = "insurance.share.policy"
    _inherit = ["insurance.share.policy", "insurance.live.mixin"]

    def _uses_when_live(self):
        parts = {
            f"max_days:{self.max_days}",
            f"max_downloads:{self.max_downloads}",
            f"max_parts:{self.max_parts}",
            f"decided_by:{self.approver}",
            *(name for name in SLICES if name != self.excluded_slice),
        }
        if not self.needs_review:
            parts.add("unreviewed")
        use = Use("provided", f"share_policy:{self.kind}", frozenset(parts))
        return [*super()._uses_when_live(), use]

    def write(self, vals):
        before = {policy.id: policy._uses_when_live() for policy in self}
        result = super().write(vals)
        for policy in self:
            for old, new in zip(
                before[policy.id], policy._uses_when_live(), strict=True
            ):
                if uncovered(new.parts, old.parts):
                    policy._check_assessed([new])
        return result


class InsuranceProcessing(models.Model):
    """A purpose begins when it is in use, and again when it takes more data."""

    _name = "insurance.processing"
    _inherit = ["insurance.processing", "insurance.live.mixin"]

    automated = fields.Boolean(
        string="Automated decisions",
        help="A program evaluates persons (PIPL 24): needs an impact assessment.",
    )

    def _uses_when_live(self):
        uses = super()._uses_when_live()
        subject = f"processing:{self.code}"
        parts = frozenset(self.category_ids.mapped("code"))
        kinds = {
            "sensitive": self.sensitive,
            "automated": self.automated,
            "provided": self.per_recipient,
        }
        # whoever looks at the one that weighs most looks at the others, too
        kind = next((kind for kind, holds in kinds.items() if holds), None)
        return [*uses, Use(kind, subject, parts)] if kind else uses

    @api.model_create_multi
    def create(self, vals_list):
        purposes = super().create(vals_list)
        purposes.filtered("active")._check_may_go_live()
        return purposes

    def write(self, vals):
        before = {one.id: (one.active, one._uses_when_live()) for one in self}
        self._check_unmarked(vals)
        result = super().write(vals)
        for purpose in self.filtered("active"):
            was_active, uses = before[purpose.id]
            if not was_active or uses != purpose._uses_when_live():
                purpose._check_may_go_live()
        return result

    @api.model
    def _mark_shipped_automated(self):
        """Mark the purposes of a database that did not know the mark yet."""
        self.env.cr.execute(
            "UPDATE insurance_processing SET automated = code IN ('profiling',"
            " 'matching') WHERE automated IS NULL"
        )
        self.invalidate_model(["automated"])

    def _check_unmarked(self, vals):
        """While it is in use, a purpose does not become harmless by a tick."""
        unmarked = [name for name in ("automated", "per_recipient") if name in vals]
        for purpose in self.filtered("active"):
            if any(purpose[name] and not vals[name] for name in unmarked):
                raise UserError(
                    self.env._(
                        "“%s” is in use. Archive it before you say that it decides or "
                        "gives away nothing any more.",
                        purpose.name,
                    )
                )


class InsuranceDataCategory(models.Model):
    """Kinds of data are sensitive for all purposes that use them."""

    _inherit = "insurance.data.category"

    def write(self, vals):
        if "code" in vals and any(one.code != vals["code"] for one in self):
            raise UserError(
                self.env._(
                    "Assessments and consents name the data by the code, so it stays."
                )
            )
        changed = self.browse()
        if "sensitive" in vals:
            changed = self.filtered(lambda one: one.sensitive != vals["sensitive"])
        # superuser: which purposes there are is no secret
        purposes = self.env["insurance.processing"].sudo()
        used = purposes.search([("category_ids", "in", changed.ids)])
        if used and not vals["sensitive"]:
            raise UserError(
                self.env._(
                    "Purposes in use take these data for sensitive: %s. Archive them "
                    "first.",
                    ", ".join(used.mapped("name")),
                )
            )
        result = super().write(vals)
        used._check_may_go_live()
        return result


class InsuranceNotice(models.Model):
    """Clients are told of nothing that was not assessed."""

    _inherit = "insurance.notice"

    def _check_approval(self):
        result = super()._check_approval()
        for line in self.line_ids:
            parts = frozenset(line.category_ids.mapped("code"))
            uses = line.processing_id._uses_when_live()
            line.processing_id._check_assessed(
                [use._replace(parts=use.parts | parts) for use in uses]
            )
        return result
