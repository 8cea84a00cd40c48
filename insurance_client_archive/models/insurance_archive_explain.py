from odoo import api, fields, models
from odoo.tools import format_date

from ..tools import score_evaluator
from .insurance_archive_process import PROFILING
from .insurance_client_segment import DIMENSION_NAMES

GROUPS = (
    "insurance_client_archive.group_agent,insurance_client_archive.group_department"
)


class InsuranceArchive(models.Model):
    """Why a client is in its classes, in figures that everybody can add up."""

    _inherit = "insurance.archive"

    class_explanation = fields.Json(
        string="Class explanation",
        compute="_compute_class_explanation",
        compute_sudo=False,
        groups=GROUPS,
    )
    class_change_ids = fields.One2many(
        "insurance.client.class.change",
        "archive_id",
        string="Class change",
        groups=GROUPS,
    )
    class_override_ids = fields.One2many(
        "insurance.client.class.override",
        "archive_id",
        string="Class override",
        groups=GROUPS,
    )
    class_override_count = fields.Integer(
        string="Classes set by hand",
        compute="_compute_class_override_count",
        compute_sudo=False,
        search="_search_class_override_count",
        help="How many classes of the client a person has set, at present.",
    )

    @api.depends("class_override_ids.state")
    @api.depends_context("uid")
    def _compute_class_override_count(self):
        counts = self._count_by(
            "insurance.client.class.override",
            [("archive_id", "in", self.ids), ("state", "=", "active")],
            "archive_id",
        )
        for archive in self:
            archive.class_override_count = counts.get(archive._origin, 0)

    def _search_class_override_count(self, operator, value):
        Override = self.env["insurance.client.class.override"].sudo(False)
        if operator != ">" or value != 0 or not Override.has_access("read"):
            return NotImplemented
        active = Override._search([("state", "=", "active")])
        return [("id", "in", active.subselect("archive_id"))]

    @api.depends(*DIMENSION_NAMES, "class_override_ids.state")
    @api.depends_context("uid", "lang")
    def _compute_class_explanation(self):
        Score = self.env["insurance.client.class"].sudo(False)
        for archive in self:
            known = archive._origin and Score.has_access("read")
            score = known and Score.search([("archive_id", "=", archive._origin.id)])
            archive.class_explanation = score and archive._explain(score) or False

    def action_refresh_classes(self):
        """Work out figures and classes of these clients now."""
        self.check_access("write")
        self.env["insurance.client.class"]._refresh(self.ids)
        return True

    def action_override_class(self, dimension="value_tier"):
        """Open the dialog that sets a class by hand."""
        self.ensure_one()
        action = self._override_action()
        if dimension in DIMENSION_NAMES:
            action["context"]["default_dimension"] = dimension
        return action

    def action_open_class_changes(self):
        self.ensure_one()
        return self._open_children("insurance_client_class_change_action")

    def action_open_features(self):
        """Show the figures that the scorecards use."""
        self.ensure_one()
        feature = self.env["insurance.client.feature"].search(
            [("archive_id", "=", self.id)]
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Figures"),
            "res_model": feature._name,
            "res_id": feature.id,
            "view_mode": "form",
            "target": "new",
        }

    def _form_action(self):
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": self.id,
            "view_mode": "form",
            "context": {"show_client_name": True},
        }

    def _override_action(self, segment=None, reason=None):
        self.check_access("write")
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Set class by hand"),
            "res_model": "insurance.client.class.set",
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_archive_id": self.id,
                "default_dimension": segment.dimension if segment else "value_tier",
                "default_segment_id": segment.id if segment else False,
                "default_reason": reason or False,
            },
        }

    def _explain(self, score):
        """Return each class with the points of each factor, ready to be shown."""
        figures = self._figures()
        if not figures or not self._origin._may_process(PROFILING):
            return False
        since = dict(
            self.env["insurance.client.class.change"]._read_group(
                [("archive_id", "=", self._origin.id)], ["dimension"], ["day:max"]
            )
        )
        overrides = {
            override.dimension: override
            for override in self.class_override_ids
            if override.state == "active"
        }
        names = [name for name in DIMENSION_NAMES if score[f"{name}_card_id"]]
        # as superuser: how a client of the user was classified is no secret; browsed
        # together, so that the lines of all versions are read together
        cards = (
            self.env["insurance.scorecard"]
            .sudo()
            .browse([score[f"{name}_card_id"].id for name in names])
        )
        return {
            "as_of": format_date(self.env, figures["as_of"]),
            "dimensions": [
                {
                    **self._explain_dimension(name, card, score, figures),
                    "since": format_date(self.env, since.get(name) or False),
                    "override": self._explain_override(overrides.get(name)),
                }
                for name, card in zip(names, cards, strict=True)
            ],
        }

    def _figures(self):
        """Return the row of figures with what is unknown as None."""
        # whether the user may read the row is asked here
        Feature = self.env["insurance.client.feature"].sudo(False)
        row = Feature.search([("archive_id", "=", self._origin.id)])
        if not row:
            return {}
        return Feature._values(row.id)

    def _explain_dimension(self, name, card, score, figures):
        kinds = self.env["insurance.client.feature"]._feature_kinds()
        verdict = score_evaluator.evaluate(card._structure(), kinds, figures)
        labels = dict(self._fields[name]._description_selection(self.env))
        gap = score[f"{name}_gap"]
        lowest, highest = card._points_range(figures["client_kind"])
        return {
            "name": name,
            "label": self.fields_get([name], ["string"])[name]["string"],
            "code": self[name],
            "class_label": labels.get(self[name], ""),
            "score_label": labels.get(score[name], ""),
            "rule": card.rule_ids.filtered(lambda rule: rule.id == verdict.rule).name,
            "points": verdict.points,
            "lowest": lowest,
            "highest": highest,
            "gap": gap or False,
            "borderline": bool(gap) and gap <= score._margin(),
            "levels": [
                {
                    "label": level.segment_id.display_name,
                    # XML-RPC has no null
                    "from": number > 0 and level.threshold,
                    "reached": not verdict.rule
                    and level.segment_id.code == verdict.result,
                }
                for number, level in enumerate(card.level_ids.sorted("threshold"))
            ],
            "factors": [
                {
                    "name": factor.feature_id.name,
                    "meaning": factor.meaning,
                    "value": factor.feature_id._label(
                        figures[factor.feature_id.code], figures["client_kind"]
                    ),
                    "points": verdict.factors[factor.id],
                    "best": max([0, *factor.band_ids.mapped("points")]),
                }
                for factor in card.factor_ids._concerning(figures["client_kind"])
            ],
            "version": card.display_name,
        }

    def _explain_override(self, override):
        if not override:
            return False
        return {
            "reason": override.reason,
            # as superuser: only the colleague's name is shown
            "user": override.user_id.sudo().name,
            "set_on": format_date(self.env, override.set_on),
            "until": format_date(self.env, override.expires_on),
        }
