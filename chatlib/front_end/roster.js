// Who is in a room, and what we are called there, as one person sees it.
//
// Pure, like client_transcript.js, which stands on it; a name that was only asked for is in outbox.js.

import { FrameType } from "./server_frame.js";

/** @import { CameOrWent, Renamed, Welcome } from "./server_frame.js" */

/** The names in a room, one's own among them. */
export class Roster {
  /** @type {string[]} */
  #people = [];
  #given;
  /** What the room calls us; "" also between our own LEAVE and our own ENTER. */
  #name = "";
  /** The name and the time of the last welcome. */
  #welcomed = { user: "", time: "" };

  /** @param {string} given the name that we came with */
  constructor(given) {
    this.#given = given;
  }

  get people() {
    return this.#people;
  }

  get name() {
    return this.#name;
  }

  /** The name of the last welcome or rename; before that the one that we came with. */
  get given() {
    return this.#given;
  }

  /**
   * Take in a welcome.
   *
   * @param {Welcome} welcome
   * @param {{ isWhole: boolean }} how whether it says who is here; else what follows leads from what we know to what
   *   is now: told twice, a rename would hit the wrong one
   */
  welcome({ user, users, time }, { isWhole }) {
    this.#given = user;
    this.#welcomed = { user, time };
    if (!isWhole) return;
    this.#name = user;
    this.#people = users;
  }

  /**
   * Take in who came, went, or is called otherwise.
   *
   * @param {CameOrWent | Renamed} frame
   * @returns {boolean} whether other names are here now
   */
  takeIn(frame) {
    const before = JSON.stringify(this.#people);
    const { user } = frame;
    switch (frame.type) {
      case FrameType.ENTER:
        if (!this.#people.includes(user)) this.#people = [...this.#people, user];
        this.#takeName(frame);
        break;
      case FrameType.LEAVE:
        this.#people = this.#people.filter(name => name !== user);
        if (user === this.#name) this.#name = ""; // our seat was given up while we were away: our own ENTER follows
        break;
      case FrameType.RENAME:
        this.#people = [...new Set(this.#people.map(name => (name === frame.old ? user : name)))];
        if (frame.old === this.#name) this.#name = this.#given = user;
        this.#takeName(frame);
        break;
    }
    return JSON.stringify(this.#people) !== before;
  }

  /**
   * Take a name that somebody got, if it is ours: whoever got it last up to our welcome is who was welcomed. Our own
   * ENTER may be of a connection before this one, whose welcome did not reach us.
   *
   * @param {CameOrWent | Renamed} frame
   */
  #takeName({ user, time }) {
    if (user === this.#welcomed.user && time <= this.#welcomed.time) this.#name = this.#given = user;
  }
}
