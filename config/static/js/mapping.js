// Conveniences of the mapping page: find criteria as you type, in both languages, and count what is chosen.
const find = document.querySelector("#find");
const show = document.querySelector("#show");
const parts = [...document.querySelectorAll(".group, .kind, .mapping")];
// As the search of the standards compares words (standards/sorting.py): "dwr" finds "dŵr", "ir" and "i’r" are the same.
function wordsOf(text) {
  const bare = text.normalize("NFKD").replace(/\p{M}|['‘’ʼ`´]/gu, "");
  return bare.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}
const rows = [...document.querySelectorAll("#criteria .criterion")].map((row) => ({
  row,
  words: wordsOf(`${row.dataset.words} ${row.querySelector(".choice").textContent}`),
  state: row.dataset.state,
  box: row.querySelector('[type="checkbox"]'),
}));

const fits = {
  "": () => true,
  "not-met": ({ state }) => state !== "met",
  gaps: ({ state }) => state === "not_started",
  chosen: ({ box }) => !box || box.checked,
};

function filter() {
  const typed = wordsOf(find.value);
  let shown = 0;
  for (const entry of rows) {
    const found = typed.every((start) => entry.words.some((word) => word.startsWith(start)));
    entry.row.hidden = !(found && fits[show.value](entry));
    shown += !entry.row.hidden;
  }
  for (const part of parts) part.hidden = !part.querySelector(".criterion:not([hidden])");
  document.querySelector("[data-shown]").textContent = shown;
  document.querySelector("[data-nothing]").hidden = shown > 0;
}

function count() {
  document.querySelector("[data-chosen]").textContent = rows.filter(({ box }) => !box || box.checked).length;
}

find.addEventListener("input", filter);
show.addEventListener("change", filter);
document.querySelector("#criteria").addEventListener("change", count);
document.querySelector(".finder").hidden = false;
// The browser may have brought back ticks and words of an earlier visit.
filter();
count();
