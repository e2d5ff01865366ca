// One save at a time. Wagtail lets a save overtake the autosave under way, and begins autosaves while a
// save is being answered; the server then takes one editor for two, or makes two pages of one.
// So a save waits for the autosave's answer, and while it is under way nothing else is sent or typed.
// And where a form is built slowly, Wagtail takes that for an edit: nothing is autosaved before somebody
// touches the page.
const LONGEST = 30_000; // as long as Wagtail keeps a pressed button from being pressed again
const BUTTONS = "[data-edit-form] button:is([type=submit], [data-workflow-action-name])";
const form = document.querySelector("[data-edit-form][data-controller~=w-autosave]");
const words = document.querySelector("script[data-saving]").dataset;

let touched = form?.dataset.wUnsavedForceValue === "true"; // what was refused is autosaved at once
let autosaving = false;
let saving = false;
let pressed; // what to do once the autosave is answered
let timer;

const status = document.createElement("p");
status.className = "saving";
status.setAttribute("role", "status");
document.body.append(status);

function show(text, isBusy) {
  status.textContent = text;
  form.inert = isBusy;
}

function waitAtMost(then) {
  clearTimeout(timer);
  timer = setTimeout(then, LONGEST);
}

function putOff(event, then) {
  event.preventDefault();
  event.stopImmediatePropagation();
  if (!autosaving || pressed) return;
  pressed = then;
  show(words.saving, true);
}

function goOn() {
  if (saving) return;
  clearTimeout(timer);
  autosaving = false;
  if (pressed) setTimeout(() => { // Wagtail's own listeners come first
    const then = pressed;
    pressed = undefined;
    show("", false);
    then();
  });
}

function isPing({ target }) {
  return Boolean(target.closest?.(".w-editing-sessions"));
}

// A ping that crosses a save is told of the editor's own new version. A second ping calls off the first,
// and is called off itself.
function callOffPing() {
  document.querySelector(".w-editing-sessions")?.dispatchEvent(new Event("w-session:ping"));
}

addEventListener("w-swap:begin", (event) => {
  if ((autosaving || saving) && isPing(event)) event.preventDefault();
}, true);

const TOUCHES = ["pointerdown", "click", "keydown", "beforeinput", "input", "paste", "drop", "compositionstart"];
for (const touch of TOUCHES) {
  addEventListener(touch, ({ isTrusted }) => { touched ||= isTrusted; }, true); // scripts click as well
}
// Whoever steers by voice may do it all by scripts, but for where the focus is.
form?.addEventListener("focusin", ({ isTrusted }) => { touched ||= isTrusted; });

addEventListener("w-autosave:save", (event) => {
  if (!touched || pressed || saving) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  autosaving = true;
  waitAtMost(goOn);
  callOffPing();
}, true);

addEventListener("w-autosave:success", goOn);
addEventListener("w-autosave:error", ({ detail }) => {
  if (detail.type !== "invalid_revision") goOn();
  else autosaving = false; // a ping will say whose version is newer; then Wagtail asks at the press
});
for (const answer of ["w-swap:json", "w-swap:error"]) {
  addEventListener(answer, (event) => { if (isPing(event) && !autosaving) goOn(); });
}

addEventListener("click", (event) => {
  const button = event.target.closest?.(BUTTONS);
  if (!button || !(autosaving || pressed || saving)) return;
  putOff(event, () => {
    button.focus();
    button.click();
  });
}, true);

// A workflow's window would send the form past every listener.
if (form) form.submit = () => form.requestSubmit();

addEventListener("submit", (event) => {
  if (event.target !== form || event.defaultPrevented) return;
  if (autosaving || pressed || saving) {
    putOff(event, () => form.requestSubmit());
    return;
  }
  saving = true;
  callOffPing();
  show(words.saving, true);
  waitAtMost(() => {
    saving = false;
    show(words.late, false);
  });
});
