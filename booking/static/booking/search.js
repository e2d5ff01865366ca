// A search that goes on: asks for the next part until it has come to the end, and stops when told to.
// Without this script the page loads itself anew instead, and Stop is a link.
const PAUSE = 300; // between two parts: others search, too
const SAY = 4000; // how far it has come is read out no more often
const AGAIN = 10_000; // after a lost connection
const region = document.querySelector("[data-search]");
const stop = document.querySelector("[data-search-stop]");
const words = region?.querySelector("[data-search-words]");
let asking; // so that leaving or stopping ends the request on its way
let said = 0;

const after = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

const say = (text, isLast) => {
  if (!isLast && Date.now() - said < SAY) return;
  said = Date.now();
  if (words.textContent !== text) words.textContent = text;
};

const keyOf = (row) => row.querySelector(".field-reference a").id;

const show = (html) => {
  const part = new DOMParser().parseFromString(html, "text/html").querySelector("[data-search]");
  for (const name of ["data-unfinished", "data-stopped"]) region.toggleAttribute(name, part.hasAttribute(name));
  say(part.querySelector("[data-search-words]").textContent, !part.hasAttribute("data-unfinished"));
  const body = region.querySelector("tbody");
  const gone = new Map([...body.rows].map((row) => [keyOf(row), row]));
  for (const row of part.querySelectorAll("tbody tr")) gone.delete(keyOf(row)) || body.append(row); // newest first
  for (const row of gone.values()) row.contains(document.activeElement) || row.remove();
};

const end = () => {
  const hadFocus = document.activeElement === stop;
  stop.parentElement.hidden = true;
  if (!hadFocus) return;
  words.tabIndex = -1;
  words.focus();
};

const isToGoOn = () => region.isConnected && region.hasAttribute("data-unfinished"); // a locked page is empty

const goOn = async () => {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    while (isToGoOn() && !signal.aborted) {
      const answer = await fetch(location.href, { headers: { "X-Search-Part": "1" }, redirect: "manual", signal });
      if (!region.isConnected) return;
      if (answer.status >= 500) throw new Error(answer.status);
      if (!answer.ok) return location.reload(); // locked or signed out meanwhile: the page says so
      show(await answer.text());
      if (isToGoOn()) await after(PAUSE);
    }
    if (signal.aborted || !region.isConnected) return;
    if (region.hasAttribute("data-stopped")) location.reload(); // in another tab: here it can be gone on with
    else end();
  } catch {
    if (signal.aborted || !region.isConnected) return;
    say(words.dataset.lost, true);
    await after(AGAIN);
    if (!signal.aborted) goOn();
  }
};

if (region && stop) {
  stop.addEventListener("click", () => asking?.abort()); // and the link shows what was found so far
  addEventListener("pagehide", () => asking?.abort());
  addEventListener("pageshow", (event) => event.persisted && goOn());
  goOn();
}
