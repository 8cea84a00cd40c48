import time

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools.safe_eval import safe_eval

from ..models.insurance_sealed_reveal import IdentityCheckNeeded
from ..models.insurance_use_record import InsuranceUseLog, UseLogUnavailable
from ..models.insurance_vault_quota import QuotaExceeded
from ..vault_consumer import Consumer, register_consumer
from .common_vault import ACCOUNT, HEALTH, ID_NUMBER, OTHER_ID_NUMBER, VaultCase

READER = register_consumer("test reader")


@tagged("post_install", "-at_install")
class TestReveal(VaultCase):
    """The one door, in the order of its checks."""

    def assertRefused(self, error, *args, **kwargs):
        with self.assertRaises(error):
            self.reveal(*args, **kwargs)

    def test_agent_opens_values_of_the_own_client(self):
        names = ("id_number", "bank_account", "annual_income", "health_notice")
        self.assertEqual(
            self.reveal(self.agent, *names),
            {
                "id_number": ID_NUMBER,
                "bank_account": ACCOUNT,
                "annual_income": 350000.0,
                "health_notice": HEALTH,
            },
        )
        [use] = self.uses
        self.assertEqual((use["action"], use["result"]), ("reveal", "done"))
        self.assertEqual(use["content"], list(names))
        self.assertEqual(use["purpose"], "claim")
        self.assertEqual(use["user"], self.agent.id)

    def test_empty_field_opens_as_nothing(self):
        archive = self._archive(name="王芳")
        opened = self.reveal(self.agent, "id_number", archive=archive)
        self.assertEqual(opened, {"id_number": False})

    def test_others_open_nothing_and_leave_a_trace(self):
        for user in (
            *self.outsiders,
            self.department,
            self.archivist,
            self.compliance,
            self.env.ref("base.user_admin"),
        ):
            with self.subTest(user=user.login):
                self.uses.clear()
                self.assertRefused(AccessError, user, "id_number")
                # a rule that refuses the record leaves a record of its own
                self.assertIn(("reveal", "denied"), self.actions())
                self.assertEqual(
                    {result for _action, result in self.actions()}, {"denied"}
                )

    def test_archivist_who_reads_the_archive_opens_nothing(self):
        self.archive.sudo()._write_multi([{"state": "filed"}])
        self.archive.invalidate_recordset()
        self.assertTrue(self.archive.with_user(self.archivist).has_access("read"))
        self.assertRefused(AccessError, self.archivist, "id_number")

    def test_superuser_mode_opens_nothing(self):
        with self.calling(self.agent) as env, self.assertRaises(AccessError):
            self.archive.with_env(env).sudo().reveal(["id_number"], "claim")

    def test_environment_of_another_user_opens_nothing(self):
        with (
            self.calling(self.env.ref("base.user_admin")) as env,
            self.assertRaises(AccessError),
        ):
            archive = self.archive.with_env(env).with_user(self.agent)
            archive.reveal(["id_number"], "claim")

    def test_call_on_behalf_of_the_user_opens_nothing(self):
        # the agent was made to run somebody else's action
        self.assertRefused(
            AccessError, self.agent, "id_number", method="ir.actions.server.run"
        )

    def test_stored_code_inside_of_the_users_own_call_opens_nothing(self):
        # a record rule, for one, is evaluated while the user opens a value
        with self.calling(self.agent) as env, self.assertRaises(AccessError):
            safe_eval(
                "archive.reveal(['id_number'], 'claim')",
                {"archive": self.archive.with_env(env)},
            )

    def test_scheduled_job_in_the_users_name_opens_nothing(self):
        with self.assertRaises(AccessError):
            self.archive.with_user(self.agent).reveal(["id_number"], "claim")

    def test_program_with_a_key_opens_only_where_allowed(self):
        remote = {"has_session": False, "identity_checked": 0}
        self.assertRefused(AccessError, self.agent, "id_number", **remote)
        self.parameter("vault_reveal_over_api", "True")
        self.assertTrue(self.reveal(self.agent, "id_number", **remote)["id_number"])

    def test_health_and_finance_ask_for_the_password(self):
        stale = {"identity_checked": time.time() - 601}
        for name in ("health_notice", "annual_income", "total_assets", "bank_account"):
            self.assertRefused(IdentityCheckNeeded, self.agent, name, **stale)
        self.assertFalse(self.uses)
        self.assertTrue(self.reveal(self.agent, "id_number", **stale)["id_number"])
        fresh = {"identity_checked": time.time() - 590}
        self.assertTrue(self.reveal(self.agent, "health_notice", **fresh))

    def test_two_factor_can_be_demanded(self):
        self.parameter("vault_two_factor", "True")
        with self.assertRaisesRegex(AccessError, "two-factor"):
            self.reveal(self.agent, "id_number")
        self.patch(type(self.env["res.users"]), "_mfa_type", lambda user: "totp")
        self.assertTrue(self.reveal(self.agent, "id_number"))

    def test_purpose_is_needed(self):
        for purpose in (False, "", "curiosity", "other"):
            self.assertRefused(UserError, self.agent, "id_number", purpose=purpose)
        self.assertEqual(set(self.actions()), {("reveal", "denied")})

    def test_closed_archive_opens_nothing(self):
        for state in ("restricted", "destroyed"):
            self.archive.sudo()._write_multi([{"state": state}])
            self.assertRefused(AccessError, self.agent, "id_number")

    def test_ordinary_fields_are_not_revealed(self):
        for names in ((), ("name",), ("id_number", "phone"), ("uuid",)):
            self.assertRefused(UserError, self.agent, *names)

    def test_lost_client_is_closed_at_once(self):
        self.assertTrue(self.reveal(self.agent, "id_number"))
        self.archive.sudo().agent_id = self.agent2
        self.assertRefused(AccessError, self.agent, "id_number")
        self.assertTrue(self.reveal(self.agent2, "id_number"))

    def test_no_record_no_value(self):
        def refuse(log, *args, **kwargs):
            raise UseLogUnavailable("out of reach")

        self.patch(InsuranceUseLog, "_record", refuse)
        with self.assertRaisesRegex(UseLogUnavailable, "out of reach"):
            self.reveal(self.agent, "id_number")

    def test_log_comes_before_decryption(self):
        self.sql(
            "DELETE FROM insurance_vault_key WHERE archive_id = %s", self.archive.id
        )
        with self.assertRaises(UserError):
            self.reveal(self.agent, "id_number")
        self.assertEqual(
            self.actions(),
            [("reveal", "done"), ("alarm", "failed"), ("reveal", "failed")],
        )

    def test_mass_reveal_ends(self):
        self.parameter("vault_reveals_per_hour", "3")
        for _time in range(3):
            self.reveal(self.agent, "id_number")
        self.assertRefused(QuotaExceeded, self.agent, "id_number")
        self.assertEqual(self.actions()[-1], ("reveal", "denied"))

    def test_value_does_not_enter_the_cache(self):
        with self.calling(self.agent) as env:
            archive = self.archive.with_env(env)
            archive.reveal(["health_notice"], "claim")
            data = str(dict(env.transaction.field_data))
            self.assertNotIn(HEALTH, data)
            self.assertNotIn(HEALTH, archive.health_notice)

    def test_copying_is_logged(self):
        with self.calling(self.agent) as env:
            self.archive.with_env(env).log_copy("id_number", "claim")
        self.assertEqual(self.actions(), [("copy", "done")])
        with self.calling(self.agent2) as env, self.assertRaises(AccessError):
            self.archive.with_env(env).log_copy("id_number", "claim")

    def test_terms_tell_what_the_eye_needs(self):
        with self.calling(self.agent, identity_checked=0) as env:
            archive = self.archive.with_env(env)
            terms = archive.reveal_terms(["health_notice"])
            self.assertTrue(terms["allowed"] and terms["step_up"])
            self.assertGreater(terms["seconds"], 0)
            self.assertIn("claim", [item["code"] for item in terms["purposes"]])
            self.assertFalse(archive.reveal_terms(["id_number"])["step_up"])
        with self.calling(self.agent2) as env, self.assertRaises(AccessError):
            self.archive.with_env(env).reveal_terms(["id_number"])


@tagged("post_install", "-at_install")
class TestExactSearch(VaultCase):
    """Exact search is a right, limited and logged."""

    def search(self, user, value, field="id_number"):
        with self.calling(user, "insurance.archive.search_by_identifier") as env:
            return env["insurance.archive"].search_by_identifier(field, value)

    def test_agent_finds_the_own_client_however_it_is_typed(self):
        for typed in (ID_NUMBER, "110105 19491231 002x", "110105491231002"):
            self.assertEqual(self.search(self.agent, typed), self.archive.ids)
        account = self.search(self.agent, "6222-0210-0111-2233-445", "bank_account")
        self.assertEqual(account, self.archive.ids)
        self.assertEqual(set(self.actions()), {("search_hit", "done")})

    def test_miss_is_logged_without_the_number(self):
        self.assertEqual(self.search(self.agent, OTHER_ID_NUMBER), [])
        self.assertEqual(self.actions(), [("search_miss", "done")])
        self.assertNotIn(OTHER_ID_NUMBER, str(self.uses))

    def test_client_of_somebody_else_is_not_found(self):
        self.assertEqual(self.search(self.agent2, ID_NUMBER), [])

    def test_search_needs_the_right(self):
        for user in self.archivist | self.compliance | self.department:
            with self.assertRaises(UserError):
                self.search(user, ID_NUMBER)
        self.assertEqual(set(self.actions()), {("search", "denied")})

    def test_search_ends_after_the_limit(self):
        self.parameter("vault_searches_per_hour", "2")
        for _time in range(2):
            self.search(self.agent, OTHER_ID_NUMBER)
        with self.assertRaises(QuotaExceeded):
            self.search(self.agent, OTHER_ID_NUMBER)

    def test_fields_without_index_are_not_searched(self):
        for name in ("annual_income", "health_notice", "name"):
            with self.assertRaises(UserError):
                self.search(self.agent, "350000", name)

    def test_presence_is_searched_freely(self):
        empty = self._archive(name="王芳")
        both = self.archive | empty
        for name in ("id_number", "health_notice", "annual_income"):
            mine = [("id", "in", both.ids)]
            found = both.search([*mine, (name, "!=", False)])
            self.assertEqual(found, self.archive)
            self.assertEqual(both.search([*mine, (name, "=", False)]), empty)


@tagged("post_install", "-at_install")
class TestConsumer(VaultCase):
    """Code on the server that computes with sealed values."""

    def test_registered_code_opens_for_a_moment(self):
        with self.archive._unsealed(["annual_income"], "needs", READER) as values:
            kept = values
            self.assertEqual(values[self.archive]["annual_income"], 350000.0)
        self.assertFalse(kept)
        [use] = self.uses
        self.assertEqual(use["purpose_text"], "test reader")

    def test_other_code_opens_nothing(self):
        for consumer in (None, "test reader", Consumer("test reader"), object()):
            with (
                self.assertRaises(UserError),
                self.archive._unsealed(["annual_income"], "needs", consumer),
            ):
                self.fail("opened")

    def test_access_is_checked(self):
        archive = self.archive.with_user(self.agent2)
        with (
            self.assertRaises(AccessError),
            archive._unsealed(["annual_income"], "needs", READER),
        ):
            self.fail("opened")
