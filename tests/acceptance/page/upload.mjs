// Uploads SIZE bytes with tus-js-client, gives up in the middle, begins anew where the server says: node upload.mjs URL TOKEN SIZE
import { createHash } from "node:crypto";
import * as tus from "tus-js-client";

const [, , uploadUrl, token, size] = process.argv;
const data = Buffer.alloc(Number(size), "Beffroi ");
const headers = { Authorization: `Bearer ${token}` };

// The id is ours to choose, so the creation is a plain request; all else is the client's.
await fetch(uploadUrl, { method: "POST", headers: { ...headers, "Tus-Resumable": "1.0.0", "Upload-Length": size } });

function upload(options) {
  return new Promise((resolve, reject) => {
    const one = new tus.Upload(data, {
      uploadUrl,
      headers,
      chunkSize: 1_000_000,
      retryDelays: [100, 200, 400],
      onError: reject,
      onSuccess: () => resolve(true),
      onProgress: (sent) => options.stopAt && sent > options.stopAt && one.abort().then(() => resolve(false)),
      onChunkComplete: (_, accepted) => options.first ?? (options.first = accepted),
    });
    one.start();
  });
}

if (await upload({ stopAt: 3_000_000 })) throw new Error("it was not cut");
const again = {};
await upload(again);
const sha256 = createHash("sha256").update(data).digest("hex");
console.log(JSON.stringify({ resumed: again.first - 1_000_000, sha256 }));
