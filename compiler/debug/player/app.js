/** The page: holds what is shown (rewrite, search, selection, view), and brings the parts in line with it. */
import { Canvas, drawing, measured } from "./draw.js";
import { frameOf, wholeFrame } from "./frame.js";
import { Lookup, placeOf } from "./lookup.js";
import { copy, diffText, element, framePanel, headline, itemPanel, textPanel } from "./panels.js";
import { modelText } from "./printing.js";
import { Replay, unpack } from "./state.js";
import { Timeline } from "./timeline.js";
import { layoutInWorker } from "./whole.js";

const VIEWS = { both: "Overlay", split: "Side by side", before: "Before", after: "After", whole: "Whole graph" };
const KEYS = [
  ["← →", "rewrite before and after; with a search, the matches"],
  ["Shift ← →", "rewrite of the same pass before and after"],
  ["↑ ↓", "run of rewrites by one pass before and after"],
  ["Home End", "import, last rewrite"],
  ["/", "search; Enter goes to the next match"],
  ["Esc", "leave the search, the selection"],
  ["+ −", "show more or fewer hops around the rewrite"],
  ["v w", "next view; the whole graph"],
  ["[ ] 0", "zoom the timeline out, in, to everything"],
  ["c", "copy the differences as text"],
  ["t ?", "light or dark; this help"],
];

const $ = (selector) => document.querySelector(selector);

class App {
  constructor(journal) {
    this.journal = journal;
    this.replay = new Replay(journal);
    this.lookup = new Lookup(this.replay);
    this.state = { n: 0, q: "", sel: null, view: "both", hops: 2 };
    this.found = null;
    this.timeline = new Timeline($("#timeline"), journal, this.lookup, (n) => this.go(n));
    this.describe();
    this.listen();
    this.open();
  }

  describe() {
    const { about, checks } = this.journal;
    const { counts, length } = this.lookup;
    $("#model").textContent = about.title;
    const facts = [`${length.toLocaleString("en")} rewrites`, `${counts[0].toLocaleString("en")} → ${counts[length].toLocaleString("en")} operators`];
    if (checks.length) facts.push(`${checks.length.toLocaleString("en")} checked`);
    if (this.journal.error) facts.push("ended with an error");
    $("#facts").textContent = facts.join(" · ");
    $("#views").replaceChildren(...Object.entries(VIEWS).map(([view, title]) => element("button", { textContent: title, value: view, title: `${title} (v, w)` })));
    const rows = KEYS.flatMap(([keys, text]) => [element("dt", {}, keys.split(" ").map((key) => element("kbd", { textContent: key }))), element("dd", { textContent: text })]);
    const legend = ["added", "removed", "changed", "kept"].map((status) => element(`span.chip.${status}`, { textContent: status }));
    const notes = [
      "↑3 and ↓3 at a box: operators above and below that are not drawn. Constants are folded into the boxes of their readers.",
      "Searches look at parts of names; kind:, pass:, array: and source: narrow them, quotes ask for the whole name.",
      "Needs Chrome or Edge 105, Firefox 113, Safari 16.4, or later.",
    ];
    $("#help").replaceChildren(element("h2", { textContent: "Keys" }), element("dl", {}, rows), element("p", {}, legend), ...notes.map((text) => element("p", { textContent: text })));
  }

  listen() {
    const actions = {
      first: () => this.go(0),
      left: () => this.step(-1),
      right: () => this.step(1),
      last: () => this.go(this.lookup.length),
      fewer: () => this.set({ hops: Math.max(1, this.state.hops - 1) }),
      more: () => this.set({ hops: Math.min(9, this.state.hops + 1) }),
    };
    for (const [name, act] of Object.entries(actions)) $(`[data-do=${name}]`).addEventListener("click", act);
    for (const button of $("#views").children) button.addEventListener("click", () => this.set({ view: button.value }));
    const search = $("#search");
    search.addEventListener("input", () => this.search(search.value, true));
    search.addEventListener("focus", () => this.search(search.value, true));
    search.addEventListener("blur", () => ($("#suggestions").hidden = true));
    $("#theme").addEventListener("click", () => this.theme());
    $("#help-button").addEventListener("click", () => $("#help").showModal());
    $("#help").addEventListener("click", () => $("#help").close());
    addEventListener("keydown", (event) => this.key(event));
    addEventListener("hashchange", () => this.open());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.timeline.draw());
    new ResizeObserver(() => this.canvases?.[0].fit()).observe($("#drawing"));
    $("#grip").addEventListener("pointerdown", (event) => $("#grip").setPointerCapture(event.pointerId));
    $("#grip").addEventListener("pointermove", (event) => {
      const { style } = $("#timeline");
      if (event.buttons & 1) style.height = style.maxHeight = `${Math.max(90, event.clientY - $("#timeline").offsetTop)}px`;
    });
  }

  key(event) {
    const searching = event.target === $("#search");
    if (event.ctrlKey || event.metaKey || event.altKey || $("#help").open) return;
    const acts = {
      Escape: () => this.escape(),
      Enter: searching && (() => this.step(event.shiftKey ? -1 : 1, true)),
      ...(searching ? {} : this.keys(event.shiftKey)),
    };
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  }

  keys(shift) {
    return {
      ArrowLeft: () => (shift ? this.along(-1) : this.step(-1)),
      ArrowRight: () => (shift ? this.along(1) : this.step(1)),
      ArrowUp: () => this.jump(-1),
      ArrowDown: () => this.jump(1),
      Home: () => this.go(0),
      End: () => this.go(this.lookup.length),
      "/": () => $("#search").select(),
      "?": () => $("#help").showModal(),
      "+": () => $("[data-do=more]").click(),
      "=": () => $("[data-do=more]").click(),
      "-": () => $("[data-do=fewer]").click(),
      v: () => this.set({ view: { both: "split", split: "before", before: "after" }[this.state.view] ?? "both" }),
      w: () => this.set({ view: this.state.view === "whole" ? "both" : "whole" }),
      t: () => this.theme(),
      c: () => copy(diffText(this.frame), $("#text .copy")),
      "[": () => this.timeline.zoom(1.6),
      "]": () => this.timeline.zoom(1 / 1.6),
      0: () => this.timeline.view(-0.5, this.lookup.length + 1),
    };
  }

  escape() {
    const search = $("#search");
    if (document.activeElement === search) search.blur();
    else if (this.state.sel !== null) this.set({ sel: null });
    else {
      search.value = "";
      this.search("");
    }
  }

  // Where to ---------------------------------------------------------------------------------------------------------

  get places() {
    return this.found?.hits ?? this.journal.rewrites.map((_, k) => k + 1);
  }

  go(n) {
    this.set({ n: Math.min(this.lookup.length, Math.max(0, n)) });
  }

  /** To the next rewrite in a direction, or the next match of the search. */
  step(direction, wrap = false) {
    const { n } = this.state;
    if (!this.found) return this.go(n + direction);
    const { hits } = this.found;
    const next = direction > 0 ? hits[placeOf(hits, n + 1)] : hits[placeOf(hits, n) - 1];
    if (next !== undefined) this.go(next);
    else if (wrap && hits.length) this.go(direction > 0 ? hits[0] : hits.at(-1));
  }

  /** To where a pass takes over. */
  jump(direction) {
    const { rewrites } = this.journal;
    const same = (a, b) => rewrites[a - 1].pass === rewrites[b - 1].pass && rewrites[a - 1].stage === rewrites[b - 1].stage;
    const { places } = this;
    const starts = places.filter((n, k) => !k || !same(n, places[k - 1]));
    const next = direction > 0 ? starts[placeOf(starts, this.state.n + 1)] : starts[placeOf(starts, this.state.n) - 1];
    this.go(next ?? (direction > 0 ? this.state.n : 0));
  }

  /** To the next rewrite by the same pass. */
  along(direction) {
    const { rewrites } = this.journal;
    const here = rewrites[this.state.n - 1];
    if (!here) return;
    for (let n = this.state.n + direction; n >= 1 && n <= rewrites.length; n += direction) {
      if (rewrites[n - 1].pass === here.pass && rewrites[n - 1].stage === here.stage) return this.go(n);
    }
  }

  search(query, suggest = false) {
    this.found = this.lookup.search(query);
    const entries = this.found?.entries ?? [];
    const one = entries.length && entries.every((e) => e.what === "kind") ? entries[0].text : null;
    this.timeline.filter(this.found?.hits ?? null, one ? { kind: one, counts: this.lookup.series(one) } : null);
    $("#hits").textContent = this.found ? `${this.found.hits.length.toLocaleString("en")} rewrites` : "";
    $("#hits").classList.toggle("none", this.found?.hits.length === 0);
    const list = $("#suggestions");
    list.hidden = !suggest || !entries.length || document.activeElement !== $("#search");
    list.replaceChildren(...(list.hidden ? [] : entries.slice(0, 12).map((entry) => this.suggestion(entry))));
    this.state.q = query;
    this.remember();
  }

  suggestion({ what, text, hits }) {
    const made = element("li", {}, element("small", { textContent: what }), element("span", { textContent: text }), element("small", { textContent: hits.length }));
    made.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      this.filter(`${what}:"${text}"`);
    });
    return made;
  }

  filter(query) {
    $("#search").value = query;
    $("#search").blur();
    this.search(query);
    if (this.found?.hits.length && !this.found.hits.includes(this.state.n)) this.step(1, true);
  }

  // Links ------------------------------------------------------------------------------------------------------------

  open() {
    const given = new URLSearchParams(location.hash.slice(1));
    const number = (name, otherwise, most) => {
      const value = Number.parseInt(given.get(name) ?? "", 10);
      return Number.isInteger(value) ? Math.max(0, Math.min(value, most)) : otherwise;
    };
    const query = given.get("q") ?? "";
    if (query !== this.state.q) {
      $("#search").value = query;
      this.search(query);
    }
    const view = given.get("view") in VIEWS ? given.get("view") : "both";
    this.set({ n: number("n", 0, this.lookup.length), hops: Math.max(1, number("hops", 2, 9)), sel: number("sel", null, Infinity), view });
  }

  remember() {
    const { n, q, sel, view, hops } = this.state;
    const made = new URLSearchParams({ n });
    if (q) made.set("q", q);
    if (sel !== null) made.set("sel", sel);
    if (view !== "both") made.set("view", view);
    if (hops !== 2) made.set("hops", hops);
    history.replaceState(null, "", `#${made}`);
  }

  // What is shown ----------------------------------------------------------------------------------------------------

  set(changes) {
    const begun = performance.now();
    Object.assign(this.state, changes);
    this.show();
    this.remember();
    this.spent = performance.now() - begun;
  }

  show() {
    const { n, hops, view, sel } = this.state;
    this.frame = frameOf(this.replay, n, hops);
    this.timeline.move(n);
    $("#number").textContent = `${n} / ${this.lookup.length}`;
    $("#what").replaceChildren(...headline(this.frame, this.journal, (k) => this.go(k)));
    $("#hops output").textContent = `${hops} hop${hops > 1 ? "s" : ""}`;
    for (const button of $("#views").children) button.classList.toggle("on", button.value === view);
    const onPick = (id) => this.set({ sel: id === this.state.sel ? null : id });
    this.draw(onPick);
    $("#text").replaceChildren(...textPanel(this.frame, { selected: sel, whole: () => this.textAt(n), onPick }));
    showChange($("#text .lines"));
    const tools = { journal: this.journal, replay: this.replay, lookup: this.lookup, n, go: (k) => this.go(k), onPick, onSearch: (q) => this.filter(q) };
    $("#details").replaceChildren(...(sel === null ? framePanel(this.frame, tools) : itemPanel(sel, tools)));
  }

  draw(onPick) {
    const { view, sel } = this.state;
    const roles = this.journal.operands ?? {};
    const options = { roles, selected: sel, root: this.frame.rewrite?.root, onPick };
    if (view === "whole") return this.drawWhole(options);
    this.wholeOf = null;
    const sides = view === "split" ? ["before", "after"] : [view];
    const sizes = this.frame.nodes.map((node) => {
      const boxes = sides.map((side) => measured(node, side, roles));
      return { id: node.id, width: Math.max(...boxes.map((b) => b.width)), height: Math.max(...boxes.map((b) => b.height)) };
    });
    const layout = layered(sizes, this.frame.edges);
    this.panes(sides).forEach((canvas, k) => {
      canvas.show(drawing(this.frame, layout, { side: sides[k], ...options }), extent(this.frame, layout));
    });
    if (this.frame.omitted) this.say(`${this.frame.omitted} more operators are within reach`);
  }

  /** The canvases for these sides; those on the page are used again. */
  panes(sides) {
    const key = sides.join(" ");
    if (this.paneKey !== key) {
      this.paneKey = key;
      const made = sides.map(() => element("div.pane"));
      $("#drawing").replaceChildren(...made);
      this.canvases = sides.map((side, k) => new Canvas(made[k], { before: "before", after: "after" }[side]));
      for (const canvas of this.canvases) canvas.linked = this.canvases;
    }
    $("#drawing > .note")?.remove();
    return this.canvases;
  }

  say(text) {
    $("#drawing > .note")?.remove();
    $("#drawing").append(element("p.note", { textContent: text }));
  }

  async drawWhole(options) {
    const { n } = this.state;
    const wanted = (this.wholeOf = `${n}`);
    const [canvas] = this.panes(["whole"]);
    canvas.scene.replaceChildren();
    this.say("Laying out the whole graph…");
    const graph = wholeFrame(this.replay, n);
    const sizes = graph.nodes.map((node) => ({ id: node.id, ...measured(node, "both", options.roles) })).map(({ id, width, height }) => ({ id, width, height }));
    try {
      const layout = await layoutInWorker(sizes, graph.edges, $("#layout").textContent);
      if (this.wholeOf !== wanted) return;
      canvas.show(drawing(graph, layout, { side: "both", ...options }), extent(graph, layout));
      this.say(`${this.replay.ops.size} operators. A double click shows all of it, and another one what the rewrite touched.`);
    } catch (error) {
      if (this.wholeOf === wanted) this.say(error.message);
    }
  }

  theme() {
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    this.timeline.draw();
  }

  /** The whole model after rewrite `k` in the text form. */
  textAt(k) {
    const text = modelText(this.replay.seek(k));
    this.replay.seek(this.state.n);
    return text;
  }
}

/** Scroll to the first changed line where it is not in sight. */
function showChange(lines) {
  const first = lines.querySelector(".minus, .plus");
  const above = first ? first.offsetTop - lines.offsetTop : 0;
  if (above > lines.clientHeight / 2) lines.scrollTop = above - 40;
}

/** The size of a laid out graph, and the middle of what the rewrite touched. */
function extent(graph, { width, height, nodes }) {
  const middle = graph.nodes.filter((node) => node.distance === 0).map((node) => nodes.get(node.id));
  const mean = (axis) => middle.reduce((sum, at) => sum + at[axis], 0) / middle.length;
  return { width, height, focus: middle.length && graph.n ? [mean("x"), mean("y")] : [width / 2, 0] };
}

try {
  const app = new App(await unpack($("#journal").textContent));
  window.pytoco = app;
} catch (error) {
  $("#drawing").replaceChildren(element("p.note", { textContent: `This page cannot be shown: ${error.message}` }));
  throw error;
}
