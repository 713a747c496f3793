// What the front ends of all widgets share: elements, words, times, colours, and the session with a live kernel.
//
// A session is all that a front end knows of the outside: `on(listener)` has the listener called with every event so
// far and then with each new one, `{t: milliseconds, kind, data}`; `send(data)` resolves to what the kernel answers.
// `send` is null in a recorded session.

export const CHINESE = document.documentElement.lang.startsWith("zh");

/** Pick the words of the page's language. */
export const words = ({ en, zh }) => CHINESE ? zh : en;

/** Make an element. Properties that are no attribute (text, onclick) are set as such; children are nodes or text. */
export function element(tag, { text, ...properties } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) made.setAttribute(name, value === true ? "" : value);
  }
  if (text !== undefined) made.textContent = text;
  if (made.tabIndex >= 0) made.dataset.lmSuppressShortcuts = "true";  // else a letter pressed here is JupyterLab's command
  made.append(...children);
  return made;
}

const LOCALE = document.documentElement.lang.replace("_", "-") || undefined;
const clockFormat = new Intl.DateTimeFormat(LOCALE, { timeStyle: "short" });
const fullFormat = new Intl.DateTimeFormat(LOCALE, { dateStyle: "full", timeStyle: "medium" });

/** A time as people read it here, and the whole of it. */
export const clock = iso => clockFormat.format(new Date(iso));
export const fullTime = iso => fullFormat.format(new Date(iso));

/** The hue of a name: the same one everywhere, far from that of a name nearly the same. */
export const hue = name => [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt()) % 360, 3) * 137 % 360;

/** Every widget's look, on the Lab's variables, and on the system's colours where there is no Lab. */
export const STYLE = `
.chatlib {
  --card: var(--jp-layout-color1, Canvas); --text: var(--jp-content-font-color1, CanvasText);
  --quiet: color-mix(in srgb, var(--text) 78%, var(--card)); --line: color-mix(in srgb, var(--text) 22%, var(--card));
  --faint: color-mix(in srgb, var(--text) 6%, var(--card)); --accent: var(--jp-brand-color1, #1565c0);
  --button: oklch(from var(--accent) .48 c h);
  --good: oklch(from var(--text) clamp(.47, l, .8) .14 150); --warn: oklch(from var(--text) clamp(.5, l, .8) .12 70);
  --bad: oklch(from var(--text) clamp(.5, l, .76) .17 25);
  box-sizing: border-box; color: var(--text); background: var(--card); border: 1px solid var(--line); border-radius: 10px;
  font: 14px/1.45 var(--jp-ui-font-family, system-ui, sans-serif); overflow-wrap: anywhere;
}
.chatlib * { box-sizing: border-box; }
.chatlib [hidden] { display: none !important; }
.chatlib button, .chatlib textarea { font: inherit; border: 1px solid var(--line); border-radius: 8px; padding: 6px 12px; }
.chatlib button { color: var(--text); background: var(--card); cursor: pointer; }
.chatlib button.main { color: #fff; background: var(--button); border-color: var(--button); font-weight: 600; }
.chatlib button:hover { filter: brightness(1.1); }
.chatlib button:disabled { opacity: .6; cursor: default; }
.chatlib textarea { color: var(--text); background: var(--card); }
.chatlib ::placeholder { color: var(--quiet); opacity: 1; }
.chatlib :focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
.chatlib .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
`;

const ASK_AGAIN = 150, ASKED_OFTEN = 20, SEND_AGAIN = 1000, WAIT_LONGEST = 8000, BUSY_AFTER = 500;  // milliseconds, times

/**
 * The session of one view with its widget in a live kernel (see live.py for the messages).
 *
 * It adds an event of its own, `kernel`, whose `state` is "busy" while the kernel has not answered for half a second,
 * "ready" when it has, and "gone" when it never will.
 */
export function liveSession(model) {
  const view = Math.random().toString(36).slice(2);
  const outbox = [];          // [number, data, resolve] of what the kernel has not taken yet
  let listener = () => {}, have = 0, now = 0, number = 0, asked = 0, isAsking = false, state = "", askTimer, sendTimer, busyTimer;

  const tell = (kind, data) => listener({ t: now, kind, data });

  function kernelIs(next) {
    clearTimeout(busyTimer);
    if (next === state || state === "gone") return;
    state = next;
    tell("kernel", { state });
  }

  function expectAnswer() {
    clearTimeout(busyTimer);
    if (state !== "busy") busyTimer = setTimeout(kernelIs, BUSY_AFTER, "busy");
  }

  function ask() {
    clearTimeout(askTimer);
    asked += 1;
    isAsking = true;
    model.send({ type: "ready", about: { view, have } });
    expectAnswer();
    askTimer = setTimeout(ask, WAIT_LONGEST);
  }

  function deliver(wait = SEND_AGAIN) {  // all of it, so that nothing overtakes what was lost
    clearTimeout(sendTimer);
    if (!outbox.length || state === "gone") return;
    model.send({ type: "act", about: { view, actions: outbox.map(([id, data]) => [id, data]) } });
    expectAnswer();
    sendTimer = setTimeout(deliver, wait, Math.min(2 * wait, WAIT_LONGEST));
  }

  const hear = {
    events({ after, upto, events }) {
      if (upto <= have) return;
      if (after > have) return isAsking || ask();
      for (const event of events) {
        if (event.n <= have) continue;
        now = event.t;
        listener(event);
      }
      have = upto;
    },
    hello(about) {
      if (about.view !== view) return;
      clearTimeout(askTimer);
      isAsking = false;
      if (!about.subshell && asked < ASKED_OFTEN) askTimer = setTimeout(ask, ASK_AGAIN);
      kernelIs("ready");
    },
    taken({ view: of, upto, results }) {
      if (of !== view) return;
      const answers = new Map(results);
      while (outbox.length && outbox[0][0] <= upto) {
        const [id, , resolve] = outbox.shift();
        resolve(answers.get(id));
      }
      kernelIs("ready");
    },
  };

  const heard = message => hear[message.type]?.(message.about);
  const gone = () => kernelIs("gone");

  return {
    on(newListener) {
      listener = newListener;
      model.on("msg:custom", heard);
      model.on("comm_live_update", gone);
      ask();
    },
    send: data => new Promise(resolve => {
      outbox.push([number += 1, data, resolve]);
      deliver();
    }),
    end() {
      for (const each of [askTimer, busyTimer, sendTimer]) clearTimeout(each);
      model.off("msg:custom", heard);
      model.off("comm_live_update", gone);
    },
  };
}

/** A front end as anywidget takes it; what `mount` returns, if anything, ends what it began. */
export const liveWidget = mount => ({
  render({ model, el }) {
    const session = liveSession(model);
    const unmount = mount(el, session);
    return () => {
      unmount?.();
      session.end();
    };
  },
});
