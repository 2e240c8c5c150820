// One file on its way: encrypted piece by piece as Matrix attachments are, hashed, sent, and gone on with after a cut.

import { encode, isSame } from "../encoding.js";
import { Trouble } from "../trouble.js";

export const CHUNK = 1048576;
const PART = 4 * CHUNK;
const PAUSES_MS = [500, 1000, 2000, 4000, 8000, 15000, 15000, 15000, 15000, 15000];

/** A file and the key that it is encrypted with: the same piece gives the same ciphertext, however often it is sent. */
export class Sealing {
  constructor(file) {
    this.file = file;
    this.size = file.size;
    this.raw = crypto.getRandomValues(new Uint8Array(32));
    // A random half and a counter half that begins at 0, as the specification of Matrix has it.
    this.iv = new Uint8Array(16);
    crypto.getRandomValues(this.iv.subarray(0, 8));
    this.digests = [];
  }

  async begin() {
    this.key = await crypto.subtle.importKey("raw", this.raw, "AES-CTR", false, ["encrypt"]);
    this.hash = await globalThis.hashwasm.createSHA256();
    this.hash.init();
  }

  /** Returns the ciphertext of piece *index*; the first time that it is asked for, it is hashed. */
  async piece(index) {
    const plaintext = await read(this.file.slice(index * CHUNK, (index + 1) * CHUNK));
    const counter = this.iv.slice();
    // 2^36 bytes are 2^32 blocks: a counter of 32 bits would begin anew.
    new DataView(counter.buffer).setBigUint64(8, BigInt(index) * BigInt(CHUNK / 16));
    const ciphertext = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-CTR", counter, length: 64 }, this.key, plaintext));
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", ciphertext));
    if (index === this.digests.length) {
      this.hash.update(plaintext);
      this.digests.push(digest);
    } else if (!isSame(digest, this.digests[index])) {
      // Another text under the same key would give both away.
      throw new Trouble("changed", { name: this.file.name });
    }
    return ciphertext;
  }

  /** Returns the ciphertext from byte *start* on, a part at most. */
  async part(start) {
    const end = Math.min(this.size, (Math.floor(start / CHUNK) + PART / CHUNK) * CHUNK);
    const pieces = [];
    for (let index = Math.floor(start / CHUNK); index * CHUNK < end; index += 1) pieces.push(await this.piece(index));
    const whole = new Blob(pieces);
    return whole.slice(start % CHUNK, (start % CHUNK) + end - start);
  }

  /** Returns what is sealed of it, once all of it was sent. */
  told() {
    const chunks = new Uint8Array(this.digests.length * 32);
    this.digests.forEach((digest, index) => chunks.set(digest, index * 32));
    this.sha256 = this.hash.digest("binary");
    return {
      name: this.file.name,
      type: this.file.type.slice(0, 200),
      size: this.size,
      sha256: encode(this.sha256),
      key: encode(this.raw),
      iv: encode(this.iv),
      chunks: standard(chunks),
    };
  }
}

function standard(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

async function read(blob) {
  let bytes;
  try {
    bytes = new Uint8Array(await blob.arrayBuffer());
  } catch {
    throw new Trouble("changed");
  }
  if (bytes.length !== blob.size) throw new Trouble("changed");
  return bytes;
}

/** Sends the file at *place*, from where the server has it on; *moved* is told how far it is, *waits* of a cut line. */
export async function sendFile(door, { deposit, hold }, place, sealing, { moved, waits, pause, signal }) {
  let offset = 0;
  let tries = 0;
  while (offset < sealing.size) {
    try {
      if (tries) offset = await door.offset(deposit, hold, place);
      // A server that has less than was acknowledged is sent it again; what it has is never encrypted otherwise.
      offset = await door.send(deposit, hold, place, offset, await sealing.part(offset), signal);
      tries = 0;
      moved(offset);
    } catch (error) {
      if (!(error instanceof Trouble) || !["network", "server", "later"].includes(error.kind)) throw error;
      if (tries >= PAUSES_MS.length) throw error;
      waits();
      await pause(error.kind === "later" ? error.detail.seconds * 1000 : PAUSES_MS[tries]);
      tries += 1;
    }
  }
}
