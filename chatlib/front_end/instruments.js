// Every instrument, for a page that has a recording and no kernel: all that it needs is
//
//   import { play } from "./instruments.js";
//   play(element, recording);

import { mount as attackerConsole } from "./attacker_console.js";
import { mount as browserPage } from "./browser_page.js";
import { mount as bufferGauges } from "./buffer_gauges.js";
import { mount as chaosBoard } from "./chaos_board.js";
import { mount as chatPanel } from "./chat_panel.js";
import { element } from "./dom.js";
import { mount as eventLog } from "./event_log.js";
import { mount as loopPulse } from "./loop_pulse.js";
import { checkRecording, lost, playRecording } from "./player.js";
import { mount as prediction } from "./prediction.js";
import { mount as quiz } from "./quiz.js";
import { mount as roomMap } from "./room_map.js";
import { mount as stateTheatre } from "./state_theatre.js";
import { mount as transportRace } from "./transport_race.js";
import { mount as wireView } from "./wire_view.js";

/**
 * @import { Pace } from "./reel.js"
 * @import { Mount, Recording } from "./player.js"
 */

/**
 * How each is mounted, and its own speed. What has none is mounted as it is: the theatre and the chaos board have
 * a player of their own, a question is answered anew, and a page of the learner's own is its source. `isHandled`: a
 * person can do something with it where there is a kernel.
 *
 * @typedef {{ mount: Mount, pace?: Pace, isHandled?: boolean }} Instrument
 *
 * @type {Record<string, Instrument>}
 */
const INSTRUMENTS = {
  attacker_console: { mount: attackerConsole, pace: { least: 400, most: 2500 }, isHandled: true },
  browser_page: { mount: browserPage },
  buffer_gauges: { mount: bufferGauges, pace: { least: 50, most: 1000 }, isHandled: true },
  chaos_board: { mount: chaosBoard },
  chat_panel: { mount: chatPanel, pace: { least: 200, most: 1500 }, isHandled: true },
  event_log: { mount: eventLog, pace: { least: 300, most: 1500 } },
  loop_pulse: { mount: loopPulse, pace: { least: 0, most: 5000 }, isHandled: true },
  prediction: { mount: prediction },
  quiz: { mount: quiz },
  room_map: { mount: roomMap, pace: { least: 100, most: 2000 }, isHandled: true },
  state_theatre: { mount: stateTheatre },
  transport_race: { mount: transportRace, pace: { least: 0, most: 1000 }, isHandled: true },
  wire_view: { mount: wireView, pace: { least: 400, most: 1500 } },
};

/**
 * Show a recorded session in an element. Where it cannot, it raises an error, and the element stays as it was.
 *
 * @param {HTMLElement} el
 * @param {Recording} recording
 * @param {{ whenSeen?: boolean }} [options] `whenSeen`: what can be played plays by itself once it is in view
 */
export function play(el, recording, { whenSeen = false } = {}) {
  checkRecording(recording);
  const instrument = INSTRUMENTS[recording.widget];
  if (!instrument) {
    const known = Object.keys(INSTRUMENTS).join(", ");
    throw new RangeError(`expected a recording of one of ${known}, got one of ${recording.widget}`);
  }
  const before = [...el.childNodes];
  try {
    return mounted(el, recording, instrument, whenSeen);
  } catch (error) {
    el.replaceChildren(...before);
    throw error;
  }
}

/**
 * @param {HTMLElement} el
 * @param {Recording} recording
 * @param {Instrument} instrument
 * @param {boolean} whenSeen
 */
function mounted(el, recording, { mount, pace, isHandled }, whenSeen) {
  if (pace) {
    const player = playRecording(el, recording, mount, pace);
    if (isHandled) player.needsKernel();
    if (whenSeen) player.playWhenSeen();
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
