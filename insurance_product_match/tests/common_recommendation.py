import base64

from odoo.fields import Command

from .common import MODULE
from .common_needs import NeedsCase

#: the smallest picture there is
PICTURE = base64.b64encode(
    base64.b64decode(
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YA"
        "AAAASUVORK5CYII="
    )
).decode()
#: texts that say different things: a round is no copy of another
THOUGHTS = (
    "The family lives on one income of an engineer; a stroke would end the mortgage and"
    " the lessons of both daughters within half a year.",
    "Compared with two rivals: ours waits 90 days, pays a second time after cancer, and"
    " asks fewer questions about blood pressure.",
    "Premium of the first ten years fits beside school fees; monthly payment would cost"
    " eight per cent more, so the yearly bonus in February pays it.",
    "Client asked for a smaller sum, we showed what rehabilitation costs here and"
    " how long the savings book would last without wages.",
    "Took out the rider for hospital days: the employer's group policy pays them, and a"
    " doubled benefit would be money for nothing.",
    "Final talk over tea: husband understood the exclusions, wife wants the very same"
    " terms in a contract of her own next spring.",
    "Children ask for the pension of grandparents; that belongs to another year and was"
    " put down as a wish in the file of needs.",
    "Read the filed clauses again: paralysis counts only after 180 days, which agents"
    " tend to forget and clients hear about too late.",
    "Complaints of last year: eleven of twelve claims were settled within a month, one"
    " waits for a court because an operation was not mentioned.",
    "The table of cash values shows break-even in year seventeen, so nobody should buy"
    " who may need the deposit before the children are grown.",
    "Actuaries moved thyroid tumours to mild diseases: leaflet and training slides yet"
    " show the older wording and were sent back.",
)


class RecommendationCase(NeedsCase):
    """A client of the agent, a product on sale, and advice as far as one wants."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.product = cls._sellable_product(name="Calm years")
        cls.archive.write(
            {
                "gender": "male",
                "intent_note": "Family",
                "intent_budget": 30_000,
            }
        )
        cls._assess(cls.archive)
        cls._license(cls.agent)
        cls._analyse(cls.product)

    @classmethod
    def _assess(cls, archive):
        """Let needs, means and tolerance of the client be known."""
        case = cls()
        means = {"income_band": "3", "asset_band": "3", "budget": "30000"}
        case._assessed("need", archive=archive, budget="30000")
        case._assessed("finance", archive=archive, **means)

    @classmethod
    def _license(cls, user):
        """Let the user sell the products."""
        return cls.env["insurance.agent.profile"].create(
            {
                "user_id": user.id,
                "licence_number": f"L{user.id}",
                "licence_until": "2099-12-31",
                "grade_id": cls.env.ref(f"{MODULE}.agent_grade_senior").id,
            }
        )

    @classmethod
    def _analyse(cls, product):
        """Write down what is asked for of a product."""
        texts = iter(THOUGHTS[6:])
        cls.env["insurance.diligence"].create(
            [
                {"kind": kind, "product_id": product.id, "text": next(texts)}
                for kind, _have, need in product._insurance_diligence_missing()
                for _number in range(need)
            ]
        )

    @classmethod
    def _advice(cls, step="collect", product=None, **values):
        """Return advice of the agent to the client that has come to *step*."""
        advice = (
            cls.env["insurance.recommendation"]
            .with_user(cls.agent)
            .create({"archive_id": cls.archive.id, **values})
        )
        steps = ("match", "recommend", "talk", "confirmed", "sold")
        if step == "collect":
            return advice
        for one in steps[: steps.index(step) + 1]:
            if one == "recommend":
                cls._line(advice, product_id=(product or cls.product).id)
            getattr(cls, f"_prepare_{one}", lambda advice: None)(advice)
            if one == "confirmed":
                cls._sign(advice)
            else:
                advice.state = one
        return advice

    @classmethod
    def _prepare_talk(cls, advice):
        advice.opinion = "Meets the need, within the budget."
        cls._rounds(advice)

    @classmethod
    def _prepare_confirmed(cls, advice):
        advice.line_ids[:1].chosen = True
        advice.explained_ids = advice._notices()

    @classmethod
    def _rounds(cls, advice, product=None):
        product = product or advice.line_ids[:1].product_id
        kinds = ["matching"] * 3 + ["recommendation"] * 3
        advice.diligence_ids = [
            Command.create({"kind": kind, "product_id": product.id, "text": text})
            for kind, text in zip(kinds, THOUGHTS, strict=False)
        ]

    @classmethod
    def _sign(cls, advice, kind="confirmation"):
        return advice.action_sign(kind, PICTURE, "张伟")

    @classmethod
    def _line(cls, advice, **values):
        return (
            cls.env["insurance.recommendation.line"]
            .with_user(cls.agent)
            .create(
                {
                    "recommendation_id": advice.id,
                    "product_id": cls.product.id,
                    "sum_insured": 200_000,
                    "override_reason": "The only one with a second payment",
                    **values,
                }
            )
        )
