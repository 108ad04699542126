"use strict";
// Two runs side by side: what each came to, which checks find more in one, and the tasks that both have.

(() => {
  const { el } = writ;
  const MOST = 300; // differing tasks that are listed

  const shares = (rows) => {
    const found = new Map();
    const states = [0, 0, 0, 0];
    for (let place = 0; place < rows.length; place += 1) {
      const state = rows.columns.state[place];
      states[state] += 1;
      for (const [group, name] of [["kind", rows.name("kind", place)], ["domain", rows.name("domain", place)],
        ...rows.columns.checks[place].map((check) => ["check", rows.names.check[check]])]) {
        const key = `${group}/${name}`;
        if (!found.has(key)) found.set(key, [0, 0, 0, 0]);
        found.get(key)[state] += 1;
      }
    }
    return { found, states };
  };

  const rate = (counts) => (counts && counts[0] + counts[1] ? writ.percent(counts[1], counts[0] + counts[1]) : "–");
  const sum = (counts) => (counts || []).reduce((one, two) => one + two, 0);

  const group = (name, caption, one, two, cell, heads) => {
    const keys = [...new Set([...one.found.keys(), ...two.found.keys()])].filter((key) => key.startsWith(`${name}/`)).sort();
    if (!keys.length) return null;
    return writ.table(caption, [name, ...heads], keys.map((key) => [key.slice(name.length + 1), ...cell(one.found.get(key)), ...cell(two.found.get(key))]));
  };

  const best = (rows) => {
    const tasks = new Map();
    for (let place = 0; place < rows.length; place += 1) {
      const task = rows.task(place);
      if (!tasks.has(task)) tasks.set(task, []);
      tasks.get(task).push(place);
    }
    return tasks;
  };

  const both = (one, two) => {
    const [ours, theirs] = [best(one), best(two)];
    const shared = [...ours.keys()].filter((task) => theirs.has(task));
    const good = (rows, places) => places.filter((place) => rows.columns.state[place] === 1).length;
    const lines = [];
    let same = 0;
    for (const task of shared) {
      const [a, b] = [good(one, ours.get(task)) / ours.get(task).length, good(two, theirs.get(task)) / theirs.get(task).length];
      if (a === b) same += 1;
      else lines.push([Math.abs(a - b), task, a, b]);
    }
    lines.sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? -1 : 1));
    const link = (rows, places) => writ.link(`#/${rows.run}/talk/${encodeURIComponent(rows.columns.id[places[0]])}`, `${good(rows, places)} of ${places.length}`);
    return [
      el("p", {}, `${writ.number(shared.length)} tasks are in both; in ${writ.number(same)} of them as many tries are accepted.`),
      lines.length ? writ.table("Tasks that differ: tries accepted", ["task", "A", "B", ""],
        lines.slice(0, MOST).map(([, task]) => [task, link(one, ours.get(task)), link(two, theirs.get(task)),
          writ.link(`#/${one.run}/talk/${encodeURIComponent(one.columns.id[ours.get(task)[0]])}?beside=${two.run}:${encodeURIComponent(two.columns.id[theirs.get(task)[0]])}`, "side by side")])) : null,
      lines.length > MOST ? el("p", {}, `and ${writ.number(lines.length - MOST)} more`) : null,
    ];
  };

  writ.showCompare = async (query) => {
    const about = await writ.load("runs");
    const asked = (name, other) => Math.min(about.runs.length - 1, Number(query.get(name) ?? other) || 0);
    const [a, b] = [asked("a", 0), asked("b", 1)];
    const [one, two] = await Promise.all([writ.rows(a), writ.rows(b)]);
    const [mine, theirs] = [shares(one), shares(two)];
    const choose = (name, chosen) => {
      const list = el("select", { id: `run-${name}` }, about.runs.map((run, at) => el("option", { value: at, selected: at === chosen }, run.name)));
      list.addEventListener("change", () => {
        const more = { a, b, [name]: list.value };
        location.hash = `#/compare?a=${more.a}&b=${more.b}`;
      });
      return el("label", {}, `${name.toUpperCase()} `, list);
    };
    const totals = [["conversations", sum(mine.states), sum(theirs.states)], ["accepted", mine.states[1], theirs.states[1]],
      ["rejected", mine.states[0], theirs.states[0]], ["crashed", mine.states[2], theirs.states[2]], ["yield", rate(mine.states), rate(theirs.states)]];
    const pairs = ["A", "accepted", "B", "accepted"];
    return { nodes: [el("h1", {}, "Two runs compared"),
      el("form", { class: "choose", on: { submit: (event) => event.preventDefault() } }, choose("a", a), choose("b", b)),
      el("div", { class: "plots" },
        writ.table("In all", ["", `A: ${about.runs[a].name}`, `B: ${about.runs[b].name}`], totals),
        group("kind", "Kinds", mine, theirs, (counts) => [sum(counts), rate(counts)], pairs),
        group("domain", "Domains", mine, theirs, (counts) => [sum(counts), rate(counts)], pairs),
        group("check", "Conversations that failed a check", mine, theirs, (counts) => [sum(counts)], ["A", "B"])),
      el("h2", {}, "The same tasks"), ...both(one, two)] };
  };
})();
