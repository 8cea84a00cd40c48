from unittest.mock import patch

from odoo.exceptions import AccessError
from odoo.tests import tagged

from .. import share_person
from .common_share import ShareCase

IN_PERSON = share_person._in_person


@tagged("post_install", "-at_install")
class TestSharePerson(ShareCase):
    """Decisions are taken by the person who is logged in."""

    def _waiting(self):
        share = self._share()
        share.action_submit()
        return share.with_user(self.supervisor)

    def test_program_in_the_name_of_the_decider_is_refused(self):
        share = self._waiting()
        with patch.object(share_person, "_in_person", IN_PERSON):
            for step in ("approved", "refused"):
                with self.assertRaisesRegex(AccessError, "not by programs"):
                    share.write({"state": step, "state_reason": "x"})
            with self.assertRaisesRegex(AccessError, "not by programs"):
                share.with_user(self.compliance).action_review()

    def test_server_action_does_not_decide_within_the_decider_s_own_call(self):
        share = self._waiting()
        action = self.env["ir.actions.server"].create(
            {
                "name": "Approve",
                "model_id": self.env["ir.model"]._get_id("insurance.share"),
                "state": "code",
                "code": "record.action_approve()",
            }
        )
        with patch.object(share_person, "_in_person", IN_PERSON):
            with (
                self.calling(self.supervisor, "ir.actions.server.run") as env,
                self.assertRaisesRegex(Exception, "not by programs"),
            ):
                action.with_env(env).sudo().with_context(
                    active_model="insurance.share", active_id=share.id
                ).run()
            with self.calling(self.supervisor, "insurance.share.action_approve") as env:
                share.with_env(env).action_approve()
        self.assertEqual(share.state, "approved")
