// Keeps what is typed into a form on the server, two seconds after the last change and on leaving the page:
//   <form data-draft="/where/drafts/go"> … <p class="form__saved" data-draft-state role="status"></p>
// Without this script the form's own “Save draft” button does the same.
const WAIT = 2000;

const clock = (text) => new Date(text).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });

for (const form of document.querySelectorAll("form[data-draft]")) {
  const state = form.querySelector("[data-draft-state]");
  const say = (words) => { if (state) state.textContent = words; };
  let timer = 0;
  let dirty = false;
  let sent = false;

  const send = async (keepalive) => {
    clearTimeout(timer);
    if (!dirty || sent) return;
    dirty = false;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST", body: new URLSearchParams(new FormData(form)), headers: { "X-Draft": "1" },
        credentials: "same-origin", redirect: "manual", keepalive,
      });
      if (answer.ok) say(`Draft kept at ${clock((await answer.json()).saved_at)}. Nobody else sees it yet.`);
      else if (answer.type === "opaqueredirect" || answer.status === 403) say("You are signed out. Sign in in another tab: what you wrote is still here, and the draft of a moment ago is kept.");
      else say("The draft could not be kept. Save the form soon.");
    } catch {
      dirty = true;
      say("No connection: the draft is kept as soon as there is one.");
    }
  };

  form.addEventListener("input", () => {
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(send, WAIT, false);
  });
  form.addEventListener("submit", () => { sent = true; });
  window.addEventListener("pagehide", () => send(true));
  window.addEventListener("online", () => send(false));
}
