// Ask for a name, where nobody has said how the person at this kernel is called.

import { element, submitOnEnter } from "./dom.js";
import { words } from "./words.js";

const say = words({
  en: { name: "Your name", use: "That is me" },
  zh: { name: "你的名字", use: "这就是我" },
});

/**
 * Make a field for it, which goes when it was answered.
 *
 * @param {(name: string) => void} use
 */
export function namePrompt(use) {
  const field = element("input", {
    "aria-label": say.name,
    placeholder: say.name,
    autocomplete: "nickname",
    spellcheck: "false",
    onkeydown: submitOnEnter,
  });
  const button = element("button", { text: say.use });
  const form = element("form", { class: "name-prompt", onsubmit: answered }, field, button);

  /** @param {Event} event */
  function answered(event) {
    event.preventDefault();
    const name = field.value.trim();
    if (!name) return;
    form.remove();
    use(name);
  }
  return form;
}
