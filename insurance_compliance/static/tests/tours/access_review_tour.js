import {registry} from "@web/core/registry";

const row = ".o_list_view .o_data_row:contains(test colleague)";

// a review is under way: the supervisor withdraws a grant and says why
registry.category("web_tour.tours").add("insurance_access_review", {
    steps: () => [
        {trigger: `${row} td[name=reason]`, run: "click"},
        {
            trigger: ".o_selected_row div[name=reason] input",
            run: "edit No longer needed",
        },
        {
            trigger: ".o_selected_row button[name=action_revoke]",
            run: "click",
        },
        {
            content: "What follows is said before",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "The queue has one less, the others are still there",
            trigger: `.o_list_view:not(:has(.o_data_row:contains(test colleague))) .o_data_row`,
        },
    ],
});
