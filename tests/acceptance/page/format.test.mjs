// The page's own modules against the vectors and the outside cases that Python is held to, in Node's WebCrypto.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import vm from "node:vm";

const ROOT = new URL("../../../", import.meta.url);
const ASSETS = new URL("bridge/share/page/assets/", ROOT);
const load = async (path) => JSON.parse(await readFile(new URL(path, ROOT), "utf8"));
const from = (name) => import(new URL(name, ASSETS));

vm.runInThisContext(await readFile(new URL("vendor/argon2.umd.min.js", ASSETS), "utf8"));

const { parseAddress } = await from("address.js");
const { encode, decode } = await from("encoding.js");
const { deriveKeys, deriveKnock, normalised } = await from("keys.js");
const { openManifest, readManifest, CHUNK } = await from("manifest.js");
const { shown } = await from("names.js");
const { chunkOpener, counterAt } = await from("chunks.js");
const { plaintext } = await from("fetching.js");
const { Trouble } = await from("trouble.js");
const { WORDS, chooseLanguage, sizeIn } = await from("words.js");

const vectors = await load("bots/links/vectors.json");
const address = (url) => {
  const { pathname, hash } = new URL(url);
  return parseAddress(pathname, hash);
};
const { id, secret } = address(vectors.address);

for (const [name, password] of [["without", null], ["with", vectors.password]]) {
  test(`the vector ${name} a password holds`, async () => {
    const { keys, sealed } = vectors[name];
    const derived = await deriveKeys(secret, id, password);
    assert.equal(encode(await deriveKnock(secret, id)), keys.knock);
    for (const key of ["proof", "seal", "commit"]) assert.equal(encode(derived[key]), keys[key]);
    const { files, from: sender } = await openManifest(decode(sealed), derived, id);
    assert.equal(sender, "Mairie de Valbourg");
    const opened = await (await chunkOpener(files[0]))(0, decode(vectors.ciphertext));
    assert.equal(new TextDecoder().decode(opened), vectors.plaintext);
  });
}

test("a manifest or a piece with one bit changed is refused", async () => {
  const keys = await deriveKeys(secret, id, null);
  const sealed = decode(vectors.without.sealed);
  for (let place = 0; place < sealed.length; place += 7) {
    const spoilt = sealed.slice();
    spoilt[place] ^= 1;
    await assert.rejects(openManifest(spoilt, keys, id), { kind: "altered" });
  }
  const { files } = readManifest(JSON.parse(vectors.manifest));
  const piece = decode(vectors.ciphertext);
  piece[3] ^= 4;
  await assert.rejects((await chunkOpener(files[0]))(0, piece), { kind: "altered" });
});

for (const { id: row, url } of (await load("tests/unit/links/cases/links.json")).cases) {
  test(`link ${row}`, () => {
    if (row === "F24b") {
      assert.throws(() => address(url), { kind: "damaged" });
      return;
    }
    const found = address(url);
    assert.equal(found.id, "Qm3xV9pLr2Tn7aWc");
    const wanted = row === "F24a" ? `${"-".repeat(40)}__8` : "xsAc7iJyxiVU-3-YMRChZs6GJYwSr7Kg973m_BAOE_s";
    assert.equal(encode(found.secret), wanted);
    assert.equal(found.mended, row.startsWith("F20") ? `/s/${found.id}#1.${wanted}` : null);
  });
}

const named = await Promise.all(["names", "hostile-names"].map((name) => load(`tests/unit/links/cases/${name}.json`)));
for (const { id: row, given, shown: right } of named.flatMap(({ cases }) => cases)) {
  test(`name ${row}`, () => {
    assert.equal(shown(given), ["same", "the whole name"].includes(right) ? given : right);
  });
}

for (const { id: row, set, typed, open } of (await load("tests/unit/links/cases/passwords.json")).cases) {
  test(`password ${row}`, () => {
    assert.equal(encode(normalised(set)) === encode(normalised(typed)), open);
  });
}

test("counters go on beyond 2^32 blocks", async () => {
  const { iv, vectors: rows, key } = await load("tests/unit/links/cases/ctr-vectors.json");
  const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
  const imported = await crypto.subtle.importKey("raw", bytes(key), "AES-CTR", false, ["encrypt"]);
  for (const { offset, keystream_16: right } of rows) {
    const within = offset % CHUNK;
    const counter = counterAt(bytes(iv), Math.floor(offset / CHUNK));
    const zeros = new Uint8Array(within + 16);
    const stream = await crypto.subtle.encrypt({ name: "AES-CTR", counter, length: 64 }, imported, zeros);
    assert.equal(Buffer.from(stream).subarray(within).toString("hex"), right);
  }
});

/** A file of *size* bytes, and a server for it that does what *fate* says at each request. */
async function served(size, fate) {
  const key = crypto.getRandomValues(new Uint8Array(32));
  const iv = crypto.getRandomValues(new Uint8Array(16)).fill(0, 8);
  const plain = new Uint8Array(size).map((_, index) => (index * 7 + (index >> 13)) & 255);
  const imported = await crypto.subtle.importKey("raw", key, "AES-CTR", false, ["encrypt"]);
  const algorithm = { name: "AES-CTR", counter: iv, length: 64 };
  const ciphertext = new Uint8Array(await crypto.subtle.encrypt(algorithm, imported, plain));
  const count = Math.ceil(size / CHUNK);
  const digests = new Uint8Array(count * 32);
  for (let index = 0; index < count; index += 1) {
    const piece = ciphertext.subarray(index * CHUNK, (index + 1) * CHUNK);
    digests.set(new Uint8Array(await crypto.subtle.digest("SHA-256", piece)), index * 32);
  }
  const asked = [];
  const ask = async (start, end) => {
    asked.push([start, end]);
    return fate(asked.length, ciphertext.slice(start, end));
  };
  return { file: { key, iv, size, count, digests }, plain, ask, asked };
}

async function whole(file, ask) {
  const pieces = [];
  for await (const piece of plaintext(file, ask, async () => {})) pieces.push(piece);
  return Buffer.concat(pieces);
}

for (const size of [0, 1, CHUNK, CHUNK + 1, 65 * CHUNK + 3]) {
  test(`a file of ${size} bytes comes whole`, async () => {
    const { file, plain, ask } = await served(size, (_, bytes) => new Response(bytes));
    assert.ok((await whole(file, ask)).equals(plain));
  });
}

test("a line that breaks again and again is resumed behind the last right piece", async () => {
  const fate = (number, bytes) => {
    if (number % 3 === 0) throw new Trouble("network");
    return new Response(number % 3 === 1 ? bytes.subarray(0, CHUNK + 5) : bytes.subarray(0, CHUNK / 2));
  };
  const { file, plain, ask, asked } = await served(6 * CHUNK + 9, fate);
  assert.ok((await whole(file, ask)).equals(plain));
  assert.ok(asked.length > 6);
});

test("what stays away is said to be away, and what stays wrong to be altered", async () => {
  const away = await served(CHUNK, () => new Response(""));
  await assert.rejects(whole(away.file, away.ask), { kind: "network" });
  const altered = await served(CHUNK, (_, bytes) => new Response(bytes.fill(0)));
  await assert.rejects(whole(altered.file, altered.ask), { kind: "altered" });
  assert.equal(altered.asked.length, 2);
  const revoked = await served(CHUNK, () => {
    throw new Trouble("revoked");
  });
  await assert.rejects(whole(revoked.file, revoked.ask), { kind: "revoked" });
  assert.equal(revoked.asked.length, 1);
});

test("every sentence exists in both languages, with the same blanks and the spaces of its own", () => {
  assert.deepEqual(Object.keys(WORDS.fr), Object.keys(WORDS.en));
  const blanks = (text) => [...String(text).matchAll(/\{(\w+)\}/gu)].map((match) => match[1]).sort();
  for (const key of Object.keys(WORDS.fr)) assert.deepEqual(blanks(WORDS.fr[key]), blanks(WORDS.en[key]), key);
  for (const text of Object.values(WORDS.fr).flat()) assert.ok(!/ [:;?!»%]|« |'|[^\u202f\u00a0\s][;?!]/u.test(text), text);
});

test("French unless one of ours comes first; sizes as people write them", () => {
  assert.equal(chooseLanguage(["de-DE", "en-GB", "fr"]), "en");
  assert.equal(chooseLanguage(["de-DE", "it"]), "fr");
  assert.equal(sizeIn("fr", 3145733), "3,1\u00a0Mo");
  assert.equal(sizeIn("en", 999), "999\u00a0bytes");
});
