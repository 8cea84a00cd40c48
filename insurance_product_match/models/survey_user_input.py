from odoo import models

from .survey_survey import ASSESSMENT_SURVEY


class SurveyUserInput(models.Model):
    """Hand the answers of an assessment over to the archive, and keep none here."""

    _inherit = "survey.user_input"

    def _mark_done(self):
        result = super()._mark_done()
        answers = self.filtered(
            lambda one: (
                one.survey_id.survey_type == ASSESSMENT_SURVEY and not one.test_entry
            )
        )
        # superuser: clients answer without a login; the token names the one record
        # that is filled
        self.env["insurance.assessment"].sudo()._receive(answers)
        return result

    def _assessment_points(self):
        """Return (points, most points that could be had)."""
        self.ensure_one()
        chosen = self.user_input_line_ids.suggested_answer_id
        points = sum(answer.answer_score for answer in chosen)
        most = 0
        for question in self.survey_id.question_ids:
            scores = question.suggested_answer_ids.mapped("answer_score")
            if question.question_type == "multiple_choice":
                most += sum(score for score in scores if score > 0)
            elif question.question_type == "simple_choice":
                most += max(scores, default=0)
        return points, most

    def _assessment_facts(self):
        """Return {fact: value as text}; of several answers the highest stands."""
        self.ensure_one()
        facts = {}
        for line in self.user_input_line_ids.filtered(lambda line: not line.skipped):
            fact = line.question_id.insurance_fact
            if not fact:
                continue
            if line.answer_type == "suggestion":
                value = line.suggested_answer_id.insurance_value
            else:
                value = str(line.value_numerical_box or 0)
            if value:
                facts[fact] = max(facts.get(fact, ""), value)
        return facts

    def _assessment_cap(self):
        """Return the highest class of tolerance that the answers allow."""
        caps = self.user_input_line_ids.suggested_answer_id.mapped("insurance_cap")
        return min((int(cap) for cap in caps if cap), default=5)

    def _assessment_text(self):
        """Return questions and answers in plain words, in the order of the survey.

        In the language in which they were put to the client: that is what was agreed.
        """
        self.ensure_one()
        answer = self.with_context(lang=self.lang_id.code or self.env.lang)
        survey = answer.survey_id
        said = {}
        for line in answer.user_input_line_ids.filtered(lambda line: not line.skipped):
            said.setdefault(line.question_id, []).append(line.display_name or "")
        return "\n".join(
            f"{question.title} — {', '.join(said[question])}"
            for question in survey.question_ids
            if question in said
        )

    def _assessment_prefill(self, known):
        """Fill in what is known, ``{fact: value}``; the client may change it."""
        self.ensure_one()
        lines = []
        for question in self.survey_id.question_ids:
            value = known.get(question.insurance_fact)
            if not value:
                continue
            line = {"user_input_id": self.id, "question_id": question.id}
            if question.question_type == "numerical_box":
                lines.append(
                    {
                        **line,
                        "answer_type": "numerical_box",
                        "value_numerical_box": float(value),
                    }
                )
            elif question.question_type == "simple_choice":
                answer = question.suggested_answer_ids.filtered(
                    lambda answer, value=value: answer.insurance_value == str(value)
                )[:1]
                if answer:
                    lines.append(
                        {
                            **line,
                            "answer_type": "suggestion",
                            "suggested_answer_id": answer.id,
                        }
                    )
        self.env["survey.user_input.line"].create(lines)
