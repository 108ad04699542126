"use strict";
// One conversation as a chat. Selecting a write, or a decision beside the chat, lights up the reads that identify it.

(() => {
  const { el } = writ;
  const SPEAKER = { user: "User", agent: "Agent", tool: "Tool" };

  const pretty = (text) => {
    try {
      const value = JSON.parse(text);
      return typeof value === "object" && value !== null ? JSON.stringify(value, null, 2) : text;
    } catch {
      return text;
    }
  };

  const call = (one, selected) => {
    const args = Object.entries(one.args || {}).map(([name, value]) =>
      el("div", {}, el("dt", {}, name), el("dd", {}, typeof value === "string" ? value : JSON.stringify(value))));
    const name = el("span", { class: "name" }, one.tool, one.kind ? el("span", { class: "tag" }, one.kind) : null);
    return el("div", { class: `call ${one.kind || ""}` },
      selected ? el("button", { type: "button", class: "pick", "aria-pressed": "false", on: { click: selected } }, name, el("span", { class: "hint" }, "show its evidence")) : name,
      args.length ? el("dl", {}, args) : null);
  };

  const result = (turn, asked) => {
    const name = asked ? asked.tool : "tool";
    const size = `${writ.number(turn.text?.length || 0)} characters`;
    return el("details", { class: turn.error ? "result error" : "result", open: turn.error },
      el("summary", {}, turn.error ? `${name} failed` : `result of ${name}`, el("span", { class: "size" }, size)),
      el("pre", { tabindex: "0" }, pretty(turn.text || "")));
  };

  const finding = (one) =>
    el("p", { class: "finding", role: "note" }, el("strong", {}, one.check), ": saw ", el("q", {}, one.saw), "; wanted ", el("q", {}, one.wanted));

  // The chat of a conversation; `lit` is what can be lit up, by turn.
  const chat = (doc, pick, key) => {
    const list = el("ol", { class: "chat", "aria-label": `conversation ${doc.id}` });
    const waiting = [];
    doc.turns.forEach((turn, at) => {
      const parts = [el("span", { class: "who" }, SPEAKER[turn.role] || turn.role, el("span", { class: "at" }, `turn ${at}`))];
      if (turn.role === "tool") parts.push(result(turn, waiting.shift()));
      else if (turn.text) parts.push(el("p", { class: "bubble" }, turn.text));
      for (const one of turn.calls || []) {
        waiting.push(one);
        const place = doc.decisions.findIndex((decision) => decision.write === at);
        parts.push(call(one, pick && one.kind === "write" ? () => pick(place, at) : null));
      }
      if (turn.worded && turn.worded !== "model") parts.push(el("p", { class: "worded" }, turn.worded));
      parts.push(el("div", { class: "proof" }));
      parts.push(...doc.findings.filter((one) => one.turn === at).map(finding));
      list.append(el("li", { class: `turn ${turn.role}`, id: `${key}-${at}`, tabindex: "-1" }, parts));
    });
    const beyond = doc.findings.filter((one) => !(one.turn >= 0 && one.turn < doc.turns.length)).map(finding);
    if (doc.error) beyond.unshift(el("p", { class: "finding" }, `It crashed: ${doc.error}`));
    return el("div", {}, list, beyond);
  };

  const goTo = (key, at) => {
    const turn = document.getElementById(`${key}-${at}`);
    turn?.scrollIntoView({ block: "center" });
    turn?.focus({ preventScroll: true });
  };

  const clear = (root) => {
    for (const node of root.querySelectorAll(".lit, .target")) node.classList.remove("lit", "target");
    for (const node of root.querySelectorAll(".proof")) node.replaceChildren();
    for (const node of root.querySelectorAll("[aria-pressed]")) node.setAttribute("aria-pressed", "false");
  };

  const outcome = (one) => {
    if (one.gold) return one.gold;
    if (one.refusal) return `${one.own ? "not wanted then" : one.transfer ? "transfer to a human" : "refuse"}: ${one.refusal}`;
    return `tell: ${one.told}`;
  };

  const witness = (read, doc) =>
    doc.published ? (read.locates ? "It locates." : "It decides.") :
    read.change ? `${read.locates ? "It locates" : "It decides"}: had it shown ${read.change}: ${read.outcome}.` : "No witness was found.";

  const light = (root, doc, key, place, at) => {
    clear(root);
    const one = doc.decisions[place];
    const target = document.getElementById(`${key}-${one ? one.write ?? at : at}`);
    target?.classList.add("target");
    for (const button of target?.querySelectorAll(".pick") || []) button.setAttribute("aria-pressed", "true");
    root.querySelector(`[data-decision="${place}"]`)?.setAttribute("aria-pressed", "true");
    if (!one) {
      const text = doc.published ? "The set does not say which decision this write is for." : "No decision of this task calls for this write.";
      target?.querySelector(".proof")?.replaceChildren(el("p", {}, text));
      writ.say(text);
      return;
    }
    for (const turn of one.refused) document.getElementById(`${key}-${turn}`)?.classList.add("target");
    const turns = [];
    for (const read of one.evidence) {
      if (read.turn === null) continue;
      const node = document.getElementById(`${key}-${read.turn}`);
      node?.classList.add("lit");
      node?.querySelector(".proof")?.append(el("p", {}, el("strong", {}, `Evidence of ${one.name}. `), witness(read, doc)));
      turns.push(read.turn);
    }
    const missing = one.evidence.filter((read) => read.turn === null).length;
    writ.say(`${turns.length} reads identify ${one.name}: turns ${turns.join(", ") || "none"}${missing ? `; ${missing} were not made` : ""}.`);
  };

  const decisions = (doc, key, pick) =>
    doc.decisions.map((one, place) =>
      el("section", { class: "decision" },
        el("button", { type: "button", class: "pick", "data-decision": place, "aria-pressed": "false", on: { click: () => pick(place, one.write) } },
          el("span", { class: "name" }, one.name), el("span", { class: "outcome" }, outcome(one))),
        one.refusal && !one.own ? el("p", { class: "ground" }, el("strong", {}, "Ground: "), one.refusal) : null,
        el("ul", { class: "evidence" },
          one.evidence.map((read) =>
            el("li", {}, el("code", {}, read.read), " ",
              read.turn === null ? el("span", { class: "missing" }, "not read here")
                : el("button", { type: "button", class: "to", on: { click: () => goTo(key, read.turn) } }, `turn ${read.turn}`),
              el("p", { class: "witness" }, witness(read, doc))))),
        one.failed ? el("p", { class: "finding" }, `Not proven: ${one.failed}`) : null));

  const behaviour = (doc) =>
    doc.behavior.length
      ? writ.table("Behavior", ["dimension", "asked", "seen", "number"],
        doc.behavior.map(([name, asked, seen, number]) => [name, asked,
          el("span", { class: seen && seen !== asked && seen !== "not measured" ? "differs" : null }, seen || "–"), number ?? "–"]))
      : null;

  const trials = (doc) =>
    doc.trials.length
      ? writ.table("Trials", ["trial", "what the user says", "asked", "seen"],
        doc.trials.map(([name, texts, asked, seen]) => [name, texts.map((text) => el("p", { class: "say" }, text)), asked, seen ?? "–"]))
      : null;

  const facts = (title, texts) => (texts.length ? [el("h3", {}, title), el("ul", {}, texts.map((text) => el("li", {}, text)))] : null);

  const panel = (doc, key, pick, others) =>
    el("aside", { class: "panel", "aria-label": "task and evidence" },
      el("h2", {}, "Evidence"), el("p", { class: "how" }, "Choose a decision, or a write in the chat: the reads that identify it light up."),
      decisions(doc, key, pick),
      el("details", { open: true }, el("summary", {}, "Task"), el("p", { class: "instruction" }, doc.instruction),
        facts("The user knows", doc.facts), facts("To be told", doc.told), facts("Gold writes", doc.gold.length ? doc.gold : ["none"])),
      el("details", {}, el("summary", {}, "How the user talks: asked and seen"), doc.voice ? el("p", {}, doc.voice) : null, behaviour(doc), trials(doc)),
      others);

  const related = (rows, place, doc, about) => {
    const links = [];
    const task = rows.task(place);
    for (let at = 0; at < rows.length; at += 1) {
      const same = at !== place && rows.task(at) === task;
      const twin = rows.task(at) === doc.twin || rows.columns.twin[at] === task;
      if (!same && !twin) continue;
      const id = rows.columns.id[at];
      links.push([id, rows.run, `${same ? "another try" : "its twin"}, ${writ.STATES[rows.columns.state[at]]}`]);
    }
    const here = `#/${rows.run}/talk/${encodeURIComponent(doc.id)}`;
    const more = about.runs.length > 1 ? about.runs.map((_, run) => run).filter((run) => run !== rows.run) : [];
    return el("details", { open: links.length > 0 }, el("summary", {}, "Beside this one"),
      el("ul", {}, links.map(([id, run, why]) =>
        el("li", {}, writ.link(`#/${run}/talk/${encodeURIComponent(id)}`, id), ` (${why}) `,
          writ.link(`${here}?beside=${run}:${encodeURIComponent(id)}`, "show beside")))),
      more.length ? el("p", {}, more.map((run) => [writ.link(`${here}?beside=${run}:${encodeURIComponent(doc.id)}`, `the same in ${about.runs[run].name}`), " "])) : null,
      links.length || more.length ? null : el("p", {}, "No other try at this task, and no twin of it."));
  };

  const head = (doc, rows) => {
    const state = doc.judged ? (doc.accepted ? "accepted" : "rejected") : doc.error ? "crashed" : "not judged";
    const said = [doc.kind, doc.writes === null ? "" : `${doc.writes} ${doc.writes === 1 ? "write" : "writes"}`, doc.burden === null ? "" : `burden ${doc.burden}`,
      doc.denied === null ? "" : `${doc.denied} denied`, doc.agent && doc.user ? `${doc.agent} and ${doc.user}` : "", doc.stop];
    const dials = said.filter(Boolean).join(" · ");
    return el("div", { class: "head" }, el("h1", {}, doc.id),
      el("p", {}, el("span", { class: `state ${state.replace(" ", "-")}` }, state), " ", el("span", { class: "dials" }, `${doc.domain} · ${dials}`)));
  };

  const steps = (rows, id) => {
    const last = writ.last?.run === rows.run ? writ.last : { found: [...rows.columns.id.keys()], filter: {} };
    const at = last.found.indexOf(rows.places.get(id));
    const to = (place) => (place === undefined ? null : `#/${rows.run}/talk/${encodeURIComponent(rows.columns.id[place])}`);
    return { back: writ.tableLink(rows.run, last.filter || {}), before: to(last.found[at - 1]), next: to(last.found[at + 1]), at, of: last.found.length };
  };

  writ.showTalk = async (run, id, query) => {
    const rows = await writ.rows(run);
    const place = rows.places.get(id);
    if (place === undefined) {
      return { nodes: [el("h1", {}, "No such conversation"), el("p", {}, `${id} is not in this run. `, writ.link(`#/${run}/table`, "All conversations"))] };
    }
    const [doc, about] = await Promise.all([writ.talk(run, place), writ.load("runs")]);
    const way = steps(rows, id);
    const nav = el("nav", { class: "steps", "aria-label": "conversations" },
      writ.link(way.back, "All conversations"),
      way.before ? writ.link(way.before, "← previous", { rel: "prev" }) : null,
      way.next ? writ.link(way.next, "next →", { rel: "next" }) : null,
      way.at >= 0 ? el("span", {}, `${writ.number(way.at + 1)} of ${writ.number(way.of)}`) : null);
    const beside = await besides(query.get("beside"));
    const pick = (which, at) => {
      light(document.getElementById("main"), doc, "a", which, at);
      const more = new URLSearchParams(query);
      more.set("decision", which);
      if (which < 0) more.delete("decision");
      history.replaceState(null, "", `#/${run}/talk/${encodeURIComponent(id)}${[...more].length ? `?${more}` : ""}`);
    };
    const body = beside
      ? el("div", { class: "pair" }, el("section", {}, head(doc, rows), chat(doc, pick, "a")), el("section", {}, head(beside, rows), chat(beside, null, "b")))
      : el("div", { class: "talk" }, el("section", {}, head(doc, rows), chat(doc, pick, "a")), panel(doc, "a", pick, related(rows, place, doc, about)));
    const asked = query.get("decision");
    const ready = () => {
      if (asked !== null && doc.decisions[Number(asked)]) pick(Number(asked), doc.decisions[Number(asked)].write);
      if (query.get("turn") !== null) goTo("a", Number(query.get("turn")));
    };
    let chosen = asked === null ? -1 : Number(asked);
    const keys = (event) => {
      if (event.key === "n" && way.next) location.hash = way.next;
      else if (event.key === "p" && way.before) location.hash = way.before;
      else if (event.key === "Escape") location.hash = way.back;
      else if (event.key === "e" && doc.decisions.length) {
        chosen = (chosen + 1) % doc.decisions.length;
        pick(chosen, doc.decisions[chosen].write);
        const first = doc.decisions[chosen].write ?? doc.decisions[chosen].evidence.find((read) => read.turn !== null)?.turn;
        if (first !== undefined) goTo("a", first);
      }
    };
    return { nodes: [nav, body], ready, keys };
  };

  const besides = async (text) => {
    const found = /^(\d+):(.+)$/.exec(text || "");
    if (!found) return null;
    const rows = await writ.rows(Number(found[1]));
    const place = rows.places.get(found[2]);
    return place === undefined ? null : writ.talk(Number(found[1]), place);
  };
})();
