import {choose, word} from "@insurance_compliance/../tests/tours/choose";
import {registry} from "@web/core/registry";

const field = (name) => `.o_field_widget[name=${name}]`;
const openFinance = {
    trigger: ".o_notebook .nav-link[name=finance]",
    run: "click",
};
const eye = `${field("annual_income")} .o_insurance_sealed_eye`;
const tours = registry.category("web_tour.tours");

tours.add("insurance_access_ask", {
    steps: () => [
        openFinance,
        {
            content: "the eye opens nothing, it offers the application",
            trigger: eye,
            run: "click",
        },
        {
            content: "with the content that the value lies in",
            trigger: `.modal ${field("slice_financial")} input:checked`,
        },
        ...choose(`.modal ${field("purpose_id")}`, word("Claim", "理赔")),
        {
            trigger: `.modal ${field("purpose_text")} textarea`,
            run: "edit Papers of the claim",
        },
        {trigger: ".modal button[name=action_submit]", run: "click"},
        {content: "back on the client", trigger: `body:not(:has(.modal)) ${eye}`},
    ],
});

tours.add("insurance_access_decide", {
    steps: () => [
        {
            content: "who, what for and what the policy says",
            trigger:
                ".o_kanban_record:contains(Papers of the claim) .o_insurance_within",
        },
        {
            trigger:
                ".o_kanban_record:contains(Papers of the claim) button[name=action_approve]",
            run: "click",
        },
        {
            content: "the queue is empty",
            trigger: ".o_kanban_view .o_view_nocontent_smiling_face",
        },
    ],
});

tours.add("insurance_access_reveal", {
    steps: () => [
        openFinance,
        {trigger: eye, run: "click"},
        {trigger: ".o_insurance_purpose select", run: "select claim"},
        {trigger: ".o_insurance_purpose_confirm:enabled", run: "click"},
        {
            trigger: ".modal .o_field_widget[name=password] input",
            run: "edit test agent",
        },
        {trigger: ".modal button[name=run_check]", run: "click"},
        {
            trigger: `${field("annual_income")} .o_insurance_sealed_value:contains(350,000)`,
        },
        {trigger: eye, run: "click"},
        {trigger: `${field("annual_income")} .o_insurance_sealed_mask`},
    ],
});

tours.add("insurance_access_unseen", {
    steps: () => [
        {
            trigger: "[data-menu-xmlid='insurance_client_archive.menu_clients']",
            run: "click",
        },
        {
            trigger: "[data-menu-xmlid='insurance_client_archive.menu_find_by_number']",
            run: "click",
        },
        {
            trigger: ".o_insurance_find input",
            run: "edit 11010519491231002X",
        },
        {trigger: ".o_insurance_find_button", run: "click"},
        {
            content: "not found, and the offer that a number of nobody gets, too",
            trigger: ".alert .o_insurance_ask_access",
            run: "click",
        },
        {
            content: "the form names the kind of number, nothing else",
            trigger: `.modal .o_data_row td[name=identifier]:contains(${word("ID number", "证件号码")})`,
        },
        ...choose(`.modal ${field("purpose_id")}`, word("Claim", "理赔")),
        {trigger: ".modal button[name=action_submit]", run: "click"},
        {trigger: "body:not(:has(.modal))"},
    ],
});
