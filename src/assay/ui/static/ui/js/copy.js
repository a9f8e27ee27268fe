// Copy buttons appear where a clipboard exists; menus close on Escape and when focus or pointer leaves them.
const LASTS = 1600;

const reveal = (root) => {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("[data-copy]")) button.hidden = false;
};

const say = (button, words) => {
  const note = button.querySelector("[role=status]");
  if (note) note.textContent = words;
};

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.dataset.copied = "";
    say(button, "Copied");
  } catch {
    say(button, "Your browser did not allow copying; select the text instead.");
  }
  setTimeout(() => { delete button.dataset.copied; say(button, ""); }, LASTS);
});

const menus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
document.addEventListener("pointerdown", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("focusout", (event) => {
  const menu = event.target.closest("details[data-menu][open]");
  if (menu && event.relatedTarget && !menu.contains(event.relatedTarget)) menu.open = false;
});

reveal(document);
document.addEventListener("htmx:load", (event) => reveal(event.target));
