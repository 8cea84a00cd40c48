import {registry} from "@web/core/registry";

// No words of the page: the same steps run in English and in Chinese.
const CHECKS = ["covers", "premiums", "conditions", "exclusions", "grade", "wording"];
const inState = (state) => ({
    trigger: `.o_field_widget[name=insurance_state] .o_arrow_button_current[data-value='${state}']`,
});

registry.category("web_tour.tours").add("insurance_library_submit", {
    steps: () => [
        {trigger: "[name=name] textarea, [name=name] input", run: "edit Calm library"},
        {trigger: ".o_form_button_save", run: "click"},
        {trigger: ".o_form_view .o_form_saved"},
        {trigger: "button[name=action_insurance_submit]:visible", run: "click"},
        inState("review"),
    ],
});

registry.category("web_tour.tours").add("insurance_library_approve", {
    steps: () => [
        {trigger: "button[name=action_insurance_review]:visible", run: "click"},
        ...CHECKS.map((name) => ({
            trigger: `.modal [name=${name}_checked] input`,
            run: "click",
        })),
        {trigger: ".modal .o_form_button_save", run: "click"},
        inState("approved"),
    ],
});

registry.category("web_tour.tours").add("insurance_library_look", {
    steps: () => [
        {trigger: ".o_searchview_input", run: "edit Calm library"},
        {trigger: ".o_searchview_input", run: "press Enter"},
        {
            trigger:
                ".o_kanban_record:contains(Calm library):visible, .o_data_row .o_data_cell:contains(Calm library)",
            run: "click",
        },
        inState("approved"),
        {trigger: ".o_form_view:not(:has(button[name=action_insurance_review]))"},
    ],
});
