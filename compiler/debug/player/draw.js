/** Draws a graph as SVG: boxes with names, constants and results, coloured by what the rewrite did to them. */
import { changedAttrs, shapeLabel, shortName } from "./frame.js";

const SVG = "http://www.w3.org/2000/svg";
const FONTS = { kind: "600 12.5px", name: "11px", mono: "10.5px" };
const LINE = 15;
const MOST_CHIPS = 5;

let ruler = null;
const widths = new Map();

function textWidth(text, font) {
  const key = `${font} ${text}`;
  if (!widths.has(key)) {
    ruler ??= document.createElement("canvas").getContext("2d");
    ruler.font = `${FONTS[font]} ${getComputedStyle(document.body).getPropertyValue(font === "mono" ? "--mono" : "--sans")}`;
    widths.set(key, ruler.measureText(text).width);
  }
  return widths.get(key);
}

export function svg(tag, attributes = {}, ...children) {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

/** The lines of a node's box: [{text, font, style, id}...]. `roles` names the operands of each kind. */
function content(node, side, roles) {
  const op = side === "before" ? (node.before ?? node.after) : (node.after ?? node.before);
  if (node.what) {
    return [
      { text: node.what, font: "name", style: "muted" },
      { text: shortName(op.name, 34), font: "mono", style: "" },
      { text: shapeLabel(op), font: "mono", style: "muted" },
    ];
  }
  const lines = [{ text: op.kind, font: "kind", style: "kind" }];
  if (op.results.length) lines.push({ text: shortName(op.name), font: "name", style: "muted" });
  if (node.status === "changed") {
    for (const [name, old, now] of changedAttrs(node.before.attrs, node.after.attrs).slice(0, 3)) {
      lines.push({ text: shortName(`${name}: ${old ?? "default"} → ${now ?? "default"}`, 40), font: "mono", style: "changed" });
    }
  } else if (op.attrs.length) {
    const text = op.attrs.map(([name, value]) => `${name}=${value.replaceAll('"', "")}`).join(" ");
    lines.push({ text: text.length > 38 ? `${text.slice(0, 37)}…` : text, font: "mono", style: "muted" });
  }
  lines.push(...chips(node, op, roles[op.kind] ?? []));
  const other = op === node.after ? node.before : node.after;
  for (const [k, result] of op.results.slice(0, 3).entries()) {
    const was = other?.results[k];
    const changed = was && was.type !== result.type;
    const label = changed ? `${shapeLabel(node.before.results[k])} → ${shapeLabel(node.after.results[k])}` : shapeLabel(result);
    lines.push({ text: label, font: "mono", style: changed ? "changed" : "result", id: result.id });
  }
  if (op.results.length > 3) lines.push({ text: `and ${op.results.length - 3} more results`, font: "name", style: "muted" });
  return lines;
}

/** Constant operands, folded into the box of their reader. */
function chips(node, op, roles) {
  const other = op === node.after ? node.before : node.after;
  const before = new Set((other?.operands ?? []).map((operand) => operand?.id));
  const found = op.operands.flatMap((operand, k) => (operand?.constant == null ? [] : [[operand, roles[k] ?? roles.at(-1) ?? ""]]));
  const lines = found.slice(0, MOST_CHIPS).map(([operand, role]) => {
    const value = operand.constant.replace(/^splat /, "all ");
    const brief = value.startsWith("hash") || value.length > 18 ? shapeLabel(operand) : value;
    const status = node.status === "changed" && !before.has(operand.id) ? " changed" : "";
    const text = `${role.replace(/[?*]$/, "")} ${brief}`.trim();
    return { text, font: "mono", style: `chip${status}`, id: operand.id, title: `${operand.name}: ${operand.type} ${operand.constant}` };
  });
  if (found.length > MOST_CHIPS) lines.push({ text: `and ${found.length - MOST_CHIPS} more constants`, font: "name", style: "muted" });
  return lines;
}

/** A box's lines and size, for the layout. */
export function measured(node, side, roles) {
  const lines = content(node, side, roles);
  const width = lines.reduce((most, line) => Math.max(most, textWidth(line.text, line.font) + (line.style.startsWith("chip") ? 12 : 0)), 70);
  return { lines, width: Math.ceil(width) + 20, height: lines.reduce((sum, line) => sum + lineHeight(line), 0) + 10 };
}

const lineHeight = (line) => (line.style.startsWith("chip") ? LINE + 3 : LINE);

/** A laid out graph as an SVG group; `side` is "both", "before" or "after". */
export function drawing(graph, layout, { side, roles, selected, root, onPick }) {
  const made = svg("g", { class: `graph ${side}` });
  graph.edges.forEach((edge, k) => {
    if (!visible(edge, side)) return;
    const path = svg("path", { d: curve(layout.edges[k]), class: `edge ${edge.status}`, "marker-end": `url(#tip-${edge.status})` });
    path.append(svg("title", {}, `${edge.name}: ${edge.type}`));
    path.addEventListener("click", () => onPick(edge.array));
    made.append(path);
  });
  for (const node of graph.nodes) {
    if (visible(node, side)) made.append(box(node, layout.nodes.get(node.id), { side, roles, selected, root, onPick }));
  }
  return made;
}

function visible(item, side) {
  return side === "both" || (side === "before" ? item.status !== "added" : item.status !== "removed");
}

function box(node, { x, y }, { side, roles, selected, root, onPick }) {
  const { lines, width, height } = measured(node, side, roles);
  const shown = side === "before" ? (node.before ?? node.after) : (node.after ?? node.before);
  const chosen = selected === node.id || selected === shown.id || lines.some((line) => line.id !== undefined && line.id === selected);
  const classes = ["node", node.status, node.what ?? "op", chosen && "selected", node.id === root && "root"];
  const made = svg("g", { class: classes.filter(Boolean).join(" "), transform: `translate(${x - width / 2} ${y - height / 2})` });
  made.append(svg("title", {}, `%${shown.id} ${shown.kind ? `${shown.kind} ` : ""}${shown.name}`));
  made.append(svg("rect", { width, height, rx: node.what ? height / 2.4 : 5, class: "frame" }));
  let top = 5;
  for (const line of lines) {
    const tall = lineHeight(line);
    const text = svg("text", { x: 10, y: top + tall / 2 + 4, class: `${line.font} ${line.style}` }, line.text);
    if (line.style.startsWith("chip")) {
      text.setAttribute("x", 15);
      made.append(svg("rect", { x: 8, y: top + 1.5, width: textWidth(line.text, "mono") + 14, height: tall - 3, rx: 3, class: line.style }));
      text.append(svg("title", {}, line.title));
      text.addEventListener("click", (event) => {
        event.stopPropagation();
        onPick(line.id);
      });
    }
    made.append(text);
    top += tall;
  }
  for (const [way, count] of Object.entries(node.hidden ?? {})) {
    if (!count) continue;
    const at = way === "above" ? -7 : height + 13;
    made.append(svg("text", { x: width - 6, y: at, class: "stub", "text-anchor": "end" }, `${way === "above" ? "↑" : "↓"}${count}`));
  }
  made.addEventListener("click", () => onPick(shown.id));
  return made;
}

/** A smooth line through points from top to bottom: cubic pieces with upright tangents. */
function curve(points) {
  let path = `M${points[0].map(Math.round)}`;
  for (let k = 1; k < points.length; k++) {
    const [[x0, y0], [x1, y1]] = [points[k - 1], points[k]];
    const bend = (y1 - y0) / 2;
    path += `C${Math.round(x0)},${Math.round(y0 + bend)} ${Math.round(x1)},${Math.round(y1 - bend)} ${Math.round(x1)},${Math.round(y1)}`;
  }
  return path;
}

const marker = (status) =>
  svg(
    "marker",
    { id: `tip-${status}`, class: status, viewBox: "0 0 8 8", refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" },
    svg("path", { d: "M0,0.8L8,4L0,7.2z" }),
  );

/** The picture in a pane: panned by dragging, zoomed by the wheel, fitted by a double click. */
export class Canvas {
  constructor(pane, label = "") {
    this.pane = pane;
    this.scene = svg("g");
    this.root = svg("svg", {}, svg("defs", {}, ...["kept", "added", "removed", "changed"].map(marker)), this.scene);
    pane.replaceChildren(this.root);
    if (label) pane.append(Object.assign(document.createElement("span"), { className: "caption", textContent: label }));
    this.linked = [this];
    this.listen();
  }

  listen() {
    let from = null;
    this.root.addEventListener("pointerdown", (event) => (from = [event.clientX, event.clientY]));
    this.root.addEventListener("pointermove", (event) => {
      if (!from || !(event.buttons & 1)) return;
      this.move(event.clientX - from[0], event.clientY - from[1]);
      from = [event.clientX, event.clientY];
    });
    this.root.addEventListener("dblclick", () => this.fit(this.scale < 0.62 ? 0.62 : 0.02));
    this.root.addEventListener(
      "wheel",
      (event) => {
        event.preventDefault();
        const { left, top } = this.root.getBoundingClientRect();
        this.zoom(Math.exp(-event.deltaY / 400), event.clientX - left, event.clientY - top);
      },
      { passive: false },
    );
  }

  show(group, size) {
    this.size = size;
    this.scene.replaceChildren(group);
    this.fit();
  }

  /** All of it, unless that would be too small to read and not asked for: then what matters in it. */
  fit(least = 0.62) {
    if (!this.size) return;
    const { clientWidth: w, clientHeight: h } = this.pane;
    const { width, height, focus } = this.size;
    const scale = Math.min(1.15, Math.max(least, Math.min((w - 40) / width, (h - 44) / height)));
    const along = (room, extent, middle) =>
      extent * scale <= room - 30 ? (room - extent * scale) / 2 : Math.min(20, Math.max(room - 20 - extent * scale, room / 2 - middle * scale));
    this.place(scale, along(w, width, focus[0]), along(h, height, focus[1]));
  }

  zoom(factor, x, y) {
    const scale = Math.min(4, Math.max(0.02, this.scale * factor));
    this.place(scale, x - ((x - this.x) * scale) / this.scale, y - ((y - this.y) * scale) / this.scale);
  }

  move(dx, dy) {
    this.place(this.scale, this.x + dx, this.y + dy);
  }

  place(scale, x, y) {
    for (const canvas of this.linked) {
      Object.assign(canvas, { scale, x, y });
      canvas.scene.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    }
  }
}
