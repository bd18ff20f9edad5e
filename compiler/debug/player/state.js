/**
 * The journal replayed: a model as plain objects, moved a rewrite forwards or backwards at a time.
 *
 * An array is {id, name, dtype, shape, value, minmax, quantization, producer, users}, an operator {id, kind, inputs,
 * outputs, attrs, origin, rank, graph}; both are looked up by id in `arrays` and `ops`, which hold what is in the model
 * at rewrite `at`. Ids are never reused. What undoes a step is collected while it is made.
 */
import { executionOrder } from "./printing.js";

export class Replay {
  constructor(journal) {
    this.rewrites = journal.rewrites;
    this.at = 0;
    this.arrays = new Map();
    this.ops = new Map();
    this.graphs = journal.graphs.map(({ name, inputs, outputs, states }) => ({ name, inputs, outputs, states, ops: new Map() }));
    this.undos = [];
    this.ranks = new Map(); // rewrite -> [id, old, new] of what was renumbered before it
    journal.graphs.forEach((graph, index) => {
      for (const record of graph.arrays) this.arrays.set(record[0], arrayOf(record));
      for (const record of graph.ops) this.attach(opOf(record, index));
    });
  }

  get length() {
    return this.rewrites.length;
  }

  /** Go to the state after rewrite `n`; 0 is what was imported. */
  seek(n) {
    while (this.at < n) this.forward();
    while (this.at > n) this.back();
    return this;
  }

  forward() {
    const rewrite = this.rewrites[this.at++];
    const undo = [];
    for (const name of rewrite.graphs ?? []) {
      this.graphs.push({ name, inputs: [], outputs: [], states: [], ops: new Map() });
      undo.push(() => this.graphs.pop());
    }
    if (rewrite.renumber) this.renumber(this.at, rewrite.renumber, undo);
    for (const event of rewrite.events) this.apply(event, undo);
    this.undos.push(undo);
  }

  back() {
    const undo = this.undos.pop();
    for (let i = undo.length - 1; i >= 0; i--) undo[i]();
    this.at--;
  }

  apply(event, undo) {
    const [code, graph, item] = event;
    if (code === "+") {
      this.enter(event[3], undo);
      const op = opOf(item, graph);
      this.attach(op);
      undo.push(() => this.detach(op));
    } else if (code === "-") {
      const op = this.ops.get(item);
      this.detach(op);
      undo.push(() => this.attach(op));
      this.leave(event[3], undo);
    } else if (code === "w") {
      const op = this.ops.get(item);
      this.enter(event[5], undo);
      this.setInputs(op, event[4]);
      undo.push(() => this.setInputs(op, event[3]));
      this.leave(event[6], undo);
    } else if (code === "u") {
      const [, , what, id, field, value] = event;
      const found = (what === "a" ? this.arrays : this.ops).get(id);
      if (!found) return; // an array that is in no graph at present comes back with its whole record
      const old = found[field];
      found[field] = value;
      undo.push(() => (found[field] = old));
    } else {
      const [, , field, , value, entered, left] = event;
      const owner = this.graphs[graph];
      const old = owner[field];
      this.enter(entered, undo);
      owner[field] = value;
      undo.push(() => (owner[field] = old));
      this.leave(left, undo);
    }
  }

  enter(records, undo) {
    for (const record of records) {
      const array = arrayOf(record);
      this.arrays.set(array.id, array);
      undo.push(() => this.arrays.delete(array.id));
    }
  }

  leave(ids, undo) {
    for (const id of ids) {
      const array = this.arrays.get(id);
      if (!array) continue;
      this.arrays.delete(id);
      undo.push(() => this.arrays.set(id, array));
    }
  }

  attach(op) {
    this.ops.set(op.id, op);
    this.graphs[op.graph].ops.set(op.id, op);
    for (const id of op.inputs) this.arrays.get(id)?.users.add(op);
    for (const id of op.outputs) {
      const array = this.arrays.get(id);
      if (array) array.producer = op;
    }
  }

  detach(op) {
    this.ops.delete(op.id);
    this.graphs[op.graph].ops.delete(op.id);
    for (const id of op.inputs) this.arrays.get(id)?.users.delete(op);
    for (const id of op.outputs) {
      const array = this.arrays.get(id);
      if (array && array.producer === op) array.producer = null;
    }
  }

  setInputs(op, inputs) {
    for (const id of op.inputs) this.arrays.get(id)?.users.delete(op);
    op.inputs = inputs;
    for (const id of inputs) this.arrays.get(id)?.users.add(op);
  }

  /** Renew the ranks before rewrite `n`; what they become is worked out once. */
  renumber(n, indexes, undo) {
    if (!this.ranks.has(n)) {
      const made = [];
      for (const index of indexes) {
        executionOrder(this, this.graphs[index].ops.values()).forEach((op, rank) => made.push([op.id, op.rank, rank]));
      }
      this.ranks.set(n, made.filter(([, before, after]) => before !== after));
    }
    const ranks = this.ranks.get(n);
    for (const [id, , rank] of ranks) this.ops.get(id).rank = rank;
    undo.push(() => ranks.forEach(([id, rank]) => (this.ops.get(id).rank = rank)));
  }
}

function arrayOf([id, name, dtype, shape, value, minmax, quantization]) {
  return { id, name, dtype, shape, value, minmax, quantization, producer: null, users: new Set() };
}

function opOf([id, kind, inputs, outputs, attrs, origin, rank], graph) {
  return { id, kind, inputs, outputs, attrs, origin, rank, graph };
}

/** The journal in the page: base64 of gzipped JSON. */
export async function unpack(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"));
  return JSON.parse(await new Response(stream).text());
}
