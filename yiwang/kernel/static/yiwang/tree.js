// A tree of units beside the open unit: the tree by keyboard, links between the columns, the open unit marked in it.
// Pages work without this file as a page after the other.
//
// [data-columns] holds the columns; in it [data-tree], whose nodes carry data-unit, and #unit, whose first element
// carries data-unit and data-parent; data-line, if given, has the ids of all units above it from the root down.

/** @typedef {{ target?: Element }} SwapDetail */

/** @param {Element | null} element */
function isShown(element) {
  return element instanceof HTMLElement && element.getClientRects().length > 0;
}

/**
 * The element that a link's answer goes into.
 * @param {Element} link
 * @returns {Element | null}
 */
function columnOf(link) {
  const holder = link.closest("[hx-target]");
  const target = holder?.getAttribute("hx-target") ?? "";
  if (target === "this") return holder;
  return target.startsWith("#") ? document.querySelector(target) : link;
}

// A link whose column is not on the screen (the phone shows one), or that shall open in another window, is an
// ordinary link: htmx must not hear of the click.
document.addEventListener("click", (event) => {
  const link = event.target instanceof Element ? event.target.closest("[data-columns] a[hx-get]") : null;
  if (!link) return;
  const isForOtherWindow = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  const isOnPhone = link.matches(".unit-row, .crumbs a") && !isShown(document.querySelector("[data-tree]"));
  if (isForOtherWindow || isOnPhone || !isShown(columnOf(link))) event.stopPropagation();
}, true);

// Tree (WAI-ARIA tree view): one node can be reached by Tab, the arrows go on from there.

/** @param {Element} tree */
function visibleNodes(tree) {
  const nodes = /** @type {HTMLElement[]} */ ([...tree.querySelectorAll("[role=treeitem]")]);
  return nodes.filter(isShown);
}

/**
 * @param {Element} tree
 * @param {HTMLElement | null | undefined} node
 */
function goTo(tree, node) {
  if (!node) return;
  for (const one of tree.querySelectorAll("[role=treeitem][tabindex='0']")) one.setAttribute("tabindex", "-1");
  node.tabIndex = 0;
  node.focus({ preventScroll: true });
  node.querySelector(".node-row, .node-label")?.scrollIntoView({ block: "nearest" });
}

/**
 * @param {HTMLElement} node
 * @param {boolean} isOpen
 */
function fold(node, isOpen) {
  if (node.getAttribute("aria-expanded") !== String(isOpen)) {
    /** @type {HTMLElement | null} */ (node.querySelector(":scope > .node-row > [data-node-fold]"))?.click();
  }
}

/** @param {HTMLElement} node */
function parentOf(node) {
  return /** @type {HTMLElement | null | undefined} */ (node.parentElement?.closest("[role=treeitem]"));
}

/** @type {Record<string, (tree: HTMLElement, node: HTMLElement) => void>} */
const treeKeys = {
  ArrowDown: (tree, node) => {
    const nodes = visibleNodes(tree);
    goTo(tree, nodes[nodes.indexOf(node) + 1]);
  },
  ArrowUp: (tree, node) => {
    const nodes = visibleNodes(tree);
    goTo(tree, nodes[nodes.indexOf(node) - 1]);
  },
  ArrowRight: (tree, node) => {
    if (node.getAttribute("aria-expanded") === "true") {
      goTo(tree, /** @type {HTMLElement | null} */ (node.querySelector("[role=group] > [role=treeitem]")));
    } else {
      fold(node, true);
    }
  },
  ArrowLeft: (tree, node) => {
    if (node.getAttribute("aria-expanded") === "true") fold(node, false);
    else goTo(tree, parentOf(node));
  },
  Home: (tree) => goTo(tree, visibleNodes(tree)[0]),
  End: (tree) => goTo(tree, visibleNodes(tree).at(-1)),
  Enter: (_tree, node) => open(node),
  " ": (_tree, node) => open(node),
};

/** @param {HTMLElement} node */
function open(node) {
  /** @type {HTMLElement | null} */ (node.querySelector("a.node-label"))?.click();
}

document.addEventListener("keydown", (event) => {
  const node = event.target;
  if (!(node instanceof HTMLElement) || !node.matches("[data-tree] [role=treeitem]")) return;
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  const tree = node.closest("[data-tree]");
  const act = treeKeys[event.key];
  if (!act || !(tree instanceof HTMLElement)) return;
  event.preventDefault();
  act(tree, node);
});

/** Show in the tree which unit the unit column has: mark it, or open its parent and wait for the nodes. */
function followUnit() {
  const tree = document.querySelector("[data-tree]");
  const unit = document.querySelector("#unit > [data-unit]");
  if (!(tree instanceof HTMLElement) || !(unit instanceof HTMLElement)) return;
  const node = nodeOf(tree, unit.dataset.unit);
  if (!node) {
    // Its nearest ancestor that the tree has is opened; when the nodes below that come, the next one.
    const line = (unit.dataset.line ?? unit.dataset.parent ?? "").split(" ");
    const above = line.map((one) => nodeOf(tree, one)).filter((one) => one !== null).at(-1);
    if (above) fold(above, true);
    return;
  }
  for (const one of tree.querySelectorAll("[aria-current]")) {
    one.removeAttribute("aria-current");
    one.setAttribute("aria-selected", "false");
  }
  node.setAttribute("aria-current", "true");
  node.setAttribute("aria-selected", "true");
  for (const one of tree.querySelectorAll("[role=treeitem][tabindex='0']")) one.setAttribute("tabindex", "-1");
  node.tabIndex = 0;
  for (let above = parentOf(node); above; above = parentOf(above)) fold(above, true);
  reveal(tree, node);
}

/**
 * @param {HTMLElement} tree
 * @param {string | undefined} unit
 */
function nodeOf(tree, unit) {
  return unit ? /** @type {HTMLElement | null} */ (tree.querySelector(`[data-unit="${unit}"]`)) : null;
}

/**
 * Scroll the tree's own column, never the page.
 * @param {HTMLElement} tree
 * @param {HTMLElement} node
 */
function reveal(tree, node) {
  const column = tree.parentElement;
  const row = node.querySelector(".node-row");
  if (!column || !row) return;
  const frame = column.getBoundingClientRect();
  const place = row.getBoundingClientRect();
  if (place.top < frame.top || place.bottom > frame.bottom) {
    column.scrollTop += place.top - frame.top - frame.height / 3;
  }
}

/**
 * The open unit is shown even when it stands beyond the first page of its level; when that page comes, the node
 * goes to its place with all that hangs on it.
 * @param {Element} tree
 */
function sortInKeptNode(tree) {
  /** @type {Map<string, Element>} */
  const seen = new Map();
  for (const node of tree.querySelectorAll("[data-unit]")) {
    const unit = node.getAttribute("data-unit") ?? "";
    const kept = seen.get(unit);
    if (kept) node.replaceWith(kept);
    else seen.set(unit, node);
  }
}

// htmx tells of each new element by itself: once for all of them is enough.
let isDue = false;
document.addEventListener("htmx:afterSettle", (event) => {
  const { target } = /** @type {CustomEvent<SwapDetail>} */ (event).detail;
  const isNewUnit = target?.id === "unit";
  if (isNewUnit && document.activeElement === document.body) {
    /** @type {HTMLElement | null | undefined} */ (target?.querySelector("h2"))?.focus({ preventScroll: true });
  }
  if (isDue) return;
  isDue = true;
  const isInTree = event.target instanceof Element && event.target.closest("[data-tree]") !== null;
  setTimeout(() => {
    isDue = false;
    const tree = document.querySelector("[data-tree]");
    if (tree && isInTree) sortInKeptNode(tree);
    if (isNewUnit || isInTree) followUnit();
  }, 0);
});

// 返回 and 前进 bring the page of then from the server.
document.addEventListener("htmx:historyRestore", followUnit);
followUnit();
