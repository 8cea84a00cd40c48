import {registry} from "@web/core/registry";

registry.category("web_tour.tours").add("insurance_missing", {
    steps: () => [
        {
            content: "A field on another page of the notebook",
            trigger: ".o_insurance_missing button[data-missing=intent_level]",
            run: "click",
        },
        {trigger: ".o_notebook .nav-link.active[name=intent]"},
        {trigger: ".o_field_widget[name=intent_level]:focus-within"},
        {
            content: "A field above the notebook, by keyboard",
            trigger: ".o_insurance_missing button[data-missing=employer]",
            async run(helpers) {
                this.anchor.focus();
                await helpers.press("Enter");
            },
        },
        {
            trigger: ".o_field_widget[name=employer] input:focus",
            run: "edit Tour employer",
        },
        {
            content: "A paper",
            trigger: ".o_insurance_missing button:contains('Tour paper')",
            run: "click",
        },
        {trigger: ".modal .o_field_widget[name=type_id] input:value('Tour paper')"},
        {trigger: ".modal .o_form_button_save", run: "click"},
        {trigger: "body:not(:has(.modal))"},
        {trigger: "body:not(:has(.o_insurance_missing button:contains('Tour paper')))"},
        {
            content: "A person",
            trigger: ".o_insurance_missing button[data-missing=spouse]",
            run: "click",
        },
        {trigger: ".modal .o_field_widget[name=name] input", run: "edit 王芳"},
        {trigger: ".modal .o_form_button_save", run: "click"},
        {trigger: "body:not(:has(.modal))"},
        {
            trigger:
                "body:not(:has(.o_insurance_missing button[data-missing=spouse])) .o_form_saved",
        },
    ],
});

registry.category("web_tour.tours").add("insurance_missing_readonly", {
    steps: () => [
        {trigger: ".o_insurance_missing .badge"},
        {trigger: "body:not(:has(.o_insurance_missing button))"},
    ],
});

registry.category("web_tour.tours").add("insurance_verify", {
    steps: () => [
        {
            trigger: ".o_data_row:contains('张伟') button[name=action_verify]",
            run: "click",
        },
        {trigger: ".modal .o_field_widget[name=contact] input", run: "click"},
        {trigger: ".modal button[name=action_confirm]", run: "click"},
        {trigger: "body:not(:has(.modal))"},
    ],
});
