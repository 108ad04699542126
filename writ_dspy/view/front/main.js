"use strict";
// Where the address leads: #/RUN, #/RUN/table?…, #/RUN/talk/ID?…, #/compare?a=…&b=…

(() => {
  const { el } = writ;
  const main = document.getElementById("main");
  const KEYS = [["/", "search"], ["j k or ↓ ↑", "next and previous row"], ["Enter", "open the row"], ["n p", "next and previous conversation"],
    ["e", "next decision: its evidence lights up"], ["Escape", "back to the table"], ["o t c", "overview, table, compare"], ["?", "these keys"]];

  const dialog = el("dialog", { id: "keys", "aria-label": "Keys" }, el("h2", {}, "Keys"),
    el("dl", {}, KEYS.map(([key, what]) => [el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)])),
    el("form", { method: "dialog" }, el("button", {}, "Close")));

  const route = () => {
    const [path, query] = (location.hash.replace(/^#/, "") || "/0").split("?");
    const parts = path.split("/").slice(1);
    return { parts, query: new URLSearchParams(query || "") };
  };

  const header = (about, run, what) => {
    const at = (name) => (what === name ? "page" : null);
    const here = run ?? 0;
    const list = about.runs.length > 1
      ? el("select", { id: "run", "aria-label": "run" }, about.runs.map((one, number) => el("option", { value: number, selected: number === run }, one.name)))
      : null;
    list?.addEventListener("change", () => (location.hash = `#/${list.value}${what === "table" ? "/table" : ""}`));
    document.getElementById("top").replaceChildren(
      el("nav", { "aria-label": "pages" },
        el("strong", { class: "brand" }, "writ"), list,
        writ.link(`#/${here}`, "Overview", { "aria-current": at("overview") }),
        about.single ? null : writ.link(`#/${here}/table`, "Conversations", { "aria-current": at("table") }),
        about.runs.length > 1 && !about.single ? writ.link("#/compare", "Compare", { "aria-current": at("compare") }) : null,
        el("button", { type: "button", class: "help", on: { click: () => dialog.showModal() } }, "Keys")));
  };

  let turn = 0;
  const show = async () => {
    const mine = (turn += 1);
    const { parts, query } = route();
    const about = await writ.load("runs");
    const compare = parts[0] === "compare";
    const run = compare ? null : Math.min(about.runs.length - 1, Number.parseInt(parts[0], 10) || 0);
    const what = compare ? "compare" : parts[1] || "overview";
    header(about, run, what);
    let page;
    try {
      if (compare) page = await writ.showCompare(query);
      else if (what === "table" && !about.single) page = await writ.showTable(run, query);
      else if (what === "talk" && !about.single) page = await writ.showTalk(run, decodeURIComponent(parts.slice(2).join("/")), query);
      else page = await writ.showOverview(run);
    } catch (error) {
      page = { nodes: [el("h1", {}, "This cannot be shown"), el("p", {}, error.message)] };
    }
    if (mine !== turn) return; // somebody has gone on meanwhile
    writ.keys = page.keys;
    main.replaceChildren(...page.nodes.filter(Boolean));
    page.ready?.();
    document.title = `${main.querySelector("h1")?.textContent || "writ"} · writ`;
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || dialog.open) return;
    if (event.target.matches?.("input, select, textarea")) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    const { parts } = route();
    const run = parts[0] === "compare" ? 0 : Number.parseInt(parts[0], 10) || 0;
    const field = document.getElementById("q");
    if (event.key === "/" && field) {
      event.preventDefault();
      field.focus();
    } else if (event.key === "?") dialog.showModal();
    else if (event.key === "o") location.hash = `#/${run}`;
    else if (event.key === "t") location.hash = `#/${run}/table`;
    else if (event.key === "c") location.hash = "#/compare";
    else writ.keys?.(event);
  });

  document.body.append(dialog, el("div", { id: "live", class: "unseen", "aria-live": "polite" }));
  window.addEventListener("hashchange", show);
  show();
})();
