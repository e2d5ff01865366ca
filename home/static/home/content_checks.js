// Shows the clinic's own findings in the editor's checks panel, above Wagtail's, and counts them.
// The preview carries them as data; Wagtail says when it has checked the preview itself.

const findings = () => {
  const preview = document.querySelector("#w-preview-iframe")?.contentDocument;
  const userbar = preview?.querySelector("wagtail-userbar")?.shadowRoot;
  const data = userbar?.querySelector("#clinic-findings");
  return data ? JSON.parse(data.textContent) : [];
};

const row = (template, finding) => {
  const copy = template.content.cloneNode(true);
  copy.querySelector("[data-content-checker-row]").dataset.clinicFinding = "";
  copy.querySelector("[data-content-checker-name]").textContent = finding.name;
  copy.querySelector("[data-content-checker-help]").textContent = finding.help;
  copy.querySelector("[data-content-checker-selector]").remove();
  return copy;
};

const show = () => {
  const panel = document.querySelector("[data-checks-panel]");
  const template = document.querySelector("#w-content-checker-row-template");
  if (!panel || !template) return;
  panel.querySelectorAll("[data-clinic-finding]").forEach((old) => old.remove());
  panel.prepend(...findings().map((finding) => row(template, finding)));

  const count = panel.querySelectorAll("[data-content-checker-row]").length;
  const inPanel = document.querySelector('[data-side-panel="checks"] [data-content-checker-count]');
  const onButton = document.querySelector(
    '[data-side-panel-toggle="checks"] [data-side-panel-toggle-counter]',
  );
  inPanel.textContent = count;
  inPanel.classList.toggle("has-errors", count > 0);
  onButton.textContent = count;
  onButton.hidden = count === 0;
};

document.addEventListener("w-preview:content", show);
