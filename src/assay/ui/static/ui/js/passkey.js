// Asks a passkey (WebAuthn) when a form is sent, and sends what it answered along:
//   <form data-passkey='<options in JSON>' data-passkey-use="create|get" hidden>
//     … <input type="hidden" name="credential"> … <p data-passkey-state role="status"></p></form>
// The form is shown only where the browser can do it, and then what is marked data-passkey-without is hidden; without
// this script the page's other way remains.
const toBytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
const toText = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

const opened = (options) => {
  const found = { ...options, challenge: toBytes(options.challenge) };
  if (options.user) found.user = { ...options.user, id: toBytes(options.user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"]) {
    if (options[list]) found[list] = options[list].map((each) => ({ ...each, id: toBytes(each.id) }));
  }
  return found;
};

const answered = (made) => {
  const { response } = made;
  const parts = { clientDataJSON: toText(response.clientDataJSON) };
  for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (response[part]) parts[part] = toText(response[part]);
  }
  return JSON.stringify({ id: made.id, rawId: toText(made.rawId), type: made.type, response: parts });
};

const WORDS = {
  NotAllowedError: "Nothing was done: the passkey was not confirmed in time, or there is none for this site on this device.",
  InvalidStateError: "This device has a passkey for you already.",
  SecurityError: "This address is not one that passkeys can be used at.",
};

const usable = Boolean(window.PublicKeyCredential && navigator.credentials);
for (const words of document.querySelectorAll("[data-passkey-without]")) words.hidden = usable;
for (const form of usable ? document.querySelectorAll("form[data-passkey]") : []) {
  form.hidden = false;
  const state = form.querySelector("[data-passkey-state]");
  form.addEventListener("submit", async (event) => {
    if (form.elements.credential.value) return;
    event.preventDefault();
    state.textContent = "Waiting for your passkey …";
    try {
      const publicKey = opened(JSON.parse(form.dataset.passkey));
      const made = await navigator.credentials[form.dataset.passkeyUse]({ publicKey });
      form.elements.credential.value = answered(made);
      state.textContent = "";
      form.requestSubmit();
    } catch (error) {
      state.textContent = WORDS[error.name] ?? "The passkey could not be used. Try again, or use the other way.";
    }
  });
}
