// What a box is: opened, and held against the digest in the address, before anything of it is shown. DEPOSITS.md §3.

import { decode, isSame } from "../encoding.js";
import { Trouble } from "../trouble.js";

const KINDS = new Set(["text", "lines", "date", "choice", "email"]);

/** Opens what the server handed out; anything else than what the address says is "altered". */
export async function openDescriptor(sealed, seal, digest, box) {
  if (sealed[0] !== 1) throw new Trouble("newer");
  const key = await crypto.subtle.importKey("raw", seal, "AES-GCM", false, ["decrypt"]);
  const additionalData = new TextEncoder().encode(`beffroi/box/1${box}\u0001`);
  let opened;
  try {
    opened = new Uint8Array(
      await crypto.subtle.decrypt({ name: "AES-GCM", iv: new Uint8Array(12), additionalData }, key, sealed.subarray(1)),
    );
  } catch {
    throw new Trouble("altered");
  }
  if (!isSame(new Uint8Array(await crypto.subtle.digest("SHA-256", opened)), digest)) throw new Trouble("altered");
  const spelt = new TextDecoder().decode(opened);
  return { ...readDescriptor(JSON.parse(spelt)), spelt };
}

function readDescriptor(raw) {
  if (raw?.v !== 1) throw new Trouble("newer");
  const keys = { x25519: decode(raw.x25519, 32), p256: decode(raw.p256, 65), ed25519: decode(raw.ed25519, 32) };
  const right = Number.isSafeInteger(raw.files) && Number.isSafeInteger(raw.size) && Array.isArray(raw.fields);
  if (!right || Object.values(keys).includes(null)) throw new Trouble("altered");
  if (!raw.fields.every((field) => KINDS.has(field?.kind) && Array.isArray(field.choices))) throw new Trouble("newer");
  return { title: raw.title, from: raw.from, note: raw.note, files: raw.files, size: raw.size, fields: raw.fields, keys };
}
