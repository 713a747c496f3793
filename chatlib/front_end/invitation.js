// How others come into the room: its address, and a QR code of it for who has a camera. Both are made here; no request
// tells anybody where a class meets. Where an address leads nowhere, it says so and shows what to do instead.

import { element, svg } from "./dom.js";
import { qrCode } from "./qr_code.js";
import { words } from "./words.js";

/**
 * @import { Drawer } from "./drawer.js"
 *
 * Whom an address reaches: everybody who can reach its host, those in the same network, those who may use this Jupyter
 * server, or this computer alone.
 *
 * @typedef {"all" | "network" | "jupyter" | "computer"} Reach
 */

const say = words({
  en: {
    invite: "Invite",
    title: "Invite others",
    code: (/** @type {string} */ url) => `QR code of ${url}`,
    scan: "Scan the code with a phone, or type the address.",
    large: "Large, for a projector",
    close: "Close",
    passcode: "The passcode is in the code and in the address: whoever sees one of them can come in.",
    reach: {
      all: "",
      network: "This is an address of your local network: a phone has to be in the same one.",
      jupyter:
        "This address leads through your Jupyter server: it opens only for somebody who is logged in there as you.",
      computer:
        "This address leads to this computer only; on a phone it is the phone itself. So there is no code for it.",
    },
    instead: "For all, run this in a terminal on a computer that they can reach; it prints the address:",
    inNotebook: "Then set CHATLIB_URL to what it prints, restart the kernel, and run the panel's cell again.",
    onPage: "Then open the page at what it prints, with http in the place of ws: there, this button shows the code.",
    nowhere: "No browser gets to this server: it runs in a browser tab, or its port is another user's.",
    tooLong: "This address is too long for a code.",
  },
  zh: {
    invite: "邀请",
    title: "邀请别人",
    code: url => `${url} 的二维码`,
    scan: "用手机扫描二维码，或输入地址。",
    large: "放大，用于投影",
    close: "关闭",
    passcode: "二维码和地址里含有口令：谁看到其中之一，谁就能进来。",
    reach: {
      all: "",
      network: "这是你本地网络里的地址：手机必须在同一个网络中。",
      jupyter: "这个地址经过你的 Jupyter 服务器：只有以你的身份登录的人才能打开。",
      computer: "这个地址只通向这台电脑；在手机上，它指的是手机自己。所以没有它的二维码。",
    },
    instead: "要让大家都能进来，在一台大家能连到的电脑的终端里运行下面的命令；它会输出地址：",
    inNotebook: "然后把 CHATLIB_URL 设为它输出的地址，重启内核，再运行面板的单元格。",
    onPage: "然后打开它输出的地址，把 ws 换成 http：在那里，这个按钮会显示二维码。",
    nowhere: "浏览器到不了这个服务器：它在浏览器标签页里运行，或者它的端口属于另一个用户。",
    tooLong: "这个地址太长，放不进二维码。",
  },
});

const COMMAND = "python -m chatlib serve --host 0.0.0.0";
const QUIET = 4; // modules around a code, which a camera needs to find it
const PIXELS = 4; // for each module, whole ones: else some would be wider than others
const LOOPBACK = /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\]|0\.0\.0\.0|\[::\])$/u;
const NETWORK_NAME = /^([^.[\]]+|.+\.local)$/u;
const NETWORK_NUMBER =
  /^(10(\.\d+){3}|192\.168(\.\d+){2}|172\.(1[6-9]|2\d|3[01])(\.\d+){2}|169\.254(\.\d+){2}|\[f[cde].*\])$/u;
const THROUGH_JUPYTER = /\/proxy\/(absolute\/)?[^/]*\d+\//u;

/**
 * Whom an address reaches.
 *
 * @param {URL} url
 * @returns {Reach}
 */
export function reachOf({ hostname, pathname }) {
  if (LOOPBACK.test(hostname)) return "computer";
  if (THROUGH_JUPYTER.test(pathname)) return "jupyter";
  return NETWORK_NAME.test(hostname) || NETWORK_NUMBER.test(hostname) ? "network" : "all";
}

/** A button, and what it opens in the drawer. */
export class Invitation {
  #drawer;
  #ask;
  #hasKernel;
  button = element("button", { type: "button", class: "invite", text: say.invite, onclick: () => this.#open() });

  /**
   * @param {Drawer} drawer
   * @param {{ ask: () => Promise<unknown>, hasKernel: boolean }} options
   */
  constructor(drawer, { ask, hasKernel }) {
    this.#drawer = drawer;
    this.#ask = ask;
    this.#hasKernel = hasKernel;
  }

  async #open() {
    const body = element("div", { class: "chatlib-invitation" });
    this.#drawer.open([say.title], body);
    this.#drawer.focus(this.button);
    const address = await this.#ask();
    body.replaceChildren(
      ...(typeof address === "string" ? this.#draw(new URL(address, location.href)) : [say.nowhere]),
    );
  }

  /** @param {URL} url */
  #draw(url) {
    const reach = reachOf(url);
    const address = element("code", { class: "address", dir: "ltr", text: url.href });
    const warnings = [say.reach[reach], url.searchParams.has("passcode") ? say.passcode : ""].filter(Boolean);
    const notes = warnings.map(text => element("p", { class: "note-of-reach", text }));
    const instead =
      reach === "computer" || reach === "jupyter"
        ? [
            element("p", { text: say.instead }),
            element("code", { class: "address", dir: "ltr", text: COMMAND }),
            element("p", { text: this.#hasKernel ? say.inNotebook : say.onPage }),
          ]
        : [];
    const code = reach === "computer" ? null : drawCode(url.href);
    const large = element("button", { type: "button", text: say.large, onclick: () => this.#enlarge(url.href) });
    const hint = reach === "computer" ? [] : [element("p", { text: code ? say.scan : say.tooLong })];
    const way = [address, code ? large : "", ...hint, ...notes, ...instead];
    return [code ?? "", element("div", { class: "way-in" }, ...way)];
  }

  /**
   * Fill the window with it; Escape closes it.
   *
   * @param {string} address
   */
  #enlarge(address) {
    const code = drawCode(address);
    if (!code) return;
    const dialog = element(
      "dialog",
      { class: "large-code", "aria-label": say.code(address), onclose: () => dialog.remove() },
      code,
      element("code", { class: "address", dir: "ltr", text: address }),
      element("button", { type: "button", text: say.close, onclick: () => dialog.close() }),
    );
    dialog.addEventListener("keydown", event => event.stopPropagation()); // the drawer behind it stays open
    this.button.closest(".chatlib")?.append(dialog);
    dialog.showModal();
  }
}

/**
 * A QR code, dark on light in every theme; null if it holds no text of that length.
 *
 * @param {string} text
 */
function drawCode(text) {
  const code = modules(text);
  if (!code) return null;
  const size = code.length + 2 * QUIET;
  const path = code.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : "")));
  const drawn = svg("svg", {
    class: "code",
    width: size * PIXELS,
    viewBox: `0 0 ${size} ${size}`,
    role: "img",
    "aria-label": say.code(text),
    "shape-rendering": "crispEdges",
  });
  drawn.append(
    svg("rect", { width: size, height: size, fill: "#fff" }),
    svg("path", { d: path.join(""), fill: "#000" }),
  );
  return drawn;
}

/** @param {string} text */
function modules(text) {
  try {
    return qrCode(text);
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
