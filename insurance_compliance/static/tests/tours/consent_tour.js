import {registry} from "@web/core/registry";

// no words are looked for: the tour runs in each language

/** A client withdraws a consent on the portal. */
registry.category("web_tour.tours").add("insurance_consent_withdraw", {
    steps: () => [
        {
            content: "What was agreed to is there",
            trigger: ".o_insurance_consent .badge.text-bg-success",
        },
        {
            content: "Open the withdrawal",
            trigger: ".o_insurance_withdraw summary",
            run: "click",
        },
        {
            content: "Give a reason",
            trigger: ".o_insurance_withdraw input[name=reason]",
            run: "edit No more",
        },
        {
            content: "Confirm",
            trigger: ".o_insurance_withdraw button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is withdrawn",
            trigger: ".alert-success",
        },
        {
            content: "And shown as such",
            trigger:
                ".o_insurance_consent:not(:has(.o_insurance_withdraw)) .badge.text-bg-secondary",
        },
    ],
});

/** A client reads the notice, agrees to one purpose and refuses another. */
registry.category("web_tour.tours").add("insurance_consent_give", {
    steps: () => [
        {
            content: "The notice stands above the questions",
            trigger: ".o_insurance_notice [role=region] table",
        },
        {
            content: "Nothing is chosen beforehand",
            trigger: ".o_insurance_consent_form:not(:has(input:checked))",
        },
        {
            content: "Agree to the first that can be refused",
            trigger:
                ".o_insurance_question:has(input[value=no]):eq(0) input[value=yes]",
            run: "click",
        },
        {
            content: "Refuse the next",
            trigger: ".o_insurance_question:has(input[value=no]):eq(1) input[value=no]",
            run: "click",
        },
        {
            content: "Send",
            trigger: ".o_insurance_consent_form button[type=submit]",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Both are taken down",
            trigger: ".o_insurance_consent .badge.text-bg-success",
        },
        {
            content: "What was refused can be agreed to later, nobody asks again",
            trigger: ".o_insurance_consent_form details .o_insurance_question",
        },
    ],
});
