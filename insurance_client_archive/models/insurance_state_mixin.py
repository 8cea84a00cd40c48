from typing import NamedTuple

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class Transition(NamedTuple):
    """One step of a state machine.

    ``reason``: the user must say why. ``groups``: who may take it, as for
    ``has_groups``. ``check``: method that raises when the step is not yet due.
    """

    reason: bool = False
    groups: str = ""
    check: str = ""


class InsuranceStateMixin(models.AbstractModel):
    """A state that only moves along ``_transitions``, whoever writes it.

    Buttons, imports and remote calls all go through ``write``, so all meet the
    same checks and the same words.
    """

    _name = "insurance.state.mixin"
    _description = "State that moves along declared transitions"

    #: {from state: {to state: Transition}}
    _transitions = {}
    #: states a new record may have; the field's default comes first
    _initial_states = ()
    # refused below with a reason, and not just forgotten
    _defaults_of_actions = frozenset({"state"})

    state_reason = fields.Text(
        string="Reason",
        readonly=True,
        copy=False,
        help="Why the record is in this state.",
    )
    state_date = fields.Datetime(
        string="In this state since",
        readonly=True,
        copy=False,
        default=fields.Datetime.now,
    )

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            vals_list = [
                self._without_stamps(vals, "state" in vals) for vals in vals_list
            ]
        if self._initial_states:
            # defaults, too, come from the caller: by the context, and by ir.default
            default = self.default_get(["state"]).get("state")
            for vals in vals_list:
                self._check_initial_state(vals.get("state", default))
        return super().create(vals_list)

    def write(self, vals):
        if not self.env.su:
            vals = self._without_stamps(vals, "state" in vals)
        if "state" not in vals:
            return super().write(vals)
        moving = self.filtered(lambda record: record.state != vals["state"])
        if (
            "state_reason" in vals
            and moving != self
            and not self._writes_reason_by_hand()
        ):
            # why a record is where it stays was said when it came there
            rest = {name: vals[name] for name in vals if name != "state_reason"}
            (self - moving).write(rest)
            return moving.write(vals) if moving else True
        if moving:
            moving._check_transition(vals["state"], vals.get("state_reason"))
            vals = {
                "state_reason": False,
                **vals,
                "state_date": fields.Datetime.now(),
            }
        before = {record.id: record.state for record in moving}
        result = super().write(vals)
        if moving:
            moving._on_state(before)
        return result

    @api.model
    def _without_stamps(self, vals, moves=False):
        """Return the values without what only a step writes: its time and its why."""
        stamps = {"state_date"}
        if not moves and not self._writes_reason_by_hand():
            stamps.add("state_reason")
        if stamps.isdisjoint(vals):
            return vals
        return {name: vals[name] for name in vals if name not in stamps}

    @api.model
    def _writes_reason_by_hand(self):
        return self.env.su or not self._fields["state_reason"].readonly

    def action_change_state(self):
        """Move to the state named in the button's context, asking why if needed."""
        target = self.env.context.get("target_state")
        steps = [record._transition_to(target) for record in self]
        if any(step.reason for step in steps):
            return {
                "type": "ir.actions.act_window",
                "name": self._state_label(target),
                "res_model": "insurance.state.change",
                "view_mode": "form",
                "target": "new",
                "context": {
                    "default_res_model": self._name,
                    "default_res_ids": ",".join(map(str, self.ids)),
                    "default_target_state": target,
                },
            }
        self.write({"state": target})
        return True

    def _on_state(self, before):
        """Override to act after a move; ``before`` maps ids to the state left."""

    def _transition_to(self, target):
        """Return the step from the record's state to ``target``, or raise."""
        self.ensure_one()
        step = self._transitions.get(self.state, {}).get(target)
        if step is None:
            raise UserError(
                self.env._(
                    "“%(record)s” is %(state)s and can't become %(target)s from there.",
                    record=self.display_name,
                    state=self._state_label(self.state),
                    target=self._state_label(target),
                )
            )
        return step

    def _check_transition(self, target, reason):
        for record in self:
            step = record._transition_to(target)
            if step.groups and not self.env.su and not self._has_groups(step.groups):
                raise AccessError(
                    self.env._(
                        "Your role can't make “%(record)s” %(target)s.",
                        record=record.display_name,
                        target=self._state_label(target),
                    )
                )
            if step.reason and not (reason or "").strip():
                raise UserError(
                    self.env._(
                        "Say why “%(record)s” becomes %(target)s.",
                        record=record.display_name,
                        target=self._state_label(target),
                    )
                )
            if step.check:
                getattr(record, step.check)()

    def _has_groups(self, groups):
        return self.env.user.has_groups(groups)

    def _check_initial_state(self, state):
        if state and state not in self._initial_states:
            raise UserError(
                self.env._(
                    "A new record can't start as %(state)s; it starts as %(allowed)s.",
                    state=self._state_label(state),
                    allowed=", ".join(map(self._state_label, self._initial_states)),
                )
            )

    def _state_label(self, state):
        labels = dict(self._fields["state"]._description_selection(self.env))
        return labels.get(state, state)
