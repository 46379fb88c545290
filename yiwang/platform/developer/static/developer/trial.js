// @ts-check
// 在线调试: gets a token of the sandbox application from the platform, calls the API with it, shows the answer.
// Calls that wait for events go to where the platform holds them; what a stream brings is shown as it comes.

/** @param {string} id @returns {HTMLElement} */
function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(id);
  return found;
}

const LONGEST = 200_000; // characters of an answer that are shown

/** @param {HTMLFormElement} form @param {AbortSignal} signal @returns {Promise<string>} */
async function token(form, signal) {
  const answer = await fetch(form.dataset.tokenUrl ?? "", { method: "POST", body: new FormData(form), signal });
  if (!answer.ok) throw new Error("未能取得沙箱令牌，请刷新页面后重试");
  return (await answer.json()).token;
}

/** @param {FormData} data @param {string} method @returns {string | undefined} */
function checkedBody(data, method) {
  const body = data.get("body");
  if (body === null || method === "GET") return undefined;
  try {
    JSON.parse(String(body));
  } catch (problem) {
    throw new Error(`正文不是有效的 JSON：${problem instanceof Error ? problem.message : ""}`);
  }
  return String(body);
}

/** @param {string} text @returns {string} */
function readable(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

/** @param {Response} answer */
async function showStream(answer) {
  const shown = part("trial-answer");
  const reader = answer.body?.pipeThrough(new TextDecoderStream()).getReader();
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { value: "", done: true };
    if (done) return;
    // Lines that only keep the connection alive are not for people.
    shown.textContent = ((shown.textContent ?? "") + (value ?? "").replaceAll(/^: *\n\n/gm, "")).slice(-LONGEST);
  }
}

/** @param {HTMLFormElement} form @param {AbortSignal} signal */
async function send(form, signal) {
  const data = new FormData(form);
  const path = String(data.get("path") ?? "").trim();
  const method = form.dataset.method ?? "GET";
  if (!path.startsWith("/api/v1/")) throw new Error("地址应以 /api/v1/ 开头");
  if (/[{}]/.test(path)) throw new Error("请把地址中的花括号换成实际编号");
  const body = checkedBody(data, method);
  /** @type {Record<string, string>} */
  const headers = { Authorization: `Bearer ${await token(form, signal)}` };
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const waits = /^\/api\/v1\/events(\/stream)?(\?|$)/.test(path);
  const base = (waits ? form.dataset.waiting : form.dataset.base) ?? "";
  const began = performance.now();
  const answer = await fetch(base + path, { method, headers, credentials: "omit", body, signal });
  const left = answer.headers.get("X-RateLimit-Remaining");
  const id = answer.headers.get("X-Request-ID");
  const summary =
    `${answer.status}　${Math.round(performance.now() - began)}毫秒` +
    (id === null ? "" : `　请求编号 ${id}`) +
    (left === null ? "" : `　剩余限额 ${left}`);
  if (answer.headers.get("Content-Type")?.startsWith("text/event-stream")) {
    part("trial-status").textContent = `${summary}　正在接收事件…`;
    await showStream(answer);
    part("trial-status").textContent = "事件流已断开";
  } else {
    part("trial-answer").textContent = readable(await answer.text()).slice(0, LONGEST);
    part("trial-status").textContent = summary;
  }
}

/** @param {unknown} problem @returns {string} */
function words(problem) {
  if (problem instanceof DOMException && problem.name === "AbortError") return "已停止";
  if (problem instanceof TypeError) return "未能连接沙箱，请稍后重试";
  return problem instanceof Error ? problem.message : "发送失败";
}

const form = document.getElementById("trial");
if (form instanceof HTMLFormElement) {
  const stop = part("trial-stop");
  const submit = form.querySelector("button[type=submit]");
  /** @type {AbortController | null} */
  let running = null;
  stop.addEventListener("click", () => running?.abort());
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) return;
    running = new AbortController();
    part("trial-status").textContent = "正在发送…";
    part("trial-answer").textContent = "";
    stop.hidden = false;
    submit?.setAttribute("aria-busy", "true");
    send(form, running.signal)
      .catch((problem) => {
        part("trial-status").textContent = words(problem);
      })
      .finally(() => {
        running = null;
        stop.hidden = true;
        submit?.removeAttribute("aria-busy");
      });
  });
}
