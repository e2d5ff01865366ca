// Leaves nothing on the screen. A page that was shown while the vault was unlocked says how long it stays so;
// then everything is taken out of the page, what was typed with it. All tabs tell each other of use, of a lock
// and of an unlock. Counted by the clock on the wall: timers stand still while a computer sleeps.
const WARN = 120_000;
const here = document.querySelector("script[data-vault-screen]").dataset;
const tabs = new BroadcastChannel("vault");
const began = Date.now() - performance.now(); // before the server counted: never later than the server
const template = (name) => document.querySelector(`template[data-vault-${name}]`);
const locked = template("locked")?.content;
const warning = template("warning")?.content.firstElementChild;
let isBlank = !locked;
let hasFailed = false;
let idle = 0; // when it locks without further use
let absolute = 0; // and when at the latest

const left = () => Math.min(idle, absolute) - Date.now();

function blank() {
  if (isBlank) return;
  isBlank = true;
  const root = document.documentElement;
  document.title = locked.querySelector("h1").textContent;
  const unlock = locked.querySelector("[data-vault-unlock]");
  unlock.href += `?${new URLSearchParams({ next: location.pathname + location.search })}`;
  document.body.replaceChildren(locked);
  delete root.dataset.vaultAway;
  document.querySelector(".vault-locked").focus();
}

function words() {
  const minutes = Math.ceil(left() / 60_000);
  if (left() < 20_000) return here.seconds;
  return minutes > 1 ? here.minutes.replace("{minutes}", minutes) : here.minute;
}

function warn() {
  const said = warning.querySelector("[data-vault-words]");
  if (!warning.isConnected) {
    said.textContent = "";
    document.body.prepend(warning);
    setTimeout(look, 200); // what is said in a place that is there already is read out
    return;
  }
  const text = hasFailed ? `${here.failed} ${words()}` : words();
  if (said.textContent !== text) said.textContent = text;
  // At the latest moment nobody can stay.
  warning.querySelector("[data-vault-stay]").hidden = absolute <= idle;
}

function look() {
  if (isBlank) return;
  if (left() <= 0) blank();
  else if (left() <= WARN) warn();
  else warning.remove();
}

function know(moments) {
  if (moments.idle < idle && moments.absolute <= absolute) return; // of an earlier use
  ({ idle, absolute } = moments);
  hasFailed = false;
  look();
}

const moments = (seconds, since) => ({
  idle: since + seconds.idle * 1000,
  absolute: since + seconds.absolute * 1000,
});

// Uses the vault and tells how long it stays open; whoever finds it locked goes blank.
async function stay() {
  const config = JSON.parse(document.getElementById("wagtail-config").textContent);
  const headers = { [config.CSRF_HEADER_NAME]: config.CSRF_TOKEN, "X-Requested-With": "XMLHttpRequest" };
  const since = Date.now();
  const answer = await fetch(here.stay, { method: "POST", headers, redirect: "manual" });
  if (!answer.ok && answer.status < 500) return blank();
  const used = moments(await answer.json(), since);
  know(used);
  tabs.postMessage({ used });
}

async function press() {
  try {
    await stay();
  } catch { // no answer, or one that is no answer: the time goes on
    hasFailed = true;
    look();
  }
}

tabs.addEventListener("message", ({ data }) => {
  if (data.locked) blank();
  else if (!isBlank) know(data.used);
  else if (locked) location.replace(location.pathname + location.search); // unlocked elsewhere: back to the page
});

if (locked) {
  know(moments({ idle: Number(here.idle), absolute: Number(here.absolute) }, began));
  tabs.postMessage({ used: { idle, absolute } });
  warning.querySelector("[data-vault-stay]").addEventListener("click", press);
  setInterval(look, 1000);
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("resume", look);
  addEventListener("submit", ({ target }) => {
    if (new URL(target.getAttribute("action") ?? "", location).pathname === here.lock) tabs.postMessage({ locked: true });
  });
  // A page that a browser keeps whole comes back unseen, and is shown when the vault is still open.
  addEventListener("pagehide", () => { document.documentElement.dataset.vaultAway = ""; });
  addEventListener("pageshow", ({ persisted }) => {
    look();
    if (isBlank || !persisted) return;
    stay().then(() => { delete document.documentElement.dataset.vaultAway; }, blank);
  });
} else {
  tabs.postMessage({ locked: true }); // nobody is signed in
}
