/** The text form of graphs, line by line as pytoco prints it; execution order; and what differs between two texts. */

const WORD = /^[\p{L}\p{N}_.\/\-]+(?::\d+)?$/u;

/** A name as the text form writes it: plain words bare, others as ASCII-only JSON. */
export function word(name) {
  if (WORD.test(name) && name !== "_" && name !== "state") return name;
  const escaped = (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0");
  return JSON.stringify(name).replace(/[\u007f-\uffff]/g, escaped);
}

/** The type of an array; `dims` has the names of unknown dimensions in this text, and gets those of new ones. */
export function typeText(array, dims = new Map()) {
  const more = [array.minmax, array.quantization].filter(Boolean).map((text) => ` ${text}`);
  const shape = array.shape?.map((extent) => extentText(extent, dims)).join(",") ?? "*";
  return `${array.dtype ?? "?"}[${shape}]${more.join("")}`;
}

function extentText(extent, dims) {
  if (Number.isInteger(extent)) return `${extent}`;
  if (!dims.has(extent)) {
    const taken = [...dims.values()];
    let name = (extent.split(/:(.*)/s)[1] ?? "").replace(/[^\p{L}\p{N}_]/gu, "") || `${dims.size}`;
    while (taken.includes(name)) name += "_";
    dims.set(extent, name);
  }
  return `?${dims.get(extent)}`;
}

export function valueText(array) {
  return Array.isArray(array.value) ? array.value[0] : array.value;
}

export function attrsText(attrs) {
  return attrs?.length ? ` {${attrs.map(([name, value]) => `${name}=${value}`).join(", ")}}` : "";
}

/** The line of an operator; `at(id)` looks an array up. */
export function opLine(op, at, dims) {
  const results = op.outputs.map((id) => `${word(at(id).name)}: ${typeText(at(id), dims)}`).join(", ");
  const operands = op.inputs.map((id) => (id === null ? "_" : word(at(id).name))).join(", ");
  return `${results}${results ? " = " : ""}${op.kind}(${operands})${attrsText(op.attrs)}`;
}

export function constantLine(array, dims) {
  return `${word(array.name)} = const ${typeText(array, dims)} ${valueText(array)}`;
}

/** One graph as text, the same as pytoco's own. */
export function graphText(replay, graph) {
  const at = (id) => replay.arrays.get(id);
  const dims = new Map();
  const typed = (id) => `${word(at(id).name)}: ${typeText(at(id), dims)}`;
  const outputs = graph.outputs.map((id) => word(at(id).name)).join(", ");
  const lines = [`graph ${word(graph.name)}(${graph.inputs.map(typed).join(", ")}) -> ${outputs} {`];
  const shown = new Set();
  const constants = (ids) => {
    for (const id of ids) {
      if (id === null || shown.has(id) || at(id).value === null) continue;
      shown.add(id);
      lines.push(`  ${constantLine(at(id), dims)}`);
    }
  };
  for (const [array, source] of graph.states) lines.push(`  state ${typed(array)} <- ${word(at(source).name)}`);
  for (const op of executionOrder(replay, graph.ops.values())) {
    constants(op.inputs);
    lines.push(`  ${opLine(op, at, dims)}`);
  }
  constants([...graph.outputs, ...graph.states.map(([, source]) => source)]);
  return [...lines, "}"].join("\n") + "\n";
}

export function modelText(replay) {
  return replay.graphs.map((graph) => graphText(replay, graph)).join("\n");
}

const byRank = (a, b) => a.rank - b.rank || a.id - b.id;

/** Operators in execution order: by rank, then id, as far as data flow among them allows. */
export function executionOrder(replay, some) {
  const ops = [...some].sort(byRank);
  const waiting = new Set(ops);
  const producerOf = (id) => {
    const producer = id === null ? null : replay.arrays.get(id)?.producer;
    return producer && waiting.has(producer) ? producer : null;
  };
  for (const op of ops) {
    for (const id of op.inputs) if (producerOf(id)) return sorted(replay, ops, new Set(ops));
    waiting.delete(op);
  }
  return ops;
}

function sorted(replay, ops, all) {
  const waiting = new Map();
  const ready = new Heap();
  for (const op of ops) {
    const needs = [...new Set(op.inputs)].filter((id) => id !== null && all.has(replay.arrays.get(id)?.producer)).length;
    if (needs) waiting.set(op, needs);
    else ready.push(op);
  }
  const order = [];
  while (ready.size) {
    const op = ready.pop();
    order.push(op);
    for (const id of new Set(op.outputs)) {
      for (const user of replay.arrays.get(id)?.users ?? []) {
        if (!all.has(user)) continue;
        const left = waiting.get(user) - 1;
        waiting.set(user, left);
        if (left === 0) ready.push(user);
      }
    }
  }
  return order;
}

class Heap {
  items = [];

  get size() {
    return this.items.length;
  }

  push(op) {
    const items = this.items;
    let i = items.push(op) - 1;
    while (i && byRank(items[i], items[(i - 1) >> 1]) < 0) {
      const up = (i - 1) >> 1;
      [items[i], items[up]] = [items[up], items[i]];
      i = up;
    }
  }

  pop() {
    const items = this.items;
    const top = items[0];
    const last = items.pop();
    if (!items.length) return top;
    items[0] = last;
    for (let i = 0; ; ) {
      let least = i;
      for (const child of [2 * i + 1, 2 * i + 2]) {
        if (child < items.length && byRank(items[child], items[least]) < 0) least = child;
      }
      if (least === i) return top;
      [items[i], items[least]] = [items[least], items[i]];
      i = least;
    }
  }
}

/** A longest common subsequence of two lists as [[" ", a, b] | ["-", a] | ["+", b]]; removed before added. */
export function difference(a, b, equal = (x, y) => x === y) {
  const width = b.length + 1;
  const best = new Uint16Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      const skip = Math.max(best[(i + 1) * width + j], best[i * width + j + 1]);
      best[i * width + j] = equal(a[i], b[j]) ? best[(i + 1) * width + j + 1] + 1 : skip;
    }
  }
  const made = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && equal(a[i], b[j])) made.push([" ", a[i++], b[j++]]);
    else if (i < a.length && (j === b.length || best[(i + 1) * width + j] >= best[i * width + j + 1])) made.push(["-", a[i++]]);
    else made.push(["+", b[j++]]);
  }
  return made;
}

const TOKENS = /[\p{L}\p{N}_.\/\-]+(?::\d+)?|\s+|[^\p{L}\p{N}_.\/\-\s]/gu;

/** What two lines differ in: [[text, changed]...] of the old and of the new one. */
export function tokenDifference(before, after) {
  const old = [];
  const now = [];
  for (const [sign, token] of difference(before.match(TOKENS) ?? [], after.match(TOKENS) ?? [])) {
    if (sign !== "+") old.push([token, sign === "-"]);
    if (sign !== "-") now.push([token, sign === "+"]);
  }
  return [old, now];
}
