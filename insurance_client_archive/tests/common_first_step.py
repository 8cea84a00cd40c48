from odoo.tests import new_test_user

from .common import MODULE, ArchiveCase

__all__ = ["FirstStepCase"]


class FirstStepCase(ArchiveCase):
    """A second company, in which nothing has been settled yet."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.house = cls.env["res.company"].create({"name": "New house"})
        cls.insurance_admin.company_ids += cls.house
        cls.compliance.company_ids += cls.house
        cls.agent3 = cls._member("agent")

    @classmethod
    def _member(cls, role):
        """Return a new employee of the new company."""
        return new_test_user(
            cls.env,
            f"new {role}",
            groups=f"base.group_user,{MODULE}.group_{role}",
            company_id=cls.house.id,
            company_ids=[(6, 0, cls.house.ids)],
            lang="en_US",
        )

    def _step(self, key, user=None):
        """Return a step as somebody of the new company sees it now."""
        self.env.flush_all()
        self.env.invalidate_all()
        return (
            self.env["insurance.first.step"]
            .with_user(user or self.insurance_admin)
            .with_company(self.house)
            .search([("key", "=", key)])
        )

    def assertMissing(self, key, text=""):
        step = self._step(key)
        self.assertIn(step.state, ("urgent", "open"), step.missing)
        self.assertIn(text, step.missing)

    def assertDone(self, key):
        step = self._step(key)
        self.assertEqual(step.state, "done", step.missing)
