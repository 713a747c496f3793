// How a recorded session is played in a page that has no kernel, each instrument at its own speed.

import { element } from "./dom.js";
import { checkRecording, lost, playRecording } from "./player.js";

/**
 * @import { Pace } from "./reel.js"
 * @import { Mount, Recording } from "./player.js"
 */

/**
 * How each is played. What has no pace is mounted as it is: the theatre and the chaos board have a player of their own,
 * a question is answered anew, and a page of the learner's own is its source. `isHandled`: a person can do something
 * with it where there is a kernel.
 *
 * @typedef {{ pace?: Pace, isHandled?: boolean }} Manner
 *
 * @type {Record<string, Manner>}
 */
const MANNERS = {
  attacker_console: { pace: { least: 400, most: 2500 }, isHandled: true },
  browser_page: {},
  buffer_gauges: { pace: { least: 50, most: 1000 }, isHandled: true },
  chaos_board: {},
  chat_panel: { pace: { least: 200, most: 1500 }, isHandled: true },
  event_log: { pace: { least: 300, most: 1500 } },
  loop_pulse: { pace: { least: 0, most: 5000 }, isHandled: true },
  prediction: {},
  quiz: {},
  room_map: { pace: { least: 100, most: 2000 }, isHandled: true },
  state_theatre: {},
  transport_race: { pace: { least: 0, most: 1000 }, isHandled: true },
  wire_view: { pace: { least: 400, most: 1500 } },
};

/**
 * Show a recorded session in an element. Where it cannot, it raises an error, and the element stays as it was.
 *
 * @param {Record<string, Mount>} mounts how the instruments are mounted that this page has
 * @param {HTMLElement} el
 * @param {Recording} recording
 * @param {{ whenSeen?: boolean }} [options] `whenSeen`: what can be played plays by itself once it is in view
 */
export function playWith(mounts, el, recording, { whenSeen = false } = {}) {
  checkRecording(recording);
  const { widget } = recording;
  const [mount, manner] = [mounts[widget], MANNERS[widget]];
  if (!mount || !manner) {
    const known = Object.keys(mounts).join(", ");
    throw new RangeError(`expected a recording of one of ${known}, got one of ${widget}`);
  }
  const before = [...el.childNodes];
  try {
    return mounted(el, recording, { mount, ...manner }, whenSeen);
  } catch (error) {
    el.replaceChildren(...before);
    throw error;
  }
}

/**
 * @param {HTMLElement} el
 * @param {Recording} recording
 * @param {Manner & { mount: Mount }} instrument
 * @param {boolean} whenSeen
 */
function mounted(el, recording, { mount, pace, isHandled }, whenSeen) {
  if (pace) {
    const player = playRecording(el, recording, mount, { pace, whenSeen });
    if (isHandled) player.needsKernel();
    return () => player.end();
  }
  const place = element("div");
  el.replaceChildren(place); // before it is told anything: what is in no page does not scroll
  const end = mount(place, {
    on: listener => recording.events.forEach(listener),
    send: null,
    dropped: lost(recording),
    whenSeen,
  });
  return () => end?.();
}
