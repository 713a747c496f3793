// The delivery ladder: a row for each message and a cell for each step, so that what is lost is a gap, and what is
// doubled a twin.

import { bdi, element, keepRoles, scroller, tableHead } from "./dom.js";
import { words } from "./words.js";

const say = words({
  en: {
    ladder: "How far each message came",
    message: "Message",
    sent: "sent",
    wire: "on the wire",
    placed: "placed",
    acknowledged: "acknowledged",
    seen: "seen",
    gap: "not so far",
    twin: (/** @type {number} */ n) => `${n} times`,
    later: (/** @type {string} */ ms) => `+${ms} ms`,
    at: (/** @type {string} */ s) => `${s} s`,
    nothing: "Nothing was said yet.",
    counts: (/** @type {number} */ all, /** @type {number} */ lost, /** @type {number} */ doubled) =>
      `${all} sent, ${lost} not seen, ${doubled} seen more than once.`,
    kept: (/** @type {string} */ guarantee) => `So far this is what “${guarantee}” allows.`,
    none: "No guarantee allows that.",
  },
  zh: {
    ladder: "每条消息走了多远",
    message: "消息",
    sent: "已发送",
    wire: "在线路上",
    placed: "已排序",
    acknowledged: "已确认",
    seen: "已看到",
    gap: "还没有",
    twin: n => `${n} 次`,
    later: ms => `+${ms} 毫秒`,
    at: s => `${s} 秒`,
    nothing: "还没有人说话。",
    counts: (all, lost, doubled) => `发送 ${all} 条，${lost} 条没有看到，${doubled} 条看到不止一次。`,
    kept: guarantee => `到目前为止，这符合“${guarantee}”。`,
    none: "没有任何保证允许这样。",
  },
});

/** The names of the guarantees for people; the keys are those of the kernel. */
export const GUARANTEES = words({
  en: { "at most once": "at most once", "at least once": "at least once", "exactly once": "exactly once" },
  zh: { "at most once": "至多一次", "at least once": "至少一次", "exactly once": "恰好一次" },
});

/**
 * @typedef {"sent" | "wire" | "placed" | "acknowledged" | "seen"} Rung
 * @typedef {{ id: string, by: string, text: string, times: Partial<Record<Rung, number[]>> }} Row  times in seconds
 */

/** @type {Rung[]} */
const RUNGS = ["sent", "wire", "placed", "acknowledged", "seen"];
const MILLISECONDS = 1000;

/** A row for each message. */
export class Ladder {
  /** @type {Map<string, { row: Row, drawn: HTMLElement }>} */
  #known = new Map();
  #body = element("tbody");
  #rows = scroller("rows", say.ladder);
  #status = element("p", { class: "kept", role: "status", text: say.nothing });
  element;

  constructor() {
    const heads = [say.message, ...RUNGS.map(rung => say[rung])];
    const table = element("table", { "aria-label": say.ladder }, tableHead(heads), this.#body);
    this.#rows.append(keepRoles(table));
    this.element = element("div", { class: "ladder" }, this.#rows, this.#status);
  }

  /** @param {Row} row */
  show(row) {
    const drawn = drawRow(row);
    const known = this.#known.get(row.id);
    if (known) {
      known.drawn.replaceWith(drawn);
    } else {
      // A page that loads late is told of them in another order: that of their last steps.
      const later = [...this.#known.values()].filter(each => said(each.row) > said(row));
      later.sort((one, other) => said(one.row) - said(other.row));
      this.#body.insertBefore(drawn, later[0]?.drawn ?? null);
      this.#rows.scrollTop = this.#rows.scrollHeight;
    }
    this.#known.set(row.id, { row, drawn });
    const text = this.#summary();
    if (this.#status.textContent !== text) this.#status.textContent = text; // else it would be read aloud again
  }

  #summary() {
    const rows = [...this.#known.values()].map(({ row }) => row);
    const lost = rows.filter(({ times }) => !times.seen).length;
    const doubled = rows.filter(({ times }) => (times.seen?.length ?? 0) > 1).length;
    return `${say.counts(rows.length, lost, doubled)} ${verdict(lost, doubled)}`;
  }
}

/**
 * The strongest guarantee that so many lost and doubled messages are in keeping with.
 *
 * @param {number} lost
 * @param {number} doubled
 */
function verdict(lost, doubled) {
  if (lost && doubled) return say.none;
  return say.kept(GUARANTEES[lost ? "at most once" : doubled ? "at least once" : "exactly once"]);
}

/** @param {Row} row */
function drawRow({ id, by, text, times }) {
  const [began = 0] = times.sent ?? [];
  const cells = RUNGS.map(rung => {
    const steps = times[rung] ?? [];
    const state = steps.length > 1 ? "twin" : steps.length ? "once" : "gap";
    const read = steps.map(at => (rung === "sent" ? say.at(at.toFixed(2)) : say.later(since(began, at))));
    const twin = state === "twin" ? [element("b", { text: say.twin(steps.length) }), " "] : [];
    const shown = state === "gap" ? [element("span", { class: "unseen", text: say.gap })] : [...twin, read[0] ?? ""];
    return element("td", { class: state, "data-label": say[rung], title: read.join(", ") }, ...shown);
  });
  const row = element("tr", { "data-id": id }, element("th", { scope: "row" }, bdi(by), ": ", bdi(text)), ...cells);
  return keepRoles(row);
}

const said = (/** @type {Row} */ { times }) => times.sent?.[0] ?? 0;
const since = (/** @type {number} */ began, /** @type {number} */ at) => ((at - began) * MILLISECONDS).toFixed(0);
