// Putting things in order: dragging by mouse or finger, buttons, keys. The order is what the form sends: its hidden
// inputs stand in the items. Without this file each button is a round trip.

const EDGE = 80; // pixels from the window's edge where dragging begins to scroll
const STEP = 12;

/**
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
function all(root, selector) {
  return /** @type {HTMLElement[]} */ ([...root.querySelectorAll(selector)]);
}

/**
 * @param {Element} list
 * @returns {HTMLElement[]}
 */
function itemsOf(list) {
  return all(list, ":scope > [data-sort-item]");
}

/** One form with its lists. */
class Sorting {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    this.isChanged = "sortingChanged" in form.dataset;
    this.isSending = false;
    /** @type {HTMLElement | null} */
    this.dragged = null;
    this.first = this.order();
    form.addEventListener("click", (event) => this.onClick(event));
    form.addEventListener("keydown", (event) => this.onKey(event));
    form.addEventListener("pointerdown", (event) => this.onGrab(event));
    form.addEventListener("submit", () => { this.isSending = true; });
    addEventListener("beforeunload", (event) => {
      if (this.isChanged && !this.isSending) event.preventDefault();
    });
  }

  /** @returns {string} the ids as the form would send them */
  order() {
    const inputs = /** @type {HTMLInputElement[]} */ ([...this.form.querySelectorAll("input[name=item]")]);
    return inputs.map((input) => input.value).join();
  }

  /**
   * Put an item at a place of its list, and say so.
   * @param {HTMLElement} item
   * @param {number} place from 0
   */
  move(item, place) {
    const list = item.parentElement;
    if (!list) return;
    const others = itemsOf(list).filter((one) => one !== item);
    const to = Math.max(0, Math.min(place, others.length));
    if (itemsOf(list).indexOf(item) !== to) {
      list.insertBefore(item, others[to] ?? null);
      item.classList.add("is-moved");
      this.renumber(list);
    }
    this.say(item);
  }

  /** @param {Element} list */
  renumber(list) {
    const items = itemsOf(list);
    for (const [index, item] of items.entries()) {
      const place = item.querySelector("[data-sort-place]");
      if (place) place.textContent = String(index + 1);
      item.setAttribute("aria-label", `${this.nameOf(item)}，第${index + 1}位，共${items.length}位`);
    }
    this.isChanged = this.order() !== this.first || "sortingChanged" in this.form.dataset;
    const state = this.form.querySelector("[data-sort-state]");
    if (state) state.textContent = this.isChanged ? "顺序尚未保存" : "";
  }

  /** @param {HTMLElement} item */
  nameOf(item) {
    return item.querySelector("[data-sort-name] b")?.textContent ?? "";
  }

  /** @param {HTMLElement} item */
  say(item) {
    const said = this.form.querySelector("[data-sort-said]");
    if (said) said.textContent = item.getAttribute("aria-label");
  }

  /** @param {MouseEvent} event */
  onClick(event) {
    const button = event.target instanceof Element ? event.target.closest("button[name=move]") : null;
    const item = /** @type {HTMLElement | null | undefined} */ (button?.closest("[data-sort-item]"));
    const list = item?.parentElement;
    if (!(button instanceof HTMLButtonElement) || !item || !list) return;
    event.preventDefault();
    const at = itemsOf(list).indexOf(item);
    const way = button.value.split(":")[1];
    if (way === "to") {
      this.moveToTyped(item);
    } else {
      this.move(item, way === "up" ? at - 1 : way === "down" ? at + 1 : 0);
      button.focus();
    }
  }

  /** @param {HTMLElement} item */
  moveToTyped(item) {
    const input = /** @type {HTMLInputElement | null} */ (item.querySelector("input[type=number]"));
    const place = Number(input?.value);
    if (!input || !Number.isInteger(place) || place < 1) {
      input?.focus();
      return;
    }
    input.value = "";
    this.move(item, place - 1);
    item.focus();
    item.scrollIntoView({ block: "nearest" });
  }

  /** @param {KeyboardEvent} event */
  onKey(event) {
    const target = event.target instanceof HTMLElement ? event.target : null;
    const item = /** @type {HTMLElement | null | undefined} */ (target?.closest("[data-sort-item]"));
    const list = item?.parentElement;
    if (!target || !item || !list) return;
    if (event.key === "Enter" && target.matches("input[type=number]")) {
      event.preventDefault();
      this.moveToTyped(item);
      return;
    }
    if (!event.altKey || event.ctrlKey || event.metaKey) return;
    const at = itemsOf(list).indexOf(item);
    /** @type {Record<string, number>} */
    const places = { ArrowUp: at - 1, ArrowDown: at + 1, Home: 0, End: itemsOf(list).length - 1 };
    if (!(event.key in places)) return;
    event.preventDefault();
    this.move(item, places[event.key]);
    target.focus();
    item.scrollIntoView({ block: "nearest" });
  }

  /** @param {PointerEvent} event */
  onGrab(event) {
    const handle = event.target instanceof Element ? event.target.closest("[data-sort-handle]") : null;
    const item = /** @type {HTMLElement | null | undefined} */ (handle?.closest("[data-sort-item]"));
    if (!(handle instanceof HTMLElement) || !item || event.button !== 0) return;
    event.preventDefault();
    this.dragged = item;
    item.classList.add("is-dragged");
    handle.setPointerCapture(event.pointerId);
    const follow = (/** @type {PointerEvent} */ moved) => this.follow(moved.clientY);
    const drop = () => {
      handle.removeEventListener("pointermove", follow);
      item.classList.remove("is-dragged");
      this.dragged = null;
      this.say(item);
    };
    handle.addEventListener("pointermove", follow);
    handle.addEventListener("lostpointercapture", drop, { once: true });
  }

  /**
   * Let the dragged item stand where the pointer is; at the window's edge the page goes along.
   * @param {number} y
   */
  follow(y) {
    const item = this.dragged;
    const list = item?.parentElement;
    if (!item || !list) return;
    if (y < EDGE) scrollBy(0, -STEP);
    else if (y > innerHeight - EDGE) scrollBy(0, STEP);
    const others = itemsOf(list).filter((one) => one !== item);
    const before = others.filter((one) => {
      const place = one.getBoundingClientRect();
      return place.top + place.height / 2 < y;
    }).length;
    let at = itemsOf(list).indexOf(item);
    if (at === before) return;
    // The others pass by it: an element that is itself taken out of the page loses the pointer.
    for (; at < before; at += 1) if (item.nextElementSibling) list.insertBefore(item.nextElementSibling, item);
    for (; at > before; at -= 1) if (item.previousElementSibling) item.after(item.previousElementSibling);
    item.classList.add("is-moved");
    this.renumber(list);
  }
}

for (const form of all(document, "form[data-sorting]")) {
  if (form instanceof HTMLFormElement) new Sorting(form);
}
