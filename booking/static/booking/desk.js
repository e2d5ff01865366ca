// The desk by keyboard, and the box that ticks all. Without this script both are left out: every press stays
// a button or a link. The keys can be switched off in the account, as Wagtail's own.
const list = document.querySelector(".desk-list");
const all = document.querySelector("[data-tick-all]");

if (all) {
  const boxes = [...list.querySelectorAll("[name=ticked]")];
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && !all.checked;
  };
  all.hidden = false;
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
  list.addEventListener("change", show);
  addEventListener("pageshow", show); // a browser keeps what was ticked
}

// In the list a key is about the row that has the focus, on a request about the request.
const links = () => [...list.querySelectorAll(".field-reference a")]; // a search adds some
const here = () => links().findIndex((link) => link.closest("tr").contains(document.activeElement));
const go = (to) => links().at(Math.max(Math.min(to, links().length - 1), 0))?.focus();
const press = (key) => () => document.querySelector(`main [aria-keyshortcuts="${key}"]`)?.click();
const keys = list ? {
  j: () => go(here() + 1),
  k: () => go(here() < 0 ? Infinity : here() - 1),
  o: () => links()[here()]?.click(),
  c: () => links()[here()]?.closest("tr").querySelector("[value^='take:']")?.click(),
} : { j: press("j"), k: press("k"), c: press("c"), n: press("n") };
// Wagtail's own search puts what is typed into an address: a name must not get there by mistake.
keys["/"] = () => document.querySelector("main .desk-search [type=search]")?.focus();

const onKey = (event) => {
  const isTyping = event.target.closest?.("input:not([type=checkbox]), select, textarea, [contenteditable]");
  const isElsewhere = document.querySelector("[role=dialog]:not([aria-hidden=true]), dialog[open]");
  if (isTyping || isElsewhere || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  keys[event.key]();
};

if (JSON.parse(document.getElementById("wagtail-config").textContent).KEYBOARD_SHORTCUTS_ENABLED) {
  addEventListener("keydown", onKey, { capture: true }); // before Wagtail's
}
