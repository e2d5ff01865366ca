// Only helps: the form works without it, and nothing is remembered.

// The refusals are the first thing to hear after a form came back.
document.querySelector("[data-error-summary]")?.focus();

// A form is sent once, however often its button is pressed. The server holds the same by itself.
for (const form of document.querySelectorAll("[data-send-once]")) {
  const status = form.querySelector("[data-sending]");
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    else if (!event.submitter?.hasAttribute("formaction")) status.textContent = status.dataset.sending;
    sent = true;
  });
  // Back from the next page: the same form may be sent again.
  addEventListener("pageshow", () => {
    sent = false;
    status.textContent = "";
  });
}
