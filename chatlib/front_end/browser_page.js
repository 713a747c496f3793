// A page of the learner's own, run by this browser: beside the notebook, in frames that know where the server is.

import { addresses } from "./addresses.js";
import { element } from "./dom.js";
import { listen, liveWidget } from "./session.js";
import { words } from "./words.js";

/** @import { KernelState, Session } from "./session.js" */

const say = words({
  en: {
    page: (/** @type {number} */ n) => `Page ${n}`,
    console: "Console",
    source: "A page for your browser",
    gone: "The kernel is gone: its server, too.",
  },
  zh: {
    page: n => `第 ${n} 个页面`,
    console: "控制台",
    source: "给浏览器的页面",
    gone: "内核已不在：它的服务器也是。",
  },
});

/**
 * @typedef {object} Events
 * @property {{ url: string, source: string, copies: number, nowhere?: string }} page  nowhere: why no page gets there
 * @property {{ copy: number, text: string, clicks: boolean }} types
 * @property {{ number: number }} breathe
 * @property {{ number: number, url: string | null }} aside  null: at no server
 * @property {Record<string, never>} asideClosed
 * @property {KernelState} kernel
 *
 * @typedef {[text: string, top: number, bottom: number]} Place  of its first line, in pixels
 *
 * @typedef {{ do: "loaded", copy: number } | { do: "logged", copy: number, text: string }
 *   | { do: "connects", copy: number, count: number }
 *   | { do: "closes", copy: number, code: number | null } | { do: "asks", copy: number }
 *   | { do: "aside", number: number, text: string }
 *   | { do: "shows", copy: number, text: string, lines: string, fields: string, places: Place[] }
 *   | { do: "breathed", number: number }} Action
 */

const NOBODY_CAN_TYPE = "Error: there is no field to type into, or no button to click"; // a check looks for this
const NOTHING = JSON.stringify({ text: "", lines: "", fields: "", places: [] });
const FOR_TEXT = ["email", "password", "search", "tel", "text", "url", "textarea"]; // the types of fields
const LOOKED_AFTER = 100; // milliseconds: so often is looked at what the pages show
const BREATH = 1000; // milliseconds, when the machine has time for the page

/**
 * A page in a frame. It begins with where its server is, and with a console that is heard here; so is how many
 * WebSockets it makes, what it gives to `close()`, and that it asks whether it is open, which no server knows behind a
 * proxy of Jupyter's. Whatever names the page gives to its own things, these scripts keep theirs.
 *
 * @param {string} title
 * @param {string} url
 * @param {string} source
 */
function frameOf(title, url, source) {
  const frame = element("iframe", { title });
  const literal = JSON.stringify(url).replaceAll("<", "\\u003c");
  frame.srcdoc = `<!doctype html><meta charset="utf-8"><script>
window.url = ${literal};
{
  const { parent, console, Event, JSON, Number, Object, Reflect, String } = window;
  const text = value => {
    if (value instanceof Event) return value.constructor.name + " {type: " + value.type + "}";
    let said = "[object Object]";
    try { said = String(value); } catch {} // one with no prototype has none
    try { return said === "[object Object]" ? JSON.stringify(value) : said; } catch { return said; }
  };
  for (const level of ["log", "info", "debug", "warn", "error"]) {
    const write = console[level];
    console[level] = (...values) => {
      write(...values);
      parent.postMessage({ text: values.map(text).join(" ") }, "*");
    };
  }
  window.addEventListener("error", event => console.error(event.message));
  window.addEventListener("unhandledrejection", event => console.error("Uncaught (in promise)", event.reason));
  let count = 0;
  const construct = (...given) => {
    parent.postMessage({ connects: ++count }, "*");
    return Reflect.construct(...given);
  };
  WebSocket = new Proxy(WebSocket, { construct });
  const { close, addEventListener } = WebSocket.prototype;
  WebSocket.prototype.close = function (...given) {
    parent.postMessage({ closes: given[0] === undefined ? null : Number(given[0]) }, "*");
    return close.apply(this, given);
  };
  let hasAsked = false;
  const asks = () => {
    if (!hasAsked) parent.postMessage({ asks: true }, "*");
    hasAsked = true;
  };
  WebSocket.prototype.addEventListener = function (type, ...more) {
    if (type === "open") asks();
    return addEventListener.call(this, type, ...more);
  };
  for (const [name, way] of [["onopen", "set"], ["readyState", "get"]]) {
    const property = Object.getOwnPropertyDescriptor(WebSocket.prototype, name);
    const asked = function (...given) {
      asks();
      return property[way].apply(this, given);
    };
    Object.defineProperty(WebSocket.prototype, name, { ...property, [way]: asked });
  }
}
</script>
${source}`;
  return frame;
}

/** The frames, one for each copy of the page, and what they wrote into their consoles. */
class Pages {
  #lines = element("pre", { "aria-label": say.console, role: "log", tabindex: "0" });
  #session;
  /** @type {HTMLIFrameElement[]} */
  #frames = [];
  /** @type {{ frame: HTMLIFrameElement, number: number } | undefined} */
  #aside;
  #source = "";
  /** @type {string[]} */
  #seen = [];
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #looking;
  #hears = (/** @type {MessageEvent} */ event) => this.#hear(event);
  root = element("div", { class: "pages" });

  /** @param {Session<Events, Action>} session */
  constructor(session) {
    this.#session = session;
    window.addEventListener("message", this.#hears);
  }

  /** @param {Events["page"]} page */
  async open({ url, source, copies }) {
    this.#source = source;
    this.#looking ??= setInterval(() => this.#look(), LOOKED_AFTER); // not before: a recorded page has no frames
    const used = await reachable(addresses(url));
    this.#frames = Array.from({ length: copies }, (_, copy) => {
      const frame = frameOf(say.page(copy + 1), used, source);
      frame.addEventListener("load", () => this.#session.send?.({ do: "loaded", copy }));
      return frame;
    });
    this.root.replaceChildren(...this.#frames);
    this.root.after(this.#lines);
  }

  /**
   * Open the page once more, out of sight, at another server or at none; the one before it goes.
   *
   * @param {Events["aside"]} where
   */
  async openAside({ number, url }) {
    const used = url === null ? nowhere() : await reachable(addresses(url));
    this.#aside?.frame.remove();
    const frame = frameOf(say.source, used, this.#source);
    frame.hidden = true;
    this.#aside = { frame, number };
    this.root.after(frame);
  }

  closeAside() {
    this.#aside?.frame.remove();
    this.#aside = undefined;
  }

  /**
   * Do what a person does: write into a page's first field for text, of which the page is told, and click its first
   * button, or not yet. A page without them is told of in its console.
   *
   * @param {Events["types"]} typed
   */
  type({ copy, text, clicks }) {
    const page = this.#frames[copy]?.contentDocument;
    const field = fieldsOf(page?.body).find(({ type }) => FOR_TEXT.includes(type));
    const button = page?.querySelector("button");
    if (!(field && button)) return this.#log(copy, NOBODY_CAN_TYPE);
    field.value = text;
    for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
    if (clicks) button.click();
  }

  end() {
    clearInterval(this.#looking);
    window.removeEventListener("message", this.#hears);
  }

  /** @param {MessageEvent} event */
  #hear({ source, data }) {
    const copy = this.#frames.findIndex(frame => frame.contentWindow === source);
    if (copy >= 0 && data?.connects) this.#session.send?.({ do: "connects", copy, count: data.connects });
    if (copy >= 0 && data?.asks) this.#session.send?.({ do: "asks", copy });
    if (copy >= 0 && data?.closes !== undefined) this.#session.send?.({ do: "closes", copy, code: data.closes });
    if (typeof data?.text !== "string") return;
    if (copy >= 0) return this.#log(copy, data.text);
    if (!this.#aside || source !== this.#aside.frame.contentWindow) return;
    this.#session.send?.({ do: "aside", number: this.#aside.number, text: data.text });
  }

  /**
   * @param {number} copy
   * @param {string} text
   */
  #log(copy, text) {
    this.#lines.append(`${text}\n`);
    this.#session.send?.({ do: "logged", copy, text });
  }

  #look() {
    for (const [copy, frame] of this.#frames.entries()) {
      const body = frame.contentDocument?.body;
      // biome-ignore lint/performance/useDomNodeTextContent: only the layout knows what stands in one line
      const shows = { text: shown(body), lines: body?.innerText ?? "", fields: written(body), places: placed(body) };
      const seen = JSON.stringify(shows);
      if (seen === (this.#seen[copy] ?? NOTHING)) continue;
      this.#seen[copy] = seen;
      this.#session.send?.({ do: "shows", copy, ...shows });
    }
  }
}

/**
 * What a page shows, without its scripts and styles, and what is in its fields. It is not copied for that: a copy of an
 * image asks for it again, and its `onerror` would run at each look.
 *
 * @param {HTMLElement | null | undefined} body
 */
function shown(body) {
  return Array.from(textsIn(body), node => node.nodeValue)
    .join("")
    .trim();
}

/**
 * Where its texts stand; those that are not drawn stand nowhere.
 *
 * @param {HTMLElement | null | undefined} body
 * @returns {Place[]}
 */
function placed(body) {
  const range = document.createRange();
  return Array.from(textsIn(body)).flatMap(node => {
    range.selectNodeContents(node);
    const [first] = range.getClientRects();
    return first?.height ? [[node.nodeValue ?? "", Math.round(first.top), Math.round(first.bottom)]] : [];
  });
}

/** @param {HTMLElement | null | undefined} body */
function* textsIn(body) {
  if (!body) return;
  const texts = document.createNodeIterator(body, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    if (!node.parentElement?.closest("script, style, textarea")) yield node;
  }
}

/**
 * @param {HTMLElement | null | undefined} body
 * @returns {(HTMLInputElement | HTMLTextAreaElement)[]}
 */
const fieldsOf = body => Array.from(body?.querySelectorAll("input, textarea") ?? []);

/**
 * What is in the fields of a page.
 *
 * @param {HTMLElement | null | undefined} body
 */
function written(body) {
  return fieldsOf(body)
    .map(({ value }) => value)
    .join("\n");
}

/**
 * Return the first address that leads to the server: a page elsewhere (behind a tunnel, say) does not get to the first.
 *
 * @param {string[]} urls  one or two
 */
async function reachable([url = "", elsewhere]) {
  if (!elsewhere) return url;
  try {
    await fetch(url.replace(/^ws/u, "http"), { mode: "no-cors" }); // any answer will do, and none can be read
    return url;
  } catch {
    return elsewhere;
  }
}

/** Return an address at which nobody takes a connection, wherever this page came from. */
function nowhere() {
  if (!location.protocol.startsWith("http")) return "ws://127.0.0.1:9/"; // to which no browser connects
  return new URL("no-server-here", document.baseURI).href.replace(/^http/u, "ws");
}

/**
 * A page where there is no server for it: what it is made of.
 *
 * @param {Events["page"]} page
 */
const sourceOf = ({ source }) =>
  element("pre", { text: source, tabindex: "0", role: "region", "aria-label": say.source });

/**
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const note = element("span", { class: "note", role: "status" });
  const pages = new Pages(session);
  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-page" },
      element("div", { class: "strip" }, element("strong", { text: say.source }), note),
      pages.root,
    ),
  );
  listen(session, {
    page(page) {
      if (page.nowhere) note.textContent = page.nowhere;
      if (session.send && !page.nowhere) pages.open(page);
      else pages.root.replaceChildren(sourceOf(page));
    },
    types: typed => pages.type(typed),
    aside: where => pages.openAside(where),
    asideClosed: () => pages.closeAside(),
    breathe: ({ number }) => setTimeout(() => session.send?.({ do: "breathed", number }), BREATH),
    kernel({ state }) {
      if (state === "gone") note.textContent = say.gone;
    },
  });
  return () => pages.end();
}

export default liveWidget(mount);
