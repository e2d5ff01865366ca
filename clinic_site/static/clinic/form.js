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

// Of days and times only those that the chosen location has, and what is chosen. The server refuses the others.
for (const form of document.querySelectorAll("form:has([data-hours])")) {
  const times = form.querySelectorAll("[name=weekdays], [name=parts], :is([name=preferred_time], [name=second_time]):not([value=any])");
  const offer = () => {
    const hours = form.querySelector("[name=location]:checked + label [data-hours]")?.dataset.hours.match(/\S+/g);
    for (const time of times) {
      const has = !hours || hours.some((each) => each[time.name === "weekdays" ? "startsWith" : "endsWith"](time.value));
      time.closest(".option").hidden = !has && !time.checked;
    }
  };
  // A link to the first of some choices leads to the first that shows.
  const reach = (hash) => {
    const first = document.getElementById(hash.slice(1));
    if (first?.closest(".option[hidden]")) first.closest(".options").querySelector(".option:not([hidden]) input")?.focus();
  };
  form.addEventListener("change", (event) => event.target.name === "location" && offer());
  addEventListener("pageshow", offer);
  addEventListener("pageshow", () => reach(location.hash));
  document.addEventListener("click", ({ target }) => {
    const link = target.closest("a[href^='#id_']");
    if (link) setTimeout(reach, 0, link.hash);
  });
}
