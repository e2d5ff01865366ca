// Leaves nothing on the screen. A page that was shown while the vault was unlocked says how long it stays so;
// then everything is taken out of the page, what was typed with it. All tabs tell each other of use, of a lock
// and of an unlock. Counted by the clock on the wall: timers stand still while a computer sleeps.
const WARN = 120_000;
const here = document.querySelector("script[data-vault-screen]").dataset;
const tabs = new BroadcastChannel("vault");
const began = Date.now() - performance.now(); // before the server counted: never later than the server
const template = (name) => document.querySelector(`template[data-vault-${name}]`);
const locked = template("locked")?.content;
const locking = template("locking")?.content;
const warning = template("warning")?.content.firstElementChild;
let isBlank = !locked;
let isLocking = false; // pressed here, and not answered yet
let isLeaving = false; // signing out
let hasFailed = false;
let focused = null; // where the focus was before it went into the warning
let idle = 0; // when it locks without further use
let absolute = 0; // and when at the latest

const left = () => Math.min(idle, absolute) - Date.now();

function blank(content = locked) {
  if (isBlank) return;
  isBlank = true;
  delete document.documentElement.dataset.vaultAway;
  show(content);
}

function show(content) {
  document.title = content.querySelector("h1").textContent;
  document.body.replaceChildren(content);
  const unlock = document.querySelector("[data-vault-unlock]");
  if (unlock) unlock.search = new URLSearchParams({ next: location.pathname + location.search });
  document.querySelector(".vault-locked").focus();
}

// For pages that were asked for before the lock and arrive after it: they hear no message of it.
function remember() {
  try {
    localStorage.setItem("vault-locked", Date.now());
  } catch { /* not allowed here: such a page goes blank at its limit */ }
}

function wasLockedMeanwhile() {
  try {
    const moment = Number(localStorage.getItem("vault-locked"));
    return moment >= began && moment <= Date.now(); // one that is to come was written before the clock was put back
  } catch {
    return false;
  }
}

function tellOfLock() {
  remember();
  tabs.postMessage({ locked: true });
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

function unwarn() {
  const hadFocus = warning.contains(document.activeElement);
  warning.remove();
  if (hadFocus) focused?.focus();
}

function look() {
  if (isBlank) return;
  if (left() <= 0) blank();
  else if (left() <= WARN) warn();
  else unwarn();
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
  tabs.postMessage({ used, person: here.person });
}

// The page goes blank first: a form in it that was not sent would ask whether to leave, and all stays until somebody answers.
async function lock(fields) {
  isLocking = true;
  blank(locking);
  const again = document.querySelector("[data-vault-again]");
  const said = document.querySelector("[data-vault-said]");
  const send = async () => {
    again.hidden = true;
    said.textContent = here.locking;
    try {
      const answer = await fetch(here.lock, { method: "POST", body: fields, keepalive: true, redirect: "manual" });
      if (answer.type !== "opaqueredirect") throw new Error(answer.status); // it leads on when it is done
    } catch {
      said.textContent = here.open;
      again.hidden = false;
      return;
    }
    isLocking = false;
    tellOfLock();
    show(locked);
  };
  again.addEventListener("click", send);
  await send();
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
  if (data?.locked) blank();
  else if (!locked || isLocking || !data?.used) return;
  else if (data.person !== here.person) blank(); // somebody else has signed in
  else if (!isBlank) know(data.used);
  else location.replace(location.pathname + location.search); // unlocked elsewhere: back to the page
});

if (locked) {
  if (wasLockedMeanwhile()) {
    blank();
  } else {
    know(moments({ idle: Number(here.idle), absolute: Number(here.absolute) }, began));
    tabs.postMessage({ used: { idle, absolute }, person: here.person });
  }
  warning.querySelector("[data-vault-stay]").addEventListener("click", press);
  warning.addEventListener("focusin", ({ relatedTarget }) => {
    if (!warning.contains(relatedTarget)) focused = relatedTarget;
  });
  setInterval(look, 1000);
  addEventListener("focus", look);
  document.addEventListener("visibilitychange", look);
  document.addEventListener("resume", look);
  addEventListener("submit", (event) => {
    const { pathname } = new URL(event.target.getAttribute("action") ?? "", location);
    isLeaving = pathname === here.logout;
    if (pathname !== here.lock) return;
    event.preventDefault();
    lock(new URLSearchParams(new FormData(event.target)));
  }, true);
  // Who signs out is not asked whether to stay for what was typed.
  addEventListener("beforeunload", (event) => {
    if (isLeaving) event.stopImmediatePropagation();
  }, true);
  // A page that a browser keeps whole comes back unseen, and is shown when the vault is still open.
  addEventListener("pagehide", () => { document.documentElement.dataset.vaultAway = ""; });
  addEventListener("pageshow", ({ persisted }) => {
    look();
    if (isBlank) delete document.documentElement.dataset.vaultAway; // nothing in it to hide
    if (isBlank || !persisted) return;
    stay().then(() => { delete document.documentElement.dataset.vaultAway; }, () => blank());
  });
} else {
  tellOfLock(); // nobody is signed in
}
