"use strict";
// The table of conversations: filters in the address, and only the rows that are seen are there, however many there are.

(() => {
  const { el } = writ;
  const HEIGHT = 34; // of a row, as view.css has it
  const MORE = 12; // rows above and below what is seen
  const COLUMNS = [
    ["id", "conversation", ""], ["state", "verdict", "state"], ["kind", "kind", "kind"], ["domain", "domain", "domain"],
    ["writes", "writes", "writes"], ["burden", "burden", "burden"], ["denied", "denied", "denied"],
    ["messages", "messages", "messages"], ["calls", "calls", "calls"], ["checks", "failed checks", "checks"],
    ["text", "what is asked for", "text"],
  ];
  const LISTS = ["state", "kind", "domain", "check", "trial", "rule", "tool", "agent", "stop"];
  const SPANS = ["writes", "burden", "denied", "messages", "calls"];
  const TITLES = { state: "Verdict", kind: "Kind", domain: "Domain", check: "Failed check", trial: "Trial of the user", rule: "Denied, since", tool: "Gold write", agent: "Agent", stop: "How it ended" };

  writ.filterOf = (query) => {
    const filter = { q: query.get("q") || "", sort: query.get("sort") || "" };
    for (const name of [...LISTS, "recipe"]) filter[name] = query.getAll(name);
    for (const name of SPANS) filter[name] = query.get(name) || "";
    return filter;
  };

  writ.tableLink = (run, filter) => {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries(filter)) {
      for (const one of [value].flat()) if (one !== "" && one !== undefined) query.append(name, one);
    }
    const text = query.toString();
    return `#/${run}/table${text ? `?${text}` : ""}`;
  };

  const choices = (rows, name) => {
    const counts = new Map();
    const add = (text) => counts.set(text, (counts.get(text) || 0) + 1);
    const column = { check: "checks", rule: "rules", tool: "tools", trial: "trials" }[name];
    for (let place = 0; place < rows.length; place += 1) {
      if (name === "state") add(writ.STATES[rows.columns.state[place]]);
      else if (column) for (const number of rows.columns[column][place]) add(rows.names[name][number]);
      else add(rows.name(name, place));
    }
    return [...counts].sort((one, two) => two[1] - one[1]);
  };

  const filters = (rows, filter, changed) => {
    const search = el("input", { type: "search", id: "q", value: filter.q, autocomplete: "off", spellcheck: "false" });
    let due = 0;
    search.addEventListener("input", () => {
      clearTimeout(due);
      due = setTimeout(() => changed({ q: search.value }), 150);
    });
    const chosen = LISTS.reduce((sum, name) => sum + filter[name].length, 0) + SPANS.filter((name) => filter[name]).length;
    const lists = LISTS.map((name) => {
      const found = choices(rows, name);
      if (found.length < 2 && !filter[name].length) return null;
      return el("fieldset", {}, el("legend", {}, TITLES[name]),
        found.map(([text, count]) => {
          const box = el("input", { type: "checkbox", name, value: text, checked: filter[name].includes(text) });
          box.addEventListener("change", () => {
            const others = filter[name].filter((one) => one !== text);
            changed({ [name]: box.checked ? [...others, text] : others });
          });
          return el("label", {}, box, el("span", {}, text), el("span", { class: "count" }, writ.number(count)));
        }));
    });
    const spans = el("fieldset", {}, el("legend", {}, "Numbers: 2, 2-4 or 4+"),
      SPANS.map((name) => {
        const field = el("input", { type: "text", name, value: filter[name], size: "6", autocomplete: "off" });
        field.addEventListener("change", () => {
          const good = !field.value.trim() || writ.span(field.value);
          field.setAttribute("aria-invalid", good ? "false" : "true");
          if (good) changed({ [name]: field.value.trim() });
          else writ.say(`${field.value}: write a number, 2-4 or 4+.`);
        });
        return el("label", { class: "span" }, el("span", {}, name), field);
      }));
    const more = el("details", { class: "filters", open: writ.filtersOpen },
      el("summary", {}, chosen ? `Filters (${chosen})` : "Filters"), el("div", { class: "fields" }, lists, spans));
    more.addEventListener("toggle", () => (writ.filtersOpen = more.open));
    const clear = chosen || filter.q ? writ.link(writ.tableLink(rows.run, { sort: filter.sort }), "Clear all", { class: "clear" }) : null;
    return el("form", { class: "find", role: "search", on: { submit: (event) => event.preventDefault() } },
      el("label", { for: "q" }, "Search"), search, clear, more);
  };

  const cell = (rows, name, place) => {
    const { columns } = rows;
    if (name === "id") return writ.link(`#/${rows.run}/talk/${encodeURIComponent(columns.id[place])}`, columns.id[place]);
    if (name === "state") return el("span", { class: `state ${writ.STATES[columns.state[place]].replace(" ", "-")}` }, writ.STATES[columns.state[place]]);
    if (name === "checks") return columns.checks[place].map((number) => rows.names.check[number]).join(", ");
    if (name === "kind" || name === "domain") return rows.name(name, place);
    return columns[name][place] ?? "–";
  };

  class Window {
    constructor(rows, found, filter) {
      Object.assign(this, { rows, found, active: -1 });
      const head = el("tr", { "aria-rowindex": "1" },
        COLUMNS.map(([name, title, sort]) => {
          const on = (filter.sort || "").replace(/^-/, "") === sort && sort;
          const down = filter.sort.startsWith("-");
          const next = on && !down ? `-${sort}` : on ? "" : sort;
          return el("th", { scope: "col", class: `c-${name}`, "aria-sort": on ? (down ? "descending" : "ascending") : null },
            sort ? writ.link(writ.tableLink(rows.run, { ...filter, sort: next }), [title, on ? (down ? " ↓" : " ↑") : ""]) : title);
        }));
      this.body = el("tbody");
      const table = el("table", { class: "rows", "aria-rowcount": found.length + 1, "aria-label": "conversations" }, el("thead", {}, head), this.body);
      this.above = el("div", { class: "space" });
      this.below = el("div", { class: "space" });
      this.node = el("div", { class: "window", tabindex: "0", role: "region", "aria-label": "conversations, scrollable" }, this.above, table, this.below);
      this.node.addEventListener("scroll", () => this.draw(), { passive: true });
      this.node.addEventListener("keydown", (event) => this.key(event));
      this.first = this.last = -1;
    }

    draw() {
      const seen = Math.ceil((this.node.clientHeight || 700) / HEIGHT);
      const top = Math.max(0, Math.floor(this.node.scrollTop / HEIGHT) - MORE);
      const first = Math.min(top, Math.max(0, this.found.length - seen));
      const last = Math.min(this.found.length, first + seen + 2 * MORE);
      if (first === this.first && last === this.last) return;
      [this.first, this.last] = [first, last];
      this.above.style.height = `${first * HEIGHT}px`;
      this.below.style.height = `${(this.found.length - last) * HEIGHT}px`;
      const lines = [];
      for (let at = first; at < last; at += 1) {
        const place = this.found[at];
        lines.push(el("tr", { "aria-rowindex": at + 2, "data-at": at },
          COLUMNS.map(([name]) => el("td", { class: `c-${name}` }, cell(this.rows, name, place)))));
      }
      const focused = this.body.contains(document.activeElement);
      this.body.replaceChildren(...lines);
      if (focused) this.focus();
    }

    focus() {
      this.body.querySelector(`tr[data-at="${this.active}"] a`)?.focus({ preventScroll: true });
    }

    go(at) {
      if (!this.found.length) return;
      this.active = Math.max(0, Math.min(this.found.length - 1, at));
      const top = this.active * HEIGHT;
      const room = this.node.clientHeight - 2 * HEIGHT;
      if (top < this.node.scrollTop) this.node.scrollTop = top;
      else if (top > this.node.scrollTop + room) this.node.scrollTop = top - room;
      this.draw();
      this.focus();
    }

    key(event) {
      const held = event.target.closest?.("tr[data-at]");
      if (held) this.active = Number(held.dataset.at);
      const page = Math.floor(this.node.clientHeight / HEIGHT) - 2;
      const step = { ArrowDown: 1, ArrowUp: -1, j: 1, k: -1, PageDown: page, PageUp: -page, Home: -Infinity, End: Infinity }[event.key];
      if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      event.stopPropagation();
      this.go(step === Infinity ? this.found.length : step === -Infinity ? 0 : this.active + step);
    }
  }

  writ.showTable = async (run, query) => {
    const rows = await writ.rows(run);
    const filter = writ.filterOf(query);
    const found = rows.matching(filter);
    writ.last = { run, filter, found };
    const table = new Window(rows, found, filter);
    const changed = (change) => {
      const focus = document.activeElement?.id || `${document.activeElement?.name}=${document.activeElement?.value}`;
      writ.after = () => {
        const field = document.getElementById(focus) ||
          [...document.querySelectorAll("form.find input")].find((one) => `${one.name}=${one.value}` === focus);
        field?.focus();
      };
      location.replace(writ.tableLink(run, { ...filter, ...change }));
    };
    const none = found.length ? "" : " Clear a filter to see others.";
    const text = `${writ.number(found.length)} of ${writ.number(rows.length)} conversations.${none}`;
    return {
      nodes: [el("h1", {}, "Conversations"), filters(rows, filter, changed), el("p", { class: "found", role: "status" }, text), table.node],
      ready: () => {
        table.draw();
        writ.after?.();
        writ.after = null;
      },
      keys: (event) => {
        if (["ArrowDown", "ArrowUp", "j", "k"].includes(event.key)) table.key(event);
      },
    };
  };
})();
