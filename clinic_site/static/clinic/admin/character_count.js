// Counts down under a field that has a limit, once it has the focus. The words come from the script's tag.
const words = document.querySelector("script[data-character-count]").dataset;
const PAUSE = 1000; // a screen reader hears the count when the typing stops

function limitOf(field) {
  const limit = Number(field.dataset.countTo || field.maxLength);
  const isText = field.matches("input[type=text], input:not([type]), textarea");
  const isTyped = !field.hasAttribute("autocomplete"); // names and codes are known, not composed
  return isText && isTyped && limit > 0 ? limit : 0;
}

function counterOf(field) {
  if (field.nextElementSibling?.matches(".character-count")) return field.nextElementSibling;
  const counter = document.createElement("div");
  counter.className = "character-count";
  const shown = document.createElement("p");
  shown.setAttribute("aria-hidden", "true");
  const spoken = document.createElement("p");
  spoken.className = "w-sr-only";
  spoken.setAttribute("role", "status");
  counter.append(shown, spoken);
  field.after(counter);
  return counter;
}

let waiting;
function count({ target }) {
  const limit = target instanceof HTMLElement && limitOf(target);
  if (!limit) return;
  const left = limit - [...target.value].length;
  const text = (left < 0 ? words.over : words.left).replace("{count}", Math.abs(left));
  const counter = counterOf(target);
  const [shown, spoken] = counter.children;
  counter.classList.toggle("character-count-over", left < 0);
  shown.textContent = text;
  clearTimeout(waiting);
  waiting = setTimeout(() => { spoken.textContent = text; }, PAUSE);
}

document.addEventListener("focusin", count);
document.addEventListener("input", count);
