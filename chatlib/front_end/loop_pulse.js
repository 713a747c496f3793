// The loop's pulse: a spike for each beat, a flat line while there is none, and what blocked it.

import { element, svg } from "./dom.js";
import { liveWidget } from "./session.js";
import { words } from "./words.js";

const say = words({
  en: {
    title: "The pulse of the event loop",
    beating: "It beats.",
    blocked: "No beat: blocked.",
    stopped: "Stopped watching.",
    block: "Block the loop for 2 seconds",
    strip: "The last 8 seconds: a spike for each beat, a flat line while the loop is blocked",
    gaps: "Without a beat",
    tasks: "Tasks",
    name: "Name",
    coroutine: "Coroutine",
    line: "Waits at",
    gap: seconds => `${seconds.toFixed(1)} s`,
    at: "at ",
    more: (more, kernel) => `${more ? `${more} more, and ` : ""}${kernel} of the kernel’s own.`,
    gone: "The kernel is gone. Run the cell again.",
  },
  zh: {
    title: "事件循环的脉搏",
    beating: "正在跳动。",
    blocked: "没有跳动：被阻塞。",
    stopped: "已停止观察。",
    block: "阻塞循环 2 秒",
    strip: "最近 8 秒：每跳一次有一个尖峰，循环被阻塞时是一条平线",
    gaps: "没有跳动的时段",
    tasks: "任务",
    name: "名称",
    coroutine: "协程",
    line: "等待于",
    gap: seconds => `${seconds.toFixed(1)} 秒`,
    at: "位于 ",
    more: (more, kernel) => `${more ? `另有 ${more} 个，以及` : ""}内核自己的 ${kernel} 个。`,
    gone: "内核已不在。请重新运行单元格。",
  },
});

const SECONDS = 8,
  WIDTH = 1200,
  HEIGHT = 80,
  GAPS_KEPT = 50;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export function mount(el, session) {
  const gaps = new Map(); // number -> {from, to, item}
  let beats = [],
    began = null,
    drawn = 0;

  const status = element("span", { role: "status" });
  const block = element("button", {
    type: "button",
    class: "main",
    text: say.block,
    disabled: !session.send,
    onclick: () => session.send({ do: "block" }),
  });
  const strip = svg("svg", {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": say.strip,
  });
  const flat = svg("g"),
    trace = svg("path");
  strip.append(flat, trace);
  const list = element("ol", { "aria-label": say.gaps, tabindex: "0", hidden: true });
  const rows = element("tbody");
  const table = element(
    "table",
    { "aria-label": say.tasks, hidden: true },
    element(
      "thead",
      {},
      element("tr", {}, ...["name", "coroutine", "line"].map(name => element("th", { scope: "col", text: say[name] }))),
    ),
    rows,
  );
  const note = element("p", { class: "note" });
  const card = element(
    "div",
    { class: "chatlib chatlib-pulse", "data-lm-suppress-shortcuts": "true" },
    element("div", { class: "top" }, element("strong", { text: say.title }), status, block),
    strip,
    element(
      "div",
      { class: "about" },
      element("section", {}, element("h4", { text: say.tasks }), table, note),
      element("section", {}, element("h4", { text: say.gaps }), list),
    ),
  );
  el.replaceChildren(card);

  function is(state) {
    if (card.dataset.state === state) return;
    card.dataset.state = state;
    status.textContent = say[state];
  }

  function draw(now) {
    if (calm.matches && Math.abs(now - drawn) < 1000) return;
    drawn = now;
    const x = t => WIDTH - ((now - t) * WIDTH) / SECONDS / 1000;
    const spike = t => `H${(x(t) - 10).toFixed(1)}l2,-6 2,-26 3,46 3,-14`;
    const middle = HEIGHT * 0.6;
    beats = beats.filter(t => x(t) > -40);
    trace.setAttribute(
      "d",
      `M${Math.max(0, x(began))},${middle}${beats
        .filter(t => x(t) > x(began) + 12 && x(t) > 12)
        .map(spike)
        .join("")}H${WIDTH}`,
    );
    flat.replaceChildren(
      ...[...gaps.values()]
        .filter(({ to }) => x(to) > 0)
        .map(({ from, to }) => svg("rect", { x: x(from), y: 0, width: x(to) - x(from), height: HEIGHT })),
    );
  }

  const hear = {
    beat(_, t) {
      began ??= t;
      beats.push(t);
      is("beating");
      draw(t);
    },
    gap({ n, seconds, line, over }, t) {
      began ??= t - seconds * 1000;
      const gap = gaps.get(n) ?? { item: element("li") };
      if (!gaps.has(n)) list.append(gap.item);
      gaps.set(n, Object.assign(gap, { from: t - seconds * 1000, to: t }));
      list.hidden = false;
      gap.item.replaceChildren(
        element("b", { text: say.gap(seconds) }),
        ...(line ? [` ${say.at}`, element("code", { text: line })] : []),
      );
      if (gaps.size > GAPS_KEPT) {
        const [oldest, { item }] = gaps.entries().next().value;
        item.remove();
        gaps.delete(oldest);
      }
      if (!over) is("blocked");
      list.scrollTop = list.scrollHeight;
      draw(t);
    },
    tasks({ tasks, more, kernel }) {
      table.hidden = !tasks.length;
      rows.replaceChildren(
        ...tasks.map(task =>
          element(
            "tr",
            {},
            element("td", {}, element("b", { text: task.name })),
            element("td", {}, element("code", { text: task.coroutine })),
            element("td", {}, element("code", { text: task.line })),
          ),
        ),
      );
      note.textContent = more || kernel ? say.more(more, kernel) : "";
    },
    stopped() {
      is("stopped");
      block.disabled = true;
    },
    kernel({ state }) {
      if (state !== "gone") return;
      block.disabled = true;
      card.dataset.state = "stopped";
      status.textContent = say.gone;
    },
  };
  session.on(({ t, kind, data }) => hear[kind]?.(data, t));
}

export default liveWidget(mount);
