// HPKE, base mode, one message (RFC 9180): DHKEM(X25519 or P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM.
// X25519 where the browser has it, else P-256, which all have. The vectors of the RFC stand in tests/acceptance/page.

const TEXT = new TextEncoder();
const MODE_BASE = 0;
const AES_256_GCM = 2;
const HKDF_SHA256 = 1;

const KEMS = {
  x25519: { id: 0x20, byte: 1, algorithm: { name: "X25519" } },
  p256: { id: 0x10, byte: 2, algorithm: { name: "ECDH", namedCurve: "P-256" } },
};

function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function number(value, size) {
  return Uint8Array.from({ length: size }, (_, at) => (value >>> (8 * (size - 1 - at))) & 255);
}

async function hmac(key, data) {
  // WebCrypto refuses an empty key; HMAC pads it with zeros anyway (RFC 2104).
  const raw = key.length ? key : new Uint8Array(32);
  const imported = await crypto.subtle.importKey("raw", raw, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, data));
}

async function labeledExtract(suite, salt, label, material) {
  return hmac(salt, joined(TEXT.encode("HPKE-v1"), suite, TEXT.encode(label), material));
}

/** Never more than 32 bytes are wanted here: one block. */
async function labeledExpand(suite, secret, label, info, size) {
  const labeled = joined(number(size, 2), TEXT.encode("HPKE-v1"), suite, TEXT.encode(label), info);
  return (await hmac(secret, joined(labeled, Uint8Array.of(1)))).subarray(0, size);
}

async function encapsulated(kem, recipient, pair) {
  const suite = joined(TEXT.encode("KEM"), number(kem.id, 2));
  const theirs = await crypto.subtle.importKey("raw", recipient, kem.algorithm, false, []);
  const secret = new Uint8Array(
    await crypto.subtle.deriveBits({ name: kem.algorithm.name, public: theirs }, pair.privateKey, 256),
  );
  const enc = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const extracted = await labeledExtract(suite, new Uint8Array(), "eae_prk", secret);
  return { enc, shared: await labeledExpand(suite, extracted, "shared_secret", joined(enc, recipient), 32) };
}

async function scheduled(kem, shared, info) {
  const suite = joined(TEXT.encode("HPKE"), number(kem.id, 2), number(HKDF_SHA256, 2), number(AES_256_GCM, 2));
  const none = new Uint8Array();
  const context = joined(
    Uint8Array.of(MODE_BASE),
    await labeledExtract(suite, none, "psk_id_hash", none),
    await labeledExtract(suite, none, "info_hash", info),
  );
  const secret = await labeledExtract(suite, shared, "secret", none);
  return {
    key: await labeledExpand(suite, secret, "key", context, 32),
    nonce: await labeledExpand(suite, secret, "base_nonce", context, 12),
  };
}

/** Seals *plaintext* for *recipient* with the key pair *pair* (made for this one message); returns {enc, ciphertext}. */
export async function sealWith(name, recipient, pair, info, plaintext) {
  const kem = KEMS[name];
  const { enc, shared } = await encapsulated(kem, recipient, pair);
  const { key, nonce } = await scheduled(kem, shared, info);
  const imported = await crypto.subtle.importKey("raw", key, "AES-GCM", false, ["encrypt"]);
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce }, imported, plaintext));
  return { enc, ciphertext };
}

/** Returns a key pair for one message, and which of the two kinds it is. */
export async function freshPair() {
  for (const name of ["x25519", "p256"]) {
    try {
      return { name, pair: await crypto.subtle.generateKey(KEMS[name].algorithm, true, ["deriveBits"]) };
    } catch (error) {
      if (name === "p256") throw error;
    }
  }
  throw new Error("unreachable");
}

/** Returns what is sent of *plaintext*, sealed for a box: version ‖ suite ‖ enc ‖ ciphertext. */
export async function sealedFor(keys, plaintext, box, deposit) {
  const { name, pair } = await freshPair();
  const info = TEXT.encode(`beffroi/deposit/1${box}${deposit}`);
  const { enc, ciphertext } = await sealWith(name, keys[name], pair, info, plaintext);
  return joined(Uint8Array.of(1, KEMS[name].byte), enc, ciphertext);
}
