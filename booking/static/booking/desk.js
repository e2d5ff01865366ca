// The list by keyboard, and the box that ticks all. Without this script both are left out: every press
// stays a button. The keys can be switched off in the account, as Wagtail's own.
const table = document.querySelector(".desk-list");
const all = table.querySelector("[data-tick-all]");

if (all) {
  const boxes = [...table.querySelectorAll("[name=ticked]")];
  const show = () => {
    const ticked = boxes.filter((box) => box.checked).length;
    all.checked = ticked === boxes.length;
    all.indeterminate = ticked > 0 && !all.checked;
  };
  all.hidden = false;
  all.addEventListener("change", () => { for (const box of boxes) box.checked = all.checked; });
  table.addEventListener("change", show);
  addEventListener("pageshow", show); // a browser keeps what was ticked
}

const links = [...table.querySelectorAll(".field-reference a")];
const here = () => links.findIndex((link) => link.closest("tr").contains(document.activeElement));
const go = (to) => links[Math.min(Math.max(to, 0), links.length - 1)].focus();
const keys = {
  j: () => go(here() + 1),
  k: () => go(here() < 0 ? links.length - 1 : here() - 1),
  o: () => links[here()]?.click(),
  c: () => links[here()]?.closest("tr").querySelector("[value^='take:']")?.click(),
};
const { KEYBOARD_SHORTCUTS_ENABLED } = JSON.parse(document.getElementById("wagtail-config").textContent);

if (KEYBOARD_SHORTCUTS_ENABLED) {
  addEventListener("keydown", (event) => {
    const isTyping = event.target.closest("input:not([type=checkbox]), select, textarea, [contenteditable], dialog, [role=dialog]");
    if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !(event.key in keys)) return;
    event.preventDefault();
    keys[event.key]();
  });
}
