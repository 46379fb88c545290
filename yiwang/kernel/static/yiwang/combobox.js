// Fields that are filled by choosing from what a search answers (ui/combobox.html): a WAI-ARIA combobox.

const WAIT_MS = 200;
const LEAST = 1;

/** @type {WeakSet<HTMLElement>} */
const known = new WeakSet();
let numbered = 0;

/** @param {HTMLElement} box */
function attach(box) {
  const value = box.querySelector("input[type=hidden]");
  const text = box.querySelector("input[role=combobox]");
  const list = box.querySelector("[role=listbox]");
  const address = box.dataset.combobox ?? "";
  if (!(value instanceof HTMLInputElement) || !(text instanceof HTMLInputElement)) return;
  if (!(list instanceof HTMLElement) || known.has(box)) return;
  known.add(box);

  let words = text.value;
  let clock = 0;
  let asked = 0;

  const options = () => /** @type {HTMLElement[]} */ ([...list.querySelectorAll("[role=option]")]);
  const current = () => list.querySelector("[aria-selected=true]");

  const close = () => {
    list.hidden = true;
    text.setAttribute("aria-expanded", "false");
    text.removeAttribute("aria-activedescendant");
  };

  /** @param {Element | null | undefined} option */
  const mark = (option) => {
    current()?.setAttribute("aria-selected", "false");
    if (!(option instanceof HTMLElement)) return;
    option.setAttribute("aria-selected", "true");
    option.scrollIntoView({ block: "nearest" });
    text.setAttribute("aria-activedescendant", option.id);
  };

  /** @param {Element | null} option */
  const choose = (option) => {
    if (!(option instanceof HTMLElement)) return;
    value.value = option.dataset.value ?? "";
    text.value = words = option.dataset.words ?? "";
    close();
    value.dispatchEvent(new Event("change", { bubbles: true }));
  };

  const ask = async () => {
    const typed = text.value.trim();
    const mine = ++asked;
    if (typed.length < LEAST) return close();
    const url = new URL(address, location.href);
    url.searchParams.set("q", typed);
    const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
    if (!answer?.ok || mine !== asked) return;
    const template = document.createElement("template");
    template.innerHTML = await answer.text();
    list.replaceChildren(template.content);
    for (const option of options()) option.id ||= `combobox-option-${++numbered}`;
    list.hidden = false;
    text.setAttribute("aria-expanded", "true");
    mark(options()[0]);
  };

  text.addEventListener("input", () => {
    if (text.value !== words) value.value = "";
    clearTimeout(clock);
    clock = setTimeout(ask, WAIT_MS);
  });
  text.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      choose(current());
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) {
        ask();
        return;
      }
      const all = options();
      const place = all.indexOf(/** @type {HTMLElement} */ (current()));
      mark(all[Math.min(Math.max(place + (event.key === "ArrowDown" ? 1 : -1), 0), all.length - 1)]);
    }
  });
  text.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    choose(event.target instanceof Element ? event.target.closest("[role=option]") : null);
  });
}

/** @param {ParentNode} root */
function attachAll(root) {
  for (const box of root.querySelectorAll("[data-combobox]")) attach(/** @type {HTMLElement} */ (box));
}

attachAll(document);
document.addEventListener("htmx:load", (event) => {
  if (event.target instanceof Element) attachAll(event.target);
});
