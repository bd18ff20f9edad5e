/** What the whole journal says at a glance: who was touched when, births and deaths, counts, and the search in it. */

export class Lookup {
  /** Runs `replay` from the start to the end. */
  constructor(replay) {
    this.replay = replay;
    this.length = replay.length;
    this.counts = new Int32Array(this.length + 1);
    this.kinds = new Map(); // kind -> [[rewrite, change]...]
    this.born = new Map(); // id -> rewrite
    this.died = new Map();
    this.touched = new Map(); // id -> [rewrite...]
    this.names = new Map(["array", "kind", "source", "pass"].map((what) => [what, new Map()])); // -> text -> entry
    this.labels = new Map(); // id -> the last name or kind it had
    replay.seek(0);
    for (const array of replay.arrays.values()) this.birth(array.id, 0, array.name);
    for (const op of replay.ops.values()) this.counted(op, 0, 1);
    this.counts[0] = replay.ops.size;
    for (let n = 1; n <= this.length; n++) this.step(n);
  }

  birth(id, n, label) {
    if (!this.born.has(id)) this.born.set(id, n);
    this.died.delete(id);
    this.labels.set(id, label);
  }

  counted(op, n, change) {
    if (change > 0) this.birth(op.id, n, op.kind);
    else this.died.set(op.id, n);
    if (!this.kinds.has(op.kind)) this.kinds.set(op.kind, []);
    this.kinds.get(op.kind).push([n, change]);
  }

  step(n) {
    const { replay } = this;
    const rewrite = replay.rewrites[n - 1];
    const noted = new Map(); // id -> the name or kind, before and after
    const gather = () => {
      for (const id of touchedIds(rewrite, replay)) {
        const found = replay.ops.get(id) ?? replay.arrays.get(id);
        if (!found || noted.get(id) === (found.kind ?? found.name)) continue;
        noted.set(id, found.kind ?? found.name);
        this.note(found, n);
      }
    };
    gather();
    const ids = new Set(rewrite.events.flatMap(([code, , item]) => (code === "+" ? [item[0]] : code === "-" ? [item] : [])));
    const before = new Map([...ids].map((id) => [id, replay.ops.get(id)]));
    replay.forward();
    for (const [id, op] of before) {
      if (op && !replay.ops.has(id)) this.counted(op, n, -1);
      if (!op && replay.ops.has(id)) this.counted(replay.ops.get(id), n, 1);
    }
    for (const event of rewrite.events) {
      for (const record of event[0] === "+" ? event[3] : "wt".includes(event[0]) ? event[5] : []) this.birth(record[0], n, record[1]);
      for (const id of event[0] === "-" ? event[3] : "wt".includes(event[0]) ? event[6] : []) {
        if (!replay.arrays.has(id)) this.died.set(id, n);
      }
    }
    gather();
    this.counts[n] = replay.ops.size;
    this.add("pass", rewrite.pass, n);
    for (const id of noted.keys()) {
      if (!this.touched.has(id)) this.touched.set(id, []);
      this.touched.get(id).push(n);
    }
  }

  note(item, n) {
    if (item.kind === undefined) {
      this.add("array", item.name, n);
      this.labels.set(item.id, item.name);
      return;
    }
    this.add("kind", item.kind, n);
    for (const node of item.origin) this.add("source", node, n);
  }

  add(what, text, n) {
    const known = this.names.get(what);
    let entry = known.get(text);
    if (!entry) known.set(text, (entry = { what, text, lower: text.toLowerCase(), hits: [] }));
    if (entry.hits.at(-1) !== n) entry.hits.push(n);
  }

  /**
   * Search: a part of a name of an array, operator, source node or pass; `what:text` looks at one sort of name only, a
   * text in quotes must be the whole name. Returns {entries, hits}: the names found and the rewrites, or null for "".
   */
  search(query) {
    let text = query.trim();
    if (!text) return null;
    const sort = /^(array|kind|source|pass):/.exec(text)?.[1];
    if (sort) text = text.slice(sort.length + 1).trim();
    const whole = /^"(.*)"$/.exec(text)?.[1];
    const part = text.toLowerCase();
    const entries = [];
    const hits = new Set();
    for (const entry of [...this.names].flatMap(([what, own]) => (!sort || sort === what ? [...own.values()] : []))) {
      if (whole === undefined ? !entry.lower.includes(part) : entry.text !== whole) continue;
      entries.push(entry);
      for (const n of entry.hits) hits.add(n);
    }
    entries.sort((a, b) => a.text.length - b.text.length || (a.text < b.text ? -1 : 1));
    return { entries, hits: [...hits].sort((a, b) => a - b) };
  }

  /** How many operators of a kind there are after each rewrite. */
  series(kind) {
    const made = new Int32Array(this.length + 1);
    for (const [n, change] of this.kinds.get(kind) ?? []) made[n] += change;
    for (let n = 1; n <= this.length; n++) made[n] += made[n - 1];
    return made;
  }
}

/** The ids that a rewrite names: operators, and the arrays that they read and define there. */
export function* touchedIds(rewrite, replay) {
  for (const [code, , item, ...rest] of rewrite.events) {
    if (code === "+") {
      yield item[0];
      yield* item[2];
      yield* item[3];
    } else if (code === "-") {
      yield item;
      const op = replay.ops.get(item);
      if (op) {
        yield* op.inputs;
        yield* op.outputs;
      }
    } else if (code === "w") {
      yield item;
      const [before, after] = rest;
      for (let i = 0; i < Math.max(before.length, after.length); i++) {
        if (before[i] === after[i]) continue;
        yield before[i];
        yield after[i];
      }
      yield* replay.ops.get(item)?.outputs ?? [];
    } else if (code === "u") {
      yield rest[0];
    } else if (item !== "states") {
      yield* rest[0];
      yield* rest[1];
    } else {
      for (const [array, source] of [...rest[0], ...rest[1]]) {
        yield array;
        yield source;
      }
    }
  }
}

/** The first place in a sorted list whose number is at least `n`. */
export function placeOf(list, n) {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (list[middle] < n) low = middle + 1;
    else high = middle;
  }
  return low;
}
