// Conveniences only: every page works without this file.

// A second press of the same button sends nothing twice. The button wakes up again when the page is
// shown anew, or after a while, because the answer may be a file that leaves the page standing.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || !button) return;
  const wake = () => (button.disabled = false);
  setTimeout(() => (button.disabled = true));
  setTimeout(wake, 8000);
  addEventListener("pageshow", wake, { once: true });
});

// A browser complains of an empty field in a language of its own; the server says it in the page's.
// Where files would have to be chosen again it says it before they are sent, in the words of the page (data-missing).
for (const form of document.forms) form.noValidate = !form.querySelector("[data-missing]");
document.addEventListener("invalid", ({ target }) => target.setCustomValidity(target.dataset.missing ?? ""), true);
document.addEventListener("change", ({ target }) => {
  for (const field of target.form?.elements ?? []) field.setCustomValidity("");
});

// Menus close on Escape and on a press elsewhere.
const openMenus = () => document.querySelectorAll("details.menu[open]");
document.addEventListener("click", ({ target }) => {
  for (const menu of openMenus()) if (!menu.contains(target)) menu.open = false;
});
document.addEventListener("keydown", ({ key }) => {
  if (key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A size as the server says it in lists of files; js/uploads.js says it so, too.
const { lang, dataset } = document.documentElement;
const decimal = new Intl.NumberFormat(`${lang}-GB`, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
globalThis.sizeOf = (bytes) => {
  if (bytes < 2 ** 10) return `${bytes} ${dataset.bytes}`;
  const [unit, sign] = bytes < 2 ** 20 ? [2 ** 10, "KB"] : bytes < 2 ** 30 ? [2 ** 20, "MB"] : [2 ** 30, "GB"];
  return `${decimal.format(bytes / unit)} ${sign}`;
};

// File inputs say what was chosen, and show where to drop.
document.addEventListener("change", ({ target }) => {
  if (target.type !== "file") return;
  target.nextElementSibling?.matches(".chosen") && target.nextElementSibling.remove();
  const list = document.createElement("ul");
  list.className = "chosen";
  for (const file of target.files) {
    const line = document.createElement("li");
    line.textContent = `${file.name} (${sizeOf(file.size)})`;
    list.append(line);
  }
  target.after(list);
});
for (const type of ["dragenter", "dragleave", "drop"]) {
  document.addEventListener(type, ({ target }) => {
    if (target.type === "file") target.classList.toggle("over", type === "dragenter");
  });
}

// Text areas grow with their text where the browser does not do it by itself.
if (!CSS.supports("field-sizing", "content")) {
  document.addEventListener("input", ({ target }) => {
    if (target.tagName === "TEXTAREA" && target.scrollHeight > target.clientHeight) {
      target.style.height = `${target.scrollHeight + 4}px`;
    }
  });
}

// A picker shows a day in the browser's own order: its words leave no doubt which number is the month.
for (const input of document.querySelectorAll("input[data-months]")) {
  const words = document.createElement("output");
  words.className = "helptext";
  words.htmlFor = input.id;
  const tell = () => {
    const [year, month, day] = input.value.split("-").map(Number);
    words.textContent = day ? `${day} ${input.dataset.months.split(",")[month - 1]} ${year}` : "";
  };
  input.addEventListener("input", tell);
  input.after(words);
  tell();
  if (input.dataset.today) offerToday(input);
}

function offerToday(input) {
  const row = document.createElement("div");
  const button = document.createElement("button");
  row.className = "row";
  button.type = "button";
  button.className = "quiet";
  button.textContent = input.dataset.today;
  button.addEventListener("click", () => {
    const now = new Date();
    input.value = [now.getFullYear(), now.getMonth() + 1, now.getDate()].map((part) => `${part}`.padStart(2, "0")).join("-");
    input.dispatchEvent(new Event("input", { bubbles: true }));
  });
  input.replaceWith(row);
  row.append(input, button);
}
