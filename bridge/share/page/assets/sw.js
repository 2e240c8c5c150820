// Hands pieces that the page has checked to the browser's download. It fetches nothing and keeps nothing.

const awaited = new Map();

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

self.addEventListener("message", (event) => {
  // A message is work to be waited for: that is what keeps the worker alive between two pieces.
  event.waitUntil(Promise.resolve());
  if (event.data.type !== "prepare") return;
  const { path, name, size } = event.data;
  const [port] = event.ports;
  awaited.set(path, { port, name, size });
  port.postMessage({ type: "ready" });
});

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  const download = awaited.get(pathname);
  if (!download) {
    // What was cut when the browser died: an error, never a page that is saved under the file's name.
    event.respondWith(Response.error());
    return;
  }
  awaited.delete(pathname);
  event.respondWith(new Response(streamOf(download.port), { headers: headersOf(download) }));
});

function headersOf({ name, size }) {
  // RFC 8187: only these stand for themselves.
  const encoded = encodeURIComponent(name).replace(/['()*]/gu, (char) => `%${char.charCodeAt(0).toString(16)}`);
  return {
    "Content-Type": "application/octet-stream",
    "Content-Disposition": `attachment; filename*=UTF-8''${encoded}`,
    "Content-Length": String(size),
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
  };
}

function streamOf(port) {
  return new ReadableStream(
    {
      pull: (controller) =>
        new Promise((resolve) => {
          port.onmessage = ({ data }) => {
            if (data.type === "piece") controller.enqueue(data.piece);
            else if (data.type === "end") {
              controller.close();
              port.postMessage({ type: "closed" });
            } else {
              controller.error(new Error("not the file"));
              port.postMessage({ type: "closed" });
            }
            resolve();
          };
          port.postMessage({ type: "pull" });
        }),
      cancel: () => port.postMessage({ type: "cancelled" }),
    },
    new CountQueuingStrategy({ highWaterMark: 2 }),
  );
}
