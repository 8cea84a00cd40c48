import {registry} from "@web/core/registry";
import {choose} from "./choose";

const confirmed = (button) => [
    {trigger: `button[name=${button}]`, run: "click"},
    {trigger: ".modal .modal-footer .btn-primary", run: "click"},
    {trigger: "body:not(:has(.modal))"},
];

// an inspection from its plan to the signature of the inspector
registry.category("web_tour.tours").add("insurance_inspection", {
    steps: () => [
        {trigger: ".o_list_button_add", run: "click"},
        ...choose("[name=inspector_id]", "test compliance"),
        // last: the list of tags opens anew for the next one
        {trigger: "[name=check_ids] input", run: "edit Tour demand"},
        {
            trigger: ".o-autocomplete--dropdown-item:contains(Tour demand)",
            run: "click",
        },
        {trigger: "[name=check_ids] .o_tag:contains(Tour demand)"},
        {trigger: ".o_form_button_save", run: "click"},
        ...confirmed("action_begin"),
        {trigger: "button.btn-primary[name=action_open_answers]", run: "click"},
        {
            trigger:
                ".o_data_row:contains(Is the cabinet locked) button[name=action_pass]",
            run: "click",
        },
        {trigger: "body:not(:has(button[name=action_pass]))"},
        {trigger: ".o_back_button", run: "click"},
        ...confirmed("action_submit"),
        {trigger: "body:not(:has(button[name=action_submit]))"},
    ],
});

// another person confirms it
registry.category("web_tour.tours").add("insurance_inspection_review", {
    steps: () => [
        {trigger: ".o_data_row:contains(test compliance) td[name=name]", run: "click"},
        ...confirmed("action_review"),
        {trigger: "[name=reviewer_id]:contains(test head)"},
    ],
});
