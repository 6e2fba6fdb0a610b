// A convenience for choosing files: they can be dropped anywhere on the page, and those chosen before stay chosen.
const inputs = document.querySelectorAll('[type="file"]');
const [target] = inputs;
const chosen = new Map();

function choose(input, files) {
  const all = new DataTransfer();
  const known = new Set();
  for (const file of [...(chosen.get(input) ?? []), ...files]) {
    const key = [file.name, file.size, file.lastModified].join("/");
    if (!known.has(key)) all.items.add(file);
    known.add(key);
  }
  chosen.set(input, [...all.files]);
  input.files = all.files;
}

for (const input of inputs) {
  // Before the list of what was chosen is written (see app.js).
  input.addEventListener("change", () => choose(input, input.files), { capture: true });
}

const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");

document.addEventListener("dragover", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  document.body.classList.add("dragging");
});
document.addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) document.body.classList.remove("dragging");
});
document.addEventListener("drop", (event) => {
  document.body.classList.remove("dragging");
  if (!carriesFiles(event)) return;
  event.preventDefault();
  choose(target, event.dataTransfer.files);
  target.dispatchEvent(new Event("change", { bubbles: true }));
});
