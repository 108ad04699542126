"use strict";
// Elements are built here, and texts enter them as text alone: nothing that a run says is ever read as markup.

const writ = {};

writ.el = (tag, props = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, call] of Object.entries(value)) node.addEventListener(event, call);
    else if (name === "class") node.className = value;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  writ.fill(node, children);
  return node;
};

writ.fill = (node, children) => {
  for (const child of [children].flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue;
    node.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return node;
};

writ.number = (value, digits = 0) =>
  value === null || value === undefined ? "–" : Number(value).toLocaleString("en", { maximumFractionDigits: digits });

writ.percent = (part, whole) => (whole ? `${((100 * part) / whole).toFixed(part && part < whole ? 1 : 0)} %` : "–");

// A table with a caption. `cells` may be texts, numbers or nodes; numbers stand on the right.
writ.table = (caption, heads, rows, name = "") =>
  writ.el(
    "div",
    { class: "wide", tabindex: "0", role: "region", "aria-label": caption },
    writ.el(
      "table",
      { class: `plain ${name}` },
      writ.el("caption", {}, caption),
      writ.el("thead", {}, writ.el("tr", {}, heads.map((head) => writ.el("th", { scope: "col" }, head)))),
      writ.el(
        "tbody",
        {},
        rows.map((cells) =>
          writ.el(
            "tr",
            {},
            cells.map((cell, place) =>
              writ.el(place ? "td" : "th", { scope: place ? null : "row", class: typeof cell === "number" ? "number" : null },
                typeof cell === "number" ? writ.number(cell, 2) : cell),
            ),
          ),
        ),
      ),
    ),
  );

// A bar of one or several parts beside a number; what it shows is in the text as well.
writ.bar = (parts, most) => {
  const track = writ.el("span", { class: "bar", "aria-hidden": "true" });
  for (const [value, name] of parts) {
    const part = writ.el("span", { class: name });
    part.style.width = `${most ? (100 * value) / most : 0}%`;
    track.append(part);
  }
  return track;
};

writ.link = (to, text, more = {}) => writ.el("a", { href: to, ...more }, text);

writ.say = (text) => {
  const live = document.getElementById("live");
  if (live) live.textContent = text;
};
