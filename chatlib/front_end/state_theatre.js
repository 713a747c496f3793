// The state theatre: time runs downward, the client's lane on the left, the server's on the right.

import { element } from "./dom.js";
import { liveWidget } from "./session.js";
import { words } from "./words.js";

const say = words({
  en: {
    title: "Both ends of one connection",
    time: "Time",
    client: "Client",
    server: "Server",
    none: "not there yet",
    connect: "Connect",
    refused: "Connect, refused",
    end: "While it is open",
    send: "Client: send",
    closes: "Client: close",
    serverCloses: "Server: close",
    raises: "Server: raise an exception",
    abort: "Cut the connection",
    code: "Code",
    reason: "Reason",
    event: "event",
    first: "Press Connect, and watch both ends.",
    lanes: "What happened at both ends, from top to bottom",
    said: {
      client: "The client said so first.",
      server: "The server said so first.",
      nobody: "Nobody said so: no Close frame came.",
    },
    clean: "wasClean",
    busy: "The kernel is busy.",
    gone: "The kernel is gone. Run the cell again.",
  },
  zh: {
    title: "一条连接的两端",
    time: "时间",
    client: "客户端",
    server: "服务器",
    none: "尚未出现",
    connect: "连接",
    refused: "连接（被拒绝）",
    end: "连接打开时",
    send: "客户端：发送",
    closes: "客户端：关闭",
    serverCloses: "服务器：关闭",
    raises: "服务器：抛出异常",
    abort: "切断连接",
    code: "代码",
    reason: "原因",
    event: "事件",
    first: "按“连接”，观察两端。",
    lanes: "两端发生的事，自上而下",
    said: { client: "客户端先提出。", server: "服务器先提出。", nobody: "没有人提出：没有收到 Close 帧。" },
    clean: "wasClean",
    busy: "内核正忙。",
    gone: "内核已不在。请重新运行单元格。",
  },
});

const STATES = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];
const KEPT = 200;

export function mount(el, session) {
  let began = 0,
    over = true;
  const states = {}; // "client" or "server" -> the name of its state

  const status = element("span", { role: "status" });
  const note = element("span", { class: "what", "aria-live": "polite" });
  const connect = element("button", {
    type: "button",
    class: "main",
    text: say.connect,
    onclick: () => act("connect", { refused: false }),
  });
  const refused = element("button", {
    type: "button",
    text: say.refused,
    onclick: () => act("connect", { refused: true }),
  });
  const code = element("input", { type: "number", min: 1000, max: 4999, value: 1000, "aria-label": say.code });
  const reason = element("input", { value: "bye", "aria-label": say.reason, dir: "auto" });
  const close = { code: () => (code.value === "" ? null : code.valueAsNumber), reason: () => reason.value };
  const endings = element(
    "fieldset",
    { "aria-label": say.end, disabled: true },
    element("button", { type: "button", text: say.send, onclick: () => act("send", { text: "hello" }) }),
    element("label", {}, say.code, code),
    element("label", {}, say.reason, reason),
    element("button", {
      type: "button",
      text: say.closes,
      onclick: () => act("close", { code: close.code(), reason: close.reason() }),
    }),
    element("button", {
      type: "button",
      text: say.serverCloses,
      onclick: () => act("server_closes", { code: close.code() ?? 1000, reason: close.reason() }),
    }),
    element("button", { type: "button", text: say.raises, onclick: () => act("server_raises") }),
    element("button", { type: "button", text: say.abort, onclick: () => act("abort") }),
  );
  const rows = element("tbody");
  const table = element(
    "table",
    { "aria-label": say.lanes },
    element(
      "thead",
      {},
      element("tr", {}, ...["time", "client", "server"].map(name => element("th", { scope: "col", text: say[name] }))),
    ),
    rows,
  );
  const stage = element(
    "div",
    { class: "stage", tabindex: "0", role: "region", "aria-label": say.lanes, hidden: true },
    table,
  );
  const result = element("p", { class: "result", "aria-live": "polite", text: session.send ? say.first : "" });
  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-theatre" },
      element("div", { class: "top" }, element("strong", { text: say.title }), note, status),
      element("div", { class: "play" }, connect, refused, endings),
      stage,
      result,
    ),
  );

  const act = (what, about = {}) => session.send({ do: what, ...about });

  function allow() {
    connect.disabled = refused.disabled = !session.send || !over;
    endings.disabled = !session.send || states.client !== "OPEN";
    const text = ["client", "server"]
      .filter(end => states[end])
      .map(end => `${say[end]} ${states[end]} (${STATES.indexOf(states[end])})`)
      .join(" · ");
    if (text !== status.textContent) status.textContent = text;
  }

  function told({ what, name, detail }) {
    const more = detail ? ` ${detail}` : "";
    if (what === "state")
      return [
        element("span", { class: "state", text: `${name} (${STATES.indexOf(name)})` }),
        element("span", { class: "what", text: more }),
      ];
    if (what === "event")
      return [element("span", { class: "what", text: `${say.event} ` }), element("b", { text: name }), more];
    return [element("code", { text: name }), element("span", { class: "what", text: more })];
  }

  const hear = {
    play(_, t) {
      began = t;
      over = false;
      states.client = states.server = "";
      rows.replaceChildren();
      stage.hidden = false;
      result.textContent = "";
    },
    entry(entry, t) {
      if (entry.what === "state") states[entry.end] = entry.name;
      const lane = end =>
        element("td", { "data-state": states[end] || false, class: "lane" }, ...(end === entry.end ? told(entry) : []));
      rows.append(
        element("tr", {}, element("td", { class: "time", text: `${t - began} ms` }), lane("client"), lane("server")),
      );
      if (rows.childElementCount > KEPT) rows.firstChild.remove();
      stage.scrollTop = stage.scrollHeight;
    },
    ended({ code: number, meaning, reason: why, clean, said_by }) {
      over = true;
      result.replaceChildren(
        element("strong", { text: number }),
        ` ${meaning}`,
        why ? element("span", { dir: "auto", text: `, “${why}”` }) : "",
        ". ",
        `${say.said[said_by]} `,
        element("code", { text: `${say.clean} = ${clean}` }),
      );
    },
    kernel({ state }) {
      note.textContent = say[state] ?? "";
    },
  };
  allow();
  session.on(({ t, kind, data }) => {
    hear[kind]?.(data, t);
    allow();
  });
}

export default liveWidget(mount);
