// Conveniences of the mapping page: find criteria as you type, in both languages, and count what is chosen.
const find = document.querySelector("#find");
const show = document.querySelector("#show");
const parts = [...document.querySelectorAll(".group, .kind, .mapping")];
// Without accents, so that "dwr" finds "dŵr".
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replaceAll("’", "'").toLowerCase();
const rows = [...document.querySelectorAll("#criteria .criterion")].map((row) => ({
  row,
  words: plain(`${row.dataset.words} ${row.textContent}`),
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
  const words = plain(find.value).split(/\s+/);
  let shown = 0;
  for (const entry of rows) {
    entry.row.hidden = !(fits[show.value](entry) && words.every((word) => entry.words.includes(word)));
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
