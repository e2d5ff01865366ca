// In the editor, Enter in a field of one line would press the first button at the foot, which saves
// or submits the whole page. Nobody who types a title means that.
const ONE_LINE = "[data-edit-form] input:not([type=button], [type=file], [type=submit])";

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches(ONE_LINE)) event.preventDefault();
});
