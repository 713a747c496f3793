// The room on a wall: everybody who is in a room of a live server, and each message on its way over the server to all.
//
// It is made to be seen from the last row. What stands there is what the server knows: who has bytes that it cannot get
// rid of, whose connection ended with a goodbye and whose without.

import { bdi, element, isCalm, svg } from "./dom.js";
import { initials } from "./initials.js";
import { places } from "./places.js";
import { byName, hue, words } from "./words.js";

/** @import { Point } from "./places.js" */
/** @import { KernelState } from "./session.js" */

const KB = 1024;
const MB = KB * KB;

/** Bytes as people read them. */
const amount = (/** @type {number} */ bytes) =>
  bytes < MB ? `${Math.ceil(bytes / KB)} KB` : `${(bytes / MB).toFixed(1)} MB`;

const say = words({
  en: {
    room: (/** @type {string} */ name) => ["Room ", bdi(name)],
    people: "People in the room",
    server: "Server",
    tally: (/** @type {number} */ people, /** @type {number} */ messages) =>
      `${people} ${people === 1 ? "person" : "people"} · ${messages} ${messages === 1 ? "message" : "messages"}`,
    more: (/** @type {number} */ n) => ` · ${n} more are not drawn`,
    fullScreen: "Full screen",
    leaveFullScreen: "Leave full screen",
    names: (/** @type {number} */ n) => `All names (${n})`,
    nobody: "Nobody is in this room yet.",
    standing: { here: "here", slow: "slow", cut: "cut", left: "left" },
    unsent: (/** @type {number} */ bytes) => `slow: ${amount(bytes)}`,
    news: {
      slow: (/** @type {About} */ { name, unsent }) => [
        bdi(name),
        unsent ? ` is slow: ${amount(unsent)} wait at the server.` : " is slow: no answer to a ping.",
      ],
      cut: (/** @type {About} */ { name, why }) => [
        bdi(name),
        ` was cut: the connection ended without a goodbye${why && ` (${why})`}.`,
      ],
      left: (/** @type {About} */ { name }) => [bdi(name), " left, and said goodbye."],
      here: (/** @type {About} */ { name }) => [bdi(name), " is here."],
    },
    elsewhere:
      "Another kernel runs this server, and only that one sees its rooms. Run RoomMap(server) in its notebook.",
    stopped: "The server was stopped: this is the last picture. Run the cell that starts it, and then this one.",
    gone: "The kernel is gone: this is the last picture. Run the cell again.",
  },
  zh: {
    room: name => ["房间 ", bdi(name)],
    people: "房间里的人",
    server: "服务器",
    tally: (people, messages) => `${people} 人 · ${messages} 条消息`,
    more: n => ` · 另有 ${n} 人未画出`,
    fullScreen: "全屏",
    leaveFullScreen: "退出全屏",
    names: n => `全部名字（${n}）`,
    nobody: "这个房间里还没有人。",
    standing: { here: "在线", slow: "缓慢", cut: "断线", left: "已离开" },
    unsent: bytes => `缓慢：${amount(bytes)}`,
    news: {
      slow: ({ name, unsent }) => [
        bdi(name),
        unsent ? ` 变慢了：服务器上有 ${amount(unsent)} 在等。` : " 变慢了：没有回应 ping。",
      ],
      cut: ({ name, why }) => [bdi(name), ` 断线了：连接没有告别就结束了${why && `（${why}）`}。`],
      left: ({ name }) => [bdi(name), " 告别后离开了。"],
      here: ({ name }) => [bdi(name), " 在线。"],
    },
    elsewhere: "此服务器由另一个内核运行，只有那个内核能看到它的房间。请在启动它的笔记本中运行 RoomMap(server)。",
    stopped: "服务器已停止：这是最后的画面。请先运行启动它的单元格，再运行此单元格。",
    gone: "内核已不在：这是最后的画面。请重新运行单元格。",
  },
});

/**
 * @typedef {"here" | "slow" | "cut" | "left"} Standing
 * @typedef {{ key: string, name: string, standing: Standing, unsent: number, why: string }} About
 * @typedef {object} WallEvents
 * @property {About} person
 * @property {{ key: string }} gone
 * @property {{ key: string | null, name: string, text: string }} spoke
 * @property {{ messages: number, more: number }} tally
 * @property {{ state: "here" | "elsewhere" | "stopped" }} serving
 * @property {KernelState} kernel
 */

// Milliseconds
const UP = 500;
const DOWN = 800;
const SPEAKS = 1500;
const SETTLED = 400;

const MOST_FLYING = 240; // dots; what comes while so many are in the air is only shown at the server
const STUCK_AT = 0.65; // of the way to somebody who does not read
const PLACE = { width: 120, height: 84 }; // pixels: a dot and a name below it
const CROWDED = { width: 84, height: 64 }; // pixels: below it names fold to initials
const BETWEEN = 4; // pixels, of the server and a place
const CROWD = 13; // people: so many do not stand in a ring
const FILLED = 0.75; // of the map, the rest is the server's
const STANDINGS = /** @type {const} */ (["here", "slow", "cut", "left"]);

/** Somebody on the wall: a dot with a name, a cable to the server, and a line in the list of names. */
class Person {
  /** @type {Point} */
  at = { x: 0, y: 0 };
  /** @type {About} */
  about;
  cable = svg("line");
  #dot = element("span", { class: "dot", "aria-hidden": "true" });
  #name = element("bdi", { class: "name" });
  #how = element("span", { class: "how" });
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #speaking;
  item = element("li", { tabindex: "-1" }, this.#dot, element("span", { class: "tag" }, this.#name, this.#how));
  line = element("li");

  /** @param {About} about */
  constructor(about) {
    this.about = about;
    this.tell(about);
  }

  get isReached() {
    return this.about.standing === "here" || this.about.standing === "slow";
  }

  /** @param {About} about */
  tell(about) {
    const { name, standing, unsent } = about;
    this.about = about;
    const how = standing === "slow" && unsent ? say.unsent(unsent) : say.standing[standing];
    this.item.style.setProperty("--hue", String(hue(name)));
    this.#dot.textContent = initials(name);
    this.#name.textContent = name;
    this.#how.textContent = how;
    this.line.replaceChildren(bdi(name), `: ${how}`);
    this.item.dataset.standing = standing;
    this.cable.dataset.standing = standing;
  }

  /**
   * @param {Point} at
   * @param {Point} server
   * @param {number} width of the stage
   */
  stand(at, server, width) {
    this.at = at;
    this.item.dataset.side = at.x < width / 3 ? "left" : at.x > (2 * width) / 3 ? "right" : "middle";
    this.item.style.translate = `calc(${at.x}px - 50%) calc(${at.y}px - 50%)`;
    const ends = { x1: server.x, y1: server.y, x2: at.x, y2: at.y };
    for (const [end, pixels] of Object.entries(ends)) this.cable.setAttribute(end, String(pixels));
  }

  speak() {
    clearTimeout(this.#speaking);
    this.item.classList.add("speaks");
    this.#speaking = setTimeout(() => this.item.classList.remove("speaks"), SPEAKS);
  }

  leave() {
    for (const each of [this.item, this.cable, this.line]) each.remove();
  }
}

export class RoomWall {
  /**
   * Who is here, each in the same place as long as that is possible; a place that somebody left is the next one's.
   *
   * @type {(Person | null)[]}
   */
  #places = [];
  /** @type {Map<string, Person>} */
  #people = new Map();
  /** @type {Point} */
  #server = { x: 0, y: 0 };
  #tallied = { messages: 0, more: 0 };
  #flying = 0;
  #isDrawn = true; // all that was told
  #isLively = false; // what was there before it was shown does not fly
  #title = element("strong");
  #tally = element("span", { class: "tally" });
  #full = element("button", { type: "button", text: say.fullScreen, onclick: () => this.#toggleFullScreen() });
  #cables = svg("svg", { "aria-hidden": "true" });
  #list = element("ul", {
    class: "people",
    "aria-label": say.people,
    onkeydown: event => this.#walk(event),
    onfocusin: ({ target }) => this.#rest(/** @type {HTMLElement} */ (target)),
  });
  #speaker = element("bdi", { class: "speaker" });
  #text = element("span", { class: "text", dir: "auto" });
  #hub = element("div", { class: "hub" }, element("strong", { text: say.server }), this.#speaker, this.#text);
  #air = element("div", { class: "air", "aria-hidden": "true" });
  #nobody = element("p", { class: "nobody", text: say.nobody });
  #stage = element("div", { class: "stage" }, this.#cables, this.#hub, this.#list, this.#air, this.#nobody);
  #counts = Object.fromEntries(STANDINGS.map(each => [each, element("span", { text: 0 })]));
  #status = element("p", { class: "news", role: "status" });
  #summary = element("summary", { text: say.names(0) });
  #names = element("ul");
  #sized = new ResizeObserver(() => this.#arrange());

  /**
   * @param {{ room: string, url: string }} about
   * @param {boolean} isLive
   */
  constructor({ room, url }, isLive) {
    this.#title.append(...say.room(room));
    const legend = STANDINGS.map(each =>
      element("li", { "data-standing": each }, element("i"), `${say.standing[each]} `, this.#counts[each] ?? ""),
    );
    this.element = element(
      "div",
      { class: "chatlib chatlib-wall", "data-lm-suppress-shortcuts": true },
      element(
        "div",
        { class: "strip" },
        this.#title,
        element("span", { class: "url", text: url }),
        this.#tally,
        this.#full,
      ),
      this.#stage,
      element("ul", { class: "legend strip" }, ...legend),
      this.#status,
      element("details", {}, this.#summary, this.#names),
    );
    this.element.addEventListener("fullscreenchange", () => this.#named());
    this.#full.hidden = !document.fullscreenEnabled;
    this.#draw();
    this.#sized.observe(this.element);
    if (!isLive) setTimeout(() => this.#enliven(), SETTLED);
  }

  end() {
    this.#sized.disconnect();
  }

  /** @param {About} about */
  person(about) {
    const person = this.#people.get(about.key);
    const isNews = person ? person.about.standing !== about.standing : about.standing !== "here";
    if (person) person.tell(about);
    else this.#welcome(about);
    if (isNews && this.#isLively) this.#status.replaceChildren(...say.news[about.standing](about));
    this.#redraw();
  }

  /** @param {{ key: string }} about */
  gone({ key }) {
    const person = this.#people.get(key);
    if (!person) return;
    const hadFocus = person.item.contains(document.activeElement);
    person.leave();
    this.#people.delete(key);
    this.#places[this.#places.indexOf(person)] = null;
    while (this.#places.length && !this.#places.at(-1)) this.#places.pop();
    this.#redraw();
    if (hadFocus) this.#items()[0]?.focus();
  }

  /** @param {WallEvents["spoke"]} about */
  async spoke({ key, name, text }) {
    await null; // until everybody who was told of has a place
    const sender = key === null ? undefined : this.#people.get(key);
    if (this.#isLively && sender) {
      sender.speak();
      await this.#fly(name, sender.at, this.#server, UP);
    }
    this.#hub.style.setProperty("--hue", String(hue(name)));
    this.#speaker.textContent = name;
    this.#text.textContent = text;
    if (!this.#isLively) return;
    for (const person of this.#people.values()) {
      if (person.isReached) this.#fly(name, this.#server, this.#wayTo(person), DOWN);
    }
  }

  /** @param {WallEvents["tally"]} about */
  tally(about) {
    this.#tallied = about;
    this.#count();
  }

  /** @param {WallEvents["serving"]} about */
  serving({ state }) {
    this.#hold(state === "here" ? "" : say[state]);
  }

  /** @param {KernelState} about */
  kernel({ state }) {
    if (state === "ready") this.#enliven();
    if (state === "gone") this.#hold(say.gone);
  }

  /** Say why nothing moves any more; "" if it does. */
  #hold(/** @type {string} */ why) {
    this.element.classList.toggle("held", why !== "");
    this.#status.textContent = why;
  }

  #enliven() {
    this.#isLively = true;
  }

  #welcome(/** @type {About} */ about) {
    const person = new Person(about);
    this.#people.set(about.key, person);
    const free = this.#places.indexOf(null);
    this.#places[free < 0 ? this.#places.length : free] = person;
    this.#list.append(person.item);
    this.#cables.append(person.cable);
  }

  /** Draw the people once for all that was told in one go: a page that loads is told of everybody. */
  #redraw() {
    if (this.#isDrawn) queueMicrotask(() => this.#draw());
    this.#isDrawn = false;
  }

  #draw() {
    this.#isDrawn = true;
    this.#arrange();
    this.#count();
    this.#write();
  }

  #arrange() {
    const count = this.#places.length;
    const width = this.#stage.clientWidth;
    if (!width) return;
    const crowd = count < CROWD ? 0 : (count * CROWDED.width * CROWDED.height) / FILLED / width;
    this.#stage.style.setProperty("--crowd", `${Math.round(crowd)}px`);
    const { server, of, hole, ...place } = places(count, { width, height: this.#stage.clientHeight }, PLACE);
    this.#server = server;
    this.#hub.style.translate = `calc(${server.x}px - 50%) calc(${server.y}px - 50%)`;
    this.#stage.style.setProperty("--hole-width", `${hole.width - BETWEEN}px`);
    this.#stage.style.setProperty("--hole-height", `${hole.height - BETWEEN}px`);
    this.#stage.style.setProperty("--width", `${place.width}px`);
    this.#stage.style.setProperty("--height", `${place.height}px`);
    this.#stage.classList.toggle("crowded", place.width < CROWDED.width || place.height < CROWDED.height);
    for (const [n, at] of of.entries()) this.#places[n]?.stand(at, server, width);
  }

  #count() {
    const people = [...this.#people.values()];
    for (const each of STANDINGS) {
      const shown = this.#counts[each];
      if (shown) shown.textContent = String(people.filter(({ about }) => about.standing === each).length);
    }
    const { messages, more } = this.#tallied;
    const here = people.filter(person => person.isReached).length;
    this.#tally.textContent = say.tally(here + more, messages) + (more ? say.more(more) : "");
  }

  #write() {
    const sorted = [...this.#people.values()].toSorted((one, other) => byName(one.about.name, other.about.name));
    this.#summary.textContent = say.names(sorted.length);
    this.#names.replaceChildren(...sorted.map(({ line }) => line));
    this.#nobody.hidden = sorted.length > 0;
    const items = this.#items();
    if (items[0] && !items.some(item => item.tabIndex === 0)) items[0].tabIndex = 0;
  }

  /** Where a message ends that flies to somebody. */
  #wayTo(/** @type {Person} */ { at, about }) {
    const part = about.standing === "slow" ? STUCK_AT : 1;
    return { x: this.#server.x + (at.x - this.#server.x) * part, y: this.#server.y + (at.y - this.#server.y) * part };
  }

  /**
   * Have a dot of this person's colour fly.
   *
   * @param {string} name
   * @param {Point} from
   * @param {Point} to
   * @param {number} duration
   */
  async #fly(name, from, to, duration) {
    if (isCalm() || this.#flying >= MOST_FLYING) return;
    this.#flying += 1;
    const dot = element("span", { style: `--hue: ${hue(name)}` });
    this.#air.append(dot);
    const path = [from, to].map(({ x, y }) => ({ translate: `${x}px ${y}px` }));
    await dot.animate(path, { duration, easing: "ease-in-out", fill: "forwards" }).finished;
    dot.remove();
    this.#flying -= 1;
  }

  // Keys: the people are one stop, and arrows lead from one to the next

  #items() {
    return /** @type {HTMLElement[]} */ ([...this.#list.children]);
  }

  #rest(/** @type {HTMLElement} */ item) {
    for (const each of this.#items()) each.tabIndex = each === item ? 0 : -1;
  }

  #walk(/** @type {KeyboardEvent} */ event) {
    const items = this.#items();
    const at = items.indexOf(/** @type {HTMLElement} */ (event.target));
    /** @type {Record<string, number>} */
    const to = {
      ArrowRight: at + 1,
      ArrowDown: at + 1,
      ArrowLeft: at - 1,
      ArrowUp: at - 1,
      Home: 0,
      End: items.length - 1,
    };
    const next = items[to[event.key] ?? -1];
    if (!next) return;
    event.preventDefault();
    next.focus();
  }

  async #toggleFullScreen() {
    if (document.fullscreenElement === this.element) await document.exitFullscreen();
    else await this.element.requestFullscreen();
  }

  #named() {
    this.#full.textContent = document.fullscreenElement === this.element ? say.leaveFullScreen : say.fullScreen;
  }
}
