// Writes a file into the origin's private file system, piece by piece, without holding any: only a worker may.

let handle;
let length = 0;

const DEEDS = {
  open: async ({ key }) => {
    const folder = await navigator.storage.getDirectory();
    const file = await folder.getFileHandle(key, { create: true });
    handle = await file.createSyncAccessHandle();
  },
  write: async ({ piece }) => {
    // It may write less than it was given, where the disk has no room.
    if (handle.write(piece, { at: length }) !== piece.length) throw new Error("disk");
    length += piece.length;
  },
  close: async () => {
    handle.flush();
    handle.close();
  },
};

self.onmessage = async ({ data }) => {
  try {
    await DEEDS[data.deed](data);
    self.postMessage({ done: true });
  } catch {
    self.postMessage({ done: false });
  }
};
