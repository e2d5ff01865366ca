// A form is sent once, however often its button is pressed. The server holds the same by itself.
for (const form of document.querySelectorAll("[data-send-once]")) {
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) event.preventDefault();
    sent = true;
  });
  // Back from the next page: the same form may be sent again.
  addEventListener("pageshow", () => {
    sent = false;
  });
}
