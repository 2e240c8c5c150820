// Seals a text as the page of a drop box does, with the page's own module: {keys, box, deposit, text, old} on standard input.

import { Buffer } from "node:buffer";
import { sealedFor } from "../../../bridge/share/page/assets/box/hpke.js";

const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { keys, box, deposit, text, old } = JSON.parse(Buffer.concat(chunks).toString());
if (old) {
  // A browser without X25519.
  const generate = crypto.subtle.generateKey.bind(crypto.subtle);
  crypto.subtle.generateKey = async (algorithm, ...rest) => {
    if (algorithm.name === "X25519") throw new DOMException("no", "NotSupportedError");
    return generate(algorithm, ...rest);
  };
}
const raw = Object.fromEntries(Object.entries(keys).map(([name, key]) => [name, new Uint8Array(Buffer.from(key, "base64"))]));
const sealed = await sealedFor(raw, new TextEncoder().encode(text), box, deposit);
process.stdout.write(Buffer.from(sealed).toString("base64"));
