// An export that tells how far it is and can be stopped. Without this script the file is a plain download.
// What has arrived is held as a Blob, which browsers keep outside of the page's memory.
const form = document.querySelector("[data-export]");
const state = document.querySelector("[data-export-state]");
const PIECE = 4 * 1024 * 1024;
let running = null;

const say = (text) => { state.querySelector("p").textContent = text; };
const busy = (controller) => {
  running = controller;
  form.querySelector("[type=submit]").disabled = Boolean(controller);
  state.hidden = false;
  for (const part of state.querySelectorAll("progress, button")) part.hidden = !controller;
};

// How far it is, in the words of the server; the log knows it.
const ask = async (address) => {
  const answer = await (await fetch(address)).json();
  const bar = state.querySelector("progress");
  bar.max = answer.total || 1;
  bar.value = answer.rows;
  say(answer.text);
  return answer.over;
};

// The server notices a closed connection with its next piece.
const askUntilOver = async (address, times = 20) => {
  for (let tried = 0; tried < times; tried += 1) {
    if (await ask(address)) return;
    await new Promise((done) => { setTimeout(done, 500); });
  }
};

const collected = async (response) => {
  const type = response.headers.get("Content-Type");
  const reader = response.body.getReader();
  let [whole, pieces, size] = [new Blob([], { type }), [], 0];
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    pieces.push(next.value);
    size += next.value.length;
    if (size >= PIECE) [whole, pieces, size] = [new Blob([whole, ...pieces], { type }), [], 0];
  }
  return new Blob([whole, ...pieces], { type });
};

const save = (file, response) => {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = response.headers.get("Content-Disposition").match(/filename="([^"]+)"/)[1];
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
};

// A refusal is the page again: its form says why, and keeps what was chosen.
const refused = async (response) => {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.querySelector("[data-export]");
  if (!fresh) { location.reload(); return; }
  form.replaceChildren(...fresh.childNodes);
  state.hidden = true;
  const field = form.querySelector("[aria-invalid=true], .w-field--error :is(input, select)");
  (field ?? form.querySelector("[type=submit]")).focus();
};

const fetched = async (body, controller) => {
  let address = "";
  try {
    const response = await fetch(form.action, { method: "POST", body, signal: controller.signal });
    address = response.headers.get("X-Export") ?? "";
    if (!address) { busy(null); await refused(response); return; }
    const timer = setInterval(() => { ask(address).catch(() => {}); }, 1000);
    try {
      save(await collected(response), response);
    } finally {
      clearInterval(timer);
    }
  } catch {
    say(state.dataset.broken);
  }
  busy(null);
  if (address) await askUntilOver(address).catch(() => {});
};

if (form) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (running) return;
    const body = new URLSearchParams(new FormData(form));
    form.elements.passphrase.value = "";
    busy(new AbortController());
    state.querySelector("progress").removeAttribute("value");
    say(state.dataset.begun);
    fetched(body, running);
  });
  state.querySelector("button").addEventListener("click", () => running?.abort());
  addEventListener("beforeunload", (event) => { if (running) event.preventDefault(); });
  addEventListener("pageshow", () => { form.elements.passphrase.value = ""; });
}
