// The first screen: which notebook is opened, and whether this browser can run it at all.

const NOTEBOOK = /^(?<number>\d\d[ab]?)_(?<words>\w+)\.ipynb$/u;

const way = /** @type {HTMLAnchorElement} */ (document.querySelector("#open"));
const refusal = /** @type {HTMLElement} */ (document.querySelector("#refusal"));

/** Plain calls of Python wait for the browser's promises: that takes JSPI. */
const canWait = "Suspending" in WebAssembly;

const path = new URLSearchParams(location.search).get("path") ?? "";
const { number, words } = NOTEBOOK.exec(path)?.groups ?? {};
if (number && words) {
  way.href = `lab/index.html?workspace=${number}&path=${path}`; // else what was open last time would be in front
  way.textContent = `Open ${number} ${words[0]?.toUpperCase()}${words.slice(1).replaceAll("_", " ")}`;
}

if (!isSecureContext) {
  refusal.textContent =
    "This page is not secure, so the browser has no locks and no files for the course. Open it by https, or at localhost.";
}
if (!(canWait && isSecureContext)) {
  refusal.hidden = false;
  document.querySelector("nav")?.remove();
}

export {}; // a module: no name of it is the page's
