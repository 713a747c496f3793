// The chat panel. Everything that a peer sent reaches the page through textContent alone.
//
// From top to bottom: words, the parts of the panel, the transcript, what the kernel tells, what the person does.

import { element } from "./dom.js";
import { drawFrame } from "./frame.js";
import { liveWidget } from "./session.js";
import { clock, fullTime, hue, words } from "./words.js";

const CHUNK = 100; // entries that the browser may skip as one while they are out of sight
const TOGETHER = 5 * 60_000; // messages of one person within this time are stacked
const TYPING_SHOWN = 4000,
  TYPING_TOLD = 2000;
const LONG = 1500,
  LONG_LINES = 20; // characters and lines: what is longer is folded
const BYTES_SHOWN = 0.8; // of the limit: from there on the bytes left are shown

const say = words({
  en: {
    room: name => `Chat room ${name}`,
    messages: "Messages",
    message: "Message",
    send: "Send",
    people: "People",
    you: "you",
    hint: "Enter sends, Shift+Enter is a new line, /nick changes your name, /bytes shows the last message as it was on the wire",
    bytes: "Bytes",
    bytesOf: user => `Show the bytes of this message of ${user}`,
    sent: "sent",
    received: "received",
    noBytes: "Only the last 200 frames are kept: the bytes of this message are gone.",
    enter: ({ user }) => `${user} entered`,
    leave: ({ user, msg }) => msg || `${user} left`,
    rename: ({ user, old }) => `${old} is now ${user}`,
    typing: users => `${users.join(", ")} typing…`,
    gap: n => (n === null ? "Earlier messages are no longer kept." : `${n} messages are no longer kept.`),
    dropped: n => `${n} older entries are no longer shown.`,
    fresh: n => `${n} new`,
    sending: "sending…",
    failed: "not delivered",
    retry: "Try again",
    all: "Show all",
    retryIn: n => `Next attempt in ${n} s.`,
    busy: "The kernel is busy. It has not taken your message yet: only this page has it.",
    waiting: "Waiting for the kernel…",
    gone: "The kernel of this panel is gone. Run its cell again.",
    slow: n => `Slow down: ${n} s.`,
    left: n => `${n} bytes left`,
    over: n => `${n} bytes too long`,
    nick: "/nick and the name you want",
    codes: {
      empty: "it is blank",
      "too-long": "it is too long",
      "rate-limited": "too many at once",
      closed: "the panel was closed",
    },
    closed: {
      1000: "closed normally",
      1001: "the server went away",
      1002: "protocol error",
      1005: "closed without a code",
      1006: "the connection broke",
      1007: "invalid text",
      1008: "against the server's rules",
      1009: "message too big",
      1011: "the server failed",
      1012: "the server restarts",
      1013: "try again later",
    },
  },
  zh: {
    room: name => `聊天室 ${name}`,
    messages: "消息",
    message: "消息",
    send: "发送",
    people: "成员",
    you: "你",
    hint: "Enter 发送，Shift+Enter 换行，/nick 改名，/bytes 显示最后一条消息在线路上的字节",
    bytes: "字节",
    bytesOf: user => `显示 ${user} 这条消息的字节`,
    sent: "发出",
    received: "收到",
    noBytes: "只保留最近 200 帧：这条消息的字节已不在了。",
    enter: ({ user }) => `${user} 进入了聊天室`,
    leave: ({ user }) => `${user} 离开了聊天室`,
    rename: ({ user, old }) => `${old} 改名为 ${user}`,
    typing: users => `${users.join("、")} 正在输入…`,
    gap: n => (n === null ? "更早的消息已不再保留。" : `有 ${n} 条消息已不再保留。`),
    dropped: n => `更早的 ${n} 条不再显示。`,
    fresh: n => `${n} 条新消息`,
    sending: "发送中…",
    failed: "未送达",
    retry: "重试",
    all: "显示全部",
    retryIn: n => `${n} 秒后重试。`,
    busy: "内核正忙，还没有收下你的消息：它只在这个页面里。",
    waiting: "正在等待内核…",
    gone: "这个面板的内核已不在。请重新运行它的单元格。",
    slow: n => `慢一点：${n} 秒。`,
    left: n => `还可输入 ${n} 字节`,
    over: n => `超出 ${n} 字节`,
    nick: "/nick 后面写上你想要的名字",
    codes: { empty: "内容为空", "too-long": "太长", "rate-limited": "发得太快", closed: "面板已关闭" },
    closed: {
      1000: "正常关闭",
      1001: "服务器离开",
      1002: "协议错误",
      1005: "没有关闭代码",
      1006: "连接中断",
      1007: "文本无效",
      1008: "违反服务器的规则",
      1009: "消息太大",
      1011: "服务器出错",
      1012: "服务器重启",
      1013: "请稍后再试",
    },
  },
});

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,:;!?)\]。，、；：！？）】」]/g;

/** Somebody's text: its links can be followed, nothing else in it means anything. */
function text(msg) {
  const made = element("div", { class: "text", dir: "auto" });
  let end = 0;
  for (const { 0: url, index } of msg.matchAll(LINK)) {
    made.append(
      msg.slice(end, index),
      element("a", { href: url, target: "_blank", rel: "noopener noreferrer nofollow", text: url }),
    );
    end = index + url.length;
  }
  made.append(msg.slice(end));
  return made;
}

const initials = name => [...name].slice(0, 1).join("").toUpperCase();
const face = name =>
  element("span", { class: "face", style: `--hue: ${hue(name)}`, "aria-hidden": "true", text: initials(name) });

export function mount(el, session) {
  let room = { room: "", name: "", limits: null },
    names = [],
    kernel = "";
  const typists = new Map(); // name -> the timer that forgets them

  // The parts

  const title = element("strong", { dir: "auto" });
  const stateName = element("span", { class: "state", text: "CONNECTING" });
  const stateText = element("span");
  const status = element(
    "span",
    { class: "status", role: "status", "data-state": "CONNECTING" },
    stateName,
    " ",
    stateText,
  );
  const countdown = element("span", { class: "status" });
  const older = element("p", { class: "note", hidden: true });
  const pages = element("div", {}, older);
  const log = element(
    "div",
    {
      class: "log",
      role: "log",
      "aria-live": "polite",
      "aria-label": say.messages,
      "aria-busy": "true",
      tabindex: "0",
    },
    pages,
  );
  const pill = element("button", { class: "pill", type: "button", hidden: true, onclick: toEnd });
  const count = element("b");
  const people = element("ul", { "aria-label": say.people });
  const typing = element("span");
  const notice = element("span", { class: "notice", "aria-live": "polite" });
  const input = element("textarea", {
    rows: "1",
    "aria-label": say.message,
    placeholder: say.message,
    title: say.hint,
    enterkeyhint: "send",
    onkeydown: keyPressed,
    oninput: written,
    onbeforeinput: event => event.stopImmediatePropagation(), // JupyterLab would refuse a line break inside a cell
  });
  const button = element("button", { class: "main", text: say.send });
  const form = element("form", { onsubmit: submitted, hidden: !session.send }, input, button);
  const panel = element(
    "div",
    { class: "chatlib chatlib-chat", role: "group" },
    element("div", { class: "top" }, title, status, countdown),
    element(
      "div",
      { class: "middle" },
      element("div", { class: "paper" }, log, pill),
      element("div", { class: "people" }, count, people),
    ),
    element("div", { class: "bottom" }, element("div", { class: "hints" }, typing, notice), form),
  );
  el.replaceChildren(panel);

  // The transcript: pages of entries; one's own pending messages are the last ones

  const entries = new Map(); // key -> element
  const pending = []; // elements
  let page = null,
    atEnd = true,
    unseen = 0;

  function append(entry) {
    if (!page || page.childElementCount >= CHUNK) {
      page?.classList.add("skipped");
      pages.append((page = element("div")));
    }
    page.append(entry);
  }

  /** Put an entry where the room has it: before what is pending. */
  function place(entry) {
    if (pending[0] === entry) {
      pending.shift(); // it is there already; moving it would have it read aloud again
    } else {
      take(entry);
      if (pending.length) pending[0].before(entry);
      else append(entry);
      stack(entry);
      stack(pending[0]);
    }
  }

  function placeLast(entry) {
    take(entry);
    pending.push(entry);
    append(entry);
    stack(entry);
  }

  /** Take an entry from where it is. */
  function take(entry) {
    const after = entry.nextElementSibling,
      holder = entry.parentNode;
    if (pending.includes(entry)) pending.splice(pending.indexOf(entry), 1);
    entry.remove();
    if (holder && holder !== page && !holder.childElementCount) holder.remove();
    stack(after);
  }

  const before = entry => entry.previousElementSibling ?? entry.parentNode.previousElementSibling?.lastElementChild;

  function stack(entry) {
    if (!entry?.dataset.user) return;
    const last = before(entry);
    const isSame = last?.dataset.user === entry.dataset.user;
    entry.classList.toggle(
      "stacked",
      isSame && Date.parse(entry.dataset.time) - Date.parse(last.dataset.time) < TOGETHER,
    );
  }

  /** Who said it and when: both may change when the room places it. */
  function sign(entry, user, iso) {
    if (entry.dataset.user === user && entry.dataset.time === iso) return;
    Object.assign(entry.dataset, { user, time: iso });
    entry.style.setProperty("--hue", hue(user));
    entry.querySelector(".face").textContent = initials(user);
    entry
      .querySelector(".head")
      .replaceChildren(
        element("b", { dir: "auto", text: user }),
        element("time", { datetime: iso, title: fullTime(iso), text: clock(iso) }),
      );
    entry.querySelector(".bytes").ariaLabel = say.bytesOf(user);
    entry.querySelector(".text").title = fullTime(iso);
  }

  function message({ id, user, msg, time: iso, state, code, own }) {
    const isTyped = each => own && id && !each.dataset.id && each.querySelector(".text").textContent === msg;
    let entry = entries.get(id) ?? pending.find(isTyped);
    if (!entry) {
      entry = element(
        "div",
        { class: `message${own ? " own" : ""}${kernel ? " new" : ""}` },
        face(user),
        element("div", { class: "head" }),
        text(msg),
        element("div", { class: "fate" }),
        bytesButton(),
      );
      if (msg.length > LONG || msg.split("\n", LONG_LINES + 1).length > LONG_LINES) fold(entry);
    }
    sign(entry, user, iso);
    if (id) {
      entry.dataset.id = id;
      entries.set(id, entry);
    }
    if (entry.dataset.state === state) return entry;
    entry.dataset.state = state;
    const fate = entry.querySelector(".fate");
    if (state === "delivered") {
      fate.replaceChildren();
      place(entry);
      if (!own && !atEnd) unseen += 1;
    } else if (state === "sending") {
      fate.textContent = say.sending;
      placeLast(entry);
    } else {
      const again = element("button", {
        type: "button",
        text: say.retry,
        hidden: !session.send,
        onclick: () => retry(id),
      });
      fate.replaceChildren(`${say.failed}: ${say.codes[code] ?? code}`, again);
      if (!pending.includes(entry)) placeLast(entry);
    }
    return entry;
  }

  /** Not on the way of the Tab key, which would have to pass one for each message: from the keyboard it is /bytes. */
  const bytesButton = () =>
    element("button", {
      class: "bytes",
      type: "button",
      tabindex: "-1",
      hidden: !session.send,
      "aria-expanded": "false",
      text: say.bytes,
      onclick: event => showBytes(event.target.parentNode),
    });

  async function showBytes(entry) {
    const wire = entry.querySelector(".wire"),
      button = entry.querySelector(".bytes");
    button.setAttribute("aria-expanded", String(!wire));
    if (wire) return wire.remove();
    const frames = (await session.send?.({ do: "bytes", id: entry.dataset.id ?? "" })) ?? [];
    const drawn = frames.flatMap(({ direction, frame }) => [
      element("strong", { text: say[direction] }),
      drawFrame(frame),
    ]);
    entry.append(element("div", { class: "wire" }, ...(drawn.length ? drawn : [say.noBytes])));
    entry.scrollIntoView({ block: "nearest" });
  }

  function fold(entry) {
    entry.classList.add("folded");
    const more = element("button", {
      class: "more",
      type: "button",
      text: say.all,
      onclick: () => {
        entry.classList.remove("folded");
        more.remove();
        input.focus();
      },
    });
    entry.querySelector(".text").after(more);
  }

  function note(key, words) {
    const entry = element("p", { class: "note", dir: "auto", text: words });
    entries.set(key, entry);
    place(entry);
  }

  // What the session tells; drawn once for each frame that the browser draws

  const shown = {
    room(data) {
      room = data;
      title.textContent = panel.ariaLabel = say.room(room.room);
      title.title = room.url;
      showPeople();
    },
    message,
    notice: data => note(data.key, say[data.kind](data)),
    gap: data => note(data.key, say.gap(data.missed)),
    dropped({ count: all, keys }) {
      older.hidden = false;
      older.textContent = say.dropped(all);
      for (const key of keys) {
        if (entries.has(key)) take(entries.get(key));
        entries.delete(key);
      }
    },
    people(data) {
      names = data.names;
      showPeople();
    },
    connection(data) {
      status.dataset.state = stateName.textContent = data.state;
      const words = data.text || data.reason || (data.code && say.closed[data.code]) || "";
      stateText.textContent = data.code && data.state === "CLOSED" ? `${words} (${data.code})` : words;
      countDown(data.retry_in);
    },
    typing({ user }) {
      if (user === room.name) return;
      clearTimeout(typists.get(user));
      typists.set(user, setTimeout(stoppedTyping, TYPING_SHOWN, user));
      showTyping();
    },
    refused({ code, msg, retry_after: seconds }) {
      warn(code === "rate-limited" ? say.slow(Math.ceil(seconds ?? 1)) : msg, 1000 * (seconds ?? 5));
    },
    kernel({ state }) {
      kernel = state;
      if (state !== "busy") log.removeAttribute("aria-busy");
      if (state === "gone") shown.connection({ state: "CLOSED" });
      showNotice();
    },
  };

  function showPeople() {
    count.textContent = `${say.people} (${names.length})`;
    people.replaceChildren(
      ...names.map(name =>
        element(
          "li",
          {},
          face(name),
          element("span", { dir: "auto", text: name === room.name ? `${name} (${say.you})` : name }),
        ),
      ),
    );
  }

  let queue = [];
  function draw() {
    const events = queue;
    queue = [];
    for (const { kind, data } of events) {
      shown[kind]?.(data);
      if (kind === "message") stoppedTyping(data.user);
    }
    if (unseen) {
      pill.textContent = `${say.fresh(unseen)} ↓`;
      pill.hidden = atEnd;
    }
  }

  let ticking;
  function countDown(seconds) {
    clearTimeout(ticking);
    countdown.textContent = seconds > 0 ? say.retryIn(Math.ceil(seconds)) : "";
    if (seconds > 1) ticking = setTimeout(countDown, 1000, seconds - 1);
  }

  function stoppedTyping(user) {
    clearTimeout(typists.get(user));
    if (typists.delete(user)) showTyping();
  }

  function showTyping() {
    typing.textContent = typists.size ? say.typing([...typists.keys()]) : "";
  }

  let warning = "",
    warned;
  function warn(words, milliseconds = 5000) {
    warning = words;
    clearTimeout(warned);
    warned = setTimeout(() => {
      warning = "";
      showNotice();
    }, milliseconds);
    showNotice();
  }

  const bytesLeft = () =>
    room.limits?.message_bytes ? room.limits.message_bytes - new TextEncoder().encode(input.value).length : Infinity;

  function showNotice() {
    const left = bytesLeft(),
      near = left < (1 - BYTES_SHOWN) * room.limits?.message_bytes;
    notice.textContent =
      kernel === "gone"
        ? say.gone
        : kernel === "busy"
          ? untaken
            ? say.busy
            : say.waiting
          : warning || (left < 0 ? say.over(-left) : near ? say.left(left) : "");
    button.disabled = kernel === "gone";
  }

  // Where the reader is

  function toEnd() {
    atEnd = true;
    unseen = 0;
    pill.hidden = true;
    log.scrollTop = log.scrollHeight;
    input.focus();
  }

  log.addEventListener("scroll", () => {
    atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 30;
    if (atEnd) unseen = 0;
    if (atEnd) pill.hidden = true;
  });

  const stayAtEnd = new ResizeObserver(() => {
    if (atEnd) log.scrollTop = log.scrollHeight;
  });
  stayAtEnd.observe(pages);
  stayAtEnd.observe(log);

  // What the person does

  let untaken = 0,
    toldTyping = 0;

  async function speak(msg) {
    const entry = message({ user: room.name, msg, time: new Date().toISOString(), state: "sending", own: true });
    untaken += 1;
    const id = await session.send({ do: "say", msg });
    untaken -= 1;
    showNotice();
    if (entry.dataset.id) return; // the kernel has told of it meanwhile
    if (id && !entries.has(id)) {
      entry.dataset.id = id;
      entries.set(id, entry);
    } else {
      take(entry);
    }
  }

  function retry(id) {
    session.send?.({ do: "resend", id });
    input.focus();
  }

  function submitted(event) {
    event.preventDefault();
    const msg = input.value,
      nick = /^\/nick(?:\s+(.*))?$/su.exec(msg.trim());
    if (!msg.trim() || bytesLeft() < 0 || kernel === "gone") return input.focus();
    if (msg.trim() === "/bytes") {
      const last = [...log.querySelectorAll(".message[data-id]")].at(-1);
      if (last) showBytes(last);
    } else if (nick?.[1]) session.send?.({ do: "rename", name: nick[1] });
    else if (nick) return warn(say.nick);
    else speak(msg);
    input.value = "";
    toldTyping = 0;
    grow();
    showNotice();
    toEnd();
  }

  function keyPressed(event) {
    if (event.key !== "Enter" || event.shiftKey) return;
    if (event.isComposing || event.keyCode === 229) return; // this Enter picks a candidate of an input method
    event.preventDefault();
    form.requestSubmit();
  }

  function written() {
    grow();
    showNotice();
    if (!input.value.trim() || input.value.startsWith("/") || Date.now() - toldTyping < TYPING_TOLD) return;
    toldTyping = Date.now();
    session.send?.({ do: "typing" });
  }

  function grow() {
    input.style.height = "auto";
    input.style.height = `${input.scrollHeight + 2}px`;
  }

  session.on(event => {
    queue.push(event);
    if (queue.length === 1) requestAnimationFrame(draw);
  });

  return () => {
    stayAtEnd.disconnect();
    for (const timer of [ticking, warned, ...typists.values()]) clearTimeout(timer);
  };
}

export default liveWidget(mount);
