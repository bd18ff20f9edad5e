/**
 * What one rewrite did, with its neighbourhood: operators before and after, merged into one graph of nodes and edges.
 *
 * A node is {id, before, after, status, distance, hidden: {above, below}} with snapshots of an operator, or of a graph's
 * input, output or state; an edge is {from, to, array, status}. A status is "kept", "added", "removed" or "changed".
 */
import { attrsText, constantLine, executionOrder, opLine, typeText, valueText } from "./printing.js";

const MOST_NEIGHBOURS = 10; // of one array or operator that the rewrite did not touch
export const MOST_NODES = 150;
const FIRST_NODES = 60; // shown of the imported model

/** The frame of rewrite `n` within so many hops; leaves `replay` at `n`. */
export function frameOf(replay, n, hops = 2, limit = MOST_NODES) {
  const rewrite = n ? replay.rewrites[n - 1] : null;
  const touched = new Set(rewrite ? touchedOps(rewrite) : []);
  const arrays = new Set(rewrite ? changedArrays(rewrite) : []);
  replay.seek(n);
  const near = nearby(replay, n ? seeds(replay, touched, arrays) : firstOps(replay, FIRST_NODES), n ? hops : 0, limit);
  if (n) {
    replay.seek(n - 1);
    for (const [id, far] of nearby(replay, seeds(replay, touched, arrays), hops, limit)) {
      near.set(id, Math.min(far, near.get(id) ?? far));
    }
  }
  const chosen = [...near].sort((a, b) => a[1] - b[1]).slice(0, Math.max(limit, touched.size));
  const distance = new Map(chosen);
  const dims = new Map();
  const before = snapshot(replay, distance, dims);
  replay.seek(n);
  const after = snapshot(replay, distance, dims);
  return { n, rewrite, before, after, ...merged(before, after, distance), omitted: near.size - chosen.length };
}

/** Every operator of the model as a frame; what rewrite `n` touched has the status "changed". */
export function wholeFrame(replay, n) {
  replay.seek(n);
  const touched = new Set(n ? touchedOps(replay.rewrites[n - 1]) : []);
  const distance = new Map([...replay.ops.keys()].map((id) => [id, touched.has(id) ? 0 : 2]));
  const now = snapshot(replay, distance, new Map());
  const made = merged(now, now, distance);
  for (const node of made.nodes) if (touched.has(node.id)) node.status = "changed";
  return { n, ...made };
}

function* touchedOps(rewrite) {
  for (const [code, , item, id] of rewrite.events) {
    if (code === "+") yield item[0];
    else if (code === "-" || code === "w") yield item;
    else if (code === "u" && item === "o") yield id;
  }
}

function* changedArrays(rewrite) {
  for (const [code, , item, a, b] of rewrite.events) {
    if (code === "u" && item === "a") yield a;
    else if (code === "t") yield* [...a, ...b].flat().filter(Number.isInteger);
  }
}

function seeds(replay, touched, arrays) {
  const found = [...touched].filter((id) => replay.ops.has(id));
  for (const id of arrays) {
    const array = replay.arrays.get(id);
    if (!array) continue;
    if (array.producer) found.push(array.producer.id);
    else found.push(...firstUsers(array).map((op) => op.id));
  }
  return found;
}

function firstOps(replay, limit) {
  return replay.graphs.flatMap((graph) => executionOrder(replay, graph.ops.values()).slice(0, limit)).map((op) => op.id);
}

function firstUsers(array) {
  return [...array.users].sort((a, b) => a.id - b.id).slice(0, MOST_NEIGHBOURS);
}

function nearby(replay, from, hops, limit) {
  const found = new Map(from.map((id) => [id, 0]));
  let ring = [...found.keys()];
  for (let far = 1; far <= hops && found.size < limit; far++) {
    const next = [];
    for (const id of ring) {
      const op = replay.ops.get(id);
      const producers = op.inputs.map((i) => (i === null ? null : replay.arrays.get(i)?.producer)).filter(Boolean);
      const readers = op.outputs.flatMap((o) => firstUsers(replay.arrays.get(o)));
      for (const other of [...producers.slice(0, MOST_NEIGHBOURS), ...readers]) {
        if (found.has(other.id) || found.size >= limit) continue;
        found.set(other.id, far);
        next.push(other.id);
      }
    }
    ring = next;
  }
  return found;
}

/** The chosen operators as they are at present, and their lines in execution order. */
function snapshot(replay, distance, dims) {
  const at = (id) => replay.arrays.get(id);
  const ops = new Map();
  const lines = [];
  const shown = new Set();
  const present = [...distance.keys()].map((id) => replay.ops.get(id)).filter(Boolean);
  for (const [index, graph] of replay.graphs.entries()) {
    const own = present.filter((op) => op.graph === index);
    for (const op of executionOrder(replay, own)) {
      ops.set(op.id, shot(op, replay, graph));
      if (distance.get(op.id) > 1) continue;
      for (const id of op.inputs) {
        if (id === null || at(id).value === null || shown.has(id)) continue;
        shown.add(id);
        lines.push({ id, text: constantLine(at(id), dims) });
      }
      lines.push({ id: op.id, text: opLine(op, at, dims) });
    }
  }
  return { ops, lines };
}

function shot(op, replay, graph) {
  const array = (id) => {
    if (id === null) return null;
    const { name, dtype, shape, producer, users, value } = replay.arrays.get(id);
    const constant = value === null ? null : valueText({ value });
    const type = typeText(replay.arrays.get(id));
    return { id, name, dtype, shape, type, constant, producer: producer?.id ?? null, users: [...users].map((u) => u.id) };
  };
  const states = graph.states.map(([, source]) => source);
  const results = op.outputs.map(array);
  return {
    id: op.id,
    kind: op.kind,
    name: results[0]?.name ?? op.kind,
    attrs: op.attrs ?? [],
    attrsText: attrsText(op.attrs),
    operands: op.inputs.map(array),
    results,
    leaves: results.filter((r) => graph.outputs.includes(r.id) || states.includes(r.id)).map((r) => r.id),
  };
}

function merged(before, after, distance) {
  const nodes = new Map();
  for (const id of distance.keys()) {
    const [old, now] = [before.ops.get(id), after.ops.get(id)];
    if (old || now) nodes.set(id, { id, before: old, after: now, status: statusOf(old, now), distance: distance.get(id) });
  }
  const edges = new Map();
  for (const [side, { ops }] of [["before", before], ["after", after]]) {
    for (const op of ops.values()) addEdges(op, side, nodes, edges);
  }
  for (const edge of edges.values()) edge.status = edge.before && edge.after ? "kept" : edge.after ? "added" : "removed";
  for (const node of nodes.values()) node.hidden = hiddenOf(node.after ?? node.before, nodes);
  return { nodes: [...nodes.values()], edges: [...edges.values()] };
}

function addEdges(op, side, nodes, edges) {
  const edge = (from, to, array) => {
    const key = `${from} ${to} ${array.id}`;
    if (!edges.has(key)) edges.set(key, { from, to, array: array.id, name: array.name, type: array.type });
    edges.get(key)[side] = true;
  };
  const boundary = (id, what, array) => {
    if (!nodes.has(id)) nodes.set(id, { id, what, distance: 1 });
    const node = nodes.get(id);
    node[side] = array;
    node.status = node.before && node.after ? "kept" : node.after ? "added" : "removed";
  };
  for (const operand of op.operands) {
    if (!operand || operand.constant !== null) continue;
    if (operand.producer === null) {
      boundary(`in${operand.id}`, "input", operand);
      edge(`in${operand.id}`, op.id, operand);
    } else if (nodes.has(operand.producer)) edge(operand.producer, op.id, operand);
  }
  for (const result of op.results) {
    if (!op.leaves.includes(result.id)) continue;
    boundary(`out${result.id}`, "output", result);
    edge(op.id, `out${result.id}`, result);
  }
}

function statusOf(old, now) {
  if (!old) return "added";
  if (!now) return "removed";
  const same = (a, b) => a.length === b.length && a.every((x, i) => x?.id === b[i]?.id && x?.type === b[i]?.type && x?.name === b[i]?.name);
  const equal = old.attrsText === now.attrsText && same(old.operands, now.operands) && same(old.results, now.results);
  return equal ? "kept" : "changed";
}

function hiddenOf(op, nodes) {
  if (!op.operands) return { above: 0, below: 0 };
  const above = op.operands.filter((a) => a && a.producer !== null && !nodes.has(a.producer));
  const below = op.results.flatMap((a) => a.users.filter((id) => !nodes.has(id)));
  return { above: above.length, below: below.length };
}

/** What changed in the attributes: [name, old or undefined, new or undefined]... */
export function changedAttrs(before, after) {
  const old = new Map(before);
  const now = new Map(after);
  const names = [...new Set([...old.keys(), ...now.keys()])];
  return names.filter((k) => old.get(k) !== now.get(k)).map((k) => [k, old.get(k), now.get(k)]);
}

/** A short form of a long name: its end, which tells more. */
export function shortName(name, most = 30) {
  return name.length <= most ? name : `…${name.slice(1 - most)}`;
}

/** A shape as people write it. */
export function shapeLabel(array) {
  const extents = array.shape?.map((extent) => (Number.isInteger(extent) ? extent : `?${extent.split(/:(.*)/s)[1] ?? ""}`));
  return `${array.dtype ?? "?"} ${extents ? extents.join("×") || "scalar" : "of any shape"}`;
}
