// Where a message is written: the field, its commands, and the line above it that says who is typing and what is wrong.

import { say } from "./chat_words.js";
import { CommandMenu, readCommand } from "./command_menu.js";
import { element } from "./dom.js";
import { forget, recall, remember } from "./tab_memory.js";
import { Typists } from "./typists.js";

/**
 * What the field's text can ask for; what resolves is over when it was taken, a text is what is wrong.
 *
 * @typedef {{ speak: (msg: string) => Promise<unknown>, rename: (name: string) => void, typing: () => void,
 *   bytes: () => string | undefined, help: () => void }} Deeds
 */

const TYPING_TOLD = 2000; // milliseconds: no more often is anybody told
const WARNED = 5000;
const STEPS = [0.2, 0.1, 0.05, 0.01]; // of the limit: with the first the bytes left are shown, with each they are read

const encoder = new TextEncoder();

/** The field, its button, and the hints above them. */
export class Composer {
  #deeds;
  #messageBytes = 0;
  /** @type {"" | "ready" | "busy" | "gone"} */
  #kernel = "";
  #untaken = 0;
  #toldTyping = 0;
  #draft = ""; // where the tab remembers what is not sent yet
  #warning = "";
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #warned;

  #notice = element("span", { class: "notice", "aria-live": "polite" });
  #count = element("span", { class: "notice" }); // changes with each letter: read aloud are only its steps
  #stepped = element("span", { class: "unseen", "aria-live": "polite" });
  #step = 0;
  #field = element("textarea", {
    rows: "1",
    dir: "auto",
    "aria-label": say.message,
    placeholder: say.message,
    enterkeyhint: "send",
    onkeydown: event => this.#keyPressed(event),
    oninput: () => this.#written(),
    onbeforeinput: event => event.stopImmediatePropagation(), // JupyterLab would refuse a line break inside a cell
  });
  #menu = new CommandMenu(this.#field);
  #button = element("button", { class: "main", text: say.send });
  #form = element("form", { onsubmit: event => this.#submitted(event) }, this.#field, this.#button);
  typists = new Typists();
  root = element(
    "div",
    { class: "bottom" },
    element("div", { class: "hints" }, this.typists.root, this.#notice, this.#count, this.#stepped),
    this.#menu.root,
    this.#form,
  );

  /**
   * @param {Deeds} deeds
   * @param {{ hint: string, readOnly: boolean }} options
   */
  constructor(deeds, { hint, readOnly }) {
    this.#deeds = deeds;
    this.#field.title = hint;
    this.#form.hidden = readOnly;
  }

  /**
   * Keep what is not sent yet under a name of its own: the cell may run again, the page be loaded anew.
   *
   * @param {string} draft
   */
  keepAs(draft) {
    if (draft === this.#draft) return;
    const before = this.#draft;
    this.#draft = draft;
    if (!this.#field.value) this.put(recall(draft) ?? "");
    this.#keep();
    if (before) forget(before);
  }

  /**
   * Put a text before what is written.
   *
   * @param {string} text
   */
  put(text) {
    this.#field.value = [text, this.#field.value].filter(Boolean).join("\n");
    this.#keep();
    this.#grow();
    this.#showNotice();
  }

  #keep() {
    if (!this.#draft) return;
    if (this.#field.value) remember(this.#draft, this.#field.value);
    else forget(this.#draft);
  }

  /** @param {number} messageBytes how long a message may be; 0 for any length */
  limit(messageBytes) {
    this.#messageBytes = messageBytes;
    this.#showNotice();
  }

  /** @param {"ready" | "busy" | "gone"} state */
  kernelIs(state) {
    this.#kernel = state;
    this.#button.disabled = state === "gone";
    this.#showNotice();
  }

  /**
   * Say what was wrong, for a while.
   *
   * @param {string} words
   */
  warn(words, milliseconds = WARNED) {
    this.#warning = words;
    clearTimeout(this.#warned);
    this.#warned = setTimeout(() => this.#forgive(), milliseconds);
    this.#showNotice();
  }

  #forgive() {
    this.#warning = "";
    this.#showNotice();
  }

  focus() {
    this.#field.focus();
  }

  end() {
    clearTimeout(this.#warned);
    this.typists.end();
  }

  /** @param {SubmitEvent} event */
  #submitted(event) {
    event.preventDefault();
    this.focus();
    const msg = this.#field.value;
    if (!msg.trim() || this.#bytesLeft() < 0 || this.#kernel === "gone") return;
    const refusal = this.#obey(msg);
    if (refusal) return this.warn(refusal);
    this.#field.value = "";
    this.#keep();
    this.#menu.close();
    this.#toldTyping = 0;
    this.#grow();
    this.#showNotice();
  }

  /**
   * Do what the text asks for: what is no command is said.
   *
   * @param {string} text
   * @returns {string | undefined} what is wrong with a command
   */
  #obey(text) {
    const asked = readCommand(text);
    if ("msg" in asked) return void this.#speak(asked.msg);
    switch (asked.command) {
      case "/nick":
        return asked.rest ? (this.#deeds.rename(asked.rest) ?? undefined) : say.nick;
      case "/bytes":
        return this.#deeds.bytes();
      case "/help":
        return this.#deeds.help() ?? undefined;
      default:
        return say.unknown(asked.command);
    }
  }

  /** @param {string} msg */
  async #speak(msg) {
    this.#untaken += 1;
    await this.#deeds.speak(msg);
    this.#untaken -= 1;
    this.#showNotice();
  }

  /** @param {KeyboardEvent} event */
  #keyPressed(event) {
    if (event.isComposing || event.keyCode === 229) return; // an Enter that picks a candidate of an input method
    if (this.#menu.takes(event)) return;
    if (event.key !== "Enter" || event.shiftKey) return;
    event.preventDefault();
    this.#form.requestSubmit();
  }

  #written() {
    this.#grow();
    this.#keep();
    this.#menu.follow();
    this.#showNotice();
    const text = this.#field.value;
    if (!text.trim() || text.startsWith("/") || Date.now() - this.#toldTyping < TYPING_TOLD) return;
    this.#toldTyping = Date.now();
    this.#deeds.typing();
  }

  #grow() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${this.#field.scrollHeight + 2}px`;
  }

  #bytesLeft() {
    return this.#messageBytes
      ? this.#messageBytes - encoder.encode(this.#field.value).length
      : Number.POSITIVE_INFINITY;
  }

  #showNotice() {
    let words = this.#warning;
    if (this.#kernel === "gone") words = say.gone;
    else if (this.#kernel === "busy") words = this.#untaken ? say.busy : say.waiting;
    this.#notice.textContent = words;
    this.#showCount(words ? Number.POSITIVE_INFINITY : this.#bytesLeft());
  }

  /** @param {number} left bytes */
  #showCount(left) {
    const step = this.#stepOf(left);
    const count = left < 0 ? say.over(-left) : say.left(left);
    this.#count.textContent = step ? count : "";
    if (step !== this.#step) this.#stepped.textContent = this.#count.textContent;
    this.#step = step;
  }

  /**
   * How near the limit is: 0 far away, and the highest beyond it.
   *
   * @param {number} left bytes
   */
  #stepOf(left) {
    return STEPS.filter(part => left < part * this.#messageBytes).length + (left < 0 ? 1 : 0);
  }
}
