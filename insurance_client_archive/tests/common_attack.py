from odoo.exceptions import UserError

from .common_vault import CANARIES, VaultCase


class AttackCase(VaultCase):
    def assertNoCanary(self, answer):
        text = answer if isinstance(answer, str) else repr(answer)
        for canary in CANARIES:
            self.assertNotIn(canary, text)
        return answer

    def assertSilent(self, attack, *args, **kwargs):
        """The attack is refused, or its answer holds no sealed value."""
        try:
            answer = attack(*args, **kwargs)
        except (UserError, ValueError) as error:
            return self.assertNoCanary(str(error))
        return self.assertNoCanary(answer)
