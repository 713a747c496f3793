// The reading site: where a page has the picture of an instrument, and its recorded session within it, the instrument
// takes the picture's place when a reader comes near, and plays when it is in view.

import { play } from "./instruments.js";

const NEAR = { rootMargin: "800px 0px" }; // so that what it moves is not in view yet

/**
 * Play the session that an element holds; where that cannot be, its picture stays, and the console says why.
 *
 * @param {HTMLElement} place
 */
function enliven(place) {
  try {
    play(place, JSON.parse(place.querySelector("script")?.textContent ?? ""), { whenSeen: true });
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
