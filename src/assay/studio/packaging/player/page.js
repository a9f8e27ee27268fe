// One page: shows items, judges an answer, tells the shell around it. Without a shell it still teaches.
"use strict";
(() => {
  const forms = [...document.querySelectorAll("form.item")];
  const shell = window.parent !== window ? window.parent : null;
  let review = false;

  const tell = (message) => { if (shell) shell.postMessage({ assay: 1, page: document.body.dataset.page, ...message }, "*"); };
  const keyOf = (form) => form.dataset.key.split(",").map(Number);
  const chosenIn = (form) => [...form.querySelectorAll("input:checked")].map((input) => Number(input.value));
  const same = (left, right) => left.length === right.length && left.every((value, at) => value === right[at]);

  function show(form, chosen) {
    const right = same(chosen, keyOf(form));
    const result = form.querySelector(".result");
    const letters = (indexes) => indexes.map((index) => "ABCDEFGH"[index]).join(", ");
    result.textContent = right ? "Right." : `Not right: you chose ${letters(chosen)}, the answer is ${letters(keyOf(form))}.`;
    result.dataset.right = right ? "yes" : "no";
    form.querySelector(".why").hidden = false;
    form.querySelectorAll("input").forEach((input) => {
      input.checked = chosen.includes(Number(input.value));
      input.disabled = true;
    });
    const button = form.querySelector("button");
    button.textContent = "Try again";
    button.dataset.again = "yes";
    button.disabled = review;
    return right;
  }

  function clear(form) {
    form.querySelector(".result").textContent = "";
    form.querySelector(".why").hidden = true;
    form.querySelectorAll("input").forEach((input) => { input.checked = false; input.disabled = false; });
    const button = form.querySelector("button");
    button.textContent = "Check my answer";
    delete button.dataset.again;
    form.dataset.since = String(Date.now());
    form.querySelector("input").focus();
  }

  forms.forEach((form) => {
    form.dataset.since = String(Date.now());
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (review) return;
      if (form.querySelector("button").dataset.again) { clear(form); return; }
      const chosen = chosenIn(form);
      if (!chosen.length) { form.querySelector(".result").textContent = "Choose an answer first."; return; }
      const right = show(form, chosen);
      const seconds = Math.max(1, Math.round((Date.now() - Number(form.dataset.since)) / 1000));
      tell({ kind: "answer", item: form.dataset.item, chosen, key: keyOf(form), right, seconds });
    });
  });

  window.addEventListener("message", (event) => {
    if (!shell || event.source !== shell || !event.data || event.data.assay !== 1) return;
    review = event.data.review === true;
    forms.forEach((form) => {
      const chosen = (event.data.answers || {})[form.dataset.item];
      if (chosen && chosen.length) show(form, chosen);
      if (review) form.querySelectorAll("input, button").forEach((control) => { control.disabled = true; });
    });
    if (event.data.focus) {
      const heading = document.querySelector("h1");
      heading.tabIndex = -1;
      heading.focus();
    }
  });
  tell({ kind: "ready" });
})();
