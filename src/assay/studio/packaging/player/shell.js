// The shell: table of contents, one page at a time, and what the learning platform is told after every act of the learner.
"use strict";
(() => {
  const course = JSON.parse(document.getElementById("course").textContent);
  const frame = document.getElementById("page");
  const word = document.getElementById("word");
  const standing = document.getElementById("standing");
  const links = [...document.querySelectorAll(".toc a")];
  const contents = document.querySelector(".toc details");
  const itemsOf = course.pages.map((page) => page.items);
  const scored = course.pages.flatMap((page) => (page.scored ? page.items.map((item) => `${page.id}/${item}`) : []));
  const all = course.pages.flatMap((page) => page.items.map((item) => `${page.id}/${item}`));
  const rightOnes = new Map(course.pages.flatMap((page) => page.items.map((item, at) => [`${page.id}/${item}`, page.keys[at]])));
  const lms = window.AssayLms;
  const begun = Date.now();
  let visited = course.pages.map(() => false);
  let answers = new Map();
  let at = 0;
  let review = false;
  let connected = false;
  let reached = "";
  let focusNext = false;

  // State as text: version, fingerprint of the course, pages visited as bits in hexadecimal, two base-36 digits an item.
  const maskOf = (chosen) => chosen.reduce((sum, index) => sum + 2 ** index, 0);
  const chosenOf = (mask) => [...Array(10).keys()].filter((index) => Math.floor(mask / 2 ** index) % 2 === 1);
  function packed() {
    let bits = "";
    for (let start = 0; start < visited.length; start += 4) {
      bits += visited.slice(start, start + 4).reduce((sum, seen, place) => sum + (seen ? 2 ** place : 0), 0).toString(16);
    }
    return `1~${course.fingerprint}~${bits}~${all.map((name) => (answers.get(name) || 0).toString(36).padStart(2, "0")).join("")}`;
  }
  function unpack(text) {
    const [version, fingerprint, bits, digits] = text.split("~");
    if (version !== "1" || fingerprint !== course.fingerprint) return text === "";
    visited = visited.map((_, place) => Math.floor(parseInt(bits[Math.floor(place / 4)] || "0", 16) / 2 ** (place % 4)) % 2 === 1);
    all.forEach((name, place) => {
      const mask = parseInt(digits.slice(2 * place, 2 * place + 2), 36);
      if (mask > 0) answers.set(name, mask);
    });
    return true;
  }

  function figures() {
    const right = scored.filter((name) => answers.get(name) === maskOf(rightOnes.get(name))).length;
    const answered = scored.filter((name) => answers.has(name)).length;
    const score = scored.length ? Math.round((10000 * right) / scored.length) / 100 : null;
    const whole = visited.every(Boolean) && answered === scored.length;
    let status = "incomplete";
    if (whole) status = score === null ? "completed" : score >= course.passMark ? "passed" : "failed";
    if (reached === "passed" || reached === "completed") status = reached;
    if (whole) reached = status;
    const steps = visited.filter(Boolean).length + answered;
    return { right, answered, score, status, progress: steps / (visited.length + scored.length), state: packed(), location: course.pages[at].id };
  }

  const says = (text, kind = "") => { word.textContent = text; word.dataset.kind = kind; word.hidden = text === ""; };
  function tellStanding(now) {
    const seen = visited.filter(Boolean).length;
    const parts = [`${seen} of ${visited.length} pages read`];
    if (scored.length) parts.push(`${now.right} of ${scored.length} questions right, ${course.passMark} % to pass`);
    if (now.status !== "incomplete") parts.push(now.status);
    standing.textContent = parts.join(" · ");
    links.forEach((link, place) => {
      link.classList.toggle("done", visited[place]);
      link.querySelector(".seen").textContent = visited[place] ? " ✓ read" : "";
      if (place === at) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current");
    });
  }
  async function record(answer = null) {
    const now = figures();
    tellStanding(now);
    if (review || !connected) return;
    const kept = await lms.save({ ...now, answer, seconds: Math.round((Date.now() - begun) / 1000) });
    if (!kept) says("The learning platform did not save your last step. Stay on this page and try again, or tell your tutor.", "bad");
    else if (word.dataset.kind === "bad") says("Saved again.");
  }

  function open(place, byHand = true) {
    at = Math.max(0, Math.min(course.pages.length - 1, place));
    focusNext = byHand;
    frame.src = course.pages[at].file;
    frame.title = course.pages[at].title;
    document.getElementById("back").disabled = at === 0;
    document.getElementById("next").disabled = at === course.pages.length - 1;
    if (contents && window.matchMedia("(max-width: 59.99rem)").matches) contents.open = false;
  }
  window.addEventListener("message", (event) => {
    if (event.source !== frame.contentWindow || !event.data || event.data.assay !== 1) return;
    const place = course.pages.findIndex((page) => page.id === event.data.page);
    if (place !== at) return;
    if (event.data.kind === "ready") {
      const own = {};
      itemsOf[at].forEach((item) => { own[item] = chosenOf(answers.get(`${event.data.page}/${item}`) || 0); });
      frame.contentWindow.postMessage({ assay: 1, answers: own, review, focus: focusNext }, "*");
      if (!review) visited[at] = true;
      record();
    }
    if (event.data.kind === "answer" && !review && itemsOf[at].includes(event.data.item)) {
      answers.set(`${event.data.page}/${event.data.item}`, maskOf(event.data.chosen));
      record({ ...event.data, scored: course.pages[at].scored });
    }
  });
  links.forEach((link, place) => link.addEventListener("click", (event) => { event.preventDefault(); open(place); }));
  document.getElementById("back").addEventListener("click", () => open(at - 1));
  document.getElementById("next").addEventListener("click", () => open(at + 1));
  window.addEventListener("pagehide", () => { if (connected) lms.stop(Math.round((Date.now() - begun) / 1000), review); });

  async function start() {
    const met = await lms.start(course);
    connected = met.connected;
    review = met.mode === "review" || met.mode === "browse";
    reached = met.status;
    let known = true;
    try { known = unpack(met.state); } catch { known = false; }
    if (!connected) says(met.word || "No learning platform was found. You can read and practise; nothing is recorded.");
    else if (review) says("You are reviewing: nothing you do here is recorded.");
    else if (!known) says("The course has changed since you were here. Your earlier result stands; your place in it could not be kept.");
    const place = course.pages.findIndex((page) => page.id === met.location);
    tellStanding(figures());
    open(known && place > 0 ? place : 0, false);
  }
  start();
})();
