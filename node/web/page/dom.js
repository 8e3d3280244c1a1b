// Small helpers for elements. Whatever comes from the cluster becomes text, never markup.

/** An element with classes, text and attributes; attributes that are null are left out. */
export function element(tag, classes = '', text = null, attributes = {}) {
    const made = document.createElement(tag);
    if (classes) made.className = classes;
    if (text !== null) made.textContent = text;
    for (const [name, value] of Object.entries(attributes)) {
        if (value !== null) made.setAttribute(name, value);
    }
    return made;
}

/** The element of that id. */
export function byId(id) {
    return document.getElementById(id);
}

/** Writes a text only if it differs, so that nothing is laid out or read aloud in vain. */
export function setText(node, text) {
    if (node.textContent !== text) node.textContent = text;
}

/** Likewise for an attribute; null takes it away. */
export function setAttribute(node, name, value) {
    if (value === null) node.removeAttribute(name);
    else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Makes a list hold exactly these children in this order, and moves only what is not in place. */
function setChildren(parent, children) {
    const focused = parent.contains(document.activeElement) ? document.activeElement : null;
    let place = parent.firstChild;
    for (const child of children) {
        if (child === place) place = place.nextSibling;
        else parent.insertBefore(child, place);
    }
    while (place) {
        const next = place.nextSibling;
        place.remove();
        place = next;
    }
    // What is moved loses the focus.
    if (focused?.isConnected && focused !== document.activeElement) {
        focused.focus({ preventScroll: true });
    }
}

/** Keeps one element for each key: `make(item)` once, `update(element, item)` each time. Without
 *  keys the first element stays that of the first item. */
export class Keyed {
    constructor(parent, make, update) {
        this.parent = parent;
        this.make = make;
        this.update = update;
        this.elements = new Map();
    }

    draw(items, keyOf = (item, index) => index) {
        const kept = new Map();
        items.forEach((item, index) => {
            const key = keyOf(item, index);
            const made = this.elements.get(key) ?? this.make(item);
            this.update(made, item);
            kept.set(key, made);
        });
        this.elements = kept;
        setChildren(this.parent, [...kept.values()]);
    }
}
