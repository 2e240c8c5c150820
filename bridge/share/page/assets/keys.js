// What follows from a link's secret and its password. bots/links/FORMAT.md §2.

const UTF8 = new TextEncoder();
// RFC 9106 §4, second recommended option.
const STRETCH = { iterations: 3, parallelism: 4, memorySize: 65536, hashLength: 32, outputType: "binary" };

/** What is hashed of a password: NFC, every other space as U+0020, case kept (RFC 8265 §4.2.2). */
export function normalised(password) {
  return UTF8.encode(password.replace(/\p{Zs}/gu, " ").normalize("NFC"));
}

/** What was meant by a typed password: one of ours is the same in capitals, with spaces, without hyphens. */
export function meant(typed) {
  const letters = typed.toLowerCase().replace(/[\s\u00a0\u2010\u2011\u2013-]/gu, "");
  return /^(?:[abcdefghjkmnpqrstuvwxyz2-9]{4}){3,4}$/.test(letters) ? letters.replace(/(.{4})(?=.)/g, "$1-") : typed;
}

async function stretched(password, id) {
  return globalThis.hashwasm.argon2id({ ...STRETCH, password: normalised(password), salt: UTF8.encode(id) });
}

async function expanded(material, id, label) {
  const base = await crypto.subtle.importKey("raw", material, "HKDF", false, ["deriveBits"]);
  const info = UTF8.encode(`beffroi/link/1/${label}`);
  const bits = await crypto.subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt: UTF8.encode(id), info }, base, 256);
  return new Uint8Array(bits);
}

export async function deriveKnock(secret, id) {
  return expanded(secret, id, "knock");
}

/** Returns {proof, seal, commit}; *password* is null where the link has none. */
export async function deriveKeys(secret, id, password) {
  let material = secret;
  if (password !== null) {
    material = new Uint8Array(64);
    material.set(secret);
    material.set(await stretched(password, id), 32);
  }
  const [proof, seal, commit] = await Promise.all(
    ["proof", "seal", "commit"].map((label) => expanded(material, id, label)),
  );
  return { proof, seal, commit };
}
