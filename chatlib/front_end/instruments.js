// Every instrument, for a page that has a recording and no kernel: all that it needs is
//
//   import { play } from "./instruments.js";
//   play(element, recording);

import { mount as attackerConsole } from "./attacker_console.js";
import { mount as browserPage } from "./browser_page.js";
import { mount as bufferGauges } from "./buffer_gauges.js";
import { mount as chaosBoard } from "./chaos_board.js";
import { mount as chatPanel } from "./chat_panel.js";
import { mount as eventLog } from "./event_log.js";
import { mount as loopPulse } from "./loop_pulse.js";
import { playWith } from "./playing.js";
import { mount as prediction } from "./prediction.js";
import { mount as quiz } from "./quiz.js";
import { mount as roomMap } from "./room_map.js";
import { mount as stateTheatre } from "./state_theatre.js";
import { mount as transportRace } from "./transport_race.js";
import { mount as wireView } from "./wire_view.js";

/** @import { Mount, Recording } from "./player.js" */

/** @type {Record<string, Mount>} */
const MOUNTS = {
  attacker_console: attackerConsole,
  browser_page: browserPage,
  buffer_gauges: bufferGauges,
  chaos_board: chaosBoard,
  chat_panel: chatPanel,
  event_log: eventLog,
  loop_pulse: loopPulse,
  prediction: prediction,
  quiz: quiz,
  room_map: roomMap,
  state_theatre: stateTheatre,
  transport_race: transportRace,
  wire_view: wireView,
};

/**
 * Show a recorded session in an element, see `playWith`.
 *
 * @param {HTMLElement} el
 * @param {Recording} recording
 * @param {{ whenSeen?: boolean }} [options]
 */
export const play = (el, recording, options) => playWith(MOUNTS, el, recording, options);
