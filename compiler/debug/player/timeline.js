/** The timeline: a scrubber over rewrites with curves of operator counts and numeric errors, and a lane for each pass. */
import { placeOf } from "./lookup.js";

const ROW = 17;
const HEIGHTS = { stages: 18, counts: 46, errors: 58, marks: 16 };
export const STAGE_COLOURS = ["#4e79a7", "#59a14f", "#b07aa1", "#e08a3c", "#3e9c9a", "#cc5a71", "#9c7a4f", "#7c83d1"];

export class Timeline {
  constructor(element, journal, lookup, onSeek) {
    Object.assign(this, { element, journal, lookup, onSeek, n: 0, hits: null, series: null });
    this.length = lookup.length;
    [this.from, this.to] = [-0.5, this.length + 0.5];
    this.rows = rowsOf(journal);
    this.parts = ["stages", "counts", journal.checks.length && "errors", (journal.remarks.length || journal.failures.length) && "marks"].filter(Boolean);
    this.curves = element.querySelector("#curves");
    this.lanes = element.querySelector("#lanes");
    this.playhead = element.querySelector("#playhead");
    this.tip = element.querySelector("#tip");
    this.label();
    for (const strip of [this.curves, this.lanes]) this.listen(strip.querySelector("canvas"), strip);
    new ResizeObserver(() => this.draw()).observe(this.curves);
  }

  label() {
    const cell = (className, height, ...children) => {
      const made = document.createElement("div");
      made.className = className;
      made.style.height = `${height}px`;
      made.append(...children);
      return made;
    };
    const span = (className, text) => Object.assign(document.createElement("span"), { className, textContent: text });
    const { counts } = this.lookup;
    const texts = {
      stages: ["stage", ""],
      counts: ["operators", `${counts[0]} → ${counts[this.length]}`],
      errors: ["numeric error", ""],
      marks: ["remarks, failures", `${this.journal.remarks.length + this.journal.failures.length}`],
    };
    const heads = this.parts.map((part) => cell("head", HEIGHTS[part], span("", texts[part][0]), span("count", texts[part][1])));
    this.curves.querySelector(".labels").replaceChildren(...heads);
    this.curveHeads = Object.fromEntries(this.parts.map((part, k) => [part, heads[k].lastChild]));
    const rows = this.rows.map((row) => {
      const made = cell(row.pass ? "lane" : "lane stage", ROW, span("name", row.pass ?? row.name), span("count", `${row.hits.length}`));
      made.style.setProperty("--stage", row.colour);
      made.title = row.pass ? `${row.pass} in ${row.name}: go to its next rewrite` : row.silent;
      if (row.hits.length) made.addEventListener("click", () => this.onSeek(row.hits[placeOf(row.hits, this.n + 1)] ?? row.hits[0]));
      return made;
    });
    this.lanes.querySelector(".labels").replaceChildren(...rows);
    this.laneLabels = rows;
  }

  listen(canvas, strip) {
    const at = (event) => {
      const { left, width } = canvas.getBoundingClientRect();
      const n = Math.round(this.from + ((event.clientX - left) / width) * (this.to - this.from));
      return Math.min(this.length, Math.max(0, n));
    };
    const rowAt = (event) => (strip === this.lanes ? this.rows[Math.floor(event.offsetY / ROW)] : undefined);
    canvas.addEventListener("pointerdown", (event) => {
      canvas.setPointerCapture(event.pointerId);
      const row = rowAt(event);
      this.onSeek(row ? this.nearest(row.hits, at(event)) : at(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (event.buttons & 1) this.onSeek(at(event));
      else this.point(event, rowAt(event), at(event));
    });
    canvas.addEventListener("pointerleave", () => (this.tip.hidden = true));
    canvas.addEventListener(
      "wheel",
      (event) => {
        if (strip === this.lanes && !event.ctrlKey && !event.shiftKey) return;
        event.preventDefault();
        const { left, width } = canvas.getBoundingClientRect();
        if (event.shiftKey) this.pan(((event.deltaX || event.deltaY) / width) * (this.to - this.from));
        else this.zoom(Math.exp(event.deltaY / 300), this.from + ((event.clientX - left) / width) * (this.to - this.from));
      },
      { passive: false },
    );
  }

  /** A click into a lane that is a few pixels off still means the rewrite there. */
  nearest(hits, n) {
    const place = placeOf(hits, n);
    const near = [hits[place - 1], hits[place]].filter((hit) => hit !== undefined).sort((a, b) => Math.abs(a - n) - Math.abs(b - n))[0];
    return near !== undefined && Math.abs(near - n) < (5 / this.width) * (this.to - this.from) ? near : n;
  }

  point(event, row, n) {
    const rewrite = this.journal.rewrites[(row ? (n = this.nearest(row.hits, n)) : n) - 1];
    const check = this.journal.checks.find((c) => c.n === n);
    const error = check ? `, error ${check.error} (${check.status ?? ""})` : "";
    this.tip.textContent = rewrite ? `#${n} ${rewrite.pass}, ${this.lookup.counts[n]} operators${error}` : `import, ${this.lookup.counts[0]} operators`;
    const box = this.element.getBoundingClientRect();
    this.tip.hidden = false;
    this.tip.style.left = `${Math.min(event.clientX - box.left + 12, box.width - this.tip.offsetWidth - 6)}px`;
    this.tip.style.top = `${Math.min(event.clientY - box.top + 14, box.height - 24)}px`;
  }

  zoom(factor, around = this.n) {
    const span = Math.min(this.length + 1, Math.max(12, (this.to - this.from) * factor));
    const share = (around - this.from) / (this.to - this.from);
    this.view(around - share * span, span);
  }

  pan(distance) {
    this.view(this.from + distance, this.to - this.from);
  }

  view(from, span) {
    this.from = Math.max(-0.5, Math.min(from, this.length + 0.5 - span));
    this.to = this.from + span;
    this.draw();
  }

  /** Show only these rewrites in full colour (null: all), and the count of operators of one kind. */
  filter(hits, series) {
    this.hits = hits && new Set(hits);
    this.series = series;
    this.rows.forEach((row, k) => this.laneLabels[k].classList.toggle("dim", Boolean(hits) && !row.hits.some((n) => this.hits.has(n))));
    this.draw();
  }

  move(n) {
    this.n = n;
    if (n < this.from || n > this.to) this.view(n - (this.to - this.from) / 2, this.to - this.from);
    this.curveHeads.counts.textContent = `${this.lookup.counts[n]}`;
    const rewrite = this.journal.rewrites[n - 1];
    const current = rewrite ? this.rows.findIndex((row) => row.stage === rewrite.stage && row.pass === rewrite.pass) : -1;
    if (this.current !== current) {
      this.laneLabels[this.current]?.classList.remove("current");
      this.laneLabels[(this.current = current)]?.classList.add("current");
      const { scrollTop, clientHeight } = this.lanes;
      if (current >= 0 && (current * ROW < scrollTop || (current + 2) * ROW > scrollTop + clientHeight)) {
        this.lanes.scrollTop = current * ROW - clientHeight / 2;
      }
    }
    this.playhead.style.left = `${this.curves.querySelector("canvas").offsetLeft + this.x(n)}px`;
    const label = this.playhead.firstElementChild;
    label.textContent = n;
    const half = label.offsetWidth / 2;
    label.style.left = `${Math.min(0, this.width - this.x(n) - half)}px`;
  }

  x(n) {
    return ((n - this.from) / (this.to - this.from)) * this.width;
  }

  draw() {
    const style = getComputedStyle(this.element);
    this.ink = (name) => style.getPropertyValue(`--${name}`).trim();
    this.width = this.curves.querySelector("canvas").clientWidth;
    if (!this.width) return;
    let top = 0;
    const context = this.clear(this.curves, this.parts.reduce((sum, part) => sum + HEIGHTS[part], 0));
    for (const part of this.parts) {
      context.save();
      context.translate(0, top);
      this[part](context, HEIGHTS[part]);
      context.restore();
      top += HEIGHTS[part];
      line(context, 0, top - 0.5, this.width, top - 0.5, this.ink("line"));
    }
    this.drawLanes(this.clear(this.lanes, Math.max(1, this.rows.length * ROW)));
    this.move(this.n);
  }

  clear(strip, height) {
    const canvas = strip.querySelector("canvas");
    const ratio = devicePixelRatio;
    [canvas.width, canvas.height] = [this.width * ratio, height * ratio];
    canvas.style.height = `${height}px`;
    const context = canvas.getContext("2d");
    context.scale(ratio, ratio);
    context.font = `11px ${this.ink("sans")}`;
    return context;
  }

  stages(context, height) {
    const { stages } = this.journal;
    stages.forEach((stage, k) => {
      const [left, right] = [this.x(stage.first - 0.5), this.x((stages[k + 1]?.first ?? this.length + 1) - 0.5)];
      if (right - left < 1 || right < 0 || left > this.width) return;
      context.fillStyle = stageColour(k);
      context.globalAlpha = 0.85;
      context.fillRect(left + 0.5, 2, right - left - 1, height - 4);
      context.globalAlpha = 1;
      const [start, room] = [Math.max(0, left) + 5, Math.min(this.width, right) - Math.max(0, left) - 8];
      if (context.measureText(stage.name).width > room) return;
      context.fillStyle = "#fff";
      context.fillText(stage.name, start, 13);
    });
  }

  counts(context, height) {
    const { counts } = this.lookup;
    const most = counts.reduce((a, b) => Math.max(a, b), 1);
    const y = (count) => height - 2 - (count / most) * (height - 8);
    this.trace(context, counts, y);
    context.lineTo(this.x(Math.min(this.length, this.to)), height);
    context.lineTo(this.x(Math.max(0, this.from)), height);
    context.globalAlpha = 0.14;
    context.fillStyle = this.ink("accent");
    context.fill();
    context.globalAlpha = 1;
    this.trace(context, counts, y);
    stroke(context, this.ink("accent"), 1.5);
    if (this.series) {
      const own = this.series.counts.reduce((a, b) => Math.max(a, b), 1);
      this.trace(context, this.series.counts, (count) => height - 2 - (count / own) * (height - 8));
      stroke(context, this.ink("changed"), 1.5);
      context.fillStyle = this.ink("changed");
      context.textAlign = "right";
      context.fillText(`${this.series.kind}: up to ${own}`, this.width - 6, 13);
    }
  }

  trace(context, counts, y) {
    context.beginPath();
    const step = Math.max(1, Math.floor((this.to - this.from) / this.width / 2));
    const last = Math.min(this.length, Math.ceil(this.to));
    for (let n = Math.max(0, Math.floor(this.from)); n <= last; n = n === last ? n + 1 : Math.min(last, n + step)) {
      context.lineTo(this.x(n), y(counts[n]));
    }
  }

  errors(context, height) {
    const checks = this.journal.checks;
    const size = (value) => (Number.isFinite(value) ? value : Infinity);
    const finite = checks.flatMap((c) => [size(c.error), c.tolerance ?? 0]).filter((v) => v > 0 && v < Infinity);
    const low = Math.floor(Math.log10(finite.reduce((a, b) => Math.min(a, b), 1e-6)));
    const high = Math.ceil(Math.log10(finite.reduce((a, b) => Math.max(a, b), 1e-5)));
    const y = (value) => {
      const share = value > 0 ? (Math.log10(Math.min(value, 10 ** high)) - low) / (high - low) : 0;
      return height - 4 - Math.max(0, share) * (height - 10);
    };
    for (const power of [low, high]) line(context, 0, y(10 ** power), this.width, y(10 ** power), this.ink("line"));
    context.beginPath();
    checks.forEach((c) => c.tolerance && context.lineTo(this.x(c.n), y(c.tolerance)));
    context.setLineDash([4, 3]);
    stroke(context, this.ink("muted"), 1);
    context.setLineDash([]);
    const colours = { wrong: this.ink("removed"), tainted: this.ink("changed") };
    const dot = this.x(1) - this.x(0) > 6 ? 2.6 : 1.6;
    for (const check of checks) {
      context.fillStyle = colours[check.status] ?? this.ink("accent");
      context.beginPath();
      context.arc(this.x(check.n), y(size(check.error)), check.status === "wrong" ? 3.5 : dot, 0, 7);
      context.fill();
    }
    for (const [power, dy] of [[low, -3], [high, 11]]) {
      context.fillStyle = this.ink("panel");
      context.fillRect(2, y(10 ** power) + dy - 10, context.measureText(`1e${power}`).width + 4, 13);
      context.fillStyle = this.ink("muted");
      context.fillText(`1e${power}`, 4, y(10 ** power) + dy);
    }
    const wrong = checks.find((c) => c.status === "wrong");
    this.curveHeads.errors.textContent = wrong ? `wrong from #${wrong.n}` : "within tolerance";
    this.curveHeads.errors.classList.toggle("bad", Boolean(wrong));
    if (!wrong) return;
    line(context, this.x(wrong.n), 0, this.x(wrong.n), height, this.ink("removed"));
    const text = `⚑ #${wrong.n} ${this.journal.rewrites[wrong.n - 1]?.pass ?? "import"}`;
    const wide = context.measureText(text).width + 8; // left of the line, where errors are small
    const from = this.x(wrong.n) - wide > 40 ? this.x(wrong.n) - wide - 4 : this.x(wrong.n) + 4;
    context.fillStyle = this.ink("panel");
    context.fillRect(from, 8, wide, 15);
    context.fillStyle = this.ink("removed");
    context.fillText(text, from + 4, 19);
  }

  marks(context) {
    for (const [list, colour, sign] of [[this.journal.remarks, "changed", "•"], [this.journal.failures, "removed", "✕"]]) {
      context.fillStyle = this.ink(colour);
      context.textAlign = "center";
      for (const { n } of list) context.fillText(sign, this.x(n), 12);
    }
  }

  drawLanes(context) {
    const unit = this.width / (this.to - this.from);
    const wide = Math.max(1.5, Math.min(unit - (unit > 4 ? 1 : 0), 14));
    this.rows.forEach((row, k) => {
      const top = k * ROW;
      if (!row.pass) {
        context.fillStyle = this.ink("soft");
        context.fillRect(0, top, this.width, ROW);
      }
      line(context, 0, top + ROW - 0.5, this.width, top + ROW - 0.5, this.ink("line"));
      const [tall, alpha] = row.pass ? [ROW - 6, 1] : [5, 0.55];
      for (const faded of this.hits ? [true, false] : [false]) {
        context.fillStyle = faded ? this.ink("faint") : row.colour;
        context.globalAlpha = faded ? 1 : alpha;
        for (const n of row.hits) {
          if (n < this.from - 1 || n > this.to + 1 || (this.hits && this.hits.has(n) === faded)) continue;
          context.fillRect(this.x(n) - wide / 2, top + (ROW - 1 - tall) / 2, wide, tall);
        }
      }
      context.globalAlpha = 1;
    });
  }
}

const stageColour = (k) => STAGE_COLOURS[k % STAGE_COLOURS.length];

/** A row for each stage and below it one for each of its passes that rewrote anything. */
function rowsOf(journal) {
  const byStage = journal.stages.map(() => new Map());
  journal.rewrites.forEach(({ stage, pass }, k) => {
    const passes = (byStage[stage] ??= new Map());
    if (!passes.has(pass)) passes.set(pass, []);
    passes.get(pass).push(k + 1);
  });
  return [...byStage].flatMap((passes, stage) => {
    if (!passes?.size) return [];
    const { name, passes: all } = journal.stages[stage];
    const silent = all.filter((pass) => !passes.has(pass));
    const note = silent.length ? `${name}: no rewrites by ${silent.join(", ")}` : `${name}: every pass rewrote`;
    const colour = stageColour(stage);
    const ordered = [...passes].sort((a, b) => all.indexOf(a[0]) - all.indexOf(b[0]));
    const hits = ordered.flatMap(([, own]) => own).sort((a, b) => a - b);
    return [{ stage, name, hits, colour, silent: note }, ...ordered.map(([pass, own]) => ({ stage, name, pass, hits: own, colour }))];
  });
}

function line(context, x0, y0, x1, y1, colour) {
  context.beginPath();
  context.moveTo(x0, y0);
  context.lineTo(x1, y1);
  stroke(context, colour, 1);
}

function stroke(context, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.stroke();
}
