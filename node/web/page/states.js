// How a state looks: a shape and a letter as well as a colour, the same in ring, table, strip and
// legend. Colours stand in page.css, for light and dark.

const SVG = 'http://www.w3.org/2000/svg';

/** Shapes in a box from -1 to 1, as paths of SVG; the canvas draws the same paths. */
const SHAPES = {
    disc: 'M-.86 0A.86.86 0 1 1 .86 0A.86.86 0 1 1-.86 0Z',
    triangle: 'M0-1L1 .82L-1 .82Z',
    square: 'M-.82-.82H.82V.82H-.82Z',
    diamond: 'M0-1.05L1.05 0L0 1.05L-1.05 0Z',
};

const STATES = {
    alive: { letter: 'A', shape: 'disc', word: 'alive' },
    suspect: { letter: 'S', shape: 'triangle', word: 'suspect' },
    failed: { letter: 'F', shape: 'square', word: 'failed' },
    left: { letter: 'L', shape: 'diamond', word: 'left' },
    unknown: { letter: '?', shape: 'disc', word: 'not known' },
};

/** How a state looks; a word that nobody knows looks like not known. */
export function lookOf(state) {
    return Object.hasOwn(STATES, state) ? STATES[state] : STATES.unknown;
}

const paths = new Map();

/** The shape of a state for a canvas. */
export function pathOf(state) {
    const { shape } = lookOf(state);
    if (!paths.has(shape)) paths.set(shape, new Path2D(SHAPES[shape]));
    return paths.get(shape);
}

function svgElement(tag, attributes) {
    const made = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    return made;
}

/** The mark of a state as an image without a text: the word stands beside it. */
export function markOf(state) {
    const look = lookOf(state);
    const svg = svgElement('svg', { viewBox: '-1.2 -1.2 2.4 2.4', class: `mark ${state}`,
        'aria-hidden': 'true', focusable: 'false' });
    svg.append(svgElement('path', { d: SHAPES[look.shape] }));
    const low = look.shape === 'triangle' ? 0.56 : 0.42;
    const letter = svgElement('text', { x: 0, y: low, 'text-anchor': 'middle',
        'font-size': look.shape === 'triangle' ? 1 : 1.16 });
    letter.textContent = look.letter;
    svg.append(letter);
    return svg;
}
