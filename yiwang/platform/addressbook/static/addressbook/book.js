// The address book beside its tree (yiwang/tree.js): the row of the open card, search results by keyboard.
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
