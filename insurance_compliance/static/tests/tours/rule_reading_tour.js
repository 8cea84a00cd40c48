import {registry} from "@web/core/registry";

const row = ".o_list_view .o_data_row:contains(Clear desk)";

// an agent finds the rule, reads the text and confirms it
registry.category("web_tour.tours").add("insurance_rule_reading", {
    steps: () => [
        {trigger: `${row} button[name=action_read]`, run: "click"},
        {
            content: "The text is shown, and the server knows since when",
            trigger: ".o_form_view .o_field_html:contains(Lock papers away)",
        },
        {
            trigger: ".o_form_view button[name=action_confirm]:not(:disabled)",
            run: "click",
        },
        {
            content: "Nothing of it is left to read",
            trigger: ".o_list_view:not(:has(.o_data_row:contains(Clear desk)))",
        },
    ],
});
