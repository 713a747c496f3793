// The wire view: what passed, in order, and the one that is chosen, taken apart.

import { element } from "./dom.js";
import { drawFrame, rfc } from "./frame.js";
import { liveWidget } from "./session.js";
import { words } from "./words.js";

const say = words({
  en: {
    title: "On the wire",
    list: "What passed",
    sent: "client → server",
    received: "server → client",
    request: "opening request",
    response: "answer",
    rest: "not a frame",
    none: "Nothing has passed yet.",
    count: n => `${n} frame${n === 1 ? "" : "s"}`,
    bytes: n => `${n} byte${n === 1 ? "" : "s"}`,
    line: "Line",
    meaning: "Meaning",
    where: "RFC 6455",
    gone: "The kernel is gone: this is what was seen.",
  },
  zh: {
    title: "线路上",
    list: "传输的内容",
    sent: "客户端 → 服务器",
    received: "服务器 → 客户端",
    request: "握手请求",
    response: "握手应答",
    rest: "不是帧",
    none: "还没有任何内容。",
    count: n => `${n} 帧`,
    bytes: n => `${n} 字节`,
    line: "行",
    meaning: "含义",
    where: "RFC 6455",
    gone: "内核已不在：这是之前看到的。",
  },
});

const KEPT = 200;

export function mount(el, session) {
  let frames = 0,
    chosen = null,
    followed = true;
  const buttons = new Map(); // the key of what passed -> its button

  const status = element("span", { role: "status" });
  const list = element("ol", { "aria-label": say.list, hidden: true, tabindex: "0" });
  const piece = element("div", { class: "piece", text: say.none });
  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-wire" },
      element("div", { class: "top" }, element("strong", { text: say.title }), status),
      list,
      piece,
    ),
  );

  function choose(button, title, draw) {
    chosen?.setAttribute("aria-pressed", "false");
    chosen = button;
    button.setAttribute("aria-pressed", "true");
    piece.replaceChildren(element("b", { dir: "auto", text: title }), draw());
  }

  /** Put what passed at the end of the list; the newest is shown until the reader has chosen one. */
  function pass(key, direction, title, size, draw) {
    if (buttons.has(key)) return;
    const arrow = direction === "sent" ? "→ " : "← ";
    const name = `${say[direction]}: ${title}`;
    const button = element(
      "button",
      {
        type: "button",
        "aria-pressed": "false",
        title: name,
        onclick() {
          followed = false;
          choose(button, name, draw);
        },
      },
      element("span", { "aria-hidden": "true", text: arrow }),
      element("span", { class: "unseen", text: `${say[direction]}: ` }),
      element("span", { dir: "auto", text: title.length > 60 ? `${title.slice(0, 60)}…` : title }),
      " ",
      element("small", { text: say.bytes(size) }),
    );
    buttons.set(key, button);
    list.hidden = false;
    list.append(element("li", { class: direction }, button));
    if (list.childElementCount > KEPT + 2) {
      const [oldest] = [...buttons].find(([each]) => each.startsWith("frame"));
      buttons.get(oldest).parentNode.remove();
      buttons.delete(oldest);
    }
    if (followed) {
      choose(button, name, draw);
      list.scrollTop = list.scrollHeight;
    }
  }

  const hear = {
    handshake({ direction, lines }) {
      const size = lines.reduce((sum, line) => sum + line.text.length + 2, 2);
      pass(
        `handshake ${direction}`,
        direction,
        direction === "sent" ? say.request : `${say.response} ${lines[0].text.split(" ")[1] ?? ""}`,
        size,
        () => handshakeTable(lines),
      );
    },
    frame(frame) {
      frames += 1;
      status.textContent = say.count(frames);
      pass(`frame ${frame.n}`, frame.direction, frame.summary, frame.size, () => drawFrame(frame));
    },
    rest({ direction, raw, size }) {
      pass(`rest ${direction}`, direction, say.rest, size, () => element("code", { text: raw.match(/../g).join(" ") }));
    },
    kernel({ state }) {
      if (state === "gone") status.textContent = say.gone;
    },
  };
  session.on(({ kind, data }) => hear[kind]?.(data));
}

function handshakeTable(lines) {
  const head = element(
    "tr",
    {},
    ...[say.line, say.meaning, say.where].map(text => element("th", { scope: "col", text })),
  );
  const rows = lines.map(line =>
    element(
      "tr",
      {},
      element("td", {}, element("code", { text: line.text })),
      element("td", { text: line.meaning }),
      element("td", {}, rfc(line.section)),
    ),
  );
  return element(
    "div",
    { class: "chatlib-frame" },
    element("table", {}, element("thead", {}, head), element("tbody", {}, ...rows)),
  );
}

export default liveWidget(mount);
