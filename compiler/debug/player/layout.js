/**
 * A layered layout from top to bottom, after Sugiyama, Tagawa and Toda (1981): ranks by longest paths, order within a
 * rank by barycentres, places across by least squares under the order (pool adjacent violators).
 *
 * `layered(nodes, edges)` takes nodes {id, width, height} and edges {from, to} and returns {width, height, nodes: id ->
 * {x, y} of the centre, edges: a list of points for each}. It recurses nowhere and knows nothing of the page: the worker
 * that lays out whole graphs runs this text alone.
 */
export function layered(nodes, edges, { across = 26, along = 34, sweeps = 8 } = {}) {
  const vertices = nodes.map((node, i) => ({ ...node, i, rank: 0, place: 0, x: 0, up: [], down: [] }));
  const byId = new Map(vertices.map((v) => [v.id, v]));
  const links = edges.map(({ from, to }) => ({ from: byId.get(from), to: byId.get(to), flipped: false, chain: [] }));
  makeAcyclic(vertices, links);
  rank(vertices, links);
  const layers = withDummies(vertices, links);
  arrange(layers, sweeps);
  spread(layers, across, sweeps);
  return placed(vertices, links, layers, along);
}

function makeAcyclic(vertices, links) {
  const out = new Map(vertices.map((v) => [v, []]));
  for (const link of links) if (link.from !== link.to) out.get(link.from).push(link);
  const state = new Map();
  for (const start of vertices) {
    if (state.has(start)) continue;
    const stack = [[start, 0]];
    state.set(start, "open");
    while (stack.length) {
      const top = stack.at(-1);
      const link = out.get(top[0])[top[1]++];
      if (!link) {
        state.set(top[0], "done");
        stack.pop();
      } else if (state.get(link.to) === "open") link.flipped = true;
      else if (!state.has(link.to)) {
        state.set(link.to, "open");
        stack.push([link.to, 0]);
      }
    }
  }
  for (const link of links) if (link.flipped) [link.from, link.to] = [link.to, link.from];
}

function rank(vertices, links) {
  const into = new Map(vertices.map((v) => [v, []]));
  const out = new Map(vertices.map((v) => [v, []]));
  for (const link of links) {
    if (link.from === link.to) continue;
    out.get(link.from).push(link.to);
    into.get(link.to).push(link.from);
  }
  const waiting = new Map(vertices.map((v) => [v, into.get(v).length]));
  const order = vertices.filter((v) => !waiting.get(v));
  for (const v of order) {
    for (const next of out.get(v)) {
      next.rank = Math.max(next.rank, v.rank + 1);
      waiting.set(next, waiting.get(next) - 1);
      if (!waiting.get(next)) order.push(next);
    }
  }
  // What mostly feeds others stands close to them, not at the top.
  for (const v of order.reverse()) {
    const next = out.get(v);
    if (next.length > into.get(v).length) v.rank = next.reduce((least, w) => Math.min(least, w.rank - 1), Infinity);
  }
}

function withDummies(vertices, links) {
  const layers = [];
  const put = (v) => {
    (layers[v.rank] ??= []).push(v);
    return v;
  };
  const joined = new Set();
  const join = (a, b) => {
    a.down.push(b);
    b.up.push(a);
  };
  vertices.forEach(put);
  for (const link of links) {
    link.chain = [link.from];
    if (link.from === link.to) continue;
    for (let r = link.from.rank + 1; r < link.to.rank; r++) {
      link.chain.push(put({ dummy: true, rank: r, width: 8, height: 0, place: 0, x: 0, up: [], down: [] }));
    }
    link.chain.push(link.to);
    const key = `${link.from.i} ${link.to.i}`;
    if (link.chain.length === 2 && joined.has(key)) continue;
    joined.add(key);
    for (let k = 1; k < link.chain.length; k++) join(link.chain[k - 1], link.chain[k]);
  }
  for (let r = 0; r < layers.length; r++) layers[r] ??= [];
  return layers;
}

function arrange(layers, sweeps) {
  const renew = () => layers.forEach((layer) => layer.forEach((v, place) => (v.place = place)));
  const mean = (v, side) => (v[side].length ? v[side].reduce((sum, w) => sum + w.place, 0) / v[side].length : v.place);
  renew();
  let best = layers.map((layer) => [...layer]);
  let fewest = crossings(layers);
  for (let sweep = 0; sweep < sweeps && fewest; sweep++) {
    const downwards = sweep % 2 === 0;
    const side = downwards ? "up" : "down";
    for (const layer of downwards ? layers : [...layers].reverse()) {
      const keys = new Map(layer.map((v) => [v, mean(v, side)]));
      layer.sort((a, b) => keys.get(a) - keys.get(b) || a.place - b.place);
      layer.forEach((v, place) => (v.place = place));
    }
    const found = crossings(layers);
    if (found < fewest) {
      fewest = found;
      best = layers.map((layer) => [...layer]);
    }
  }
  layers.splice(0, layers.length, ...best);
  renew();
}

/** Crossings between neighbouring layers, counted with a Fenwick tree (Barth, Jünger and Mutzel, 2002). */
function crossings(layers) {
  let total = 0;
  for (let r = 1; r < layers.length; r++) {
    const size = layers[r].length;
    const tree = new Int32Array(size + 1);
    let seen = 0;
    for (const v of layers[r - 1]) {
      const ends = v.down.map((w) => w.place).sort((a, b) => a - b);
      for (const place of ends) {
        let before = 0;
        for (let i = place + 1; i > 0; i -= i & -i) before += tree[i];
        total += seen - before;
      }
      for (const place of ends) {
        for (let i = place + 1; i <= size; i += i & -i) tree[i]++;
        seen++;
      }
    }
  }
  return total;
}

function spread(layers, across, sweeps) {
  for (const layer of layers) {
    let x = 0;
    for (const v of layer) {
      v.x = x + v.width / 2;
      x += v.width + across;
    }
    for (const v of layer) v.x -= x / 2;
  }
  for (let sweep = 0; sweep < sweeps + 2; sweep++) {
    const sides = sweep > sweeps - 2 ? ["up", "down"] : sweep % 2 === 0 ? ["up"] : ["down"];
    for (const layer of sides[0] === "down" ? [...layers].reverse() : layers) settle(layer, sides, across);
  }
}

/** The places nearest to where the neighbours of each vertex pull it, in their order and without overlap. */
function settle(layer, sides, across) {
  const blocks = [];
  let offset = 0;
  layer.forEach((v, i) => {
    if (i) offset += (layer[i - 1].width + v.width) / 2 + (v.dummy && layer[i - 1].dummy ? across / 2 : across);
    v.offset = offset;
    let weight = 0;
    let sum = 0;
    for (const w of sides.flatMap((side) => v[side])) {
      // long edges are straight; what feeds in from the side, like weights, leaves the main line where it is
      const pull = v.dummy && w.dummy ? 6 : v.dummy || w.dummy ? 2 : w.rank < v.rank && !w.up.length && v.up.length > 1 ? 0.1 : 1;
      weight += pull;
      sum += pull * w.x;
    }
    const wanted = weight ? sum / weight : v.x;
    weight ||= 0.01;
    blocks.push({ first: i, weight, sum: weight * (wanted - offset) });
    while (blocks.length > 1 && blocks.at(-2).sum / blocks.at(-2).weight > blocks.at(-1).sum / blocks.at(-1).weight) {
      const last = blocks.pop();
      blocks.at(-1).weight += last.weight;
      blocks.at(-1).sum += last.sum;
    }
  });
  blocks.forEach((block, k) => {
    const end = blocks[k + 1]?.first ?? layer.length;
    for (let i = block.first; i < end; i++) layer[i].x = block.sum / block.weight + layer[i].offset;
  });
}

function placed(vertices, links, layers, along) {
  let y = 0;
  for (const layer of layers) {
    const height = layer.reduce((most, v) => Math.max(most, v.height), 0);
    for (const v of layer) v.y = y + height / 2;
    y += height + along;
  }
  const left = vertices.reduce((least, v) => Math.min(least, v.x - v.width / 2), Infinity);
  const right = vertices.reduce((most, v) => Math.max(most, v.x + v.width / 2), -Infinity);
  for (const layer of layers) for (const v of layer) v.x -= left;
  const ports = portsOf(links);
  const paths = links.map((link) => {
    const points = link.chain.map((v, k) => {
      if (v.dummy) return [v.x, v.y];
      return k === 0 ? [ports.get(link)[0], v.y + v.height / 2] : [ports.get(link)[1], v.y - v.height / 2];
    });
    return link.flipped ? points.reverse() : points;
  });
  const nodes = new Map(vertices.map((v) => [v.id, { x: v.x, y: v.y }]));
  return { width: vertices.length ? right - left : 0, height: Math.max(0, y - along), nodes, edges: paths };
}

/** Where across a box each edge leaves and enters: side by side, in the order of their other ends. */
function portsOf(links) {
  const ports = new Map(links.map((link) => [link, [link.from.x, link.to.x]]));
  for (const end of [0, 1]) {
    const groups = new Map();
    for (const link of links) {
      const v = end ? link.to : link.from;
      if (!groups.has(v)) groups.set(v, []);
      groups.get(v).push([link, (end ? link.chain.at(-2) : link.chain[1])?.x ?? 0]);
    }
    for (const [v, group] of groups) {
      group.sort((a, b) => a[1] - b[1]);
      const step = Math.min(22, (v.width * 0.7) / group.length);
      group.forEach(([link], k) => (ports.get(link)[end] = v.x + (k - (group.length - 1) / 2) * step));
    }
  }
  return ports;
}
