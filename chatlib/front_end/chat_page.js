// The chat page: the panel in a window of its own. It asks for a name first; then there is a field for another one,
// and a button to leave and to join.

import { ChatClient } from "./chat_client.js";
import { mount } from "./chat_panel.js";
import { say } from "./chat_words.js";
import { element } from "./dom.js";
import { entitle } from "./tab_mark.js";
import { forget, recall, remember } from "./tab_memory.js";
import { words } from "./words.js";

const also = words({
  en: { name: "Your name", leave: "Leave", join: "Join", any: "Left blank, the room gives you one." },
  zh: { name: "你的名字", leave: "离开", join: "加入", any: "留空的话，由聊天室给你一个。" },
});

const query = new URLSearchParams(location.search);
const asked = (/** @type {string} */ key) => query.getAll(key).at(-1) ?? ""; // the last one, as at the server
const room = asked("room") || "lobby";
const main = /** @type {HTMLElement} */ (document.querySelector("main"));

/** @param {string} [value] */
const nameField = (value = "") =>
  element("input", {
    class: "name",
    dir: "auto",
    autocomplete: "nickname",
    spellcheck: "false",
    "aria-label": also.name,
    placeholder: also.name,
    value,
  });

/** Ask who comes, and let them in. No form: a sandboxed frame submits none. */
function ask() {
  const field = nameField();
  const join = () => enter(field.value.trim());
  field.addEventListener("keydown", event => {
    if (event.key !== "Enter" || event.isComposing || event.keyCode === 229) return;
    event.preventDefault(); // else this Enter is a line break in the message field, which has the focus by then
    join();
  });
  const title = element("h1", {}, ...say.room(room));
  const button = element("button", { class: "main", type: "button", text: also.join, onclick: join });
  entitle(title.textContent ?? "");
  main.replaceChildren(
    element("div", { class: "chatlib chatlib-door" }, title, field, button, element("p", { text: also.any })),
  );
  field.focus();
}

/** @param {string} wanted the name to ask for; "" for any */
function enter(wanted) {
  const client = new ChatClient(location, { room, name: wanted, passcode: asked("passcode") });
  let name = "";
  let isHere = true; // or on the way there

  const field = nameField(wanted);
  const button = element("button", {
    type: "button",
    onclick: () => client.send({ do: isHere ? "leave" : "join" }),
  });

  function showName() {
    if (document.activeElement !== field) field.value = name;
  }

  field.addEventListener("change", () => {
    const next = field.value.trim();
    if (next && next !== name) client.send({ do: "rename", name: next });
    else showName();
    field.blur(); // so that the name we are given, maybe "Ada (2)", shows here
  });
  client.on(({ kind, data }) => {
    if (kind === "room") {
      entitle(element("span", {}, ...say.room(data.room)).textContent ?? "");
      name = data.name;
      showName();
    } else if (kind === "refused") {
      showName();
    } else if (kind === "connection") {
      isHere = data.state !== "CLOSED" || data.retry_in !== null;
      button.textContent = isHere ? also.leave : also.join;
      button.disabled = data.state === "CLOSING";
    }
  });
  mount(main, client, { hasKernel: false, heading: "h1", beside: element("div", { class: "beside" }, field, button) });
  main.querySelector("textarea")?.focus();
}

// Another name in the address than the one that this tab came by is another person, and no reload.
if (asked("name") && asked("name") !== recall("asked")) {
  for (const key of ["name", "client", "said"]) forget(key);
  remember("asked", asked("name"));
}
const known = asked("name") || recall("name");
if (known) enter(known);
else ask();
