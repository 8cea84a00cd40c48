import {registry} from "@web/core/registry";

/**
 * The contact of a client, as its agent works with it. Only technical names are
 * used, so that the tour runs in every language.
 */
registry.category("web_tour.tours").add("insurance_agent_talks_to_a_client", {
    steps: () => [
        {
            content: "open the archive of the contact: it is new",
            trigger: "button[name=action_open_insurance_archive]",
            run: "click",
        },
        {
            content: "the archive shows the contact it is opened from",
            trigger:
                ".o_insurance_archive .o_field_widget[name=name] input:value(孙丽)",
        },
        {
            content: "fill in what the client tells",
            trigger: ".o_field_widget[name=gender] .o_radio_input[data-value=female]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=employer] input",
            run: "edit 上海第一中学",
        },
        {trigger: ".o_form_button_save", run: "click"},
        {
            content: "a client that nobody has talked to",
            trigger: ".o_insurance_archive .o_insurance_line .text-warning",
        },
        {
            content: "log what was said",
            trigger: ".o_statusbar_buttons button[name=action_log_interaction]",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=client_words] textarea",
            run: "edit 想给孩子买教育金。",
        },
        {
            trigger: `.modal [name=outcome] .o_selection_badge[value='"interested"']`,
            run: "click",
        },
        {
            trigger: `.modal [name=intent_level] .o_selection_badge[value='"high"']`,
            run: "click",
        },
        {
            trigger: `.modal [name=next_in] .o_selection_badge[value='"7"']`,
            run: "click",
        },
        {
            content: "the day of the next step is set, and one may be reminded",
            trigger: ".modal .o_field_widget[name=remind] input",
            run: "click",
        },
        {
            trigger: ".modal .o_field_widget[name=next_step] input",
            run: "edit 发送计划书",
        },
        {
            content: "Enter saves",
            trigger: ".modal .o_field_widget[name=next_step] input",
            run: "press Enter",
        },
        {
            content: "the last contact is of today",
            trigger:
                "body:not(:has(.modal)) .o_insurance_line .o_field_widget[name=last_contact_date]",
        },
        {
            content: "the talk is counted",
            trigger: "button[name=action_open_interactions] .o_stat_value:contains(1)",
        },
        {
            content: "and can be read",
            trigger: ".o_notebook_headers .nav-link[name=interactions]",
            run: "click",
        },
        {trigger: ".o_field_widget[name=interaction_ids] td:contains(教育金)"},
        {
            content: "the contact shows the same",
            trigger: "button[name=action_open_partner]",
            run: "click",
        },
        {
            trigger: ".o_notebook_headers .nav-link[name=insurance]",
            run: "click",
        },
        {
            trigger: ".o_field_widget[name=insurance_last_contact_date] div",
        },
    ],
});

/** The same contact for somebody who may not open the archive. */
registry.category("web_tour.tours").add("insurance_outsider_sees_a_contact", {
    steps: () => [
        {
            content: "an ordinary contact",
            trigger: ".o_form_view .o_field_widget[name=name] .o_input:value(张伟)",
        },
        {
            trigger: ".o_notebook_headers:not(:has([name=insurance]))",
        },
        {
            trigger: ".o_form_view:not(:has(.o_field_widget[name^=insurance_]))",
        },
    ],
});
