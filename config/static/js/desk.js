// The review desk by keyboard. Only while a decision has focus: nobody's typing or screen reader is disturbed.

const decisions = [...document.querySelectorAll(".decision")];
const radios = (decision) => [...decision.querySelectorAll("[type=radio]")];
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

function go(index) {
  const decision = decisions[index];
  const target = decision
    ? radios(decision).find((radio) => radio.checked) ?? radios(decision)[0]
    : index < 0 ? null : document.querySelector("#sound input");
  if (!target) return;
  target.focus({ preventScroll: true });
  (decision ?? target).scrollIntoView({ block: "center", behavior: calm ? "auto" : "smooth" });
}

document.querySelector(".decisions")?.addEventListener("keydown", (event) => {
  if (!event.target.matches(".decision [type=radio], #sound input")) return;
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const index = decisions.indexOf(event.target.closest(".decision"));
  // What is confirmed comes after the last decision.
  const place = index < 0 ? decisions.length : index;
  const key = event.key.toLowerCase();
  if (key === "c") {
    // Valid, authentic and current, for all the decisions; then to the words.
    for (const box of document.querySelectorAll("#sound input:not(:checked)")) box.click();
    document.querySelector("textarea[name=feedback]").focus();
  } else if (index >= 0 && "123".includes(key)) {
    radios(decisions[index])[key - 1].click();
    go(index + 1);
  } else if (key === "j" || key === "k") {
    go(place + (key === "j" ? 1 : -1));
  } else return;
  event.preventDefault();
});

// What the button would record, beside it: whoever presses it has seen that, and need not confirm it on a page.
const tally = document.querySelector("[data-tally]");
function count() {
  const chosen = decisions.map((decision) => radios(decision).find((radio) => radio.checked)?.value ?? "");
  const credited = [...document.querySelectorAll(".credit select")].map((select) => select.value).filter(Boolean);
  for (const figure of tally.querySelectorAll("[data-outcome]"))
    figure.textContent = [...chosen, ...credited].filter((value) => value === figure.dataset.outcome).length;
  tally.querySelector("[data-open-count]").hidden = !chosen.includes("");
  tally.hidden = false;
}
if (tally) {
  const form = document.querySelector(".decisions");
  form.addEventListener("change", count);
  form.elements.confirmed.value = "on";
  count();
}

// A phrase goes where the cursor was last, in any of the feedback.
const phrases = document.querySelector("[data-phrases]");
if (phrases) {
  let place = document.querySelector("textarea[name=feedback]");
  document.addEventListener("focusin", ({ target }) => target.matches(".decisions textarea") && (place = target));
  phrases.hidden = false;
  phrases.addEventListener("click", ({ target }) => {
    if (!target.matches("[data-phrase]")) return;
    place.setRangeText(target.textContent, place.selectionStart, place.selectionEnd, "end");
    place.dispatchEvent(new Event("input", { bubbles: true }));
    place.focus();
  });
}

// Ready to decide at once, but for where something is to be read first, or to be touched.
if (!document.querySelector("[role=alert]") && matchMedia("(min-width: 62rem) and (pointer: fine)").matches) {
  const first = decisions.find((decision) => !radios(decision).some((radio) => radio.checked));
  if (first) radios(first)[0].focus({ preventScroll: true });
}

// A time in a locator leads to that moment of the recording.
for (const link of document.querySelectorAll(".decision a[href^='#f-']")) {
  const [, minutes, seconds] = link.textContent.match(/(\d+):(\d\d)/) ?? [];
  const recording = minutes && document.getElementById(link.hash.slice(1))?.querySelector("audio, video");
  if (recording) link.addEventListener("click", () => (recording.currentTime = minutes * 60 + +seconds));
}

// Finding a criterion among many.
const search = document.querySelector("[data-finds]");
if (search) {
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const rows = [...document.getElementById(search.dataset.finds).children];
  const words = rows.map((row) => plain(row.dataset.words));
  search.parentElement.hidden = false;
  search.addEventListener("input", () => {
    const wanted = plain(search.value).split(/\s+/);
    rows.forEach((row, i) => (row.hidden = !wanted.every((word) => words[i].includes(word))));
  });
  // Enter finds; it does not record half a review.
  search.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
}
