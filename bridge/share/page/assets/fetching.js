// A file's plaintext, piece by piece, in order, over a line that may break: resumed at the last piece that was right.

import { chunkLength, chunkOpener } from "./chunks.js";
import { CHUNK } from "./manifest.js";
import { Trouble } from "./trouble.js";

// In one request: Firefox holds all of an answer that is still coming, and frees it with the next.
const MOST = 8 * CHUNK;
const LEAST = CHUNK;
const TRIES = 8;
const PASSING = new Set(["network", "server"]);

/** Asks again, *most* times at most, where the line or the server fails; only for what may be asked for twice. */
export async function patiently(ask, pause = wait, most = TRIES) {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      if (!PASSING.has(error.kind) || tries >= most) throw error;
      await pause(before(tries));
    }
  }
}

/** Yields the plaintext of *file*. *ask* is (start, end) → Response; *pause* waits (milliseconds) between tries. */
export async function* plaintext(file, ask, pause = wait) {
  const open = await chunkOpener(file);
  let index = 0;
  let span = MOST;
  let tries = 0;
  while (index < file.count) {
    try {
      for await (const ciphertext of pieces(file, index, span, ask)) {
        const opened = await open(index, ciphertext);
        index += 1;
        tries = 0;
        yield opened;
      }
    } catch (error) {
      // A piece that is wrong may have been spoilt on its way: asked for once more, then it is said.
      const again = PASSING.has(error.kind) ? TRIES : error.kind === "altered" ? 2 : 0;
      tries += 1;
      if (tries >= again) throw error;
      span = Math.max(LEAST, span / 2);
      await pause(before(tries));
    }
  }
}

/** Yields the ciphertext of the pieces from *index* on, at most *span* bytes in one request. */
async function* pieces(file, index, span, ask) {
  const start = index * CHUNK;
  const end = Math.min(file.size, start + span);
  const reader = (await ask(start, end)).body.getReader();
  let held = new Uint8Array(chunkLength(index, file.size));
  let filled = 0;
  let place = index;
  try {
    for (;;) {
      const { done, value } = await read(reader);
      if (done) break;
      for (let taken = 0; taken < value.length; ) {
        const part = value.subarray(taken, taken + held.length - filled);
        held.set(part, filled);
        filled += part.length;
        taken += part.length;
        if (filled < held.length) continue;
        yield held;
        place += 1;
        filled = 0;
        held = new Uint8Array(Math.max(1, chunkLength(place, file.size)));
      }
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
  // The line was cut where the server had promised more: not altered, not finished.
  if (place * CHUNK < end) throw new Trouble("network");
}

/** How many milliseconds to wait after so many failures. */
function before(tries) {
  return Math.min(30000, 250 * 2 ** tries);
}

async function read(reader) {
  try {
    return await reader.read();
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble("network");
  }
}

function wait(milliseconds) {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds);
  });
}
