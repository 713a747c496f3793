// The transport race: a row for each transport, a column for each cost, a bar as long as its share of the dearest.

import { element } from "./dom.js";
import { liveWidget } from "./session.js";
import { words } from "./words.js";

const say = words({
  en: {
    title: "One conversation, four transports",
    run: "Run the race",
    rate: "Lines per second, each way",
    transport: "Transport",
    requests: "Requests",
    connections: "Connections",
    messages: "Messages",
    bytes_up: "Bytes up",
    bytes_down: "Bytes down",
    latency_ms: "Latency, median",
    running: "Running…",
    over: "Over.",
    first: "Which one will need the fewest requests?",
    plan: ({ seconds, poll_every }) => `For ${seconds} s. Polling asks every ${poll_every} s.`,
    counted: "Counted on this machine, HTTP headers included. A browser’s headers are longer.",
    busy: "The kernel is busy.",
    gone: "The kernel is gone. Run the cell again.",
  },
  zh: {
    title: "同一段对话，四种传输方式",
    run: "开始比赛",
    rate: "每个方向每秒几行",
    transport: "传输方式",
    requests: "请求数",
    connections: "连接数",
    messages: "消息数",
    bytes_up: "上行字节",
    bytes_down: "下行字节",
    latency_ms: "延迟（中位数）",
    running: "进行中……",
    over: "结束。",
    first: "哪一种需要的请求最少？",
    plan: ({ seconds, poll_every }) => `历时 ${seconds} 秒。轮询每 ${poll_every} 秒询问一次。`,
    counted: "在本机实际计数，包含 HTTP 头部。浏览器的头部更长。",
    busy: "内核正忙。",
    gone: "内核已不在。请重新运行单元格。",
  },
});

const COSTS = ["requests", "connections", "messages", "bytes_up", "bytes_down", "latency_ms"];
const RATES = [0.5, 2, 10, 50];

const whole = new Intl.NumberFormat(document.documentElement.lang.replace("_", "-") || undefined);
const shown = (cost, value) =>
  value === null
    ? "–"
    : cost === "latency_ms"
      ? `${value < 10 ? value.toFixed(1) : whole.format(Math.round(value))} ms`
      : whole.format(value);

export function mount(el, session) {
  const rows = new Map(); // a transport's name -> its cells

  const status = element("span", { role: "status", class: "note" });
  const plan = element("span", { class: "note" });
  const run = element("button", {
    type: "button",
    class: "main",
    text: say.run,
    onclick: () => session.send({ do: "run", rate: Number(rate.value) }),
  });
  const rate = element("select", {});
  const body = element("tbody");
  const stage = element(
    "div",
    { class: "stage", tabindex: "0", role: "region", "aria-label": say.title, hidden: true },
    element(
      "table",
      {},
      element(
        "thead",
        {},
        element("tr", {}, ...["transport", ...COSTS].map(name => element("th", { scope: "col", text: say[name] }))),
      ),
      body,
    ),
  );
  const last = element("p", { class: "note", text: say.first });
  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-race", "data-lm-suppress-shortcuts": "true" },
      element("div", { class: "top" }, element("strong", { text: say.title }), status),
      element("div", { class: "play" }, run, element("label", {}, say.rate, rate), plan),
      stage,
      last,
    ),
  );

  function allow(is) {
    run.disabled = rate.disabled = !is || !session.send;
  }

  function row(name) {
    const cells = Object.fromEntries(
      COSTS.map(cost => [cost, { text: element("span"), bar: element("div", { class: "bar" }) }]),
    );
    body.append(
      element(
        "tr",
        {},
        element("th", { scope: "row", text: name }),
        ...COSTS.map(cost => element("td", {}, cells[cost].text, cells[cost].bar)),
      ),
    );
    rows.set(name, cells);
    return cells;
  }

  const hear = {
    plan(about) {
      const rates = [...new Set([...RATES, about.rate])].sort((a, b) => a - b);
      rate.replaceChildren(
        ...rates.map(value => element("option", { value, text: whole.format(value), selected: value === about.rate })),
      );
      plan.textContent = say.plan(about);
    },
    start() {
      allow(false);
      status.textContent = say.running;
      last.textContent = say.counted;
      stage.hidden = false;
    },
    figures({ results }) {
      for (const result of results) {
        const cells = rows.get(result.transport) ?? row(result.transport);
        for (const cost of COSTS) {
          const most = Math.max(...results.map(other => other[cost] ?? 0));
          cells[cost].text.textContent = shown(cost, result[cost]);
          cells[cost].bar.style.setProperty("--share", most ? (result[cost] ?? 0) / most : 0);
        }
      }
    },
    over({ text }) {
      allow(true);
      status.textContent = text || say.over;
    },
    kernel({ state }) {
      if (state === "gone") {
        session.send = null;
        allow(false);
      }
      if (state !== "ready") status.textContent = say[state];
      else if (status.textContent === say.busy) status.textContent = run.disabled ? say.running : "";
    },
  };
  allow(true);
  session.on(({ kind, data }) => hear[kind]?.(data));
}

export default liveWidget(mount);
