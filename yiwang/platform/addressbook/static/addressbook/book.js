// The address book beside its tree (yiwang/tree.js): the row of the open card; tree, list, card and search by keyboard.
// Pages work without this file as a page after the other.

/** Mark the row of the person whose card is open. */
function followCard() {
  const card = document.querySelector("#card [data-card]");
  const id = card instanceof HTMLElement ? card.dataset.card : "";
  for (const row of document.querySelectorAll("[data-person]")) {
    if (!(row instanceof HTMLElement)) continue;
    if (row.dataset.person === id) row.setAttribute("aria-current", "true");
    else row.removeAttribute("aria-current");
  }
}

document.addEventListener("htmx:afterSettle", followCard);

// Search: from the box into the results and back by the arrows; Enter opens the first.

document.addEventListener("keydown", (event) => {
  const from = event.target;
  const finder = from instanceof HTMLElement ? from.closest("[data-finder]") : null;
  if (!finder || event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const input = /** @type {HTMLInputElement | null} */ (finder.querySelector("[data-finder-input]"));
  const results = finder.querySelector("[data-found]");
  if (!input || !(results instanceof HTMLElement)) return;
  const links = /** @type {HTMLElement[]} */ ([...results.querySelectorAll(".unit-row, .person, .more a")]);
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    const next = links.findIndex((one) => one === document.activeElement) + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0) input.focus();
    else links[Math.min(next, links.length - 1)]?.focus();
  } else if (event.key === "Enter" && from === input && links[0] && results.dataset.found === input.value.trim()) {
    event.preventDefault();
    links[0].click();
  } else if (event.key === "Escape" && from !== input) {
    input.focus();
    input.select();
  }
});

// Lists: the arrows go from row to row; Enter opens the card, the right arrow goes into it. Escape goes back: from
// the card to its row, from the list to the tree. Enter on the open unit's node goes into its list. "/" searches.

/**
 * @param {string} selector
 * @returns {HTMLElement | null}
 */
function first(selector) {
  return document.querySelector(selector);
}

function rowsOfList() {
  const rows = document.querySelectorAll(".book-unit .person, .book-unit .unit-row, .book-unit .more a");
  return /** @type {HTMLElement[]} */ ([...rows]).filter((one) => one.getClientRects().length > 0);
}

/** @type {Record<string, (row: HTMLElement) => HTMLElement | null | undefined>} */
const rowKeys = {
  ArrowDown: (row) => rowsOfList()[rowsOfList().indexOf(row) + 1],
  ArrowUp: (row) => rowsOfList()[rowsOfList().indexOf(row) - 1],
  Home: () => rowsOfList()[0],
  End: () => rowsOfList().at(-1),
  ArrowRight: () => first("#card [data-card] a, #card [data-card] button"),
  Escape: () => first("[data-tree] [role=treeitem][tabindex='0']"),
};

/**
 * Where the key leads from the element that has the focus; null when it is not ours.
 * @param {HTMLElement} from
 * @param {string} key
 * @returns {HTMLElement | null | undefined}
 */
function destination(from, key) {
  if (key === "/" && !from.matches("input, textarea, select")) return first(".book-search input");
  if (from.closest("[data-finder]")) return null;
  if (from.matches(".book-unit .person, .book-unit .unit-row, .book-unit .more a")) return rowKeys[key]?.(from);
  if (key === "Escape" && from.closest("#card")) return first("[data-person][aria-current] .person");
  if (key === "Enter" && from.matches("[data-tree] [aria-current='true']")) return rowsOfList()[0];
  return null;
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (!(event.target instanceof HTMLElement)) return;
  const to = destination(event.target, event.key);
  if (!to || to.getClientRects().length === 0) return;
  event.preventDefault();
  event.stopPropagation();
  to.focus();
  if (to instanceof HTMLInputElement) to.select();
}, true);
