// The chat page: the panel in a window of its own, with a field for one's name, and a button to leave and to join.

import { ChatClient } from "./chat_client.js";
import { mount } from "./chat_panel.js";
import { say } from "./chat_words.js";
import { element } from "./dom.js";
import { words } from "./words.js";

const also = words({
  en: { name: "Your name", leave: "Leave", join: "Join" },
  zh: { name: "你的名字", leave: "离开", join: "加入" },
});

const query = new URLSearchParams(location.search);
const asked = (/** @type {string} */ key) => query.getAll(key).at(-1) ?? ""; // the last one, as at the server
const client = new ChatClient(location, {
  room: asked("room") || "lobby",
  name: asked("name"),
  passcode: asked("passcode"),
});

let name = "";
let isHere = true; // or on the way there

const nameField = element("input", {
  class: "name",
  autocomplete: "nickname",
  spellcheck: "false",
  "aria-label": also.name,
  placeholder: also.name,
  onchange: askForName,
});
const leaveButton = element("button", {
  type: "button",
  onclick: () => client.send({ do: isHere ? "leave" : "join" }),
});

function askForName() {
  const wanted = nameField.value.trim();
  if (wanted && wanted !== name) client.send({ do: "rename", name: wanted });
  else showName();
  nameField.blur(); // so that the name we are given, maybe "Ada (2)", shows here
}

function showName() {
  if (document.activeElement !== nameField) nameField.value = name;
}

client.on(({ kind, data }) => {
  if (kind === "room") {
    document.title = say.room(data.room);
    name = data.name;
    showName();
  } else if (kind === "refused") {
    showName();
  } else if (kind === "connection") {
    isHere = data.state !== "CLOSED" || data.retry_in !== null;
    leaveButton.textContent = isHere ? also.leave : also.join;
    leaveButton.disabled = data.state === "CLOSING";
  }
});

const main = /** @type {HTMLElement} */ (document.querySelector("main"));
const beside = element("div", { class: "beside" }, nameField, leaveButton);
mount(main, client, { hasKernel: false, heading: "h1", beside });
main.querySelector("textarea")?.focus();
