// The links of the ring: faint lines where both ends hear each other, dashed amber with a name
// where one does not, red with a cross where neither does.

import { font, theme } from './canvas.js';
import { lostOf } from './links.js';

const NAMED_MAX = 8;

/** A chord bends towards the centre, so that links of near neighbours do not hide each other. */
function bendOf(layout, from, to) {
    const distance = Math.hypot(to.x - from.x, to.y - from.y) / (2 * layout.radius);
    const pull = 0.88 - 0.5 * distance;
    return {
        x: layout.centre + ((from.x + to.x) / 2 - layout.centre) * pull,
        y: layout.centre + ((from.y + to.y) / 2 - layout.centre) * pull,
    };
}

function chord(context, layout, edge) {
    const from = layout.points.get(edge.one);
    const to = layout.points.get(edge.other);
    if (!from || !to) return null;
    const bend = bendOf(layout, from, to);
    context.moveTo(from.x, from.y);
    context.quadraticCurveTo(bend.x, bend.y, to.x, to.y);
    return { from, to, bend };
}

/** The point of a chord at a share of its way. */
function along({ from, to, bend }, share) {
    const rest = 1 - share;
    return {
        x: rest * rest * from.x + 2 * rest * share * bend.x + share * share * to.x,
        y: rest * rest * from.y + 2 * rest * share * bend.y + share * share * to.y,
    };
}

/** All sound links in one stroke: hundreds of them are one path. */
function drawSound(context, layout, edges, isWanted, style) {
    context.beginPath();
    for (const edge of edges) {
        if (edge.kind === 'sound' && isWanted(edge)) chord(context, layout, edge);
    }
    context.setLineDash([]);
    Object.assign(context, style);
    context.stroke();
    context.globalAlpha = 1;
}

function cross(context, { x, y }, size) {
    context.beginPath();
    context.moveTo(x - size, y - size);
    context.lineTo(x + size, y + size);
    context.moveTo(x + size, y - size);
    context.lineTo(x - size, y + size);
    context.stroke();
}

function arrow(context, tip, tail, size) {
    const angle = Math.atan2(tip.y - tail.y, tip.x - tail.x);
    context.beginPath();
    for (const turn of [-0.45, 0.45]) {
        context.moveTo(tip.x, tip.y);
        context.lineTo(tip.x - size * Math.cos(angle + turn),
            tip.y - size * Math.sin(angle + turn));
    }
    context.stroke();
}

function drawLost(context, layout, edge) {
    const colours = theme();
    context.beginPath();
    const line = chord(context, layout, edge);
    if (!line) return null;
    const isCut = edge.kind === 'cut';
    context.strokeStyle = isCut ? colours.failed : colours.suspect;
    context.lineWidth = 2;
    context.setLineDash(isCut ? [2, 5] : [7, 5]);
    context.stroke();
    context.setLineDash([]);
    const lostEnd = edge.oneHears === 'lost' ? 0.2 : 0.8;
    cross(context, along(line, isCut ? 0.5 : lostEnd), isCut ? 6 : 4.5);
    // The arrow says in which direction something is heard.
    if (edge.kind === 'one-way') {
        arrow(context, along(line, 1 - lostEnd), along(line, lostEnd), 9);
    }
    return line;
}

function nameLost(context, edge, line) {
    const colours = theme();
    const { x, y } = along(line, 0.5);
    const isCut = edge.kind === 'cut';
    const text = isCut ? 'cut' : edge.kind;
    context.font = font(11, 600);
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineWidth = 5;
    context.strokeStyle = colours.surface;
    const below = isCut ? 15 : 0;
    context.strokeText(text, x, y + below);
    context.fillStyle = isCut ? colours.failed : colours.suspect;
    context.fillText(text, x, y + below);
}

/** Draws all links; those of `chosen` stand out. */
export function drawLinks(context, layout, edges, chosen) {
    const colours = theme();
    const isChosen = (edge) => edge.one === chosen || edge.other === chosen;
    const isMany = layout.points.size > 60;
    drawSound(context, layout, edges, (edge) => !isChosen(edge),
        { strokeStyle: colours.link, lineWidth: isMany ? 0.6 : 1.2,
            globalAlpha: isMany ? 0.5 : 1 });
    drawSound(context, layout, edges, isChosen, { strokeStyle: colours.accent, lineWidth: 1.6 });
    const lines = lostOf(edges).map((edge) => [edge, drawLost(context, layout, edge)]);
    for (const [edge, line] of lines.slice(0, NAMED_MAX)) {
        if (line) nameLost(context, edge, line);
    }
}
