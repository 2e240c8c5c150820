// Opens a link without a password with nothing of ours: node open.mjs URL > file; with "status": what the server answers. FORMAT.md is all that it follows.
const { subtle } = globalThis.crypto;
const utf8 = new TextEncoder();
const bytes = (text) => Buffer.from(text, "base64"); // reads both alphabets
const [, origin, id, secret] = /^(.*)\/s\/([\w-]{16})#1\.([\w-]{43})$/.exec(process.argv[2]);
const base = await subtle.importKey("raw", bytes(secret), "HKDF", false, ["deriveBits"]);
const derive = (label) =>
  subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: utf8.encode(id), info: utf8.encode(`beffroi/link/1/${label}`) }, base, 256);
const shown = async (label) => Buffer.from(await derive(label)).toString("base64url");
const body = JSON.stringify({ knock: await shown("knock"), proof: await shown("proof") });
const post = (what) => fetch(`${origin}/s/${id}/${what}`, { method: "POST", body, headers: { "Content-Type": "application/json" } });
if (process.argv[3] === "status") {
  process.stdout.write(String((await post("open")).status));
  process.exit();
}
const sealed = Buffer.from(await (await post("open")).arrayBuffer());
const seal = await subtle.importKey("raw", await derive("seal"), "AES-GCM", false, ["decrypt"]);
const gcm = { name: "AES-GCM", iv: sealed.subarray(33, 45), additionalData: utf8.encode(`beffroi/link/1${id}\x01`) };
const manifest = JSON.parse(Buffer.from(await subtle.decrypt(gcm, seal, sealed.subarray(45))));
const { ticket } = await (await post("lease")).json();
for (const [place, { file }] of manifest.files.entries()) {
  const answer = await fetch(`${origin}/s/${id}/blob/${place}`, { headers: { Authorization: `Ticket ${ticket}` } });
  const ciphertext = Buffer.from(await answer.arrayBuffer());
  const hash = Buffer.from(await subtle.digest("SHA-256", ciphertext));
  if (!hash.equals(bytes(file.hashes.sha256))) throw new Error("altered");
  const key = await subtle.importKey("jwk", file.key, "AES-CTR", false, ["decrypt"]);
  process.stdout.write(Buffer.from(await subtle.decrypt({ name: "AES-CTR", counter: bytes(file.iv), length: 64 }, key, ciphertext)));
}
