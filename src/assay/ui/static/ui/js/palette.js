// Search and commands: "/" or Ctrl-K opens it. It offers the pages in the navigation, what this page lets you do
// (any [data-command]), and what the search address answers. Without this script the search form in the bar works.
const dialog = document.getElementById("palette");
const LIMIT = 12;
const PAUSE = 140;

const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

const local = () => {
  const found = [];
  for (const link of document.querySelectorAll(".top__nav a, .menu__sheet li a")) {
    found.push({ label: link.textContent.trim(), kind: "page", url: link.href });
  }
  for (const element of document.querySelectorAll("[data-command]")) {
    found.push({ label: element.dataset.command || element.textContent.trim(), kind: "action", element });
  }
  for (const button of document.querySelectorAll(".top [data-theme-set]")) {
    found.push({ label: `Colours: ${button.textContent.trim().toLowerCase()}`, kind: "action", element: button });
  }
  return found;
};

const matching = (items, words) => items
  .map((item) => ({ item, at: fold(item.label).indexOf(words) }))
  .filter(({ at }) => at >= 0)
  .sort((one, other) => one.at - other.at)
  .map(({ item }) => item);

const start = (box) => {
  const form = box.querySelector("form");
  const input = box.querySelector("input");
  const list = box.querySelector("[role=listbox]");
  let shown = [];
  let chosen = -1;
  let timer = 0;
  let asked = 0;

  const choose = (index) => {
    chosen = shown.length ? (index + shown.length) % shown.length : -1;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === chosen)));
    input.toggleAttribute("aria-activedescendant", chosen >= 0);
    if (chosen < 0) return;
    input.setAttribute("aria-activedescendant", list.children[chosen].id);
    list.children[chosen].scrollIntoView({ block: "nearest" });
  };

  const draw = (items, last) => {
    shown = [...items.slice(0, LIMIT - last.length), ...last];
    list.replaceChildren(...shown.map((item, index) => {
      const option = document.createElement("li");
      option.id = `palette-${index}`;
      option.setAttribute("role", "option");
      const label = document.createElement("span");
      label.textContent = item.label;
      const kind = document.createElement("span");
      kind.className = "palette__kind";
      kind.textContent = item.kind;
      option.append(label, kind);
      return option;
    }));
    choose(shown.length ? 0 : -1);
  };

  const take = (item) => {
    box.close();
    if (item.element) item.element.click();
    else if (item.url) location.assign(item.url);
  };

  const remote = async (words) => {
    const address = box.dataset.results;
    if (!address || words.length < 2) return [];
    const reply = await fetch(`${address}?q=${encodeURIComponent(words)}`, { headers: { Accept: "application/json" } });
    if (!reply.ok) return [];
    const body = await reply.json();
    return (body.results ?? []).map(({ label, kind, url }) => ({ label, kind, url }));
  };

  const search = () => {
    const words = fold(input.value.trim());
    const found = matching(local(), words);
    const turn = ++asked;
    const rest = box.dataset.search && words ? [{ label: `Search for “${input.value.trim()}”`, kind: "all results", url: `${box.dataset.search}?q=${encodeURIComponent(input.value.trim())}` }] : [];
    draw(found, rest);
    clearTimeout(timer);
    timer = setTimeout(async () => {
      const more = await remote(words).catch(() => []);
      if (turn === asked && more.length) draw([...found, ...more], rest);
    }, PAUSE);
  };

  const open = () => {
    if (box.open) return;
    box.showModal();
    input.value = "";
    input.focus();
    search();
  };

  input.addEventListener("input", search);
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      choose(chosen + (event.key === "ArrowDown" ? 1 : -1));
    }
  });
  form.addEventListener("submit", (event) => {
    if (chosen < 0 && box.dataset.search) return;
    event.preventDefault();
    if (chosen >= 0) take(shown[chosen]);
  });
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) take(shown[[...list.children].indexOf(option)]);
  });
  box.addEventListener("click", (event) => {
    if (event.target === box || event.target.closest("[data-palette-close]")) box.close();
  });

  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    const asks = (event.key === "/" && !typing) || (event.key.toLowerCase() === "k" && (event.ctrlKey || event.metaKey));
    if (!asks || event.altKey) return;
    event.preventDefault();
    open();
  });
};

if (dialog?.showModal) start(dialog);
