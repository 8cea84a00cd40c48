import {choose} from "@insurance_compliance/../tests/tours/choose";
import {registry} from "@web/core/registry";

const client = ".o_list_renderer .o_data_row:contains(张伟)";

// an agent leaves: the supervisor hands the clients over, and tells one of them
registry.category("web_tour.tours").add("insurance_handover", {
    steps: () => [
        {
            content: "No words are looked for: the tour runs in each language",
            trigger: ".o_list_view .o_list_button_add",
            run: "click",
        },
        {trigger: ".o_form_view .o_form_editable"},
        ...choose("div[name=agent_id]", "test agent"),
        {
            content: "What can't be undone is said before",
            trigger: ".o_form_view .alert-warning",
        },
        {
            trigger: "div[name=target_ids] .o_field_x2many_list_row_add a",
            run: "click",
        },
        ...choose(
            "div[name=target_ids] .o_selected_row div[name=agent_id]",
            "test colleague"
        ),
        {
            content: "List the clients",
            trigger: ".o_statusbar_buttons button[name=action_propose]",
            run: "click",
        },
        {
            content: "They can be handed over as soon as they are listed",
            trigger: ".o_statusbar_buttons button[name=action_hand_over]",
        },
        {trigger: ".o_notebook .nav-link[name=clients]", run: "click"},
        {trigger: "div[name=line_ids] .o_data_row:contains(张伟)"},
        {
            trigger: ".o_statusbar_buttons button[name=action_hand_over]",
            run: "click",
        },
        {
            content: "A click more than by accident",
            trigger: ".modal .modal-footer .btn-primary",
            run: "click",
        },
        {trigger: ".o_arrow_button_current[data-value=done]"},
        {
            content: "Letters to write",
            trigger: ".oe_stat_button[name=action_open_letters]",
            run: "click",
        },
        {
            trigger: `.o_list_view ${client} .o_list_record_selector input`,
            run: "click",
        },
        {
            trigger: ".o_control_panel button[name=action_told]",
            run: "click",
        },
        {
            content: "The client was told",
            trigger: `.o_list_view ${client} td[name=state] .text-bg-info`,
        },
    ],
});
