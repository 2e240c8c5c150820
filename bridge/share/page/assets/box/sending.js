// One file on its way: encrypted piece by piece as Matrix attachments are, hashed, sent, and gone on with after a cut.

import { decode, encode, isSame } from "../encoding.js";
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
    this.hashed = 0;
    this.sha256 = null;
    this.resumed = false;
  }

  /** Returns what goes on with *kept* (:meth:`kept`): *file* is the same one, picked again; null where all of it was sent. */
  static again(kept, file) {
    const sealing = new Sealing(file ?? { name: kept.name, type: kept.type, size: kept.size });
    sealing.raw = decode(kept.key, 32);
    sealing.iv = decode(kept.iv, 16);
    const chunks = Uint8Array.from(atob(kept.chunks), (letter) => letter.charCodeAt(0));
    for (let at = 0; at < chunks.length; at += 32) sealing.digests.push(chunks.slice(at, at + 32));
    sealing.sha256 = kept.sha256 ? decode(kept.sha256, 32) : null;
    sealing.resumed = true;
    return sealing;
  }

  /** Returns what another page needs to go on, as JSON has it: the key, and the hash of each piece that may have been sent. */
  kept() {
    const sha256 = this.sha256 ? encode(this.sha256) : null;
    return { name: this.file.name, type: this.file.type, size: this.size, key: encode(this.raw), iv: encode(this.iv), chunks: this.#chunks(), sha256 };
  }

  /** Reads again what was sent before; another text is "changed": under the same key it would give both away. */
  async check(signal) {
    for (let index = 0; index < this.digests.length; index += 1) {
      if (signal.aborted) throw new Trouble("stopped");
      await this.piece(index);
    }
  }

  /** Ends the hash of the plaintext, once all of it was sent. */
  finish() {
    this.sha256 ??= this.hash.digest("binary");
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
    if (index === this.digests.length) this.digests.push(digest);
    // Another text under the same key would give both away.
    else if (!isSame(digest, this.digests[index])) throw new Trouble("changed", { name: this.file.name });
    if (index === this.hashed) {
      this.hash.update(plaintext);
      this.hashed += 1;
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

  /** Returns what is sealed of it, once it is finished. */
  told() {
    return {
      name: this.file.name,
      type: this.file.type.slice(0, 200),
      size: this.size,
      sha256: encode(this.sha256),
      key: encode(this.raw),
      iv: encode(this.iv),
      chunks: this.#chunks(),
    };
  }

  #chunks() {
    const chunks = new Uint8Array(this.digests.length * 32);
    this.digests.forEach((digest, index) => chunks.set(digest, index * 32));
    return standard(chunks);
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

/** Sends the file at *place*, from where the server has it on; *moved* is told how far it is, *waits* of a cut line.
 *
 * *keeps* is called before anything leaves: whoever goes on later must know what it was.
 */
export async function sendFile(door, { deposit, hold }, place, sealing, { moved, waits, keeps, pause, signal }) {
  let offset = 0;
  let tries = 0;
  let asks = sealing.resumed;
  while (offset < sealing.size) {
    try {
      if (tries || asks) offset = await door.offset(deposit, hold, place);
      asks = false;
      // Another tab has sent that: nobody here knows what it was.
      if (offset > sealing.digests.length * CHUNK) throw new Trouble("conflict");
      if (offset === sealing.size) break;
      const part = await sealing.part(offset);
      keeps();
      // A server that has less than was acknowledged is sent it again; what it has is never encrypted otherwise.
      offset = await door.send(deposit, hold, place, offset, part, signal);
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
