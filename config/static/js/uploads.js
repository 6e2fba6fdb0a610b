// Files go to the server piece by piece, by the tus protocol, and go on by themselves after whatever stopped them.
// Without this file the form sends them whole.
const box = document.querySelector("[data-uploads]");
const { form } = document.querySelector('[type="file"]');
const inputs = [...form.querySelectorAll('[type="file"]')];
const list = box.querySelector("ul");
const language = document.documentElement.lang;
const headers = { "X-CSRFToken": form.elements.csrfmiddlewaretoken.value, "Accept-Language": language };

const PIECE = 8 * 2 ** 20;
const TAIL = 2 ** 20;
// More at once would only share the same line.
const AT_ONCE = 3;
const uploads = new Map();

const percent = new Intl.NumberFormat(`${language}-GB`, { style: "percent" });
const rows = (...states) => [...list.children].filter((row) => states.includes(row.dataset.state));
const address = (row) => `${box.dataset.uploads}${row.dataset.uid}/`;

// What a row says: a sentence from the page, with its figures.
function say(row, state, words = {}) {
  row.dataset.state = state;
  const share = percent.format(Math.floor((100 * row.dataset.offset) / row.dataset.size) / 100);
  const sentence = words.text ?? box.dataset[state] ?? "";
  row.querySelector("[data-said]").textContent = sentence.replace(
    /\{(\w+)\}/g,
    (_, name) => ({ percent: share, size: sizeOf(row.dataset.size), ...words })[name],
  );
  row.querySelector("progress").value = row.dataset.offset;
  const shown = {
    pause: ["queued", "sending", "waiting"].includes(state),
    resume: state === "paused" || (state === "stopped" && uploads.has(row)),
    choose: state === "choose" || (state === "stopped" && !uploads.has(row)),
    remove: !["stored", "scanning"].includes(state),
  };
  for (const button of row.querySelectorAll("[data-do]")) button.hidden = !shown[button.dataset.do];
  // Told aloud is only what ends or interrupts an upload.
  if (["waiting", "stopped", "stored", "scanning", "refused"].includes(state)) {
    const [name, text] = [row.dataset.name, row.querySelector("[data-said]").textContent];
    const told = text.startsWith(`${name}:`) ? text : `${name}: ${text}`;
    const ear = box.querySelector("[role=status]");
    if (ear.textContent !== told) ear.textContent = told;
  }
}

function rowFor(file) {
  const row = box.querySelector("template").content.firstElementChild.cloneNode(true);
  Object.assign(row.dataset, { uid: crypto.randomUUID?.() ?? uid(), name: file.name, size: file.size, offset: 0 });
  row.querySelector(".name").textContent = file.name;
  const bar = row.querySelector("progress");
  bar.max = file.size;
  bar.setAttribute("aria-label", file.name);
  list.append(row);
  box.hidden = false;
  return row;
}

// Browsers make random names for themselves only over HTTPS.
function uid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// Choosing files: a new one begins; one of which a part is safe goes on, if it is really the same.
async function take(file) {
  const name = file.name.normalize("NFC");
  const same = (row) => row.dataset.name === name && Number(row.dataset.size) === file.size;
  const row = rows("choose", "stopped").find((row) => same(row) && !uploads.has(row));
  if (rows("queued", "sending", "waiting", "paused", "checking").some(same)) return;
  if (row && (await isTheSame(row, file))) send(row, file, true);
  else send(rowFor(file), file, false);
}

async function isTheSame(row, file) {
  if (!crypto.subtle) return true;
  const state = await (await fetch(address(row))).json();
  const end = file.slice(Math.max(state.offset - TAIL, 0), state.offset);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await end.arrayBuffer()));
  return [...hash].map((byte) => byte.toString(16).padStart(2, "0")).join("") === state.tail;
}

function send(row, file, begun) {
  let seen = { at: performance.now(), sent: Number(row.dataset.offset) };
  let speed = 0;
  const upload = new tus.Upload(file, {
    endpoint: box.dataset.uploads,
    uploadUrl: begun ? address(row) : null,
    chunkSize: PIECE,
    retryDelays: null,
    storeFingerprintForResuming: false,
    headers,
    metadata: {
      uid: row.dataset.uid,
      piece: box.dataset.piece,
      enrolment: box.dataset.enrolment,
      filename: file.name,
    },
    onUploadUrlAvailable() {
      remember();
      next();
    },
    onProgress(sent) {
      const now = performance.now();
      if (now - seen.at > 500) {
        const latest = (1000 * Math.max(sent - seen.sent, 0)) / (now - seen.at);
        speed = speed ? 0.7 * speed + 0.3 * latest : latest;
        seen = { at: now, sent };
      }
      row.dataset.offset = sent;
      if (row.dataset.state !== "paused") say(row, "sending", { speed: speed ? `${sizeOf(Math.round(speed))}/s` : "…" });
    },
    onSuccess() {
      uploads.delete(row);
      row.dataset.offset = row.dataset.size;
      say(row, "checking");
      follow(row);
      next();
    },
    onError: (error) => failed(row, error),
  });
  uploads.set(row, upload);
  say(row, "queued");
  next();
}

// The next in turn, while there are fewer than so many on their way. It begins when the one before it has: that is the
// order in which they are kept, whichever arrives first.
function next() {
  const [row] = rows("queued");
  const begins = rows("sending").some((row) => !uploads.get(row)?.url);
  if (row && !begins && rows("sending", "waiting").length < AT_ONCE) {
    say(row, "sending", { speed: "…" });
    uploads.get(row).start();
  }
  if (!rows("queued", "sending", "waiting").length) submitWhenAsked();
}

// A connection that broke or a server that restarts is waited for; a refusal is shown in its own words.
const PAUSES = [500, 1000, 2000, 4000, 8000, 15000];
const tries = new WeakMap();

async function failed(row, error) {
  const answer = error.originalResponse;
  const status = answer?.getStatus() ?? 0;
  const told = answer?.getHeader("Content-Type")?.startsWith("text/plain") ? answer.getBody() : "";
  if (row.dataset.state === "paused" || !uploads.has(row)) return;
  if (status >= 400 && status < 500 && ![409, 423, 429, 460].includes(status)) {
    // Signed in again in another tab it can go on; otherwise this upload has ended.
    if (![401, 403].includes(status)) uploads.delete(row);
    say(row, [401, 403].includes(status) ? "stopped" : "refused", told ? { text: told } : { text: box.dataset.stopped });
    next();
    return;
  }
  say(row, "waiting", status === 507 && told ? { text: told } : {});
  const before = tries.get(row) ?? { offset: -1, count: 0 };
  const count = before.offset === row.dataset.offset ? before.count + 1 : 0;
  tries.set(row, { offset: row.dataset.offset, count });
  await pauseOrWake(PAUSES[Math.min(count, PAUSES.length - 1)]);
  if (row.dataset.state === "waiting") uploads.get(row)?.start();
}

// So many milliseconds, or until the phone wakes up or finds a network.
function pauseOrWake(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
    addEventListener("online", resolve, { once: true });
    document.addEventListener("visibilitychange", resolve, { once: true });
  });
}

// After the last byte: until the server says what became of it.
async function follow(row, pause = 300) {
  await pauseOrWake(pause);
  let state;
  try {
    const answer = await fetch(address(row), { headers });
    if (answer.status === 404) return row.remove();
    state = await answer.json();
  } catch {
    state = { state: "processing" };
  }
  if (state.state === "stored") {
    // The server writes the time: few browsers know the Welsh months.
    const receipt = { time: state.time, hash: state.sha256 };
    say(row, state.scan === "waiting" ? "scanning" : "stored", receipt);
    if (state.scan !== "waiting") return;
  } else if (state.state === "refused") {
    return say(row, "refused", { text: state.refusal });
  }
  follow(row, Math.min(pause * 2, 10000));
}

// The page can be opened anew: it knows by its address which piece of evidence it was about.
function remember() {
  if (!box.hasAttribute("data-new")) return;
  const here = new URL(location.href);
  here.searchParams.set("piece", box.dataset.piece);
  history.replaceState(null, "", here);
}

const actions = {
  pause(row) {
    say(row, "paused");
    uploads.get(row).abort();
    next();
  },
  resume(row) {
    say(row, "queued");
    next();
  },
  choose: () => inputs.at(-1).click(),
  async remove(row) {
    await uploads.get(row)?.abort();
    uploads.delete(row);
    await fetch(address(row), { method: "DELETE", headers: { ...headers, "Tus-Resumable": "1.0.0" } });
    row.remove();
    box.hidden = !list.children.length;
    next();
  },
};

list.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-do]");
  if (button) actions[button.dataset.do](button.closest("li"));
});

// Files are taken from the form at once, so it has none left to send.
form.addEventListener(
  "change",
  (event) => {
    if (event.target.type !== "file") return;
    event.stopPropagation();
    const files = [...event.target.files];
    event.target.value = "";
    files.forEach(take);
  },
  { capture: true },
);

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
  [...event.dataTransfer.files].forEach(take);
});

// The form waits for its files: leaving the page would stop them.
let asked = null;
form.addEventListener("submit", (event) => {
  if (!rows("queued", "sending", "waiting").length) return;
  event.preventDefault();
  asked = event.submitter;
  box.querySelector("[data-then]").hidden = false;
});

function submitWhenAsked() {
  if (!asked) return;
  const button = asked;
  asked = null;
  form.requestSubmit(button);
}

addEventListener("beforeunload", (event) => {
  if (rows("queued", "sending", "waiting").length) event.preventDefault();
});

// What an earlier visit left: unfinished, being checked, or refused.
for (const row of list.children) {
  const { state } = row.dataset;
  if (state === "uploading") say(row, "choose");
  else if (state === "processing") {
    say(row, "checking");
    follow(row);
  } else say(row, "refused", { text: row.querySelector("[data-said]").textContent });
}

// What was refused before any of it was sent only the browser knows: the next page about the same piece says it again.
const refused = `refused-${box.dataset.piece}`;
for (const { uid, name, size, text } of JSON.parse(sessionStorage.getItem(refused) ?? "[]")) {
  if ([...list.children].some((row) => row.dataset.uid === uid)) continue;
  const row = rowFor({ name, size });
  row.dataset.uid = uid;
  say(row, "refused", { text });
}
addEventListener("pagehide", () => {
  const told = rows("refused").map((row) => ({ ...row.dataset, text: row.querySelector("[data-said]").textContent }));
  sessionStorage.setItem(refused, JSON.stringify(told));
});
