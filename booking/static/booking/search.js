// A search that goes on: asks for the next part until it has come to the end, and stops when told to.
// Without this script the page loads itself anew instead, and Stop is a link.
const region = document.querySelector("[data-search]");
const stop = document.querySelector("[data-search-stop]");
const words = region?.querySelector("[data-search-words]");
let asking; // so that leaving or stopping ends the request on its way

const show = (html) => {
  const part = new DOMParser().parseFromString(html, "text/html").querySelector("[data-search]");
  words.textContent = part.querySelector("[data-search-words]").textContent;
  const shown = region.querySelector("tbody");
  shown.append(...[...part.querySelectorAll("tbody tr")].slice(shown.rows.length)); // newest first: all others are older
  region.toggleAttribute("data-unfinished", part.hasAttribute("data-unfinished"));
};

const goOn = async () => {
  asking = new AbortController();
  const { signal } = asking;
  try {
    while (region.hasAttribute("data-unfinished") && !signal.aborted) {
      const answer = await fetch(location.href, { headers: { "X-Search-Part": "1" }, redirect: "manual", signal });
      if (!answer.ok) return location.reload(); // locked or signed out meanwhile: the page says so
      show(await answer.text());
    }
    stop.parentElement.hidden = !region.hasAttribute("data-unfinished");
  } catch (error) {
    if (error.name !== "AbortError") location.assign(stop.href); // no connection: what was found so far, and Go on
  }
};

if (region && stop) {
  stop.addEventListener("click", () => asking?.abort()); // and the link shows what was found so far
  addEventListener("pagehide", () => asking?.abort());
  addEventListener("pageshow", (event) => event.persisted && goOn());
  goOn();
}
