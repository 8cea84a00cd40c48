import {registry} from "@web/core/registry";

/** A client withdraws a consent on the portal. */
registry.category("web_tour.tours").add("insurance_consent_withdraw", {
    url: "/my/consents",
    steps: () => [
        {
            content: "What was agreed to is there",
            trigger: ".o_insurance_consent .badge:contains(Given)",
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
            trigger: ".alert-success:contains(Withdrawn)",
        },
        {
            content: "And shown as such",
            trigger: ".o_insurance_consent .badge:contains(Withdrawn)",
        },
    ],
});
