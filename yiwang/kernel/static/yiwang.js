// Behaviours of all pages, attached by data-attributes and attached anew to whatever htmx brings in.
// Pages work without this file, less comfortably; nothing here decides anything about the business.

/**
 * What this file uses of htmx.
 * @typedef {object} Htmx
 * @property {(callback: (element: Element) => void) => void} onLoad
 */

/** @typedef {{ xhr: XMLHttpRequest, shouldSwap: boolean, isError: boolean, serverResponse: string }} SwapDetail */
/** @typedef {{ path: string, verb: string, headers: Record<string, string> }} ConfigDetail */
/** @typedef {{ question: string | null, issueRequest: (skip?: boolean) => void, elt: Element }} ConfirmDetail */

const htmx = /** @type {{ htmx?: Htmx }} */ (/** @type {unknown} */ (globalThis)).htmx;
const NOTICE_SECONDS = 6;
const IDLE_WARNING_SECONDS = 120;

/**
 * @param {string} name
 * @returns {string} the cookie's value, "" when there is none
 */
function cookie(name) {
  const found = document.cookie.split("; ").find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : "";
}

/**
 * @param {string} name
 * @returns {string} content of the meta tag, "" when there is none
 */
function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";
}

/**
 * The element itself, if it fits, and all fitting ones below it.
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {HTMLElement[]}
 */
function all(root, selector) {
  const below = /** @type {HTMLElement[]} */ ([...root.querySelectorAll(selector)]);
  return root instanceof HTMLElement && root.matches(selector) ? [root, ...below] : below;
}

// Notices

/** @param {HTMLElement} notice */
function dismissLater(notice) {
  const stays = notice.classList.contains("notice-danger");
  notice.querySelector("[data-close-notice]")?.addEventListener("click", () => notice.remove());
  if (!stays) setTimeout(() => notice.remove(), NOTICE_SECONDS * 1000);
}

/**
 * Say something in the corner.
 * @param {string} text
 * @param {"danger" | "warning" | "info" | "success"} [kind]
 */
export function say(text, kind = "danger") {
  const template = document.getElementById("toast-template");
  const corner = document.getElementById("toasts");
  if (!(template instanceof HTMLTemplateElement) || !corner) return;
  const notice = template.content.firstElementChild?.cloneNode(true);
  if (!(notice instanceof HTMLElement)) return;
  notice.className = `notice notice-${kind}`;
  const words = notice.querySelector("[data-notice-text]");
  if (words) words.textContent = text;
  corner.append(notice);
  dismissLater(notice);
}

// Confirmation

/**
 * Ask in the page's own dialog.
 * @param {string} question
 * @param {boolean} isDangerous
 * @returns {Promise<boolean>}
 */
function ask(question, isDangerous) {
  const dialog = document.getElementById("confirm");
  if (!(dialog instanceof HTMLDialogElement)) return Promise.resolve(globalThis.confirm(question));
  const words = dialog.querySelector("#confirm-text");
  if (words) words.textContent = question;
  dialog.querySelector("[data-confirm-yes]")?.classList.toggle("btn-danger-solid", isDangerous);
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
  });
}

/** @type {WeakSet<HTMLFormElement>} */
const confirmed = new WeakSet();

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement)) return;
  const question = form.dataset.confirm;
  if (question && !confirmed.has(form)) {
    event.preventDefault();
    event.stopImmediatePropagation();
    const submitter = /** @type {SubmitEvent} */ (event).submitter;
    if (await ask(question, "confirmDanger" in form.dataset)) {
      confirmed.add(form);
      form.requestSubmit(submitter);
    }
    return;
  }
  confirmed.delete(form);
  blockSecondSubmit(event, form);
}, true);

document.addEventListener("htmx:confirm", async (event) => {
  const detail = /** @type {CustomEvent<ConfirmDetail>} */ (event).detail;
  if (!detail.question) return;
  event.preventDefault();
  if (await ask(detail.question, detail.elt.hasAttribute("data-confirm-danger"))) detail.issueRequest(true);
});

// One click, one submission

/**
 * @param {Event} event
 * @param {HTMLFormElement} form
 */
function blockSecondSubmit(event, form) {
  if (form.method === "get" || form.method === "dialog") return;
  if (form.dataset.sending === "true") {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  form.dataset.sending = "true";
  const submitter = /** @type {SubmitEvent} */ (event).submitter;
  // After the browser has collected the form's values: a disabled button's own value would be lost.
  setTimeout(() => submitter?.classList.add("is-busy"), 0);
}

/** @param {ParentNode} root */
function allowSubmit(root) {
  for (const form of all(root, "form[data-sending]")) delete form.dataset.sending;
  for (const button of all(root, ".btn.is-busy")) button.classList.remove("is-busy");
}

addEventListener("pageshow", (event) => {
  if (event.persisted) allowSubmit(document);
});

// htmx: token, errors, progress line

document.addEventListener("htmx:configRequest", (event) => {
  const detail = /** @type {CustomEvent<ConfigDetail>} */ (event).detail;
  if (detail.verb !== "get") detail.headers["X-CSRFToken"] = cookie("yiwang_csrf");
});

document.addEventListener("htmx:beforeSwap", (event) => {
  const detail = /** @type {CustomEvent<SwapDetail>} */ (event).detail;
  const { xhr } = detail;
  if (xhr.status < 400) return;
  if (xhr.status === 401) {
    toLogin();
  } else if (xhr.status === 422 || xhr.getResponseHeader("HX-Retarget")) {
    // Our own answers: a form with its errors, or a toast for the corner.
    detail.shouldSwap = true;
    detail.isError = false;
  } else {
    say(xhr.status >= 500 ? "系统繁忙，请稍后重试" : "操作未完成，请刷新页面后重试");
  }
});

document.addEventListener("htmx:sendError", () => say("网络连接中断，请检查网络后重试"));
document.addEventListener("htmx:timeout", () => say("网络响应超时，请稍后重试"));

let running = 0;
/** @param {1 | -1} step */
function moveProgressLine(step) {
  running = Math.max(0, running + step);
  document.querySelector("[data-progress-line]")?.classList.toggle("is-moving", running > 0);
}
document.addEventListener("htmx:beforeRequest", () => moveProgressLine(1));
document.addEventListener("htmx:afterRequest", (event) => {
  moveProgressLine(-1);
  if (event.target instanceof HTMLElement) allowSubmit(event.target);
});

/** Go to the login page, and come back here afterwards. */
function toLogin() {
  const login = meta("yiwang-login");
  if (login) location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
}

// Keyboard

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof HTMLElement && (target.isContentEditable || target.matches("input, textarea, select"));
}

document.addEventListener("keydown", (event) => {
  if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !isTyping(event.target)) {
    const search = document.querySelector("[data-search-input]");
    if (search instanceof HTMLInputElement && search.offsetParent) {
      event.preventDefault();
      search.focus();
      search.select();
    }
  } else if (event.key === "Escape") {
    closeSuggestions(event.target);
  }
});

// Search suggestions

/** @param {EventTarget | null} inside */
function closeSuggestions(inside) {
  if (!(inside instanceof Element) || !inside.closest("[data-suggest]")) return;
  const list = inside.closest("[data-suggest]")?.querySelector("[data-suggestions]");
  list?.replaceChildren();
  const input = inside.closest("[data-suggest]")?.querySelector("input");
  input?.setAttribute("aria-expanded", "false");
  input?.blur();
}

/** @param {HTMLElement} form */
function attachSuggestions(form) {
  const input = form.querySelector("input");
  const list = form.querySelector("[data-suggestions]");
  if (!input || !list) return;
  new MutationObserver(() => input.setAttribute("aria-expanded", String(list.childElementCount > 0)))
    .observe(list, { childList: true });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    const items = /** @type {HTMLElement[]} */ ([...list.querySelectorAll("a")]);
    if (!items.length) return;
    event.preventDefault();
    const now = items.findIndex((item) => item === document.activeElement);
    const next = now + (event.key === "ArrowDown" ? 1 : -1);
    if (next < 0) input.focus();
    else items[Math.min(next, items.length - 1)].focus();
  });
}

// Small behaviours

/** @param {HTMLElement} button */
function attachCopy(button) {
  button.addEventListener("click", async () => {
    try {
      await copy(button.dataset.copy ?? "");
      button.classList.add("is-done");
      setTimeout(() => button.classList.remove("is-done"), 1500);
    } catch {
      say("浏览器不允许复制，请手工选择文字", "warning");
    }
  });
}

/**
 * The clipboard's own interface exists on HTTPS only; inside the office network pages may come by HTTP.
 * @param {string} text
 */
async function copy(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const field = document.createElement("textarea");
  field.value = text;
  field.className = "visually-hidden";
  document.body.append(field);
  field.select();
  const isCopied = document.execCommand("copy");
  field.remove();
  if (!isCopied) throw new Error("refused");
}

/** @param {HTMLElement} button */
function attachFold(button) {
  button.addEventListener("click", () => {
    const isNarrow = document.documentElement.classList.toggle("menu-narrow");
    document.cookie = `yiwang_menu=${isNarrow ? "narrow" : "wide"}; path=/; max-age=31536000; samesite=lax`;
  });
}

/** @param {HTMLElement} button */
function attachNode(button) {
  button.addEventListener("click", () => {
    const node = button.closest("[role=treeitem]");
    node?.setAttribute("aria-expanded", String(node.getAttribute("aria-expanded") !== "true"));
  });
}

/** @param {HTMLElement} area */
function attachCount(area) {
  if (!(area instanceof HTMLTextAreaElement) || area.maxLength < 0) return;
  const shown = document.createElement("span");
  shown.className = "text-count";
  area.after(shown);
  const show = () => { shown.textContent = `${area.value.length}/${area.maxLength}`; };
  area.addEventListener("input", show);
  show();
}

/** @param {HTMLElement} element */
function attachAutoSubmit(element) {
  element.addEventListener("change", () => element.closest("form")?.requestSubmit());
}

/** @param {HTMLElement} button */
function attachBack(button) {
  if (history.length < 2) button.hidden = true;
  button.addEventListener("click", () => history.back());
}

/** @param {HTMLElement} button */
function attachPrint(button) {
  button.addEventListener("click", () => globalThis.print());
}

/** @param {HTMLElement} box */
function attachToggleAll(box) {
  box.addEventListener("change", () => {
    if (!(box instanceof HTMLInputElement)) return;
    for (const one of all(document, `input[name="${box.dataset.toggleAll}"]`)) {
      if (one instanceof HTMLInputElement && !one.disabled) one.checked = box.checked;
    }
  });
}

/** @param {HTMLElement} button */
function attachOpenDialog(button) {
  button.addEventListener("click", () => {
    const dialog = document.getElementById(button.dataset.openDialog ?? "");
    if (dialog instanceof HTMLDialogElement) dialog.showModal();
  });
}

/** @param {HTMLElement} button */
function attachCloseDialog(button) {
  button.addEventListener("click", () => button.closest("dialog")?.close());
}

/** @param {HTMLElement} part  what htmx has brought into a dialog opens it */
function attachShowDialog(part) {
  const dialog = part.closest("dialog");
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}

/** @param {HTMLElement} button  a phrase that is often written: one click writes it into the field named */
function attachPhrase(button) {
  button.addEventListener("click", () => {
    const field = document.getElementById(button.dataset.phraseFor ?? "");
    if (!(field instanceof HTMLTextAreaElement)) return;
    const written = field.value.trim();
    field.value = written ? `${written}\n${button.dataset.phrase}` : button.dataset.phrase ?? "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

/** @param {HTMLElement} picker  who is chosen moves up and stays while one searches for others */
function attachPicker(picker) {
  const chosen = picker.querySelector("[data-picker-chosen]");
  const found = picker.querySelector("[data-picker-found]");
  if (!chosen || !found) return;
  picker.addEventListener("change", (event) => {
    const box = event.target;
    const entry = box instanceof HTMLInputElement ? box.closest("li") : null;
    if (!(box instanceof HTMLInputElement) || !entry) return;
    if (chosen.contains(entry)) {
      if (!box.checked) entry.remove();
      return;
    }
    if (box.type === "radio") chosen.replaceChildren();
    chosen.append(entry);
    box.focus();
  });
  picker.addEventListener("htmx:afterSwap", () => {
    for (const box of all(chosen, "input")) {
      const value = box instanceof HTMLInputElement ? box.value : "";
      found.querySelector(`input[value="${CSS.escape(value)}"]`)?.closest("li")?.remove();
    }
  });
}

/** @param {HTMLElement} form  its answer is a file: the page stays, and may ask for another */
function attachDownload(form) {
  form.addEventListener("submit", () => {
    setTimeout(() => form.closest("dialog")?.close(), 0);
    setTimeout(() => allowSubmit(form), 3000);
  });
}

/** @param {HTMLElement} button  phones show the search box only, until more is asked for */
function attachMoreFilters(button) {
  button.addEventListener("click", () => {
    const isOpen = button.closest("form")?.classList.toggle("is-open") ?? false;
    button.setAttribute("aria-expanded", String(isOpen));
  });
}

/** @param {HTMLElement} bar  tabs wider than the phone: show the current one */
function attachTabs(bar) {
  const current = bar.querySelector("[aria-current]");
  if (current instanceof HTMLElement) bar.scrollLeft = current.offsetLeft - (bar.clientWidth - current.offsetWidth) / 2;
}

/** @param {HTMLElement} words  how long administration mode lasts; the server ends it */
function attachMode(words) {
  const until = Date.parse(words.dataset.modeUntil ?? "");
  const show = () => {
    const seconds = Math.ceil((until - Date.now()) / 1000);
    words.textContent = seconds <= 0 ? "已到时，管理权限不再生效"
      : seconds > 60 ? `剩余${Math.ceil(seconds / 60)}分钟` : `剩余${seconds}秒`;
    if (seconds <= 0) clearInterval(clock);
  };
  const clock = setInterval(show, 1000);
  show();
}

/** @type {[string, (element: HTMLElement) => void][]} */
const behaviours = [
  ["[data-notice]", dismissLater],
  ["[data-suggest]", attachSuggestions],
  ["[data-copy]", attachCopy],
  ["[data-fold-menu]", attachFold],
  ["[data-node-fold]", attachNode],
  ["[data-count]", attachCount],
  ["[data-auto-submit]", attachAutoSubmit],
  ["[data-go-back]", attachBack],
  ["[data-print]", attachPrint],
  [".view-tabs", attachTabs],
  ["[data-open-dialog]", attachOpenDialog],
  ["[data-close-dialog]", attachCloseDialog],
  ["[data-show-dialog]", attachShowDialog],
  ["[data-phrase]", attachPhrase],
  ["[data-picker]", attachPicker],
  ["[data-download]", attachDownload],
  ["[data-more-filters]", attachMoreFilters],
  ["[data-toggle-all]", attachToggleAll],
  ["[data-mode-until]", attachMode],
];
/** @type {WeakMap<HTMLElement, Set<string>>} */
const attached = new WeakMap();

/** @param {ParentNode} root */
function attach(root) {
  for (const [selector, behaviour] of behaviours) {
    for (const element of all(root, selector)) {
      const known = attached.get(element) ?? new Set();
      if (known.has(selector)) continue;
      attached.set(element, known.add(selector));
      behaviour(element);
    }
  }
}

// Idle warning: the server ends the session; here the user is told two minutes before.

function watchIdle() {
  const seconds = Number(meta("yiwang-idle-seconds"));
  const dialog = document.getElementById("idle");
  if (!seconds || !(dialog instanceof HTMLDialogElement)) return;
  const left = dialog.querySelector("[data-idle-left]");
  // All windows of one session tell each other when the server has heard of the user.
  const windows = new BroadcastChannel("yiwang-activity");
  let lastRequest = Date.now();
  let hasTyped = false;
  const touch = () => {
    lastRequest = Date.now();
    hasTyped = false;
    windows.postMessage("seen");
  };
  const tellServer = async () => {
    try {
      const answer = await fetch(meta("yiwang-alive"), { method: "HEAD", redirect: "manual", cache: "no-store" });
      if (answer.ok) touch();
      else toLogin();
    } catch {
      say("网络连接中断，请检查网络后重试");
    }
  };
  windows.addEventListener("message", () => { lastRequest = Date.now(); });
  document.addEventListener("htmx:afterRequest", touch);
  document.addEventListener("input", () => { hasTyped = true; });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === "stay") tellServer();
    dialog.returnValue = "";
  });
  touch();
  setInterval(() => {
    const remaining = Math.round(seconds - (Date.now() - lastRequest) / 1000);
    if (remaining <= 0) {
      toLogin();
    } else if (hasTyped && remaining < seconds / 2) {
      // Writing a long text is work too: the session must not end under it.
      hasTyped = false;
      tellServer();
    } else if (remaining <= IDLE_WARNING_SECONDS) {
      if (left) left.textContent = remaining > 60 ? `${Math.ceil(remaining / 60)}分钟` : `${remaining}秒`;
      if (!dialog.open) dialog.showModal();
    } else if (dialog.open) {
      dialog.close("elsewhere");
    }
  }, 1000);
}

if (htmx) htmx.onLoad((element) => { if (element instanceof HTMLElement) attach(element); });
attach(document);
watchIdle();
