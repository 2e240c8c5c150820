// The address of a drop box, or of one deposit in it, and what follows from it. bots/links/DEPOSITS.md §1 and §2.

import { decode } from "../encoding.js";
import { Trouble } from "../trouble.js";

const UTF8 = new TextEncoder();
// What filters make of "#": encoded once, or twice.
const SWALLOWED = /^(\/d\/[A-Za-z0-9_-]{16})%(?:25)*23(.*)$/u;
const PATH = /^\/d\/([A-Za-z0-9_-]{16})$/u;
const FRAGMENT =
  /^1\.([A-Za-z0-9_+/-]{43})(?:\.([A-Za-z0-9_-]{16})\.([A-Za-z0-9_+/-]{43}))?=?(?:[&?].*)?$/u;

function spelt(text) {
  return text.replaceAll("+", "-").replaceAll("/", "_");
}

/** Returns {box, digest, deposit, secret, mended}; the middle two are null where it leads to no deposit. */
export function parseBox(pathname, hash) {
  const swallowed = SWALLOWED.exec(pathname);
  const path = PATH.exec(swallowed ? swallowed[1] : pathname);
  const behind = FRAGMENT.exec(swallowed ? swallowed[2] : hash.replace(/^#/u, ""));
  if (!path || !behind) throw new Trouble("damaged");
  const digest = decode(spelt(behind[1]), 32);
  const secret = behind[3] ? decode(spelt(behind[3]), 32) : null;
  if (!digest || (behind[3] && !secret)) throw new Trouble("damaged");
  const mended = swallowed ? `/d/${path[1]}#1.${spelt(behind[1])}${secret ? `.${behind[2]}.${spelt(behind[3])}` : ""}` : null;
  return { box: path[1], digest, fragment: spelt(behind[1]), deposit: behind[2] ?? null, secret, mended };
}

async function expanded(material, salt, label) {
  const base = await crypto.subtle.importKey("raw", material, "HKDF", false, ["deriveBits"]);
  const parameters = { name: "HKDF", hash: "SHA-256", salt: UTF8.encode(salt), info: UTF8.encode(label) };
  return new Uint8Array(await crypto.subtle.deriveBits(parameters, base, 256));
}

export async function deriveEntrance(digest, box) {
  const [knock, seal] = await Promise.all(["knock", "seal"].map((label) => expanded(digest, box, `beffroi/box/1/${label}`)));
  return { knock, seal };
}

export async function deriveHolding(secret, deposit) {
  const labels = ["hold", "reply"].map((label) => expanded(secret, deposit, `beffroi/deposit/1/${label}`));
  const [hold, reply] = await Promise.all(labels);
  return { hold, reply };
}

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** Returns the number of a deposit as people say it. */
export async function numberOf(box, deposit) {
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", UTF8.encode(`beffroi/deposit/1/number${box}${deposit}`)));
  let bits = 0n;
  for (const byte of digest.subarray(0, 8)) bits = (bits << 8n) | BigInt(byte);
  bits >>= 4n;
  let text = "";
  for (let place = 11n; place >= 0n; place -= 1n) text += LETTERS[Number((bits >> (5n * place)) & 31n)];
  return `${text.slice(0, 4)}-${text.slice(4, 8)}-${text.slice(8)}`;
}
