// The reading site: where a page has the picture of an instrument, and its recorded session within it, the instrument
// takes the picture's place when a reader comes near, and plays when it is in view.

import { playWith } from "./playing.js";
import { mount as prediction } from "./prediction.js";
import { mount as quiz } from "./quiz.js";

/** @import { Mount } from "./player.js" */

const NEAR = { rootMargin: "800px 0px" }; // so that what it moves is not in view yet

/** @type {any} */
const page = globalThis;

/**
 * The instruments that are here: questions, which all pages have, and those whose script has come.
 *
 * @returns {Record<string, Mount>}
 */
const mounts = () => ({ prediction, quiz, ...page.chatlibWidgets });

/** @type {Map<string, Promise<unknown>>} */
const coming = new Map();

/**
 * Have the script of an instrument come, if the page names one for later: of most, nobody has to wait for it.
 *
 * @param {string} widget
 */
function come(widget) {
  const later = document.querySelector(`script[type="text/later"][src*="/${widget}.js"]`);
  if (!(later instanceof HTMLScriptElement)) return undefined;
  const known = coming.get(widget) ?? load(later.src);
  coming.set(widget, known);
  return known;
}

/** @param {string} src */
const load = src =>
  new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.addEventListener("load", resolve);
    script.addEventListener("error", () => reject(new Error(`${src} did not come`)));
    script.src = src;
    document.head.append(script);
  });

/**
 * Play the session that an element holds; where that cannot be, its picture stays, and the console says why.
 *
 * @param {HTMLElement} place
 */
async function enliven(place) {
  try {
    const recording = JSON.parse(place.querySelector("script")?.textContent ?? "");
    await come(recording.widget);
    playWith(mounts(), place, recording, { whenSeen: true });
  } catch (error) {
    // biome-ignore lint/suspicious/noConsole: nobody else hears of it, and the page is whole without
    console.warn(`This recording is not played, its picture stays: ${error}`);
  }
}

/** Make the page alive, each instrument when it is needed. */
export function begin() {
  const lookout = new IntersectionObserver(entries => {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      lookout.unobserve(target);
      enliven(/** @type {HTMLElement} */ (target));
    }
  }, NEAR);
  for (const place of document.querySelectorAll(".recorded")) lookout.observe(place);
}
