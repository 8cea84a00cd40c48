import {registry} from "@web/core/registry";

const approve = ".o_statusbar_buttons button[data-hotkey=a]:not(:disabled)";

// the agreement waits for its assessment: an officer approves that, then the agreement
registry.category("web_tour.tours").add("insurance_impact_gate", {
    steps: () => [
        {
            trigger: ".o_list_view .o_data_row:contains(Huaxia Re) .o_data_cell",
            run: "click",
        },
        {trigger: ".o_form_view div[name=partner_id]"},
        {trigger: approve, run: "click"},
        {
            content: "The refusal says what to do and leads there",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {
            content: "The assessment that waits is opened",
            trigger: ".o_form_view div[name=purpose_text]",
        },
        {trigger: approve, run: "click"},
        {trigger: ".o_form_view .ribbon:visible, .o_form_view .o_widget_web_ribbon"},
        {trigger: ".o_back_button", run: "click"},
        {trigger: ".o_form_view div[name=partner_id]"},
        {trigger: approve, run: "click"},
        {trigger: ".o_form_view button[data-value=approved][aria-checked=true]"},
    ],
});
