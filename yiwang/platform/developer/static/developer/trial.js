// @ts-check
// 在线调试: gets a token of the sandbox application from the platform, calls the API with it, shows the answer.

/** @param {string} id @returns {HTMLElement} */
function part(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(id);
  return found;
}

/** @param {HTMLFormElement} form @returns {Promise<string>} */
async function token(form) {
  const answer = await fetch(form.dataset.tokenUrl ?? "", { method: "POST", body: new FormData(form) });
  if (!answer.ok) throw new Error("未能取得沙箱令牌");
  return (await answer.json()).token;
}

/** @param {HTMLFormElement} form */
async function send(form) {
  const data = new FormData(form);
  const path = String(data.get("path") ?? "");
  if (!path.startsWith("/api/v1/")) throw new Error("地址应以 /api/v1/ 开头");
  const method = form.dataset.method ?? "GET";
  const body = data.get("body");
  /** @type {Record<string, string>} */
  const headers = { Authorization: `Bearer ${await token(form)}` };
  if (body !== null && method !== "GET") headers["Content-Type"] = "application/json";
  const began = performance.now();
  const answer = await fetch(`${form.dataset.base ?? ""}${path}`, {
    method,
    headers,
    credentials: "omit",
    body: method === "GET" || body === null ? undefined : String(body),
  });
  const text = await answer.text();
  const left = answer.headers.get("X-RateLimit-Remaining");
  part("trial-status").textContent =
    `${answer.status}　${Math.round(performance.now() - began)}毫秒　请求编号 ${answer.headers.get("X-Request-ID") ?? ""}` +
    (left === null ? "" : `　剩余限额 ${left}`);
  try {
    part("trial-answer").textContent = JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    part("trial-answer").textContent = text;
  }
}

const form = document.getElementById("trial");
if (form instanceof HTMLFormElement) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    part("trial-status").textContent = "正在发送…";
    send(form).catch((error) => {
      part("trial-status").textContent = error instanceof Error ? error.message : "发送失败";
    });
  });
}
