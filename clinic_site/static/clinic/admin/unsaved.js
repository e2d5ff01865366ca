// Once an autosave is answered, Wagtail takes the form as it stands for saved: what was typed while the
// answer was on its way goes unsaved and unasked about. And after a refusal it stops looking for changes.
const form = document.querySelector("[data-edit-form][data-controller~=w-autosave]");
let sent; // by the last autosave

addEventListener("w-autosave:save", ({ detail }) => { sent = detail.formData; });

addEventListener("w-autosave:success", ({ detail: { response } }) => {
  const isNewer = ([name, value]) =>
    sent.has(name) && !(name in response.field_updates) && typeof value === "string" && !sent.getAll(name).includes(value);
  const isTyped = [...new FormData(form)].some(isNewer);
  form.dataset.wUnsavedCheckIntervalValue ??= 500; // begins to look, as Wagtail does by itself without a refusal
  if (isTyped) setTimeout(() => { form.dataset.wUnsavedForceValue = true; });
});
