from .common import ArchiveCase


class FeedbackCase(ArchiveCase):
    """The agent's client complains; account manager and supervisor may handle it."""

    @classmethod
    def _feedback(cls, user=None, **values):
        """Return feedback as the user sees it; by default a complaint."""
        return (
            cls.env["insurance.feedback"]
            .with_user(user or cls.supervisor)
            .create(
                {
                    "archive_id": cls.archive.id,
                    "name": "Nobody calls back",
                    "kind": "complaint",
                    "description": "Three calls, no answer.",
                    **values,
                }
            )
        )

    def _handled(self, **values):
        """Return a complaint that the account manager is looking into."""
        feedback = self._feedback(**values).with_user(self.manager)
        feedback.state = "acknowledged"
        feedback.state = "investigating"
        return feedback

    def _answer(self, feedback, **values):
        feedback.write(
            {
                "finding": "Two calls were missed.",
                "outcome": "justified",
                "answer": "We are sorry and have changed the rota.",
                "remedies_told": True,
                **values,
            }
        )
        feedback.state = "answered"
        return feedback
