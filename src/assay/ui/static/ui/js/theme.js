// Light, dark or the system's: the choice stays on this device. Loaded before the page is drawn, so nothing flashes.
(() => {
  const KEY = "assay-theme";
  const root = document.documentElement;
  const read = () => {
    try { return localStorage.getItem(KEY) || ""; } catch { return ""; }
  };
  const apply = (theme) => {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    for (const button of document.querySelectorAll("[data-theme-set]")) {
      button.setAttribute("aria-pressed", String(button.dataset.themeSet === theme));
    }
  };
  const choose = (theme) => {
    try {
      if (theme) localStorage.setItem(KEY, theme); else localStorage.removeItem(KEY);
    } catch { /* a browser that keeps nothing still shows the choice on this page */ }
    apply(theme);
  };

  apply(read());
  document.addEventListener("DOMContentLoaded", () => {
    for (const group of document.querySelectorAll("[data-theme-choice]")) group.hidden = false;
    apply(read());
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-set]");
    if (button) choose(button.dataset.themeSet);
  });
  addEventListener("storage", (event) => { if (event.key === KEY) apply(read()); });
})();
