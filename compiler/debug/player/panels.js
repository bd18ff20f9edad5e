/** The panels beside the drawing: texts with their differences, details of an item, lists, and commands to go on with. */
import { shapeLabel } from "./frame.js";
import { difference, tokenDifference, typeText, valueText, word } from "./printing.js";

/** An element with classes (`"div.a.b"`), properties, and children (texts or elements; what is null is left out). */
export function element(what, properties = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const made = Object.assign(document.createElement(tag), properties);
  if (classes.length) made.className = classes.join(" ");
  made.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== ""));
  return made;
}

export async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = element("textarea", { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
  button.classList.add("done");
  setTimeout(() => button.classList.remove("done"), 900);
}

const copyButton = (label, title, text) => {
  const button = element("button.copy", { title, textContent: label });
  button.addEventListener("click", () => copy(text(), button));
  return button;
};

/** The lines of a frame as [[sign, before, after]...]: " " in both, "-" and "+" in one, "~" a line and its successor. */
export function textLines(frame) {
  const made = [];
  let block = [];
  const flush = () => {
    const gone = block.filter(([sign]) => sign === "-").map(([, line]) => line);
    const come = block.filter(([sign]) => sign === "+").map(([, line]) => line);
    const subject = (line) => line.text.split(/: | = /)[0];
    for (const old of gone) {
      const k = come.findIndex((now) => now.id === old.id || subject(now) === subject(old));
      if (k < 0) made.push(["-", old]);
      else {
        for (const now of come.splice(0, k)) made.push(["+", now]);
        made.push(["~", old, come.shift()]);
      }
    }
    for (const now of come) made.push(["+", now]);
    block = [];
  };
  for (const entry of difference(frame.before.lines, frame.after.lines, (a, b) => a.text === b.text)) {
    if (entry[0] === " ") {
      flush();
      made.push(entry);
    } else block.push(entry);
  }
  flush();
  return made;
}

export function diffText(frame) {
  const lines = textLines(frame).flatMap(([sign, a, b]) => (sign === "~" ? [`- ${a.text}`, `+ ${b.text}`] : [`${sign} ${a.text}`]));
  return `${lines.join("\n")}\n`;
}

/** A line with the inline elements of a larger constant left out. */
function shortValue(text) {
  return text.replace(/( = const \S+ \[)([^\]]{50,})\]$/, (_, start, elements) => `${start}${elements.slice(0, 40).replace(/,?[^,]*$/, "")}, …]`);
}

/** The text panel of a frame. */
export function textPanel(frame, { selected, whole, onPick }) {
  const side = (name) => `${frame[name].lines.map((line) => line.text).join("\n")}\n`;
  const line = (sign, { id, text }, parts) => {
    const name = { "+": "line.plus", "-": "line.minus", " ": "line" }[sign];
    const words = parts?.map(([token, changed]) => (changed ? element("mark", { textContent: token }) : token)) ?? [shortValue(text)];
    const made = element(`div.${name}`, { title: parts ? "" : text }, element("span.sign", { textContent: sign }), element("code", {}, words));
    if (id === selected) made.classList.add("selected");
    made.addEventListener("click", () => getSelection().isCollapsed && onPick(id));
    return made;
  };
  const rows = textLines(frame).flatMap(([sign, old, now]) => {
    if (sign !== "~") return [line(sign, old)];
    const [was, is] = tokenDifference(old.text, now.text);
    return [line("-", old, was), line("+", now, is)];
  });
  const empty = element("p.empty", { textContent: "No line changed: the rewrite touched only what the text form does not show." });
  return [
    element(
      "header",
      {},
      element("h2", { textContent: frame.n ? "Text, before and after" : "The imported model, its beginning" }),
      copyButton("diff", "Copy the differences (c)", () => diffText(frame)),
      copyButton("before", "Copy these lines before the rewrite", () => side("before")),
      copyButton("after", "Copy these lines after the rewrite", () => side("after")),
      copyButton("model", "Copy the whole model after the rewrite", whole),
    ),
    element("div.lines", {}, rows.length ? rows : empty),
  ];
}

const link = (text, go) => {
  const made = element("a", { textContent: text, href: "#" });
  made.addEventListener("click", (event) => {
    event.preventDefault();
    go();
  });
  return made;
};

const table = (rows) => element("dl", {}, rows.filter(Boolean).flatMap(([name, ...values]) => [element("dt", { textContent: name }), element("dd", {}, values)]));

/** What is known of an operator or array; it may be gone, or not made yet. */
export function itemPanel(id, { replay, lookup, n, go, onPick, onSearch }) {
  const was = lookup.died.get(id) === n && !replay.ops.has(id) && !replay.arrays.has(id);
  if (was) replay.seek(n - 1); // it is described as it was
  const op = replay.ops.get(id);
  const array = replay.arrays.get(id);
  const [born, died] = [lookup.born.get(id), lookup.died.get(id)];
  const named = op ? `${op.kind} %${id}` : `${array?.name ?? lookup.labels.get(id) ?? ""} %${id}`;
  const touched = lookup.touched.get(id) ?? [];
  const rewrite = (k) => link(`#${k}`, () => go(k));
  const life = [
    born === 0 ? ["made", "at import"] : born === undefined ? null : ["made", "by ", rewrite(born), ` ${replay.rewrites[born - 1].pass}`],
    died === undefined ? ["removed", "never"] : ["removed", "by ", rewrite(died), ` ${replay.rewrites[died - 1].pass}`],
    ["touched", touched.length ? touched.slice(0, 24).flatMap((k) => [rewrite(k), " "]) : "never", touched.length > 24 ? `and ${touched.length - 24} more` : ""],
  ];
  const rows = op ? opRows(op, replay, onPick) : array ? arrayRows(array, replay, onPick) : [["now", n < born ? "not made yet" : "not in the model"]];
  const name = op ? replay.arrays.get(op.outputs[0])?.name : (array?.name ?? lookup.labels.get(id));
  if (was) replay.seek(n);
  const close = element("button", { title: "Close (Esc)", textContent: "×" });
  close.addEventListener("click", () => onPick(null));
  const filter = name ? element("button", { title: "Only the rewrites that touch this name", textContent: "filter" }) : null;
  filter?.addEventListener("click", () => onSearch(`"${name}"`));
  return [element("header", {}, element("h2", { textContent: named, title: named }), filter, close), table([...rows, ...life])];
}

function opRows(op, replay, onPick) {
  const names = (ids) => ids.flatMap((id) => [id === null ? "_" : arrayLink(replay.arrays.get(id), onPick), element("br")]);
  return [
    ["reads", ...names(op.inputs)],
    ["makes", ...names(op.outputs)],
    ...(op.attrs ?? []).map(([name, value]) => [name, element("code", { textContent: value })]),
    ["source", op.origin.length ? op.origin.flatMap((node) => [element("code", { textContent: node }), element("br")]) : "unknown"],
  ];
}

function arrayLink(array, onPick) {
  return element("span", {}, link(word(array.name), () => onPick(array.id)), element("small", { textContent: ` ${shapeLabel(array)}` }));
}

function arrayRows(array, replay, onPick) {
  const opLink = (op) => [link(`${op.kind} %${op.id}`, () => onPick(op.id)), " "];
  const users = [...array.users];
  const glimpse = Array.isArray(array.value) ? [" ", element("code", { textContent: array.value[1] })] : "";
  return [
    ["type", element("code", { textContent: typeText(array) })],
    array.value === null ? null : ["value", element("code", { textContent: valueText(array) }), glimpse],
    array.value !== null ? null : ["made by", ...(array.producer ? opLink(array.producer) : ["nothing: an input or a state"])],
    ["read by", ...(users.length ? users.slice(0, 12).flatMap(opLink) : ["nothing"]), users.length > 12 ? `and ${users.length - 12} more` : ""],
    array.producer ? ["source", ...array.producer.origin.flatMap((node) => [element("code", { textContent: node }), element("br")])] : null,
  ];
}

/** What there is to say of a frame when nothing is selected: messages, kinds of operators, commands. */
export function framePanel(frame, { journal, replay, lookup, go, onSearch }) {
  const { n } = frame;
  const parts = [];
  const messages = [...journal.remarks.map((m) => ["remark", m]), ...journal.failures.map((m) => ["failed", m])];
  const list = messages.sort((a, b) => a[1].n - b[1].n);
  if (journal.error) parts.push(element("p.message.failed", { textContent: `The conversion ended with an error: ${journal.error}` }));
  if (list.length) {
    const near = list.filter(([, m]) => Math.abs(m.n - n) <= 1);
    const shown = [...near, ...list.filter((m) => !near.includes(m))].slice(0, 30);
    parts.push(element("h2", { textContent: `Remarks and failures (${list.length})` }));
    for (const [sort, m] of shown) {
      parts.push(element(`p.message.${sort}`, {}, link(`#${m.n}`, () => go(m.n)), ` ${m.pass ?? ""}: ${m.text}`));
    }
  }
  parts.push(element("h2", { textContent: "Continue with" }), ...commands(frame, journal));
  parts.push(element("h2", { textContent: `Operators at #${n}` }), kinds(n, { replay, lookup, onSearch }));
  return parts;
}

function kinds(n, { replay, lookup, onSearch }) {
  const now = new Map();
  for (const op of replay.ops.values()) now.set(op.kind, (now.get(op.kind) ?? 0) + 1);
  const change = new Map();
  for (const event of n ? replay.rewrites[n - 1].events : []) {
    if (event[0] === "+") change.set(event[2][1], (change.get(event[2][1]) ?? 0) + 1);
    else if (event[0] === "-") {
      const kind = lookup.labels.get(event[2]);
      change.set(kind, (change.get(kind) ?? 0) - 1);
    }
  }
  for (const kind of change.keys()) if (!now.has(kind)) now.set(kind, 0);
  const most = Math.max(1, ...now.values());
  const rows = [...now].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  const made = element("div.kinds");
  for (const [kind, count] of rows) {
    const delta = change.get(kind) ?? 0;
    const row = element(
      "div",
      { title: `Only the rewrites that touch a ${kind}` },
      element("span.name", { textContent: kind }),
      element("span.bar", {}, element("i")),
      element("span.count", { textContent: count }),
      element(`span.delta.${delta > 0 ? "plus" : "minus"}`, { textContent: delta > 0 ? `+${delta}` : delta < 0 ? `−${-delta}` : "" }),
    );
    row.querySelector("i").style.width = `${(100 * count) / most}%`;
    row.addEventListener("click", () => onSearch(`kind:"${kind}"`));
    made.append(row);
  }
  return made;
}

const quoted = (text) => (/^[\w.\/:\-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

function commands(frame, journal) {
  const { n, rewrite } = frame;
  const { about } = journal;
  const model = quoted(about.model ?? "MODEL");
  const file = quoted(about.journal ?? about.model ?? "JOURNAL");
  const made = [["The link to this frame", () => location.href]];
  if (rewrite) {
    const op = frame.nodes.find((node) => node.id === rewrite.root) ?? frame.nodes.find((node) => node.distance === 0 && node.before);
    const name = (op?.before ?? op?.after)?.name;
    if (name) made.push([`pytoco why ${model} ${quoted(name)} --pass ${rewrite.pass} --at ${n - 1}`]);
    made.push([`pytoco frames ${file} ${Math.max(0, n - 1)}..${n}`]);
  }
  const wrong = journal.checks.find((check) => check.status === "wrong");
  if (wrong) made.push([`pytoco bisect ${model} --until ${quoted(`max_abs_error > ${errorText((wrong.abs_error ?? 0.002) / 2)}`)}`]);
  return made.map(([text, from]) =>
    element("div.command", { title: text }, element("code", { textContent: text }), copyButton("copy", "Copy", from ?? (() => text))),
  );
}

function errorText(error) {
  if (typeof error !== "number") return error;
  return error && error < 1e-3 ? error.toExponential(1) : error.toPrecision(2);
}

/** The line that says what a frame is. */
export function headline(frame, journal, go) {
  const { n, rewrite } = frame;
  const wrong = journal.checks.find((c) => c.status === "wrong");
  const alarm = wrong && wrong.n !== n ? element("span.chip.wrong", {}, "first wrong: ", link(`#${wrong.n}`, () => go(wrong.n))) : "";
  if (!rewrite) {
    return [element("b", { textContent: "import" }), element("span.muted", { textContent: journal.about.model ?? "" }), alarm];
  }
  const root = frame.nodes.find((node) => node.id === rewrite.root);
  const shown = root?.before ?? root?.after;
  const check = journal.checks.find((c) => c.n === n);
  const made = [element("b", { textContent: rewrite.pass })];
  if (shown) made.push(element("span.muted", { textContent: "at" }), element("span.root", { textContent: `${shown.kind} ${shown.name}`, title: shown.name }));
  const counts = (status) => frame.nodes.filter((node) => !node.what && node.status === status).length;
  for (const [status, sign] of [["added", "+"], ["removed", "−"], ["changed", "~"]]) {
    if (counts(status)) made.push(element(`span.chip.${status}`, { textContent: `${sign}${counts(status)}`, title: `${counts(status)} operators ${status}` }));
  }
  if (check) {
    const status = check.status ?? "ok";
    const size = errorText(check.error);
    const title = `${check.array ? `in ${check.array}, ` : ""}tolerance ${check.tolerance ?? "unknown"}${check.what ? `: ${check.what}` : ""}`;
    made.push(element(`span.chip.${status}`, { textContent: `${status === "ok" ? "" : `${status}, `}error ${size}`, title }));
  }
  const said = [...journal.failures, ...journal.remarks].filter((m) => m.n === n);
  if (said.length) made.push(element("span.chip.changed", { textContent: `${said.length} remark${said.length > 1 ? "s" : ""}`, title: said.map((m) => m.text).join("\n") }));
  return [...made, alarm];
}
