// Follows the log: while “Follow” is on and the page is seen, the rows are asked for every two seconds, and replaced when
// something is new. Without this script the same link asks the whole page again.
//   <p data-follow><a role="button"> <span role="status" data-follow-said></p> … <tbody data-tail="/…" data-tail-mark="…">
const EVERY = 2000;

const body = document.querySelector("tbody[data-tail]");
const place = document.querySelector("[data-follow]");

const events = () => new Set([...body.rows].map((row) => row.dataset.event));

if (body && place) {
  const link = place.querySelector("a");
  const said = place.querySelector("[data-follow-said]");
  let mark = body.dataset.tailMark;
  let timer = 0;
  let on = new URLSearchParams(location.search).get("follow") === "1";

  const show = (words) => {
    link.textContent = on ? "Stop following" : "Follow the log";
    link.setAttribute("aria-pressed", String(on));
    said.textContent = words;
  };

  const replace = (html) => {
    const before = events();
    const page = new DOMParser().parseFromString(`<table><tbody>${html}</tbody></table>`, "text/html");
    body.replaceChildren(...page.querySelectorAll("tr"));
    const fresh = [...body.rows].filter((row) => row.dataset.event && !before.has(row.dataset.event));
    for (const row of fresh) row.dataset.fresh = "";
    return fresh.length;
  };

  const ask = async () => {
    // Somebody who is in a row keeps it.
    if (!document.hidden && !body.contains(document.activeElement)) {
      try {
        const answer = await fetch(body.dataset.tail, { headers: { "If-None-Match": mark }, credentials: "same-origin", cache: "no-store", redirect: "error" });
        if (answer.ok) {
          mark = answer.headers.get("ETag");
          const count = replace(await answer.text());
          if (count) show(`${count} new ${count === 1 ? "entry" : "entries"}.`);
        } else if (answer.status !== 304) show(`The server answered ${answer.status}.`);
      } catch {
        show("No connection; trying again.");
      }
    }
    if (on) timer = setTimeout(ask, EVERY);
  };

  link.addEventListener("click", (event) => {
    event.preventDefault();
    on = !on;
    clearTimeout(timer);
    show(on ? "New entries appear here as they come in." : "");
    if (on) ask();
  });
  link.addEventListener("keydown", (event) => {
    if (event.key !== " ") return;
    event.preventDefault();
    link.click();
  });
  show(on ? "New entries appear here as they come in." : "");
  if (on) ask();
}
