// What the citizen keeps: a receipt that anybody can check without this page, and what the town says of the deposit.

import { decode, encode } from "../encoding.js";
import { Trouble } from "../trouble.js";

/** Returns what the town has said, opened and with its signature checked; null where it has said nothing. */
export async function openSaid(sealed, { reply, box, deposit, ed25519 }) {
  if (sealed.length === 0) return null;
  // Whoever could not open a deposit has no key to answer under.
  if (sealed.length === 1) return { state: "refused", signed: false, at: 0 };
  const key = await crypto.subtle.importKey("raw", reply, "AES-GCM", false, ["decrypt"]);
  const additionalData = new TextEncoder().encode(`beffroi/deposit/1/said${box}${deposit}`);
  let opened;
  try {
    opened = await crypto.subtle.decrypt({ name: "AES-GCM", iv: sealed.subarray(1, 13), additionalData }, key, sealed.subarray(13));
  } catch {
    throw new Trouble("altered");
  }
  const said = JSON.parse(new TextDecoder().decode(opened));
  if (said.v !== 1) throw new Trouble("newer");
  return { ...said, signed: await isSigned(said, ed25519, box, deposit) };
}

async function isSigned({ statement, signature }, ed25519, box, deposit) {
  const told = JSON.parse(statement);
  if (told.box !== box || told.deposit !== deposit) return false;
  const bytes = decode(signature, 64);
  try {
    const key = await crypto.subtle.importKey("raw", ed25519, { name: "Ed25519" }, false, ["verify"]);
    return Boolean(bytes) && (await crypto.subtle.verify({ name: "Ed25519" }, key, bytes, new TextEncoder().encode(statement)));
  } catch {
    // A browser without Ed25519 cannot check: `beffroi verify` can. The answer was sealed for this deposit all the same.
    return true;
  }
}

/** Returns the receipt as `beffroi verify` reads it: JSON; *answered* are pairs, or null where they are not known any more. */
export function receiptText({ number, kept, files, back, said }, descriptor, address, answered) {
  const receipt = {
    beffroi: "receipt-file/1",
    number,
    title: descriptor.title,
    from: descriptor.from,
    kept: new Date(kept).toISOString(),
    address,
    back,
    files,
    answers: answered,
    descriptor: descriptor.spelt,
    statement: said?.statement ?? null,
    signature: said?.signature ?? null,
  };
  return JSON.stringify(receipt, null, 2);
}

export function hexadecimal(bytes) {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Returns a new name for a deposit and the secret of it. */
export function freshDeposit() {
  return { deposit: encode(crypto.getRandomValues(new Uint8Array(12))), secret: crypto.getRandomValues(new Uint8Array(32)) };
}
