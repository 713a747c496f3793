// The room map: a message flies to the server, and from there to each member who hears it.
//
// On a live server it is a wall for all who are in the room (room_wall.js).
//
// It is drawn slower than it happens (a millisecond each way): what comes in while it flies waits for its turn.

import { bdi, element, isCalm, submitOnEnter, svg } from "./dom.js";
import { places } from "./places.js";
import { RoomWall } from "./room_wall.js";
import { listen, liveWidget } from "./session.js";
import { hue, words } from "./words.js";

/** @import { Point } from "./places.js" */
/** @import { WallEvents } from "./room_wall.js" */
/** @import { KernelState, Session } from "./session.js" */

const say = words({
  en: {
    title: "Room",
    server: "Server",
    members: "Members",
    nobody: "Nobody is here yet.",
    speaker: "Who speaks",
    text: "Message",
    say: "Say",
    hello: "hello",
    freeze: "Freeze",
    thaw: "Thaw",
    sayAs: (/** @type {string} */ name) => `${name} says it`,
    freezeWho: (/** @type {string} */ name) => `Freeze ${name}`,
    thawWho: (/** @type {string} */ name) => `Thaw ${name}`,
    waiting: (/** @type {number} */ n) => `${n} waiting`,
    heard: (
      /** @type {string} */ user,
      /** @type {string} */ text,
      /** @type {number} */ n,
      /** @type {number} */ all,
    ) => [bdi(user), ": “", bdi(text), `”, heard by ${n} of ${all}.`],
    stopped: "This room is stopped: a later cell, or somebody, stopped its server.",
    start: "Start again",
    gone: "The kernel is gone. Run the cell again.",
  },
  zh: {
    title: "房间",
    server: "服务器",
    members: "成员",
    nobody: "这里还没有人。",
    speaker: "谁说话",
    text: "消息",
    say: "说",
    hello: "你好",
    freeze: "冻结",
    thaw: "解冻",
    sayAs: name => `${name} 说`,
    freezeWho: name => `冻结 ${name}`,
    thawWho: name => `解冻 ${name}`,
    waiting: n => `${n} 条在等`,
    heard: (user, text, n, all) => [bdi(user), "：“", bdi(text), `”，${all} 人中有 ${n} 人收到。`],
    stopped: "这个房间已停止：后面的单元格或某人停止了它的服务器。",
    start: "重新开始",
    gone: "内核已不在。请重新运行单元格。",
  },
});

/**
 * @typedef {{ id: string, user: string, text: string }} Said
 * @typedef {{ do: "say", name: string, text: string } | { do: "freeze", name: string, frozen: boolean }
 *   | { do: "start" }} Action
 * @typedef {object} OwnEvents
 * @property {{ room: string, url: string, live: boolean }} room
 * @property {{ name: string }} member
 * @property {{ name: string, frozen: boolean }} frozen
 * @property {{ name: string }} left
 * @property {{ id: string, name: string, text: string }} said
 * @property {Said & { name: string }} heard
 * @property {Record<string, never>} stopped
 * @property {KernelState} kernel
 * @typedef {OwnEvents & Omit<WallEvents, "kernel">} Events
 */

/**
 * A message: who heard it; its dot, if a frozen sender's connection holds it; what resolves when it is at the server.
 *
 * @typedef {object} Message
 * @property {string} user
 * @property {string} text
 * @property {Set<string>} hearers
 * @property {Promise<HTMLElement>} [held]
 * @property {Promise<void>} [up]
 */

// Milliseconds
const FLIGHT = 700;
const SETTLED = 400;

const KEPT = 100;
const HELD_AT = 0.4; // of the way
const FEW = 4; // members: more of them need more room
const CARD = { width: 150, height: 132 }; // pixels, with some air
const BETWEEN = 8; // pixels, of two cards that stand side by side

const ALL = 100; // percent: that is what points are in here, of the map

const css = (/** @type {Point} */ { x, y }) => `${x}cqw ${y}cqh`;
const centred = (/** @type {Point} */ { x, y }) => `calc(${x}cqw - 50%) calc(${y}cqh - 50%)`;

/** Where a frozen connection holds what is on its way. */
const onTheWay = (/** @type {Point} */ from, /** @type {Point} */ to) => ({
  x: from.x + (to.x - from.x) * HELD_AT,
  y: from.y + (to.y - from.y) * HELD_AT,
});

const place = (/** @type {HTMLElement} */ dot, /** @type {Point} */ at) => {
  dot.style.translate = css(at);
};

/** Somebody in the room, and their line to the server. */
class Member {
  /** @type {Point} */
  at = { x: ALL / 2, y: ALL / 2 };
  line = svg("line");
  /**
   * The dots that a frozen connection holds, by the id of their message.
   *
   * @type {Map<string, Promise<HTMLElement>>}
   */
  #held = new Map();
  #isFrozen = false;
  #said = element("span", { class: "said" });
  #head;
  #freeze;

  /**
   * @param {string} name
   * @param {boolean} isLive
   * @param {() => void} speak
   * @param {(frozen: boolean) => void} freeze
   */
  constructor(name, isLive, speak, freeze) {
    this.name = name;
    this.#freeze = element("button", { type: "button", hidden: !isLive, onclick: () => freeze(!this.#isFrozen) });
    this.#head = element(
      "button",
      { type: "button", class: "head", title: name, "aria-label": say.sayAs(name), disabled: !isLive, onclick: speak },
      element("i"),
      bdi(name),
    );
    this.item = element(
      "li",
      { "data-name": name, style: `--hue: ${hue(name)}` },
      this.#head,
      this.#said,
      this.#freeze,
    );
  }

  get isFrozen() {
    return this.#isFrozen;
  }

  set isFrozen(frozen) {
    this.#isFrozen = frozen;
    this.item.classList.toggle("frozen", frozen);
    this.line.classList.toggle("frozen", frozen);
    this.#freeze.textContent = frozen ? say.thaw : say.freeze;
    this.#freeze.setAttribute("aria-label", frozen ? say.thawWho(this.name) : say.freezeWho(this.name));
  }

  /**
   * @param {Point} at
   * @param {Point} server
   */
  stand(at, server) {
    this.at = at;
    this.item.style.translate = centred(at);
    const ends = { x1: server.x, y1: server.y, x2: at.x, y2: at.y };
    for (const [end, percent] of Object.entries(ends)) this.line.setAttribute(end, `${percent}%`);
  }

  /**
   * @param {string} id
   * @param {Promise<HTMLElement>} dot
   */
  hold(id, dot) {
    this.#held.set(id, dot);
    this.#said.textContent = say.waiting(this.#held.size);
  }

  /** Put what the connection holds where it is now: from the server it came. */
  rehang(/** @type {Point} */ server) {
    for (const dot of this.#held.values()) dot.then(each => place(each, onTheWay(server, this.at)));
  }

  /** @param {string} id */
  async release(id) {
    const dot = await this.#held.get(id);
    this.#held.delete(id);
    return dot;
  }

  /** @param {Said} said */
  hear({ user, text }) {
    if (this.#held.size) this.#said.textContent = say.waiting(this.#held.size);
    else this.#said.replaceChildren(bdi(user), ": ", bdi(text));
  }

  able(/** @type {boolean} */ isAble) {
    this.#head.disabled = !isAble;
    this.#freeze.disabled = !isAble;
  }

  leave() {
    this.item.remove();
    this.line.remove();
    for (const dot of this.#held.values()) dot.then(each => each.remove());
  }
}

/** Where a person speaks for one of the members. */
class Speaker {
  #session;
  #who = element("select", { class: "field", "aria-label": say.speaker });
  #input = element("input", {
    class: "field",
    "aria-label": say.text,
    value: say.hello,
    dir: "auto",
    autocomplete: "off",
    onkeydown: submitOnEnter,
  });
  #button = element("button", { class: "main", text: say.say });
  #isAble = true;

  /** @param {Session<Events, Action>} session */
  constructor(session) {
    this.#session = session;
    const onsubmit = (/** @type {Event} */ event) => {
      event.preventDefault();
      this.speak(this.#who.value);
    };
    this.element = element(
      "form",
      { class: "strip", hidden: !session.send, onsubmit },
      this.#who,
      this.#input,
      this.#button,
    );
    this.choose([]);
  }

  focus() {
    this.#input.focus();
  }

  /** @param {string} name */
  speak(name) {
    if (this.#isAble && this.#input.value.trim()) this.#session.send?.({ do: "say", name, text: this.#input.value });
  }

  /** @param {string[]} names */
  choose(names) {
    const chosen = this.#who.value;
    this.#who.replaceChildren(
      ...names.map(name => element("option", { value: name, text: name, selected: name === chosen })),
    );
    this.able(this.#isAble);
  }

  able(/** @type {boolean} */ isAble) {
    this.#isAble = isAble;
    this.#button.disabled = !(isAble && this.#who.options.length && this.#session.send);
    this.#who.disabled = this.#button.disabled;
    this.#input.disabled = !isAble;
  }
}

class RoomMap {
  #session;
  #speaker;
  /** @type {Map<string, Member>} */
  #members = new Map();
  /** @type {Map<string, Message>} */
  #messages = new Map();
  #isAble = true;
  #isLively = false; // what was there before it was shown does not fly
  /** @type {Point} of the server */
  #middle = { x: ALL / 2, y: ALL / 2 };
  #sized = new ResizeObserver(() => this.#arrange());
  /** @type {number | undefined} */
  #statusTimer;
  #note = element("span", { class: "note" });
  #lines = svg("svg", { "aria-hidden": "true" });
  #list = element("ul", { "aria-label": say.members });
  #atServer = element("span", { class: "said", dir: "auto" });
  #server = element("div", { class: "server" }, element("strong", { text: say.server }), this.#atServer);
  #map = element("div", { class: "map" }, this.#lines, this.#list, this.#server);
  #status = element("p", { class: "status", role: "status", text: say.nobody });
  #start = element("button", {
    type: "button",
    class: "main",
    text: say.start,
    onclick: () => this.#session.send?.({ do: "start" }),
  });
  #stopped = element("div", { class: "stopped strip", role: "alert", hidden: true });

  /** @param {Session<Events, Action>} session */
  constructor(session) {
    this.#session = session;
    this.#speaker = new Speaker(session);
    this.element = element(
      "div",
      { class: "chatlib chatlib-map", "data-lm-suppress-shortcuts": true },
      element("div", { class: "top strip" }, element("strong", { text: say.title }), this.#note),
      this.#stopped,
      this.#speaker.element,
      this.#map,
      this.#status,
    );
    this.#start.hidden = !session.send;
    this.#sized.observe(this.#map);
    if (!session.send) setTimeout(() => this.#enliven(), SETTLED);
  }

  end() {
    this.#sized.disconnect();
  }

  /** @param {Events["room"]} about */
  room({ room, url }) {
    const hadFocus = this.#stopped.contains(document.activeElement);
    for (const name of [...this.#members.keys()]) this.left({ name }); // one that was started again begins empty
    for (const dot of this.#map.querySelectorAll(".dot")) dot.remove();
    clearTimeout(this.#statusTimer);
    this.#messages.clear();
    this.#atServer.textContent = "";
    this.#status.textContent = say.nobody;
    this.#speaker.element.hidden = !this.#session.send;
    this.#stopped.hidden = true;
    this.#stopped.replaceChildren();
    this.#able(true);
    if (hadFocus) this.#speaker.focus();
    this.#note.textContent = `${room} · ${url}`;
  }

  /** @param {Events["member"]} about */
  member({ name }) {
    const member = this.#members.get(name) ?? this.#make(name);
    member.isFrozen = false;
    if (this.#status.textContent === say.nobody) this.#status.textContent = "";
  }

  /** @param {Events["frozen"]} about */
  frozen({ name, frozen }) {
    const member = this.#members.get(name);
    if (member) member.isFrozen = frozen;
  }

  /** @param {Events["left"]} about */
  left({ name }) {
    this.#members.get(name)?.leave();
    if (this.#members.delete(name)) this.#arrange();
  }

  /** @param {Events["said"]} about */
  said({ id, name, text }) {
    const message = this.#message({ id, user: name, text });
    const member = this.#members.get(name);
    if (!member?.isFrozen) return;
    message.held = this.#fly(name, member.at, onTheWay(member.at, this.#middle));
    this.#announce(message);
  }

  /** @param {Events["heard"]} about */
  async heard({ name, ...said }) {
    const message = this.#message(said);
    const isFirst = !message.hearers.size;
    message.hearers.add(name);
    message.up ??= this.#flyUp(message);
    await message.up;
    this.#announce(message);
    if (isFirst) this.#holdForFrozen(said.id, message);
    const member = this.#members.get(name);
    if (!member) return;
    const held = await member.release(said.id);
    const from = held ? onTheWay(this.#middle, member.at) : this.#middle;
    const dot = await this.#fly(said.user, from, member.at, held);
    dot.remove();
    member.hear(said);
  }

  /** @param {Events["kernel"]} about */
  kernel({ state }) {
    if (state === "ready") this.#enliven();
    if (state !== "gone") return;
    this.#able(false);
    this.#start.remove();
    this.#status.textContent = say.gone;
  }

  stopped() {
    this.#able(false);
    this.#speaker.element.hidden = true; // in its place, so that nothing moves
    this.#stopped.hidden = false;
    this.#stopped.replaceChildren(element("strong", { text: say.stopped }), this.#start);
  }

  #able(/** @type {boolean} */ isAble) {
    this.#isAble = isAble;
    this.#map.classList.toggle("off", !isAble);
    this.#speaker.able(isAble);
    for (const member of this.#members.values()) member.able(isAble && this.#session.send !== null);
  }

  #enliven() {
    this.#isLively = true;
  }

  #make(/** @type {string} */ name) {
    const freeze = (/** @type {boolean} */ frozen) => this.#session.send?.({ do: "freeze", name, frozen });
    const member = new Member(
      name,
      this.#session.send !== null && this.#isAble,
      () => this.#speaker.speak(name),
      freeze,
    );
    this.#members.set(name, member);
    this.#list.append(member.item);
    this.#lines.append(member.line);
    this.#arrange();
    return member;
  }

  #arrange() {
    const members = [...this.#members.values()];
    this.#map.classList.toggle("many", members.length > FEW);
    this.#speaker.choose(members.map(member => member.name));
    const [width, height] = [this.#map.clientWidth, this.#map.clientHeight];
    if (!width) return;
    const { server, of, width: room } = places(members.length, { width, height }, CARD);
    const inPercent = (/** @type {Point} */ { x, y }) => ({ x: (ALL * x) / width, y: (ALL * y) / height });
    this.#map.style.setProperty("--card-width", `${room - BETWEEN}px`);
    this.#middle = inPercent(server);
    this.#server.style.translate = centred(this.#middle);
    for (const [n, point] of of.entries()) members[n]?.stand(inPercent(point), this.#middle);
    this.#rehang();
  }

  /** What is held on its way hangs on a line that has moved. */
  #rehang() {
    for (const member of this.#members.values()) member.rehang(this.#middle);
    for (const { user, held, up } of this.#messages.values()) {
      const sender = this.#members.get(user);
      if (sender && held && !up) held.then(dot => place(dot, onTheWay(sender.at, this.#middle)));
    }
  }

  /** @param {Said} said */
  #message({ id, user, text }) {
    const message = this.#messages.get(id) ?? { user, text, hearers: new Set() };
    this.#messages.set(id, message);
    const [oldest] = this.#messages.keys();
    if (oldest !== undefined && this.#messages.size > KEPT) this.#messages.delete(oldest);
    return message;
  }

  /**
   * Have a dot of this person's colour fly; resolve to it at the end of its flight.
   *
   * @param {string} user
   * @param {Point} from
   * @param {Point} to
   */
  async #fly(user, from, to, dot = element("span", { class: "dot", "aria-hidden": "true" })) {
    dot.style.setProperty("--hue", String(hue(user)));
    place(dot, to);
    this.#map.append(dot);
    if (this.#isLively && !isCalm()) {
      await dot.animate(
        [from, to].map(point => ({ translate: css(point) })),
        { duration: FLIGHT, easing: "ease-in-out" },
      ).finished;
    }
    return dot;
  }

  /** @param {Message} message */
  async #flyUp({ user, text, held }) {
    const sender = this.#members.get(user);
    const dot = await held;
    if (sender) {
      const from = dot ? onTheWay(sender.at, this.#middle) : sender.at;
      const flown = await this.#fly(user, from, this.#middle, dot);
      flown.remove();
    }
    this.#atServer.textContent = text;
  }

  /**
   * @param {string} id
   * @param {Message} message
   */
  #holdForFrozen(id, { user, hearers }) {
    for (const [name, member] of this.#members) {
      if (member.isFrozen && !hearers.has(name)) {
        member.hold(id, this.#fly(user, this.#middle, onTheWay(this.#middle, member.at)));
      }
    }
  }

  /** Say who heard it, when those who hear it at once have heard it. */
  #announce(/** @type {Message} */ { user, text, hearers }) {
    clearTimeout(this.#statusTimer);
    this.#statusTimer = setTimeout(() => {
      this.#status.replaceChildren(...say.heard(user, text, hearers.size, this.#members.size));
    }, SETTLED);
  }
}

/**
 * Mount the room to practise in, or the wall, as soon as it is known which it is.
 *
 * @param {HTMLElement} el
 * @param {Session<Events, Action>} session
 */
export function mount(el, session) {
  const own = new RoomMap(session);
  /** @type {RoomWall | undefined} */
  let wall;
  el.replaceChildren(own.element);
  listen(session, {
    room(about) {
      if (!about.live) return own.room(about);
      wall?.end();
      wall = new RoomWall(about, session.send !== null);
      el.replaceChildren(wall.element);
    },
    member: about => own.member(about),
    frozen: about => own.frozen(about),
    left: about => own.left(about),
    said: about => own.said(about),
    heard: about => own.heard(about),
    stopped: () => own.stopped(),
    person: about => wall?.person(about),
    gone: about => wall?.gone(about),
    spoke: about => wall?.spoke(about),
    tally: about => wall?.tally(about),
    serving: about => wall?.serving(about),
    kernel(about) {
      own.kernel(about);
      wall?.kernel(about);
    },
  });
  return () => {
    own.end();
    wall?.end();
  };
}

export default liveWidget(mount);
