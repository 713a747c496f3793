// A transcript that follows a script: see tests/core/transcripts/README.md. Its twin is performance.py.

import assert from "node:assert/strict";

import { Transcript } from "../../chatlib/front_end/client_transcript.js";
import { readFrame } from "../../chatlib/front_end/server_frame.js";

const TOO_BIG = 1009;

/** What a transcript told, and what went out, since that was last looked at. */
export class Performance {
  told = [];
  sent = [];
  #transcript;

  constructor(kept) {
    this.#transcript = new Transcript("lobby", { kept });
  }

  step(step) {
    const [[deed, argument]] = Object.entries(step);
    this.#do(deed, argument);
    for (let frame = this.#transcript.take(); frame; frame = this.#transcript.take()) this.sent.push(frame);
  }

  #do(deed, argument) {
    const transcript = this.#transcript;
    switch (deed) {
      case "connected":
        return undefined; // nothing counts on it before its welcome
      case "lost":
        return this.#tell(transcript.lost({ tooBig: argument === TOO_BIG }));
      case "frame":
        return this.#receive(JSON.stringify(argument));
      case "text":
        return this.#receive(argument);
      case "say":
        return this.#tell(transcript.say(argument.id, argument.msg, argument.time));
      case "resend":
      case "discard":
      case "rename":
        return this.#tell(transcript[deed](argument));
      case "told":
      case "sent":
        assert.deepEqual(this[deed], argument);
        this[deed] = [];
        return undefined;
      case "since":
        return assert.equal(transcript.since, argument);
      default:
        throw new Error(`no step of a script: ${deed}`);
    }
  }

  #receive(text) {
    let frame;
    try {
      frame = readFrame(text);
    } catch {} // it is none
    if (frame) this.#tell(this.#transcript.receive(frame));
  }

  #tell(updates) {
    // As JSON: what is told now must not change with what comes later.
    this.told.push(...JSON.parse(JSON.stringify(updates)));
  }
}
