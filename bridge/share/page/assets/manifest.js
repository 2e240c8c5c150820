// What a link holds, opened and judged before anything of it is shown. bots/links/FORMAT.md §3.

import { decode, isSame } from "./encoding.js";
import { shown } from "./names.js";
import { Trouble } from "./trouble.js";

export const CHUNK = 1048576;
const MOST_FILES = 1000;
const COMMIT = 32;
const NONCE = 12;
const HEAD = 1 + COMMIT + NONCE;

/** Opens what the server handed out; anything else than what was sealed is "altered". */
export async function openManifest(sealed, keys, id) {
  if (sealed.length <= HEAD || sealed[0] !== 1) throw new Trouble("altered");
  if (!isSame(sealed.subarray(1, 1 + COMMIT), keys.commit)) throw new Trouble("altered");
  const key = await crypto.subtle.importKey("raw", keys.seal, "AES-GCM", false, ["decrypt"]);
  const bound = new TextEncoder().encode(`beffroi/link/1${id}\u0001`);
  const iv = sealed.subarray(1 + COMMIT, HEAD);
  let opened;
  try {
    opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv, additionalData: bound }, key, sealed.subarray(HEAD));
  } catch {
    throw new Trouble("altered");
  }
  return readManifest(JSON.parse(new TextDecoder().decode(opened)));
}

export function readManifest(raw) {
  if (raw?.v !== 1 || raw.chunk !== CHUNK) throw new Trouble("newer");
  if (!Array.isArray(raw.files) || raw.files.length === 0 || raw.files.length > MOST_FILES) throw new Trouble("altered");
  return { from: shownText(raw.from), note: shownText(raw.note), files: raw.files.map(readFile) };
}

function shownText(raw) {
  // Controls, and what turns text around, have no place in a line.
  return typeof raw === "string" ? raw.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}]/gu, "").slice(0, 500) : "";
}

function readFile(raw, place) {
  const file = raw?.file;
  const { size } = raw ?? {};
  if (file?.v !== "v2" || file.key?.alg !== "A256CTR" || !Number.isSafeInteger(size) || size < 0) {
    throw new Trouble("altered");
  }
  const count = Math.ceil(size / CHUNK);
  const iv = field(file.iv, 16);
  // WebCrypto counts in the last 64 bits alone, others carry on; below 2^63 nobody can tell them apart.
  if (iv[8] & 0x80) throw new Trouble("altered");
  return {
    place,
    name: shown(raw.name),
    size,
    clean: raw.scan === "clean",
    key: field(file.key.k, 32),
    iv,
    count,
    digests: field(raw.chunks, count * 32),
  };
}

function field(text, size) {
  const bytes = typeof text === "string" ? decode(text.replaceAll("+", "-").replaceAll("/", "_"), size) : null;
  if (!bytes) throw new Trouble("altered");
  return bytes;
}
