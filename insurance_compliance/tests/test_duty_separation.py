from odoo import fields
from odoo.exceptions import AccessError, RedirectWarning, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from odoo.addons.insurance_client_archive.tests.common import MODULE, ArchiveCase

from .. import person


@tagged("post_install", "-at_install")
class TestDutySeparation(ArchiveCase):
    """Roles that watch over each other are not one person's."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classPatch(person, "is_person", lambda env: True)
        cls.officer2 = cls._user("officer2", role="compliance")
        cls.giver = new_test_user(
            cls.env,
            "test giver",
            groups="base.group_erp_manager,base.group_partner_manager,"
            f"{MODULE}.group_admin",
            lang="en_US",
        )
        cls.never = cls.env.ref("insurance_compliance.duty_conflict_compliance_admin")
        cls.justify = cls.env.ref("insurance_compliance.duty_conflict_archivist_agent")

    def _group(self, name):
        return self.env.ref(f"{MODULE}.group_{name}")

    def _give(self, user, name):
        user.with_user(self.giver).write({"group_ids": [(4, self._group(name).id)]})

    def _clash(self, user):
        clashes = self.env["insurance.duty.clash"]
        clashes.invalidate_model()
        return clashes.search([("user_id", "=", user.id)])

    def _exception(self, requester=None, **values):
        return (
            self.env["insurance.duty.exception"]
            .with_user(requester or self.giver)
            .create(
                {
                    "user_id": self.agent.id,
                    "conflict_id": self.justify.id,
                    "reason": "Leave",
                    "safeguard": "Weekly look",
                    "date_to": fields.Date.add(fields.Date.today(), days=10),
                    **values,
                }
            )
        )

    # --- giving groups

    def test_roles_that_nobody_may_have_together_are_refused(self):
        with self.assertRaises(UserError) as refusal:
            self._give(self.compliance, "admin")
        self.assertIn("nobody may have together", str(refusal.exception))
        self.assertFalse(self._clash(self.compliance))

    def test_roles_that_need_an_exception_open_the_form_for_one(self):
        with self.assertRaises(RedirectWarning) as refusal:
            self._give(self.agent, "archivist")
        context = refusal.exception.args[3]
        self.assertEqual(context["default_user_id"], self.agent.id)
        self.assertEqual(context["default_conflict_id"], self.justify.id)

    def test_groups_that_contain_others_count(self):
        # supervisor contains account manager contains agent
        with self.assertRaises(RedirectWarning):
            self._give(self.archivist, "supervisor")

    def test_other_ways_of_giving_are_closed_too(self):
        giver = self.giver
        group = self._group("archivist")
        with self.assertRaises(RedirectWarning):
            group.with_user(giver).write({"user_ids": [(4, self.agent.id)]})
        with self.assertRaises(RedirectWarning):
            group.with_user(giver).write(
                {"implied_by_ids": [(4, self._group("supervisor").id)]}
            )
        with self.assertRaises(RedirectWarning):
            self.env["res.groups"].with_user(giver).create(
                {
                    "name": "Both",
                    "implied_ids": [(4, group.id)],
                    "user_ids": [(4, self.agent.id)],
                }
            )
        with self.assertRaises(RedirectWarning):
            self.env["res.users"].with_user(giver).with_context(
                install_mode=True
            ).create(
                {
                    "name": "New",
                    "login": "test both",
                    "group_ids": [
                        (4, group.id),
                        (4, self._group("agent").id),
                    ],
                }
            )

    def test_somebody_inactive_who_comes_back_is_looked_at(self):
        self.agent.active = False
        self.agent.group_ids |= self._group("archivist")
        with self.assertRaises(RedirectWarning):
            self.agent.with_user(self.giver).active = True

    def test_who_had_both_before_may_be_changed_otherwise(self):
        self.agent.group_ids |= self._group("archivist")
        self.assertEqual(self._clash(self.agent).state, "open")
        self.agent.with_user(self.giver).write(
            {"group_ids": [(4, self.env.ref("base.group_allow_export").id)]}
        )

    def test_exception_lets_the_role_be_given_until_its_last_day(self):
        exception = self._exception()
        with self.assertRaises(RedirectWarning):
            self._give(self.agent, "archivist")
        exception.with_user(self.officer2).write({"state": "approved"})
        self._give(self.agent, "archivist")
        self.assertEqual(self._clash(self.agent).state, "excepted")
        self.env.flush_all()
        self.env.cr.execute(
            "UPDATE insurance_duty_exception SET date_to = %s WHERE id = %s",
            (fields.Date.subtract(fields.Date.today(), days=1), exception.id),
        )
        self.env.invalidate_all()
        self.assertEqual(self._clash(self.agent).state, "open")
        self.assertTrue(exception.expired)

    # --- exceptions attacked

    def test_the_person_and_who_asked_do_not_approve(self):
        own = self._exception(
            user_id=self.department_head.id,
            conflict_id=self.env.ref(
                "insurance_compliance.duty_conflict_archivist_head"
            ).id,
        )
        with self.assertRaisesRegex(AccessError, "neither asked"):
            own.with_user(self.department_head).write({"state": "approved"})
        asked = self._exception(requester=self.compliance)
        with self.assertRaisesRegex(AccessError, "neither asked"):
            asked.with_user(self.compliance).write({"state": "approved"})
        with self.assertRaises(AccessError):
            asked.with_user(self.giver).write({"state": "approved"})

    def test_content_that_comes_with_the_approval_is_looked_at(self):
        asked = self._exception().with_user(self.officer2)
        far = fields.Date.add(fields.Date.today(), years=3)
        for values, refusal in (
            ({"user_id": self.officer2.id}, AccessError),
            ({"date_to": far}, UserError),
        ):
            with self.subTest(values), self.assertRaises(refusal):
                asked.write({"state": "approved", **values})

    def test_who_asked_can_t_be_changed_to_somebody_else(self):
        asked = self._exception(
            requester=self.compliance, requester_id=self.officer2.id
        )
        self.assertEqual(asked.requester_id, self.compliance)
        for values in (
            {"requester_id": self.officer2.id},
            {"approver_id": self.officer2.id},
            {"approved_on": "2020-01-01 00:00:00"},
        ):
            with self.subTest(values), self.assertRaises(UserError):
                asked.with_user(self.compliance).write(values)
        with self.assertRaises(UserError):
            self._exception(state="approved")

    def test_no_exception_where_there_is_none_nor_without_reason_or_too_long(self):
        late = fields.Date.add(fields.Date.today(), days=91)
        for values, words in (
            ({"conflict_id": self.never.id}, "no exception"),
            ({"reason": " "}, "why it is needed"),
            ({"safeguard": False}, "what is done instead"),
            ({"date_to": late}, "within 90 days"),
        ):
            with self.subTest(words), self.assertRaisesRegex(UserError, words):
                exception = self._exception(**values)
                exception.with_user(self.officer2).write({"state": "approved"})

    def test_decided_exceptions_stay(self):
        exception = self._exception()
        exception.with_user(self.officer2).write({"state": "approved"})
        with self.assertRaises(UserError):
            exception.with_user(self.officer2).date_to = fields.Date.add(
                fields.Date.today(), days=60
            )
        with self.assertRaises(UserError):
            exception.with_user(self.officer2).unlink()

    def test_a_program_does_not_approve(self):
        self.patch(person, "is_person", lambda env: False)
        with self.assertRaisesRegex(AccessError, "not by programs"):
            self._exception().with_user(self.officer2).write({"state": "approved"})

    @mute_logger("odoo.addons.base.models.ir_model")
    def test_agents_see_no_list_of_persons(self):
        for name in ("clash", "exception", "conflict"):
            with self.assertRaises(AccessError):
                self.env[f"insurance.duty.{name}"].with_user(self.agent).search([])

    # --- pairs and duties

    def test_a_role_is_not_incompatible_with_what_it_contains(self):
        with self.assertRaisesRegex(ValidationError, "contains the other"):
            self.env["insurance.duty.conflict"].create(
                {
                    "first_group_id": self._group("agent").id,
                    "second_group_id": self._group("supervisor").id,
                    "reason": "x",
                }
            )

    def test_all_clashes_are_found_by_one_statement(self):
        self.agent.group_ids |= self._group("archivist")
        self.env.flush_all()
        model = self.env["insurance.duty.clash"]
        model.search_fetch([], ["user_id"])
        self.env.invalidate_all()
        with self.assertQueryCount(1):
            found = model.search_fetch([], ["user_id"])
        self.assertIn(self.agent, found.user_id)

    def test_matrix_names_every_role_of_the_handbook(self):
        duties = self.env["insurance.duty"].search([])
        roles = {"agent", "manager", "supervisor", "archivist", "admin"}
        roles |= {"compliance", "department"}
        wanted = {self._group(name) for name in roles}
        wanted.add(self.env.ref("base.group_system"))
        self.assertLessEqual(wanted, set(duties.group_id))
        self.assertLessEqual(
            {"collect", "store", "use", "transmit", "destroy"},
            set(duties.mapped("stage")),
        )
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "insurance_compliance.report_duty_matrix", duties.ids
        )
        self.assertIn(duties[0].name, html.decode())

    def test_role_of_another_application_is_found_when_it_is_there(self):
        conflict = self.env["insurance.duty.conflict"].create(
            {
                "first_group_id": self._group("department").id,
                "second_external": f"{MODULE}.group_segment_editor",
                "reason": "x",
            }
        )
        self.assertFalse(conflict.second_group_id)
        with self.assertRaises(RedirectWarning):
            self._give(self.department, "segment_editor")
        conflict._find_groups()
        conflict.invalidate_recordset()
        self.assertEqual(conflict.second_group_id, self._group("segment_editor"))
