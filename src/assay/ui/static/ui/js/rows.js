// Rows from the keyboard: j and k (or the arrows, once in the table) move, Enter opens the row's first link,
// Home and End jump. Without this script every link in a row is reached with Tab as usual.
const TYPING = "input, textarea, select, [contenteditable], dialog";

const table = () => document.querySelector("table[data-rows]");
const rows = (of) => [...of.tBodies[0].rows].filter((row) => row.querySelector("a[href]"));

const focusRow = (row) => {
  if (!row) return;
  for (const other of row.parentElement.querySelectorAll("tr[tabindex]")) other.removeAttribute("tabindex");
  row.tabIndex = -1;
  row.focus();
  row.scrollIntoView({ block: "nearest" });
};

const move = (of, step) => {
  const all = rows(of);
  const here = all.indexOf(document.activeElement.closest("tr"));
  if (step === "first" || step === "last") return focusRow(all.at(step === "first" ? 0 : -1));
  return focusRow(here < 0 ? all[0] : all[Math.min(Math.max(here + step, 0), all.length - 1)]);
};

const STEPS = { j: 1, k: -1 };
const STEPS_INSIDE = { ArrowDown: 1, ArrowUp: -1, Home: "first", End: "last" };

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest(TYPING)) return;
  const inside = event.target.closest("table[data-rows] tbody tr");
  const of = inside ? inside.closest("table") : table();
  if (!of) return;
  const step = STEPS[event.key] ?? (inside ? STEPS_INSIDE[event.key] : undefined);
  if (step !== undefined) {
    event.preventDefault();
    move(of, step);
  } else if (event.key === "Enter" && inside === event.target) {
    event.preventDefault();
    inside.querySelector("a[href]").click();
  }
});
