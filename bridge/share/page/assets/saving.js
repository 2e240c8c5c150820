// Where a file goes, by what the browser can: each way keeps the memory flat, and none leaves half a file under its name.

import { Trouble } from "./trouble.js";

export const IN_MEMORY = 64 * 1048576;
const MOST_IN_MEMORY = 256 * 1048576;
const PING_MS = 10000;
const OPAQUE = "application/octet-stream";
// Of what a page offers within a second Chromium takes ten, and drops the rest without a word.
const PACE_MS = 150;
// Bytes of a name. A folder takes 255, and Chromium, which adds to it while it saves, drops what is longer without a word.
const LONGEST_NAME = 200;

/** Chooses how to save a file of *size* bytes called *whole*; called from a click. Null: the person has changed their mind. */
export async function chooseSink(whole, size, { several = false } = {}) {
  const name = fitting(whole);
  if (globalThis.showSaveFilePicker && !several && size > IN_MEMORY) {
    const picked = await pickedSink(name);
    if (picked !== undefined) return picked;
  }
  if (size <= IN_MEMORY) return memorySink(name);
  return (await privateSink(name, size)) ?? (await workerSink(name, size)) ?? lastResort(name, size);
}

/** Returns *name* as a folder takes it: the end of it, which says what it is, stays. */
function fitting(name) {
  const bytes = (text) => new TextEncoder().encode(text).length;
  if (bytes(name) <= LONGEST_NAME) return name;
  const [end] = name.match(/\.[^.]{1,16}$/u) ?? [""];
  const letters = [...name.slice(0, name.length - end.length)];
  while (bytes(letters.join("")) > LONGEST_NAME - bytes(end)) letters.pop();
  return letters.join("") + end;
}

function lastResort(name, size) {
  if (size > MOST_IN_MEMORY) throw new Trouble("tooLarge", { most: MOST_IN_MEMORY });
  return memorySink(name);
}

/** A file that the person chooses: it appears under its name when it is closed, or not at all. */
async function pickedSink(name) {
  try {
    const handle = await globalThis.showSaveFilePicker({ suggestedName: name });
    const writable = await handle.createWritable();
    return { how: "picker", write: (piece) => writable.write(piece), close: () => writable.close(), abort: () => writable.abort() };
  } catch (error) {
    if (error.name === "AbortError") return null;
    return undefined;
  }
}

function memorySink(name) {
  let pieces = [];
  return {
    how: "memory",
    write: async (piece) => pieces.push(piece),
    close: async () => offer(new Blob(pieces, { type: OPAQUE }), name),
    abort: async () => {
      pieces = [];
    },
  };
}

/** The origin's private file system: on disk, seen by nobody until it is whole. */
async function privateSink(name, size) {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    if (quota - usage < size * 1.1) return null;
    const folder = await navigator.storage.getDirectory();
    await tidy(folder);
    const key = crypto.randomUUID();
    const handle = await folder.getFileHandle(key, { create: true });
    const writable = await handle.createWritable();
    return {
      how: "private",
      write: (piece) => writable.write(piece),
      close: async () => {
        await writable.close();
        await offer(new File([await handle.getFile()], name, { type: OPAQUE }), name);
      },
      abort: async () => {
        await writable.abort().catch(() => {});
        await folder.removeEntry(key).catch(() => {});
      },
    };
  } catch {
    return null;
  }
}

/** Deletes what earlier visits have left: the browser has copied it to the person's folder long ago. */
async function tidy(folder) {
  for await (const [key, handle] of folder.entries()) {
    // Since it was whole: another tab may have been at it for hours, and its copy be under way.
    // Another tab may tidy too: what is gone already has no time.
    const file = await handle.getFile().catch(() => null);
    if (file && Date.now() - file.lastModified > 3600000) await folder.removeEntry(key).catch(() => {});
  }
}

/** A service worker that hands the pieces to the browser's own download. It is kept awake: Firefox ends a silent one after
 * half a minute and keeps the torso as if it were whole. */
async function workerSink(name, size) {
  if (!navigator.serviceWorker) return null;
  let worker;
  try {
    worker = await activeWorker();
  } catch {
    return null;
  }
  const path = `/save/${crypto.randomUUID()}`;
  const { port1: port, port2 } = new MessageChannel();
  const inbox = messages(port);
  worker.postMessage({ type: "prepare", path, name, size }, [port2]);
  if ((await inbox.next()).type !== "ready") return null;
  const pings = setInterval(() => worker.postMessage({ type: "ping" }), PING_MS);
  const frame = document.createElement("iframe");
  frame.hidden = true;
  frame.src = path;
  document.body.append(frame);
  const say = async (message, transfer = []) => {
    const asked = await inbox.next();
    if (asked.type !== "pull") throw new Trouble("cancelled");
    port.postMessage(message, transfer);
  };
  const end = async (message) => {
    try {
      await say(message);
      const last = await inbox.next();
      if (message.type === "end" && last.type !== "closed") throw new Trouble("cancelled");
    } finally {
      clearInterval(pings);
    }
  };
  return {
    how: "worker",
    write: (piece) => say({ type: "piece", piece }, [piece.buffer]),
    close: () => end({ type: "end" }),
    abort: () => end({ type: "error" }).catch(() => {}),
  };
}

let script;

async function activeWorker() {
  // A policy may be made once only; the page's own says that there is just this one.
  script ??= globalThis.trustedTypes?.createPolicy("beffroi", { createScriptURL: () => "/sw.js" }).createScriptURL("");
  const registration = await navigator.serviceWorker.register(script ?? "/sw.js", { scope: "/save/", updateViaCache: "none" });
  const worker = registration.installing ?? registration.waiting ?? registration.active;
  while (worker.state !== "activated") {
    await new Promise((resolve) => {
      worker.addEventListener("statechange", resolve, { once: true });
    });
    if (worker.state === "redundant") throw new Trouble("cancelled");
  }
  return worker;
}

/** The messages of *port*, one after the other. */
function messages(port) {
  const held = [];
  const waiting = [];
  port.onmessage = ({ data }) => {
    const next = waiting.shift();
    if (next) next(data);
    else held.push(data);
  };
  return { next: () => (held.length ? Promise.resolve(held.shift()) : new Promise((resolve) => waiting.push(resolve))) };
}

let offered = -PACE_MS;

async function offer(blob, name) {
  offered = Math.max(performance.now(), offered + PACE_MS);
  await new Promise((resolve) => {
    setTimeout(resolve, offered - performance.now());
  });
  const anchor = document.createElement("a");
  anchor.href = URL.createObjectURL(blob);
  anchor.download = name;
  anchor.click();
  // Firefox reads it after the click.
  setTimeout(() => URL.revokeObjectURL(anchor.href), 600000);
}
