"use strict";
// Data of a run comes in scripts that call `writ.put` with a name and a JSON text: pages opened from a folder may fetch nothing.

(() => {
  const waiting = new Map();
  const kept = new Map();
  const MOST = 60; // conversations kept at hand

  writ.put = (name, text) => {
    const call = waiting.get(name);
    waiting.delete(name);
    if (call) call(JSON.parse(text));
  };

  const within = document.getElementById("data");
  const inside = within ? JSON.parse(within.textContent) : null;

  const fetched = (name) =>
    new Promise((resolve, reject) => {
      waiting.set(name, resolve);
      const script = writ.el("script", { src: `data/${name}.js` });
      script.addEventListener("load", () => {
        script.remove();
        if (waiting.has(name)) reject(new Error(`data/${name}.js holds something else`));
      });
      script.addEventListener("error", () => {
        script.remove();
        waiting.delete(name);
        reject(new Error(`data/${name}.js cannot be read. Is the command that serves these pages still running?`));
      });
      document.head.append(script);
    });

  writ.load = (name) => {
    if (!kept.has(name)) {
      const found = inside ? Promise.resolve(inside[name]) : fetched(name);
      kept.set(name, found);
      found.catch(() => kept.delete(name));
      const talks = [...kept.keys()].filter((one) => one.includes("/talk/"));
      if (talks.length > MOST) kept.delete(talks[0]);
    }
    return kept.get(name);
  };

  writ.STATES = ["rejected", "accepted", "crashed", "not judged"];

  // The conversations of a run in columns, with what filters and sorts them.
  class Rows {
    constructor(run, found) {
      this.run = run;
      Object.assign(this, found);
      this.length = this.columns.state.length;
      this.places = new Map((this.columns.id || []).map((id, place) => [id, place]));
      this.text = null;
    }

    name(kind, place) {
      return this.names[kind][this.columns[kind][place]];
    }

    task(place) {
      const id = this.columns.id[place];
      const end = id.lastIndexOf(".");
      return end > 0 ? id.slice(0, end) : id; // an id of somebody else's set may name no try
    }

    texts() {
      if (!this.text) {
        const { id, text, checks, tools, trials } = this.columns;
        this.text = id.map((one, place) =>
          [one, text[place], this.name("recipe", place), ...checks[place].map((n) => this.names.check[n]),
            ...tools[place].map((n) => this.names.tool[n]), ...trials[place].map((n) => this.names.trial[n])].join(" ").toLowerCase());
      }
      return this.text;
    }

    // The places of the rows that pass all filters, sorted; equal ones stay in the order of their ids.
    matching(filter) {
      const tests = [...this.#tests(filter)];
      const found = [];
      for (let place = 0; place < this.length; place += 1) if (tests.every((test) => test(place))) found.push(place);
      const key = this.#key((filter.sort || "").replace(/^-/, ""));
      if (key) {
        const sign = filter.sort.startsWith("-") ? -1 : 1;
        const keys = new Map(found.map((place) => [place, key(place)]));
        found.sort((one, two) => {
          const a = keys.get(one);
          const b = keys.get(two);
          return a < b ? -sign : a > b ? sign : one - two;
        });
      }
      return found;
    }

    *#tests(filter) {
      for (const kind of ["domain", "kind", "agent", "stop", "recipe"]) {
        if (!filter[kind]?.length) continue;
        const numbers = new Set(filter[kind].map((name) => this.names[kind].indexOf(name)));
        yield (place) => numbers.has(this.columns[kind][place]);
      }
      if (filter.state?.length) {
        const numbers = new Set(filter.state.map((name) => writ.STATES.indexOf(name)));
        yield (place) => numbers.has(this.columns.state[place]);
      }
      for (const [kind, column] of [["check", "checks"], ["rule", "rules"], ["tool", "tools"], ["trial", "trials"]]) {
        if (!filter[kind]?.length) continue;
        const numbers = new Set(filter[kind].map((name) => this.names[kind].indexOf(name)));
        yield (place) => this.columns[column][place].some((number) => numbers.has(number));
      }
      for (const name of ["writes", "burden", "denied", "messages", "calls"]) {
        const span = writ.span(filter[name]);
        if (span) yield (place) => this.columns[name][place] !== null && span[0] <= this.columns[name][place] && this.columns[name][place] <= span[1];
      }
      const words = (filter.q || "").toLowerCase().split(/\s+/).filter(Boolean);
      if (words.length) {
        const texts = this.texts();
        yield (place) => words.every((word) => texts[place].includes(word));
      }
    }

    #key(name) {
      if (["writes", "burden", "denied", "messages", "calls"].includes(name)) return (place) => this.columns[name][place];
      if (name === "state") return (place) => writ.STATES[this.columns.state[place]];
      if (["domain", "kind", "recipe", "agent"].includes(name)) return (place) => this.name(name, place);
      if (name === "checks") return (place) => -this.columns.checks[place].length;
      if (name === "text") return (place) => this.columns.text[place];
      return null;
    }
  }

  // `2`, `2-4` or `4+` as its two ends; nothing for anything else.
  writ.span = (text) => {
    const found = /^\s*(\d+)\s*(?:(\+)|-\s*(\d+))?\s*$/.exec(text || "");
    if (!found) return null;
    const low = Number(found[1]);
    return [low, found[2] ? Infinity : found[3] === undefined ? low : Number(found[3])];
  };

  const rows = new Map();

  writ.rows = async (run) => {
    if (!rows.has(run)) rows.set(run, new Rows(run, await writ.load(`${run}/index`)));
    return rows.get(run);
  };

  writ.talk = async (run, place) => {
    const about = await writ.load("runs");
    return writ.load(`${run}/talk/${Math.floor(place / about.per_folder)}/${place}`);
  };
})();
