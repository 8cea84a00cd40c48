from .common import MatchCase


class NeedsCase(MatchCase):
    """A client who is asked, and answers as a test wants."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.archive.write(
            {"birth_date": "1985-05-05", "income_band": "3", "asset_band": "3"}
        )

    def _ask(self, kind, user=None, archive=None, **values):
        return (
            self.env["insurance.assessment"]
            .with_user(user or self.agent)
            .create(
                {
                    "archive_id": (archive or self.archive).id,
                    "kind": kind,
                    "channel": "link",
                    **values,
                }
            )
        )

    def _answer(self, assessment, share=0.5, **facts):
        """Answer everything with this share of the points, and finish.

        :param facts: answers to the questions that tell something
        """
        # as the client without a login: the survey's controllers work as superuser
        public = self.env.ref("base.public_user")
        entry = assessment.with_user(public).sudo().user_input_id
        entry.user_input_line_ids.unlink()
        for question in entry.survey_id.question_ids:
            value = facts.get(question.insurance_fact)
            if question.question_type == "numerical_box":
                entry._save_lines(question, str(value or 0))
                continue
            answers = question.suggested_answer_ids
            chosen = answers.filtered(
                lambda answer, value=value: answer.insurance_value == value
            )
            by_score = answers.sorted("answer_score")
            place = round(share * (len(by_score) - 1))
            entry._save_lines(question, str((chosen[:1] or by_score[place]).id))
        entry._mark_done()
        assessment.invalidate_recordset()
        return assessment.with_env(self.env)

    def _assessed(self, kind, share=0.5, archive=None, **facts):
        return self._answer(self._ask(kind, archive=archive), share, **facts)

    @classmethod
    def _in_force(cls, product, sum_insured, archive=None, **values):
        """Return a policy in force; its owner is whom it insures."""
        policy = cls._policy(
            archive_id=(archive or cls.archive).id,
            product_id=product.id,
            sum_insured=sum_insured,
            start_date="2024-01-01",
            statutory_beneficiaries=True,
            **values,
        )
        policy.state = "active"
        return policy

    def _gap(self, code, archive=None, user=None, **options):
        archive = (archive or self.archive).with_user(user or self.agent)
        gaps = {gap.kind.code: gap for gap in archive._cover_gaps(**options)}
        return gaps.get(code)
