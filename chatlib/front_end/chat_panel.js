// The chat panel, in a notebook and on the chat page: the room, its connection and its people around the transcript.
//
// Everything that a peer sent reaches the page through textContent alone.

import { say } from "./chat_words.js";
import { COMMANDS } from "./command_menu.js";
import { Composer } from "./composer.js";
import { ConnectionLine } from "./connection_line.js";
import { element } from "./dom.js";
import { DrawPace } from "./draw_pace.js";
import { Drawer } from "./drawer.js";
import { EmptyRoom } from "./empty_room.js";
import { Invitation } from "./invitation.js";
import { pieces } from "./message_text.js";
import { MessageTools } from "./message_tools.js";
import { namePrompt } from "./name_prompt.js";
import { PeopleList } from "./people.js";
import { randomId } from "./random_id.js";
import { liveWidget } from "./session.js";
import { TranscriptView } from "./transcript.js";
import { inPageLanguage } from "./words.js";
import { XRay } from "./x_ray.js";

/**
 * @import { Connection } from "./connection_line.js"
 * @import { Journey } from "./journey.js"
 * @import { Message } from "./message.js"
 * @import { Piece } from "./message_text.js"
 * @import { Notice } from "./notes.js"
 * @import { KernelState, Session, Told } from "./session.js"
 *
 * What the panel is told, by a kernel (chat_panel.py) or by the page's own client (chat_client.js).
 *
 * @typedef {{ room: string, name: string, url?: string, limits: { message_bytes: number } | null }} Room
 * @typedef {object} ChatEvents
 * @property {Room} room
 * @property {Connection} connection
 * @property {{ names: string[] }} people
 * @property {Message} message
 * @property {Notice} notice
 * @property {{ key: string, missed: number | null, time: string }} gap
 * @property {{ count: number, keys: string[] }} dropped
 * @property {{ count: number }} earlier
 * @property {{ id: string }} discarded
 * @property {{ user: string }} typing
 * @property {{ code: string, msg: string, retry_after: number | null }} refused
 * @property {Journey} trace
 * @property {{}} nameless
 * @property {KernelState} kernel
 *
 * @typedef {{ do: "say", id: string, msg: string } | { do: "resend", id: string } | { do: "rename", name: string }
 *   | { do: "typing" } | { do: "x_ray", id: string } | { do: "tracing", on: boolean } | { do: "invite" }
 *   | { do: "discard" | "edit", id: string } | { do: "reconnect" }} ChatAction
 * @typedef {Session<ChatEvents, ChatAction>} ChatSession
 *
 * Where the panel is: with a kernel behind it, which may be busy or gone; in a document that has or has not another
 * heading; and what stands beside that.
 *
 * @typedef {{ hasKernel?: boolean, heading?: "strong" | "h1", beside?: HTMLElement }} Options
 */

const WAITED = 5; // seconds that a refusal is shown, if it does not say how long to wait

/**
 * @param {HTMLElement} el
 * @param {ChatSession} session
 * @param {Options} [options]
 */
export function mount(el, session, options = {}) {
  const panel = new Panel(session, options);
  el.replaceChildren(panel.root);
  return () => panel.end();
}

/**
 * What helps a message that failed; each goes on in the field.
 *
 * @param {(action: ChatAction) => Promise<unknown>} send
 * @param {() => Composer} composer
 */
function remedies(send, composer) {
  const act = (/** @type {"resend" | "edit" | "discard"} */ deed) => async (/** @type {string} */ id) => {
    composer().focus();
    const text = await send({ do: deed, id });
    if (typeof text === "string") composer().put(text);
  };
  return { retry: act("resend"), edit: act("edit"), discard: act("discard") };
}

class Panel {
  #session;
  #hasKernel;
  /** @type {Room} */
  #room = { room: "", name: "", limits: null };
  /** @type {string[]} */
  #names = [];
  /** @type {DrawPace<Told<ChatEvents>>} */
  #pace = new DrawPace(events => this.#draw(events));
  #isComplete;
  #hasNewPeople = false;

  #title;
  #connection;
  /** @type {HTMLElement | undefined} */
  #namePrompt;
  #people = new PeopleList();
  #transcript;
  #tools;
  #drawer = new Drawer(() => this.#takeFocus());
  #xRay;
  #invitation;
  #empty;
  #composer;
  root;

  /**
   * @param {ChatSession} session
   * @param {Options} options
   */
  constructor(session, { hasKernel = true, heading = "strong", beside }) {
    const isRecorded = !session.send;
    this.#session = session;
    this.#hasKernel = hasKernel;
    this.#isComplete = isRecorded;
    this.#connection = new ConnectionLine(isRecorded ? null : () => this.#send({ do: "reconnect" }));
    const act = (/** @type {ChatAction} */ action) => this.#send(action);
    this.#transcript = new TranscriptView(isRecorded ? null : remedies(act, () => this.#composer));
    this.#xRay = new XRay(this.#drawer, { ask: isRecorded ? null : act, hasKernel });
    const invited = { ask: () => act({ do: "invite" }), hasKernel };
    this.#invitation = isRecorded ? null : new Invitation(this.#drawer, invited);
    const toField = () => this.#composer.focus();
    this.#tools = new MessageTools(this.#transcript.log, {
      xRay: entry => this.#xRay.open(subjectOf(entry), entry),
      hasXRay: entry => this.#xRay.knows(entry.dataset.id ?? ""),
      toField,
    });
    this.#empty = new EmptyRoom(hasKernel);
    this.#composer = new Composer(
      {
        speak: msg => this.#speak(msg),
        rename: name => this.#rename(name),
        typing: () => this.#send({ do: "typing" }),
        bytes: () => this.#xRayLast(),
        help: () => this.#help(),
      },
      { hint: say.hint, readOnly: isRecorded },
    );
    const { pill } = this.#transcript.reading;
    pill.addEventListener("click", () => {
      this.#transcript.reading.toEnd();
      toField();
    });
    this.#title = element(heading, { class: "title" });
    this.root = this.#build(pill, [beside ?? "", this.#invitation?.button ?? ""]);
    session.on(event => this.#pace.add(inPageLanguage(event)));
  }

  /**
   * @param {HTMLElement} pill
   * @param {(HTMLElement | string)[]} beside
   */
  #build(pill, beside) {
    return element(
      "div",
      {
        class: "chatlib chatlib-chat mathjax_ignore tex2jax_ignore",
        role: "group",
        tabindex: "-1", // a click beside everything else is still in the panel
        onkeydown: key => this.#typed(key),
      },
      element("div", { class: "top" }, this.#title, this.#connection.root, ...beside),
      element(
        "div",
        { class: "middle" },
        element(
          "div",
          { class: "paper" },
          this.#empty.root,
          this.#transcript.log,
          this.#connection.bar,
          this.#tools.root,
          pill,
        ),
        this.#people.root,
        this.#drawer.root,
      ),
      this.#composer.root,
    );
  }

  end() {
    this.#pace.end();
    this.#connection.end();
    this.#transcript.end();
    this.#composer.end();
  }

  // What the session tells.

  /** @param {Told<ChatEvents>[]} events */
  #draw(events) {
    const focused = this.root.contains(document.activeElement) ? document.activeElement : null;
    const room = events.findLast(({ kind }) => kind === "room");
    if (room?.kind === "room") this.#transcript.readBy(room.data.name);
    for (const event of events) {
      try {
        this.#show(event);
      } catch (error) {
        reportError(error); // one that nobody can draw takes none of the others along
      }
    }
    if (this.#hasNewPeople) this.#people.show(this.#names, this.#room.name);
    this.#hasNewPeople = false;
    if (this.#isComplete && !this.#transcript.isLive) this.#transcript.settle();
    this.#transcript.finish();
    for (const { kind, data } of events)
      if (kind === "message" && data.state === "delivered") this.#xRay.drawn(data.id);
    const isEmpty = this.#transcript.isLive && this.#transcript.isEmpty && Boolean(this.#session.send);
    this.#empty.show(isEmpty, { room: this.#room.room, isAlone: this.#names.length < 2 });
    if (focused instanceof HTMLElement) this.#keepFocus(focused);
  }

  /**
   * What is told never has the focus fall out of the panel.
   *
   * @param {HTMLElement} focused what had it before
   */
  #keepFocus(focused) {
    if (!focused.isConnected || focused.closest("[hidden], :disabled")) this.#takeFocus();
    else if (document.activeElement !== focused) focused.focus({ preventScroll: true }); // it was moved
  }

  #takeFocus() {
    (this.#session.send ? this.#composer : this.#transcript.log).focus();
  }

  /** @param {Told<ChatEvents>} event */
  #show({ kind, data }) {
    switch (kind) {
      case "message":
        this.#composer.typists.hide(data.user);
        return this.#transcript.show(data);
      case "notice":
        return this.#transcript.note(data);
      case "gap":
        return this.#transcript.gap(data);
      case "dropped":
        return this.#transcript.drop(data.count, data.keys);
      case "earlier":
        return this.#transcript.beginBehind(data.count);
      case "discarded":
        return this.#transcript.discard(data.id);
      case "people":
        this.#names = data.names;
        this.#hasNewPeople = true;
        return;
      case "room":
        return this.#showRoom(data);
      case "connection":
        return this.#showConnection(data);
      case "typing":
        if (data.user !== this.#room.name) this.#composer.typists.show(data.user);
        return;
      case "refused":
        return this.#warn(data);
      case "trace":
        return this.#xRay.told(data);
      case "nameless":
        return this.#askForName();
      case "kernel":
        return this.#kernelIs(data.state);
    }
  }

  #askForName() {
    if (this.#namePrompt || !this.#session.send) return;
    this.#namePrompt = namePrompt(name => this.#rename(name));
    this.#composer.root.before(this.#namePrompt);
  }

  /** @param {Room} room */
  #showRoom(room) {
    if (this.#room.name && room.name !== this.#room.name) this.#namePrompt?.remove(); // by /nick, say
    this.#room = room;
    this.#hasNewPeople = true;
    this.#title.replaceChildren(...say.room(room.room));
    this.root.ariaLabel = this.#title.textContent;
    this.#title.title = room.url ?? "";
    this.#composer.limit(room.limits?.message_bytes ?? 0);
    if (this.#session.send) this.#composer.keepAs(`draft ${room.url ?? ""} ${room.room} ${room.name}`);
  }

  /** @param {Connection} connection */
  #showConnection(connection) {
    const { state } = connection;
    this.#isComplete ||= !this.#hasKernel && state !== "CONNECTING";
    if (state !== "OPEN") this.#composer.typists.end();
    this.#people.past(state !== "OPEN" && this.#names.length > 0);
    this.#connection.show(connection);
  }

  /** @param {ChatEvents["refused"]} refusal */
  #warn({ code, msg, retry_after }) {
    const seconds = retry_after ?? WAITED;
    const words = code === "rate-limited" ? say.slow(Math.ceil(retry_after ?? 1)) : (say.refusals[code] ?? msg);
    this.#composer.warn(words, 1000 * seconds);
  }

  /** @param {"ready" | "busy" | "gone"} state */
  #kernelIs(state) {
    this.#isComplete ||= state !== "busy";
    this.#composer.kernelIs(state);
    if (state === "gone") this.#rest();
  }

  /** Nobody does any more what a person asks for: nothing looks as if it would. */
  #rest() {
    this.#showConnection({ state: "CLOSED", text: "", code: null, reason: "", retry_in: null });
    this.#namePrompt?.remove();
    this.#transcript.rest();
    this.#xRay.rest();
    if (this.#invitation) this.#invitation.button.disabled = true;
  }

  // What the person does.

  /** @param {ChatAction} action */
  #send(action) {
    return this.#session.send?.(action) ?? Promise.resolve();
  }

  /** @param {string} msg */
  #speak(msg) {
    const [pressed, id] = [performance.now(), randomId()];
    const time = new Date().toISOString();
    this.#transcript.show({ id, user: this.#room.name, msg, time, state: "sending", code: null, own: true });
    this.#transcript.finish();
    this.#transcript.reading.answered();
    const taken = this.#send({ do: "say", id, msg });
    this.#xRay.pressed(id, pressed, taken);
    return taken;
  }

  /** @param {string} name */
  #rename(name) {
    this.#transcript.reading.toEnd();
    this.#send({ do: "rename", name });
  }

  #xRayLast() {
    const { last } = this.#transcript;
    if (!last) return say.noMessage;
    this.#xRay.open(subjectOf(last));
  }

  #help() {
    const lines = [...COMMANDS.map(([command, help]) => `\`${command}\` ${help}`), ...say.help];
    this.#drawer.open(["/help"], ...lines.map(line => element("p", {}, ...pieces(line).map(inHelp))));
  }

  /**
   * A letter pressed anywhere in the panel is meant for its field, and Escape for its drawer.
   *
   * @param {KeyboardEvent} event
   */
  #typed({ key, target, ctrlKey, metaKey, altKey, isComposing }) {
    if (key === "Escape" && !isComposing) this.#drawer.close();
    if (key.length !== 1 || key === " " || ctrlKey || metaKey || altKey) return;
    if (target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement) return;
    this.#composer.focus();
  }
}

/** @param {HTMLElement} entry */
const subjectOf = ({ dataset: { id = "", user = "", state = "" }, classList }) => ({
  id,
  user,
  state,
  own: classList.contains("own"),
});

/** @param {Piece} piece */
const inHelp = ({ kind, text }) => (kind === "text" ? text : element("code", { text }));

export default liveWidget(mount);
