// A file in pieces of 1 MiB: each is checked, then decrypted, and never the other way round. bots/links/FORMAT.md §4.

import { isSame } from "./encoding.js";
import { CHUNK } from "./manifest.js";
import { Trouble } from "./trouble.js";

const BLOCKS = BigInt(CHUNK / 16);

export function chunkLength(index, size) {
  return Math.min(CHUNK, size - index * CHUNK);
}

/** Returns a function (index, ciphertext) that resolves to the plaintext, or rejects with "altered". */
export async function chunkOpener(file) {
  const key = await crypto.subtle.importKey("raw", file.key, "AES-CTR", false, ["decrypt"]);
  return async (index, ciphertext) => {
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", ciphertext));
    if (!isSame(digest, file.digests.subarray(index * 32, index * 32 + 32))) throw new Trouble("altered");
    const counter = counterAt(file.iv, index);
    return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-CTR", counter, length: 64 }, key, ciphertext));
  };
}

export function counterAt(iv, index) {
  const counter = iv.slice();
  const view = new DataView(counter.buffer);
  view.setBigUint64(8, view.getBigUint64(8) + BigInt(index) * BLOCKS);
  return counter;
}
