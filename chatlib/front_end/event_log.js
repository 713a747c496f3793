// The event log: what fires at the Python WebSocket, and at one that this page opens itself.

import { element } from "./dom.js";
import { liveWidget } from "./session.js";
import { words } from "./words.js";

const say = words({
  en: {
    title: "Events",
    time: "Time",
    type: "Type",
    data: "Data",
    state: "readyState",
    none: "No events yet.",
    python: "In Python",
    browser: "In this browser",
    send: "Send from the browser",
    message: "Message",
    late: name => `The log began when the connection was ${name}: earlier events are not here.`,
    through: "through the Jupyter server",
    gone: "The kernel is gone: this is what was seen.",
  },
  zh: {
    title: "事件",
    time: "时间",
    type: "类型",
    data: "数据",
    state: "readyState",
    none: "还没有事件。",
    python: "Python 中",
    browser: "此浏览器中",
    send: "从浏览器发送",
    message: "消息",
    late: name => `日志开始时连接已是 ${name}：更早的事件不在这里。`,
    through: "经由 Jupyter 服务器",
    gone: "内核已不在：这是之前看到的。",
  },
});

const STATES = ["CONNECTING", "OPEN", "CLOSING", "CLOSED"];
const KEPT = 1000,
  SENT_CHARACTERS = 10_000;

export function mount(el, session) {
  let own = null; // this page's WebSocket

  const note = element("span", { class: "note", role: "status" });
  const sides = element("div", { class: "sides" });
  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-events" },
      element("div", { class: "top" }, element("strong", { text: say.title }), " ", note),
      sides,
    ),
  );

  function side(name, code) {
    const rows = element("tbody");
    const table = element(
      "table",
      { "aria-label": say[name], hidden: true },
      element(
        "thead",
        {},
        element(
          "tr",
          {},
          ...["time", "type", "data", "state"].map(key => element("th", { scope: "col", text: say[key] })),
        ),
      ),
      rows,
    );
    const none = element("p", { class: "note", text: say.none });
    const heading = element("code", { text: code });
    const holder = element(
      "div",
      { class: "rows", tabindex: "0", role: "region", "aria-label": say[name] },
      none,
      table,
    );
    const made = element("section", {}, element("h4", { text: say[name] }), heading, holder);
    sides.append(made);
    const add = ({ time, type, detail, state }) => {
      none.hidden = true;
      table.hidden = false;
      rows.append(
        element(
          "tr",
          { "data-type": type },
          element("td", { class: "time", text: stamp(time) }),
          element("td", { class: "type" }, element("b", { text: type })),
          element("td", { class: "data" }, element("span", { dir: "auto", title: detail, text: detail })),
          element("td", { class: "state", title: STATES[state], text: state }),
        ),
      );
      if (rows.childElementCount > KEPT) rows.firstChild.remove();
      holder.scrollTop = holder.scrollHeight;
    };
    return { made, heading, add };
  }

  const columns = {};

  function showBrowser(url) {
    columns.browser = side("browser", `ws = new WebSocket("${url}")`);
    if (!session.send) return;
    const input = element("input", {
      "aria-label": say.message,
      placeholder: say.message,
      dir: "auto",
      disabled: true,
      onkeydown(event) {
        // In the Lab, Enter alone submits no form; and an Enter that picks an input method's candidate must not send.
        if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
        event.preventDefault();
        event.target.form.requestSubmit();
      },
    });
    const button = element("button", { class: "main", text: say.send, disabled: true });
    columns.browser.made.append(
      element(
        "form",
        {
          onsubmit(event) {
            event.preventDefault();
            own.ws.send(input.value);
            input.value = "";
          },
        },
        input,
        button,
      ),
    );
    own = connect(
      addresses(url),
      () => session.send?.({ do: "answers" }),
      about => {
        input.disabled = button.disabled = own.ws.readyState !== WebSocket.OPEN;
        session.send?.({ do: "event", ...about });
      },
      used => {
        columns.browser.heading.textContent = `ws = new WebSocket("${used}")`;
        if (used !== url) columns.browser.heading.after(element("span", { class: "note", text: ` ${say.through}` }));
      },
    );
  }

  const hear = {
    about({ url, browser, state }) {
      if (columns.python) return;
      columns.python = side("python", `ws = chatlib.WebSocket("${url}")`);
      if (state > 0) note.textContent = say.late(STATES[state]);
      if (browser) showBrowser(url);
    },
    event: data => columns[data.side].add(data),
    browser_sends: ({ text }) => own?.ws.readyState === WebSocket.OPEN && own.ws.send(text),
    browser_closes: ({ code, reason }) => own?.ws.close(code, reason || undefined),
    kernel({ state }) {
      if (state === "gone") note.textContent = say.gone;
    },
  };
  session.on(({ kind, data }) => hear[kind]?.(data));
  return () => own?.leave();
}

const stamp = ms => new Date(ms).toISOString().slice(11, 23);
const isLoopback = host => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);

/**
 * Where this page finds a server that runs in the kernel: at its own address if both are on one machine, and else, as
 * on Binder, through the Jupyter server (jupyter-server-proxy), which the page came from.
 */
function addresses(url) {
  const target = new URL(url);
  const config = document.getElementById("jupyter-config-data");
  if (!config || !isLoopback(target.hostname)) return [url];
  const { baseUrl } = JSON.parse(config.textContent);
  const proxied = new URL(`${baseUrl}proxy/${target.port}${target.pathname}${target.search}`, document.baseURI);
  proxied.protocol = proxied.protocol.replace("http", "ws");
  return location.protocol === "http:" && isLoopback(location.hostname) ? [url, proxied.href] : [proxied.href];
}

/**
 * Open a WebSocket at the first address that leads to the server; tell its events, and the address.
 *
 * That the first one fails may mean that this page is elsewhere (behind a tunnel, say), or that nobody serves: the
 * kernel, asked by `answers`, knows which. To ask the proxy would not do: it opens even where nobody serves behind it.
 */
function connect([url, ...others], answers, tell, use) {
  const listening = new AbortController();
  const own = {
    leave() {
      listening.abort();
      own.ws.close(1000);
    },
  };

  function open(url, others) {
    const ws = (own.ws = new WebSocket(url));
    let held = others.length ? [] : null; // what happened before it is known whether this is the address
    if (!held) use(url);

    async function happened(event) {
      const about = { time: Date.now(), type: event.type, readyState: ws.readyState };
      if (event.type === "message")
        Object.assign(
          about,
          typeof event.data === "string" ? { data: event.data.slice(0, SENT_CHARACTERS) } : { hex: hex(event.data) },
        );
      if (event.type === "close")
        Object.assign(about, { code: event.code, reason: event.reason, wasClean: event.wasClean });
      if (!held) return tell(about);
      held.push(about);
      if (event.type === "error") return;
      if (event.type === "close" && (await answers()) && !listening.signal.aborted) return open(others[0], []);
      use(url);
      held.forEach(each => tell(each));
      held = null;
    }

    ws.binaryType = "arraybuffer";
    for (const type of ["open", "message", "error", "close"])
      ws.addEventListener(type, happened, { signal: listening.signal });
  }

  open(url, others);
  return own;
}

const hex = buffer =>
  [...new Uint8Array(buffer, 0, Math.min(buffer.byteLength, SENT_CHARACTERS))]
    .map(byte => byte.toString(16).padStart(2, "0"))
    .join("");

export default liveWidget(mount);
