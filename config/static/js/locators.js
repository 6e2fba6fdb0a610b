// From a locator to the place in the evidence that it means, and from that place to a locator.

const viewer = document.querySelector(".viewer");
const recordings = viewer ? [...viewer.querySelectorAll("audio, video")] : [];
const pages = viewer ? [...viewer.querySelectorAll("img[id^='p']")] : [];

// A time leads to that moment of the recording.
for (const link of document.querySelectorAll("a[data-locator]")) {
  const [, minutes, seconds] = link.textContent.match(/(\d+):(\d\d)/) ?? [];
  const recording = minutes && document.getElementById(link.hash.slice(1))?.querySelector("audio, video");
  if (recording) link.addEventListener("click", () => (recording.currentTime = minutes * 60 + +seconds));
}

// Whoever comes from a cell of the map is led on at once.
if (/^#c\d+$/.test(location.hash)) document.querySelector(`${location.hash} a[data-locator]`)?.click();

// "Here" writes down where one is: the moment of what plays or was played last, else the page that is in sight.
let heard = null;
for (const recording of recordings) {
  for (const type of ["play", "timeupdate", "seeked"]) recording.addEventListener(type, () => (heard = recording));
}

function place(criteria) {
  if (heard) {
    const at = Math.floor(heard.currentTime);
    return `${Math.floor(at / 60)}:${String(at % 60).padStart(2, "0")}`;
  }
  if (!pages.length) return "0:00";
  const { top, bottom } = viewer.parentElement.getBoundingClientRect();
  const middle = (Math.max(top, 0) + Math.min(bottom, innerHeight)) / 2;
  const far = (page) => {
    const box = page.getBoundingClientRect();
    return Math.abs((box.top + box.bottom) / 2 - middle);
  };
  const nearest = pages.reduce((near, page) => (far(page) < far(near) ? page : near));
  return criteria.dataset.page.replace("0", nearest.id.match(/\d+/)[0]);
}

const criteria = document.querySelector("#criteria[data-here]");
if (criteria && (recordings.length || pages.length)) {
  for (const where of criteria.querySelectorAll(".where")) {
    const input = where.querySelector("input");
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = criteria.dataset.here;
    button.setAttribute("aria-describedby", `r${input.id.slice(1)}`);
    button.addEventListener("click", () => {
      input.value = place(criteria);
      input.dispatchEvent(new Event("input", { bubbles: true }));
    });
    where.append(button);
  }
}
