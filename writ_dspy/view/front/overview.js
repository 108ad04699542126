"use strict";
// What a run came to, counted from its rows; each number that is about rows leads to them.

(() => {
  const { el } = writ;
  const PARTS = [["accepted", 1], ["rejected", 0], ["crashed", 2], ["unjudged", 3]];

  const tally = (rows, keys) => {
    const found = new Map();
    for (let place = 0; place < rows.length; place += 1) {
      for (const key of [keys(place)].flat()) {
        if (key === null || key === "") continue;
        if (!found.has(key)) found.set(key, [0, 0, 0, 0]);
        found.get(key)[rows.columns.state[place]] += 1;
      }
    }
    return found;
  };

  const sum = (counts) => counts.reduce((one, two) => one + two, 0);

  const to = (rows, filter, text, single) => (single ? text : writ.link(writ.tableLink(rows.run, filter), text));

  // Rows of a table with a bar: how many, how many of them accepted.
  const yields = (rows, caption, head, found, name, single) => {
    if (!found.length) return null;
    const most = Math.max(...found.map(([, counts]) => sum(counts)));
    return writ.table(caption, [head, "", "conversations", "accepted"],
      found.map(([key, counts]) => [
        to(rows, { [name]: name === "kind" || name === "domain" ? [key] : String(key) }, String(key), single),
        writ.bar(PARTS.map(([part, state]) => [counts[state], part]), most),
        sum(counts), writ.percent(counts[1], counts[0] + counts[1])]), "bars");
  };

  const counted = (rows, caption, head, found, link, single) => {
    if (!found.length) return null;
    const most = Math.max(...found.map(([, count]) => count));
    return writ.table(caption, [head, "", "conversations"],
      found.map(([key, count]) => [link ? to(rows, link(key), key, single) : key, writ.bar([[count, "part"]], most), count]), "bars");
  };

  const grid = (rows, single) => {
    const cells = new Map();
    const writes = new Set();
    const burdens = new Set();
    for (let place = 0; place < rows.length; place += 1) {
      const [one, two] = [rows.columns.writes[place], rows.columns.burden[place]];
      if (one === null || two === null) continue;
      writes.add(one);
      burdens.add(two);
      const key = `${one}/${two}`;
      cells.set(key, (cells.get(key) || 0) + 1);
    }
    const most = Math.max(1, ...cells.values());
    const order = (some) => [...some].sort((one, two) => one - two);
    if (!writes.size) return null;
    const square = (one, two) => {
      const count = cells.get(`${one}/${two}`) || 0;
      if (!count) return el("span", { class: "none" }, "·");
      const level = 1 + Math.floor((4 * count) / (most + 1));
      const node = to(rows, { writes: String(one), burden: String(two) }, writ.number(count), single);
      return el("span", { class: `heat heat${level}` }, node);
    };
    return writ.table("Writes × burden: conversations", ["writes \\ burden", ...order(burdens).map(String)],
      order(writes).map((one) => [String(one), ...order(burdens).map((two) => square(one, two))]), "grid");
  };

  const histogram = (rows, name, caption, single) => {
    const values = rows.columns[name].filter((_, place) => rows.columns.state[place] === 1);
    if (!values.length) return null;
    const high = values.reduce((one, two) => Math.max(one, two), 0);
    const step = [1, 2, 5, 10, 20, 50, 100, 500].find((one) => high / one <= 16) || 1000;
    const bins = new Map();
    for (const value of values) {
      const low = step * Math.floor(value / step);
      bins.set(low, (bins.get(low) || 0) + 1);
    }
    const most = Math.max(...bins.values());
    const sorted = [...bins].sort((one, two) => one[0] - two[0]);
    return writ.table(caption, [name, "", "accepted"], sorted.map(([low, count]) => {
      const span = step === 1 ? String(low) : `${low}-${low + step - 1}`;
      return [to(rows, { [name]: span, state: ["accepted"] }, span, single), writ.bar([[count, "part"]], most), count];
    }), "bars");
  };

  const manner = (report) => {
    const lines = new Map();
    for (const one of report.manner) {
      const key = `${one.dimension}: ${one.asked || "–"}`;
      if (!lines.has(key)) lines.set(key, []);
      lines.get(key).push(one);
    }
    if (!lines.size) return null;
    return writ.table("How users talk: seen as asked, and accepted, by dimension", ["asked", "", "accepted", "seen"], [...lines].map(([key, some]) => {
      const all = some.reduce((total, one) => total + one.conversations, 0);
      const met = some.filter((one) => one.seen === one.asked).reduce((total, one) => total + one.conversations, 0);
      const seen = some.toSorted((one, two) => two.conversations - one.conversations).map((one) => `${one.seen} ${writ.number(one.conversations)}`);
      const good = some.reduce((total, one) => total + one.accepted, 0);
      return [key, writ.bar([[met, "accepted"], [all - met, "unjudged"]], all), writ.percent(good, all), seen.join(", ")];
    }), "bars");
  };

  const trials = (report, rows, single) => {
    if (!report.trials?.length) return null;
    const most = Math.max(...report.trials.map((one) => one.conversations));
    return writ.table("Trials of the user", ["trial", "", "conversations", "accepted", "shown", "times asked", "times seen"],
      report.trials.map((one) => [one.trial === "none" ? one.trial : to(rows, { trial: [one.trial] }, one.trial, single),
        writ.bar([[one.accepted, "accepted"], [one.conversations - one.accepted, "rejected"]], most), one.conversations, one.accepted,
        ...(one.trial === "none" ? ["–", "–", "–"] : [writ.percent(one.shown, one.conversations), one.asked, one.seen])]), "bars");
  };

  const cost = (report) => {
    const roles = Object.entries(report.per_accepted || {});
    if (!roles.length) return null;
    const most = Math.max(...roles.map(([, one]) => one.input_tokens + one.output_tokens));
    return writ.table("Cost of an accepted conversation, by role", ["role", "", "calls", "input tokens", "cached", "output tokens", "USD"],
      roles.map(([role, one]) => [role, writ.bar([[one.input_tokens, "part"], [one.output_tokens, "accepted"]], most),
        one.calls, Math.round(one.input_tokens), Math.round(one.cached_tokens), Math.round(one.output_tokens), one.cost === null ? "–" : one.cost.toFixed(4)]), "bars");
  };

  const findings = (report, rows, single) => {
    if (!report.findings.length) return null;
    const table = writ.table("Findings by what was wanted", ["check", "findings", "wanted", "the first of them"],
      report.findings.slice(0, 40).map((one) => [one.check, one.findings, one.wanted,
        single ? one.places.map(([id, turn]) => `${id} turn ${turn}`).join(", ")
          : one.places.map(([id, turn], at) => [at ? ", " : "", writ.link(`#/${rows.run}/talk/${encodeURIComponent(id)}?turn=${turn}`, `${id} turn ${turn}`)])]));
    table.classList.add("broad");
    return table;
  };

  const lengths = (report) => {
    const found = Object.entries(report.lengths || {});
    if (!found.length) return null;
    const names = Object.keys(found[0][1]);
    return writ.table("Length of accepted conversations", ["", ...names], found.map(([name, one]) => [name, ...names.map((key) => one[key])]));
  };

  const tile = (name, value, more) => el("div", { class: "tile" }, el("dt", {}, name), el("dd", {}, value, more ? [" ", el("span", {}, more)] : null));

  writ.tiles = (rows, about) => {
    const states = [0, 0, 0, 0];
    for (const state of rows.columns.state) states[state] += 1;
    return el("dl", { class: "tiles" },
      tile("tasks", writ.number(about.tasks), about.tasks < about.wanted ? `of ${writ.number(about.wanted)}` : ""),
      tile("conversations", writ.number(rows.length)),
      tile("accepted", writ.number(states[1]), writ.percent(states[1], states[0] + states[1])),
      tile("rejected", writ.number(states[0])),
      states[2] ? tile("crashed", writ.number(states[2])) : null,
      about.agent ? tile("agent", about.agent) : null, about.seed === undefined ? null : tile("seed", about.seed),
      about.commit ? tile("commit", about.commit.slice(0, 8)) : null);
  };

  const plots = (rows, single) => {
    const { names, columns } = rows;
    const by = (keys, order) => [...tally(rows, keys)].sort(order || ((one, two) => sum(two[1]) - sum(one[1])));
    const number = (one, two) => one[0] - two[0];
    const lists = (name, column, state) => {
      const found = new Map();
      columns[column].forEach((some, place) => {
        if (state === undefined || columns.state[place] === state) for (const one of some) found.set(names[name][one], (found.get(names[name][one]) || 0) + 1);
      });
      return [...found].sort((one, two) => two[1] - one[1]);
    };
    return [
      yields(rows, "Kinds", "kind", by((place) => rows.name("kind", place)), "kind", single),
      yields(rows, "Domains", "domain", by((place) => rows.name("domain", place)), "domain", single),
      grid(rows, single),
      yields(rows, "Yield by writes", "writes", by((place) => columns.writes[place], number), "writes", single),
      yields(rows, "Yield by burden", "burden", by((place) => columns.burden[place], number), "burden", single),
      yields(rows, "Yield by denied requests", "denied", by((place) => columns.denied[place], number), "denied", single),
      counted(rows, "Findings by check", "check", lists("check", "checks"), (key) => ({ check: [key] }), single),
      counted(rows, "Accepted, by gold write", "write tool", lists("tool", "tools", 1), (key) => ({ tool: [key], state: ["accepted"] }), single),
      counted(rows, "Denied in accepted ones, by clause", "clause", lists("rule", "rules", 1), (key) => ({ rule: [key], state: ["accepted"] }), single),
      histogram(rows, "messages", "Messages of accepted ones", single),
      histogram(rows, "calls", "Tool calls of accepted ones", single),
    ];
  };

  writ.showOverview = async (run) => {
    const [rows, about] = await Promise.all([writ.rows(run), writ.load("runs")]);
    const late = el("div", { class: "plots" }, el("p", { class: "loading" }, "Counting …"));
    const title = el("h1", {}, about.runs[run].name);
    const nodes = [title, writ.tiles(rows, about.runs[run]),
      el("div", { class: "key", "aria-hidden": "true" }, PARTS.map(([name]) => [el("span", { class: name }), name === "unjudged" ? "not judged" : name, " "])),
      el("div", { class: "plots" }, plots(rows, about.single)), late];
    writ.load(`${run}/report`).then((report) => reported(report, rows, about, title, late), (error) => late.replaceChildren(el("p", {}, error.message)));
    return { nodes };
  };

  // What the report of the run adds, which takes longer to count.
  const reported = (report, rows, about, title, late) => {
    const owed = [report.tasks_owed ? `${writ.number(report.tasks_owed)} tasks are owed.` : "", report.owed ? `${writ.number(report.owed)} conversations are owed.` : "", ...report.dry.map((reason) => `Ran dry: ${reason}`)].filter(Boolean);
    late.replaceChildren();
    writ.fill(late, [trials(report, rows, about.single), lengths(report), manner(report), cost(report), findings(report, rows, about.single)]);
    if (owed.length) title.after(el("ul", { class: "owed" }, owed.map((text) => el("li", {}, text))));
  };
})();
