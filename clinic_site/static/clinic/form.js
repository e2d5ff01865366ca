// Only helps: the form works without it, and nothing is remembered.

// The refusals are the first thing to hear after a form came back.
document.querySelector("[data-error-summary]")?.focus();

const PATIENCE = 10000; // milliseconds until somebody who waits may press again

// A form is sent once, however often its button is pressed. The server holds the same by itself.
for (const form of document.querySelectorAll("[data-send-once]")) {
  const status = form.querySelector("[data-sending]");
  let waiting = 0;
  const ready = (text = "") => {
    clearTimeout(waiting);
    waiting = 0;
    status.textContent = text;
  };
  form.addEventListener("submit", (event) => {
    // Told once: what a browser believes of its connection may be wrong.
    const offline = !navigator.onLine && status.textContent !== status.dataset.offline;
    if (waiting || offline) event.preventDefault();
    if (offline) ready(status.dataset.offline);
    if (waiting || offline) return;
    if (!event.submitter?.hasAttribute("formaction")) status.textContent = status.dataset.sending;
    waiting = setTimeout(ready, PATIENCE, status.dataset.again);
  });
  // Back from the next page, and stopped on the way to it: the same form may be sent again.
  addEventListener("pageshow", () => ready());
  addEventListener("online", () => waiting || ready());
  globalThis.navigation?.addEventListener("navigateerror", () => waiting && ready(status.dataset.again));
}

// How much room an answer has left, near its end. The server counts code points, a line break as one.
for (const room of document.querySelectorAll("[data-limit]")) {
  const answer = room.previousElementSibling;
  let due;
  const tell = () => {
    due = undefined;
    const left = room.dataset.limit - [...answer.value.trim()].length;
    const many = Math.abs(left);
    const words = room.dataset[(left < 0 ? "over" : "left") + (many === 1 ? "One" : "")];
    room.textContent = left > 200 ? "" : words.replace("{n}", many.toLocaleString(document.documentElement.lang));
    room.classList.toggle("over", left < 0);
  };
  // Once a second at most: each change is read aloud.
  answer.addEventListener("input", () => (due ??= setTimeout(tell, 1000)));
  addEventListener("pageshow", tell);
}
