// Who is in the room, from A to Z.

import { say } from "./chat_words.js";
import { bdi, element } from "./dom.js";
import { face } from "./message.js";
import { byName } from "./words.js";

const MANY = 20; // people: beyond them there is a field to find somebody

/** @param {string} text */
const plain = text => text.normalize("NFKC").toLowerCase();

/** The list, which says how many there are; of another list it draws only what is different. */
export class PeopleList {
  /** @type {Map<string, HTMLElement>} */
  #items = new Map();
  /** @type {string[]} */
  #names = [];
  #me = "";
  #isPast = false;
  #count = element("b");
  #list = element("ul", { "aria-label": say.people });
  #filter = element("input", {
    type: "search",
    class: "filter",
    dir: "auto",
    hidden: true,
    autocomplete: "off",
    placeholder: say.find,
    "aria-label": say.find,
    oninput: () => this.#sift(),
  });
  root = element(
    "div",
    { class: "people", role: "group", tabindex: "0", "aria-label": say.people },
    this.#count,
    this.#filter,
    this.#list,
  );

  /**
   * @param {string[]} names
   * @param {string} me
   */
  show(names, me) {
    const sorted = [...new Set(names)].sort(byName);
    if (me !== this.#me) for (const name of [me, this.#me]) this.#remove(name);
    this.#me = me;
    const here = new Set(sorted);
    for (const name of this.#names) if (!here.has(name)) this.#remove(name);
    for (const [n, name] of sorted.entries()) if (!this.#items.has(name)) this.#insert(name, n);
    this.#names = sorted;
    this.#filter.hidden = sorted.length <= MANY;
    if (this.#filter.hidden) this.#filter.value = "";
    this.#sift();
    this.#tellCount();
  }

  /** @param {boolean} isPast away from the server, these are those who were here */
  past(isPast) {
    this.#isPast = isPast;
    this.root.classList.toggle("past", isPast);
    this.#tellCount();
  }

  #tellCount() {
    this.#count.textContent = `${this.#isPast ? say.peopleBefore : say.people} (${this.#names.length})`;
  }

  /** @param {string} name */
  #remove(name) {
    this.#items.get(name)?.remove();
    this.#items.delete(name);
  }

  /**
   * @param {string} name
   * @param {number} n
   */
  #insert(name, n) {
    const isMe = name === this.#me;
    const who = element("span", { class: "who" }, bdi(name), isMe ? ` (${say.you})` : "");
    const item = element("li", { "aria-current": isMe && "true", title: name }, face(name), who);
    this.#items.set(name, item);
    this.#list.insertBefore(item, this.#list.children[n] ?? null);
  }

  #sift() {
    const wanted = plain(this.#filter.value.trim());
    for (const [name, item] of this.#items) item.hidden = !plain(name).includes(wanted);
  }
}
