// The room map: a message flies to the server, and from there to each member who hears it.
//
// It is drawn slower than it happens (a millisecond each way): what comes in while it flies waits for its turn.

import { element, svg } from "./dom.js";
import { liveWidget } from "./session.js";
import { hue, words } from "./words.js";

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
    sayAs: name => `${name} says it`,
    freezeWho: name => `Freeze ${name}`,
    thawWho: name => `Thaw ${name}`,
    waiting: n => `${n} waiting`,
    heard: (user, text, n, all) => `${user}: “${text}”, heard by ${n} of ${all}.`,
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
    heard: (user, text, n, all) => `${user}：“${text}”，${all} 人中有 ${n} 人收到。`,
    gone: "内核已不在。请重新运行单元格。",
  },
});

const FLIGHT = 700,
  SETTLED = 400; // milliseconds
const KEPT = 100,
  HELD_AT = 0.4;
const SERVER = { x: 50, y: 50 }; // in percent of the map
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const css = ({ x, y }) => ({ left: `${x}%`, top: `${y}%` });
const between = (a, b, part) => ({ x: a.x + (b.x - a.x) * part, y: a.y + (b.y - a.y) * part });

export function mount(el, session) {
  const members = new Map(); // name -> {item, line, said, head, freeze, frozen, at, held: the dots that its frozen connection holds, by id}
  const messages = new Map(); // id -> {user, text, hearers, held: its dot if its sender is frozen, up: resolves when it is drawn at the server}
  let lively = false,
    statusTimer;

  const note = element("span", { class: "note" });
  const speaker = element("select", { "aria-label": say.speaker });
  const input = element("input", {
    "aria-label": say.text,
    value: say.hello,
    dir: "auto",
    autocomplete: "off",
    onkeydown: keyPressed,
  });
  const button = element("button", { class: "main", text: say.say });
  const form = element(
    "form",
    {
      hidden: !session.send,
      onsubmit(event) {
        event.preventDefault();
        speak(speaker.value);
      },
    },
    speaker,
    input,
    button,
  );
  const lines = svg("svg", { "aria-hidden": "true" });
  const list = element("ul", { "aria-label": say.members });
  const atServer = element("span", { class: "said", dir: "auto" });
  const server = element("div", { class: "server" }, element("strong", { text: say.server }), atServer);
  Object.assign(server.style, css(SERVER));
  const map = element("div", { class: "map" }, lines, list, server);
  const status = element("p", { class: "status", role: "status", text: say.nobody });
  el.replaceChildren(
    element(
      "div",
      { class: "chatlib chatlib-map", "data-lm-suppress-shortcuts": "true" },
      element("div", { class: "top" }, element("strong", { text: say.title }), note),
      form,
      map,
      status,
    ),
  );

  function speak(name) {
    if (input.value.trim()) session.send?.({ do: "say", name, text: input.value });
  }

  function keyPressed(event) {
    // in the Lab, Enter alone submits no form
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return; // or it picks a candidate of an input method
    event.preventDefault();
    form.requestSubmit();
  }

  function arrange() {
    map.classList.toggle("many", members.size > 4);
    speaker.replaceChildren(
      ...[...members.keys()].map(name =>
        element("option", { value: name, text: name, selected: name === speaker.value }),
      ),
    );
    button.disabled = speaker.disabled = !session.send || !members.size;
    [...members.values()].forEach((member, n) => {
      const angle = (n / members.size - 0.25) * 2 * Math.PI;
      member.at = { x: 50 + 37 * Math.cos(angle), y: 50 + 35 * Math.sin(angle) };
      Object.assign(member.item.style, css(member.at));
      const ends = { x1: SERVER.x, y1: SERVER.y, x2: member.at.x, y2: member.at.y };
      for (const [end, percent] of Object.entries(ends)) member.line.setAttribute(end, `${percent}%`);
    });
  }

  function make(name) {
    const said = element("span", { class: "said", dir: "auto" });
    const freeze = element("button", {
      type: "button",
      hidden: !session.send,
      onclick: () => session.send({ do: "freeze", name, frozen: !members.get(name).frozen }),
    });
    const head = element(
      "button",
      {
        type: "button",
        class: "head",
        dir: "auto",
        "aria-label": say.sayAs(name),
        disabled: !session.send,
        onclick: () => speak(name),
      },
      element("i"),
      name,
    );
    const item = element("li", { "data-name": name }, head, said, freeze);
    const line = svg("line");
    item.style.setProperty("--hue", hue(name));
    list.append(item);
    lines.append(line);
    const member = { item, line, said, head, freeze, frozen: false, held: new Map() };
    members.set(name, member);
    arrange();
    return member;
  }

  /** A dot of this colour at `from`, and the end of its flight to `to`. */
  async function fly(user, from, to, dot = element("span", { class: "dot", "aria-hidden": "true" })) {
    dot.style.setProperty("--hue", hue(user));
    Object.assign(dot.style, css(to));
    map.append(dot);
    if (lively && !calm.matches)
      await dot.animate([css(from), css(to)], { duration: FLIGHT, easing: "ease-in-out" }).finished;
    return dot;
  }

  function message(id, user, text) {
    if (!messages.has(id)) messages.set(id, { user, text, hearers: new Set(), up: null });
    if (messages.size > KEPT) messages.delete(messages.keys().next().value);
    return messages.get(id);
  }

  function reachServer(about) {
    about.up ??= (async () => {
      const from = members.get(about.user);
      const held = await about.held;
      if (from) (await fly(about.user, held ? between(from.at, SERVER, HELD_AT) : from.at, SERVER, held)).remove();
      atServer.textContent = about.text;
    })();
    return about.up;
  }

  function hold(id, about, member) {
    member.held.set(id, fly(about.user, SERVER, between(SERVER, member.at, HELD_AT)));
    countHeld(member);
  }

  function countHeld(member) {
    if (member.held.size) member.said.textContent = say.waiting(member.held.size);
  }

  function announce(about) {
    clearTimeout(statusTimer);
    statusTimer = setTimeout(() => {
      status.textContent = say.heard(about.user, about.text, about.hearers.size, members.size);
    }, SETTLED);
  }

  const hear = {
    room({ room, url }) {
      note.textContent = `${room} · ${url}`;
    },
    member({ name }) {
      if (!members.has(name)) make(name);
      hear.frozen({ name, frozen: false });
      if (status.textContent === say.nobody) status.textContent = "";
    },
    frozen({ name, frozen }) {
      const member = members.get(name);
      member.frozen = frozen;
      member.item.classList.toggle("frozen", frozen);
      member.line.classList.toggle("frozen", frozen);
      member.freeze.textContent = frozen ? say.thaw : say.freeze;
      member.freeze.setAttribute("aria-label", frozen ? say.thawWho(name) : say.freezeWho(name));
    },
    left({ name }) {
      const member = members.get(name);
      if (!member) return;
      members.delete(name);
      member.item.remove();
      member.line.remove();
      member.held.forEach(async dot => (await dot).remove());
      arrange();
    },
    said({ id, name, text }) {
      const about = message(id, name, text);
      const { frozen, at } = members.get(name) ?? {};
      if (!frozen) return;
      about.held = fly(name, at, between(at, SERVER, HELD_AT));
      announce(about);
    },
    async heard({ id, name, user, text }) {
      const about = message(id, user, text);
      const first = !about.hearers.size;
      about.hearers.add(name);
      await reachServer(about);
      announce(about);
      if (first)
        for (const [other, member] of members) if (member.frozen && !about.hearers.has(other)) hold(id, about, member);
      const member = members.get(name);
      if (!member) return;
      const held = await member.held.get(id);
      member.held.delete(id);
      (await fly(user, held ? between(SERVER, member.at, HELD_AT) : SERVER, member.at, held)).remove();
      member.said.textContent = `${user}: ${text}`;
      countHeld(member);
    },
    kernel({ state }) {
      lively ||= state === "ready";
      if (state !== "gone") return;
      for (const each of [button, speaker, ...[...members.values()].flatMap(({ head, freeze }) => [head, freeze])])
        each.disabled = true;
      status.textContent = say.gone;
    },
  };
  arrange();
  if (!session.send)
    setTimeout(() => {
      lively = true;
    }, SETTLED); // what comes at once was there before
  session.on(({ kind, data }) => hear[kind]?.(data));
}

export default liveWidget(mount);
