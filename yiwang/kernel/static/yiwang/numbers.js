// Numbers beside the doors: asked for again while the page is looked at, so that what was done on the phone is
// gone from the desk. It does not count as activity: the server leaves the session's clock alone.

const SECONDS = 4; // what is done elsewhere shows here within five

/** @param {Record<string, number>} numbers */
function show(numbers) {
  for (const mark of /** @type {NodeListOf<HTMLElement>} */ (document.querySelectorAll("[data-number]"))) {
    const number = numbers[mark.dataset.number ?? ""] ?? 0;
    mark.hidden = number === 0;
    mark.textContent = number > 99 ? "99+" : String(number);
    mark.setAttribute("aria-label", `${number}条`);
  }
}

/** @param {string} address */
function watch(address) {
  let isAsking = false;
  const ask = async () => {
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
  setInterval(ask, SECONDS * 1000);
  document.addEventListener("visibilitychange", ask);
}

const address = document.querySelector('meta[name="yiwang-numbers"]')?.getAttribute("content");
if (address && document.querySelector("[data-number]")) watch(address);
