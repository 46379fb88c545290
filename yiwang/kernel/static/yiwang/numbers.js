// Numbers beside the doors, kept true while the page is looked at, so that what was done on the phone is gone
// from the desk. They come by a stream of events as they change; where there is none, the page asks for them.
// Neither counts as activity: the server leaves the session's clock alone.

const ASK_SECONDS = 4; // without a stream, what is done elsewhere still shows within five
const AGAIN_SECONDS = 30; // a stream that was refused is tried again
const HIDDEN_SECONDS = 60; // who does not look needs no stream
const ONCE_MORE_MS = 1500;

/** @type {ReturnType<typeof setTimeout> | undefined} */
let renewing;
/** @type {Record<string, number>} */
let told = {};

/** @param {Record<string, number>} numbers */
function show(numbers) {
  for (const mark of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-number]"))) {
    const number = numbers[mark.dataset.number ?? ""] ?? 0;
    const keeps = "keeps" in mark.dataset; // a tab's number is told in full, and when it is nothing too
    mark.hidden = number === 0 && !keeps;
    mark.textContent = number > 99 && !keeps ? "99+" : number.toLocaleString("en-US");
    mark.setAttribute("aria-label", `${number}条`);
  }
  // “有新的待办”: there are more than when the list was made.
  for (const hint of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-more-than]"))) {
    hint.hidden = (numbers[hint.dataset.moreOf ?? ""] ?? 0) <= Number(hint.dataset.moreThan);
  }
  told = numbers;
  renew();
}

/** What is drawn from something that changes is asked for again (hx-trigger="renew") when its number has grown. */
function renew() {
  const grown = [];
  for (const part of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-renews]"))) {
    const number = told[part.dataset.renews ?? ""] ?? 0;
    if (number <= Number(part.dataset.renewed)) continue;
    part.dispatchEvent(new Event("renew"));
    grown.push(part);
  }
  if (grown.some((part) => "renewsOften" in part.dataset)) renewOnceMore();
}

// Noted when it is truly asked for: a part that is just being exchanged does not hear "renew" yet.
document.addEventListener("htmx:beforeRequest", (event) => {
  const part = /** @type {CustomEvent<{elt: HTMLElement}>} */ (event).detail.elt;
  if (part.dataset.renews) part.dataset.renewed = String(told[part.dataset.renews] ?? part.dataset.renewed);
});

// A part that was drawn before its number grew, and came in after: nobody will tell of it again.
document.addEventListener("htmx:afterSettle", renew);

/** What changed while a part was being asked for again would be missed: it is asked for once more. */
function renewOnceMore() {
  renewing ??= setTimeout(() => {
    renewing = undefined;
    for (const part of document.querySelectorAll("[data-renews-often]")) part.dispatchEvent(new Event("renew"));
  }, ONCE_MORE_MS);
}

/** @param {string} name */
function meta(name) {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";
}

/** @param {string} address */
function asker(address) {
  let isAsking = false;
  return async () => {
    if (document.hidden || isAsking) return;
    isAsking = true;
    try {
      const answer = await fetch(address, { redirect: "manual", cache: "no-store" });
      if (answer.ok) show(await answer.json());
    } catch {
      // The network is away; the next one will tell.
    } finally {
      isAsking = false;
    }
  };
}

/**
 * @param {string} address where to ask
 * @param {string} live where the stream is, "" for none
 */
function watch(address, live) {
  const ask = asker(address);
  /** @type {EventSource | undefined} */
  let stream;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  setInterval(() => {
    if (stream?.readyState !== EventSource.OPEN) ask();
  }, ASK_SECONDS * 1000);

  const close = () => {
    clearTimeout(timer);
    stream?.close();
    stream = undefined;
  };
  const open = () => {
    close();
    if (!live) return;
    stream = new EventSource(live, { withCredentials: true });
    stream.addEventListener("numbers", (event) => show(JSON.parse(event.data)));
    stream.addEventListener("error", () => {
      if (stream?.readyState === EventSource.CLOSED) timer = setTimeout(open, AGAIN_SECONDS * 1000);
    });
  };

  document.addEventListener("visibilitychange", () => {
    clearTimeout(timer);
    if (document.hidden) {
      timer = setTimeout(close, HIDDEN_SECONDS * 1000);
    } else {
      ask();
      if (!stream) open();
    }
  });
  addEventListener("pagehide", close);
  addEventListener("pageshow", (event) => {
    if (event.persisted) open();
  });
  open();
}

const address = meta("yiwang-numbers");
if (address && document.querySelector("[data-number]")) watch(address, meta("yiwang-live"));
