// The commands of the field, and the menu of them that "/" opens.

import { say } from "./chat_words.js";
import { element } from "./dom.js";

// A Chinese or Japanese input method may write the slash in full width.
const COMMAND = /^[/／](\p{L}[\p{L}\p{N}_-]*)(?:\s+(.*))?$/su;
const BEGINNING = /^[/／]\p{L}*$/u;

/** @type {[command: string, help: string][]} */
export const COMMANDS = [
  ["/nick", say.nickHelp],
  ["/bytes", say.bytesHelp],
  ["/help", say.helpHelp],
];

/**
 * Read a command; what is none is to be said: a path, a date, or what begins with two slashes, of which one goes.
 *
 * @param {string} text
 * @returns {{ command: string, rest: string } | { msg: string }}
 */
export function readCommand(text) {
  const [, command, rest = ""] = COMMAND.exec(text.trim()) ?? [];
  if (command) return { command: `/${command.toLowerCase()}`, rest: rest.trim() };
  return { msg: text.replace(/^(\s*)[/／](?=[/／]\p{L}[\p{L}\p{N}_-]*(?:\s|$))/u, "$1") };
}

let menus = 0;

/** Open while the field holds the beginning of a command and nothing else; the focus stays in the field. */
export class CommandMenu {
  #field;
  #id = `chatlib-commands-${Math.random().toString(36).slice(2)}-${++menus}`;
  #chosen = 0;
  /** @type {string[]} */
  #open = [];
  root = element("ul", { class: "menu", role: "listbox", "aria-label": say.commands, hidden: true });

  /** @param {HTMLTextAreaElement} field */
  constructor(field) {
    this.#field = field;
    this.root.id = this.#id;
    field.setAttribute("aria-controls", this.#id);
    field.setAttribute("aria-autocomplete", "list");
    field.addEventListener("blur", () => this.close());
  }

  /** Follow what is written. */
  follow() {
    const text = this.#field.value;
    const letters = text.slice(1).toLowerCase();
    const open = BEGINNING.test(text) ? COMMANDS.filter(([command]) => command.startsWith(letters, 1)) : [];
    this.#open = open.map(([command]) => command);
    this.#chosen = 0;
    const items = open.map(([command, help], n) => {
      const item = element("li", { role: "option" }, element("b", { text: command }), " ", help);
      item.id = `${this.#id}-${n}`;
      item.addEventListener("pointerdown", event => {
        event.preventDefault(); // the focus stays in the field
        this.#take(command);
      });
      return item;
    });
    this.root.replaceChildren(...items);
    this.root.hidden = !open.length;
    this.#mark();
  }

  close() {
    this.#open = [];
    this.root.hidden = true;
    this.#mark();
  }

  /**
   * Take a key that is the menu's.
   *
   * @param {KeyboardEvent} event
   * @returns {boolean} whether it was
   */
  takes(event) {
    const { length } = this.#open;
    const command = this.#open[this.#chosen];
    if (!command) return false;
    if (event.key === "ArrowDown") this.#chosen = (this.#chosen + 1) % length;
    else if (event.key === "ArrowUp") this.#chosen = (this.#chosen + length - 1) % length;
    else if (event.key === "Escape") this.close();
    else if (event.key === "Tab" || (event.key === "Enter" && this.#field.value !== command)) this.#take(command);
    else return false;
    this.#mark();
    event.preventDefault();
    event.stopPropagation();
    return true;
  }

  /** @param {string} command */
  #take(command) {
    this.#field.value = command === "/nick" ? `${command} ` : command;
    this.#field.dispatchEvent(new Event("input"));
    if (command !== "/nick") this.#field.form?.requestSubmit();
  }

  #mark() {
    for (const [n, item] of [...this.root.children].entries()) item.ariaSelected = String(n === this.#chosen);
    if (this.#open.length) this.#field.setAttribute("aria-activedescendant", `${this.#id}-${this.#chosen}`);
    else this.#field.removeAttribute("aria-activedescendant");
  }
}
