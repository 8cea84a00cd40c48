from odoo import http
from odoo.exceptions import UserError
from odoo.http import request

from odoo.addons.portal.controllers.portal import CustomerPortal


class FeedbackPortal(CustomerPortal):
    """A client's own complaints, suggestions and praise."""

    def _prepare_portal_layout_values(self):
        values = super()._prepare_portal_layout_values()
        # the card on the home page is for clients
        archive = request.env["insurance.feedback"]._portal_archive()
        return {**values, "insurance_is_client": bool(archive)}

    @http.route("/my/feedback", type="http", auth="user", website=True)
    def portal_feedback(self, handed_in=None, **_ignored):
        Feedback = request.env["insurance.feedback"]
        return request.render(
            "insurance_client_archive.portal_my_feedback",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "insurance_feedback",
                "rows": Feedback._portal_rows(),
                "handed_in": handed_in,
            },
            headers={"Cache-Control": "no-store"},
        )

    @http.route("/my/feedback/new", type="http", auth="user", website=True)
    def portal_feedback_new(self, **post):
        Feedback = request.env["insurance.feedback"]
        error = None
        if request.httprequest.method == "POST":
            topic = post.get("topic_id") or ""
            try:
                number = Feedback._portal_hand_in(
                    post.get("kind"),
                    post.get("name"),
                    post.get("description"),
                    int(topic) if topic.isdecimal() else False,
                )
            except UserError as refusal:
                error = str(refusal)
            else:
                return request.redirect(f"/my/feedback?handed_in={number}")
        return request.render(
            "insurance_client_archive.portal_my_feedback_new",
            {
                **self._prepare_portal_layout_values(),
                "page_name": "insurance_feedback",
                "topics": Feedback._portal_topics(),
                "error": error,
                "post": post,
            },
            headers={"Cache-Control": "no-store"},
        )
