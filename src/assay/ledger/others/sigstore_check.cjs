// Puts receipts to @sigstore/verify: its check of a log entry's inclusion under a signed checkpoint.
//
//     node sigstore_check.cjs PROOF LEAF VKEY     a .tlog-proof and the leaf, each a file; exit code 1 when it is refused
//
// Without arguments it reads [{"proof", "leaf", "vkey"}, …] from standard input, the leaf in base64, and prints
// ["", "why it was refused", …]. Only the format is read here; every judgement is the library's.
"use strict";
const { createPublicKey } = require("node:crypto");
const { readFileSync } = require("node:fs");
const { verifyTLogInclusion } = require("@sigstore/verify/dist/tlog");

const PREFIX = Buffer.from("302a300506032b6570032100", "hex"); // SubjectPublicKeyInfo of Ed25519, RFC 8410

function authority(vkey) {
  const [name, id, ...rest] = vkey.split("+");
  const raw = Buffer.from(rest.join("+"), "base64").subarray(1);
  const key = createPublicKey({ key: Buffer.concat([PREFIX, raw]), format: "der", type: "spki" });
  return { logID: Buffer.from(id, "hex"), publicKey: key, baseURL: name, validFor: {} };
}

function entry(proof, leaf) {
  const gap = proof.indexOf("\n\n");
  const [form, index, ...hashes] = proof.slice(0, gap).split("\n");
  if (form !== "c2sp.org/tlog-proof@v1" || !/^index \d+$/.test(index)) throw new Error("not a proof");
  return {
    canonicalizedBody: Buffer.from(leaf, "base64"),
    inclusionProof: {
      checkpoint: { envelope: proof.slice(gap + 2) },
      hashes: hashes.map((hash) => Buffer.from(hash, "base64")),
      logIndex: index.slice(6),
    },
  };
}

function refusal({ proof, leaf, vkey }) {
  try {
    verifyTLogInclusion(entry(proof, leaf), [authority(vkey)]);
    return "";
  } catch (error) {
    return `${error.code ?? error.name}: ${error.message}`;
  }
}

const [proof, leaf, vkey] = process.argv.slice(2);
if (vkey) {
  const why = refusal({ proof: readFileSync(proof, "utf8"), leaf: readFileSync(leaf).toString("base64"), vkey });
  console.log(why ? `refused: ${why}` : "accepted");
  process.exitCode = why ? 1 : 0;
} else {
  console.log(JSON.stringify(JSON.parse(readFileSync(0, "utf8")).map(refusal)));
}
