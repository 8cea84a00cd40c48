import {_t} from "@web/core/l10n/translation";

import {Component, useState} from "@odoo/owl";

const RADIUS = 100;
const RINGS = [25, 50, 75, 100];

/** Where a number of points lies on the ray of a group, counted from the top. */
export function placeOn(number, count, points) {
    const angle = (2 * Math.PI * number) / count - Math.PI / 2;
    const length = (RADIUS * points) / 100;
    return [Math.cos(angle) * length, Math.sin(angle) * length];
}

function polygon(points) {
    return points
        .map((value, number) => placeOn(number, points.length, value || 0))
        .map((place) => place.map((part) => part.toFixed(1)).join(","))
        .join(" ");
}

/** Five groups of figures from 0 to 100, beside the median of a class. */
export class PortraitRadar extends Component {
    static template = "insurance_client_archive.PortraitRadar";
    static props = {radar: Object};

    setup() {
        this.state = useState({norm: this.props.radar.norms[0]?.name || ""});
    }

    get axes() {
        const {axes} = this.props.radar;
        return axes.map((axis, number) => {
            const [x, y] = placeOn(number, axes.length, 100);
            const [textX, textY] = placeOn(number, axes.length, 117);
            const [dotX, dotY] = placeOn(number, axes.length, axis.points || 0);
            return {
                ...axis,
                ...{x, y, textX, textY, dotX, dotY},
                anchor: Math.abs(x) < 1 ? "middle" : x > 0 ? "start" : "end",
                known: axis.points !== false,
            };
        });
    }

    get norm() {
        return this.props.radar.norms.find(({name}) => name === this.state.norm);
    }

    get rings() {
        const {length} = this.props.radar.axes;
        return RINGS.map((ring) => ({ring, points: polygon(Array(length).fill(ring))}));
    }

    get shape() {
        return polygon(this.props.radar.axes.map(({points}) => points));
    }

    get normShape() {
        return polygon(this.props.radar.axes.map(({name}) => this.norm.points[name]));
    }

    /** The picture in words. */
    get text() {
        return this.axes
            .map(
                ({label, points, known}) =>
                    `${label}: ${known ? points : _t("unknown")}`
            )
            .join(", ");
    }

    onChange(ev) {
        this.state.norm = ev.target.value;
    }
}
