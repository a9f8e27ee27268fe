// Checks in this browser, with WebCrypto, that an entry is in the log that a signed checkpoint heads. Nothing is asked of
// the server but the leaf and its .tlog-proof, and nothing of what it answers is believed: the key is the reader's.
//   <section data-verify data-leaf="/…" data-proof="/…" hidden> … [name=vkey] … [data-verify-go] … [data-verify-said]
// Formats: C2SP tlog-proof, tlog-checkpoint, signed-note, tlog-cosignature; RFC 6962 (SHA-256); Ed25519 (RFC 8032).

const text = new TextEncoder();

class Refused extends Error {}

const refuse = (why) => { throw new Refused(why); };

const joined = (...parts) => {
  const found = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    found.set(part, at);
    at += part.length;
  }
  return found;
};

const same = (a, b) => a.length === b.length && a.every((byte, at) => byte === b[at]);

const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

// Standard base64 in its one form; anything else is refused.
const fromBase64 = (given) => {
  let plain;
  try {
    plain = atob(given);
  } catch {
    refuse("Something that should be base64 is not.");
  }
  if (btoa(plain) !== given) refuse("Base64 in another than its one form.");
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
};

const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

const wholeNumber = (given, what) => (/^(0|[1-9]\d{0,15})$/.test(given) ? Number(given) : refuse(`${what} is no whole number.`));

// A verifier key: name+id+base64(type || key); type 1 signs a log's checkpoints, type 4 is a witness's.
export const parseKey = async (given) => {
  const [, name, id, material] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(given.trim()) ?? refuse("The verifier key is not one.");
  const raw = fromBase64(material);
  if (raw.length !== 33 || ![1, 4].includes(raw[0])) refuse("The verifier key is not of Ed25519.");
  const own = await sha256(text.encode(`${name}\n`), raw);
  if (hex(own.slice(0, 4)) !== id) refuse("The verifier key has another key's id.");
  const key = await crypto.subtle.importKey("raw", raw.slice(1), "Ed25519", false, ["verify"]);
  return { name, id, witness: raw[0] === 4, key };
};

const signatures = (lines) => {
  if (!lines.endsWith("\n") || lines === "\n") refuse("The checkpoint is not signed.");
  return lines.slice(0, -1).split("\n").map((line) => {
    const [, name, blob] = /^\u2014 (\S+) (\S+)$/.exec(line) ?? refuse("A signature line is not one.");
    const raw = fromBase64(blob);
    if (raw.length < 5) refuse("A signature is cut.");
    return { name, id: hex(raw.slice(0, 4)), bytes: raw.slice(4) };
  });
};

// What a key has to have signed for this line; a witness puts a time before the checkpoint.
const signedBy = (key, line, note) => {
  if (!key.witness) return { message: text.encode(note), signature: line.bytes };
  if (line.bytes.length !== 72) refuse("A cosignature has another length.");
  const time = new DataView(line.bytes.buffer, line.bytes.byteOffset, 8).getBigUint64(0);
  return { message: text.encode(`cosignature/v1\ntime ${time}\n${note}`), signature: line.bytes.slice(8), time };
};

// The head that a checkpoint states, if the log's key has signed it: { origin, size, root, witnesses }.
export const openCheckpoint = async (given, keys) => {
  const gap = given.lastIndexOf("\n\n");
  if (gap < 0) refuse("The checkpoint is not signed.");
  const note = given.slice(0, gap + 1);
  const [origin, size, root] = note.split("\n");
  if (!origin || root === undefined) refuse("The checkpoint is cut.");
  const head = { origin, size: wholeNumber(size, "The size of the log"), root: fromBase64(root), witnesses: [] };
  if (head.root.length !== 32) refuse("The root is not a hash.");
  const seen = new Set();
  let signed = false;
  for (const line of signatures(given.slice(gap + 2))) {
    if (seen.size === seen.add(`${line.name} ${line.id}`).size) refuse(`${line.name} signed twice.`);
    for (const key of keys) {
      if (key.name !== line.name || key.id !== line.id) continue;
      if (!key.witness && key.name !== origin) refuse("The checkpoint is of another log.");
      const { message, signature, time } = signedBy(key, line, note);
      if (!(await crypto.subtle.verify("Ed25519", key.key, signature, message))) refuse(`The signature of ${key.name} is wrong.`);
      if (key.witness) head.witnesses.push({ name: key.name, time: Number(time) });
      else signed = true;
    }
  }
  if (!signed) refuse("No signature is of the key that you trust.");
  return head;
};

// The sides of the siblings on the way from leaf `index` up to the root over `size`, nearest first (RFC 6962, 2.1.1).
const sides = (index, size) => {
  const found = [];
  let [low, high] = [0, size];
  while (high - low > 1) {
    let half = 1;
    while (half * 2 < high - low) half *= 2;
    found.unshift(index < low + half ? "right" : "left");
    if (index < low + half) high = low + half;
    else low += half;
  }
  return found;
};

// Checks a .tlog-proof for a leaf; the head it was proved under. Throws with what is wrong.
export const verifyProof = async ({ proof, leaf, keys, index = null }) => {
  const gap = proof.indexOf("\n\n");
  if (gap < 0) refuse("The proof is cut.");
  const lines = proof.slice(0, gap).split("\n");
  if (lines.shift() !== "c2sp.org/tlog-proof@v1") refuse("This is not a proof of a log.");
  if (lines[0]?.startsWith("extra ")) fromBase64(lines.shift().slice(6));
  if (!lines[0]?.startsWith("index ")) refuse("The proof says of no entry.");
  const place = wholeNumber(lines.shift().slice(6), "The index");
  if (index !== null && place !== index) refuse(`The proof is of entry ${place}.`);
  const head = await openCheckpoint(proof.slice(gap + 2), await Promise.all(keys.map(parseKey)));
  if (place >= head.size) refuse(`Entry ${place} is not in a log of ${head.size}.`);
  const way = sides(place, head.size);
  if (way.length !== lines.length) refuse("The proof has another length.");
  let found = await sha256([0], leaf);
  for (const [at, side] of way.entries()) {
    const step = fromBase64(lines[at]);
    if (step.length !== 32) refuse("A step of the proof is not a hash.");
    found = side === "left" ? await sha256([1], step, found) : await sha256([1], found, step);
  }
  if (!same(found, head.root)) refuse("The way from this leaf does not lead to the root that was signed.");
  return { ...head, index: place, steps: way.length };
};

const bytesOf = async (url) => {
  const answer = await fetch(url, { credentials: "same-origin", cache: "no-store" });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return new Uint8Array(await answer.arrayBuffer());
};

const judge = async (part) => {
  const keys = part.querySelector("[name=vkey]").value.split("\n").filter((line) => line.trim());
  const [leaf, proof] = await Promise.all([bytesOf(part.dataset.leaf), bytesOf(part.dataset.proof)]);
  const head = await verifyProof({ proof: new TextDecoder().decode(proof), leaf, keys, index: Number(part.dataset.index) });
  const seen = head.witnesses.map((one) => `${one.name} at ${new Date(one.time * 1000).toISOString().slice(0, 16).replace("T", " ")} UTC`);
  return `Checked here: the ${leaf.length.toLocaleString("en-GB")} bytes of entry ${head.index} lead by ${head.steps} hashes to the root over ${head.size.toLocaleString("en-GB")} entries that ${head.origin} signed${seen.length ? `, seen by ${seen.join(" and ")}` : ""}.`;
};

if (globalThis.document) {
  for (const part of document.querySelectorAll("[data-verify]")) {
    const said = part.querySelector("[data-verify-said]");
    const able = Boolean(globalThis.crypto?.subtle);
    part.hidden = false;
    if (!able) said.textContent = "This browser checks signatures only over HTTPS or on this machine. Use the proof file instead.";
    const go = part.querySelector("[data-verify-go]");
    go.disabled = !able;
    go.addEventListener("click", async () => {
      part.dataset.state = "busy";
      said.textContent = "Checking…";
      try {
        said.textContent = await judge(part);
        part.dataset.state = "good";
      } catch (error) {
        said.textContent = error instanceof Refused ? `It does not add up: ${error.message}` : `It could not be checked: ${error.message}`;
        part.dataset.state = "wrong";
      }
    });
  }
}
