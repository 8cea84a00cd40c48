import {_t} from "@web/core/l10n/translation";

import {Component, useState} from "@odoo/owl";

/** Events that are listed before somebody asks for all. */
const FIRST = 8;
const DAY = 86_400_000;

function time(date) {
    return Date.parse(date);
}

/** What has happened and what is coming: lanes of dots, and the same as a list. */
export class PortraitTimeline extends Component {
    static template = "insurance_client_archive.PortraitTimeline";
    static props = {timeline: Object, open: Function};

    setup() {
        this.state = useState({all: false, lane: null});
    }

    place(date) {
        const {from, until} = this.props.timeline;
        return ((100 * (time(date) - time(from))) / (time(until) - time(from))).toFixed(
            2
        );
    }

    isAhead(event) {
        return time(event.date) > time(this.props.timeline.today) + DAY / 2;
    }

    eventsOf(lane) {
        return this.props.timeline.events.filter((event) => event.lane === lane);
    }

    get events() {
        const {lane} = this.state;
        return this.props.timeline.events.filter(
            (event) => !lane || event.lane === lane
        );
    }

    /** What is coming, the next first; then what was, the latest first. */
    get listed() {
        const ahead = this.events.filter((event) => this.isAhead(event)).reverse();
        const past = this.events.filter((event) => !this.isAhead(event));
        const shown = this.state.all
            ? [...ahead, ...past]
            : [...ahead.slice(0, 3), ...past].slice(0, FIRST);
        return shown.map((event, number) => ({...event, number}));
    }

    get hidden() {
        return this.events.length - this.listed.length;
    }

    get showAll() {
        return _t("Show all (%s more)", this.hidden);
    }

    laneLabel(name) {
        return this.props.timeline.lanes.find((lane) => lane.name === name).label;
    }

    choose(lane) {
        this.state.lane = this.state.lane === lane ? null : lane;
    }

    text(event) {
        return [event.day, event.title, event.detail].filter(Boolean).join(" · ");
    }

    open(event) {
        if (event.model) {
            this.props.open(event.model, event.id);
        }
    }
}
