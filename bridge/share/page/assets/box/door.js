// All that this page ever says to the server: what follows from the address by a hash, sizes, ciphertext.

import { encode } from "../encoding.js";
import { bytesOf, reach } from "../reaching.js";
import { Trouble } from "../trouble.js";

const TUS = { "Tus-Resumable": "1.0.0" };
const ENDS = { 410: (said) => `box_${said.error}`, 404: () => "unknown", 409: () => "conflict", 507: () => "full" };

export class Door {
  constructor(box, knock) {
    this.box = box;
    this.knock = encode(knock);
  }

  /** Returns {sealed, terms}. */
  async open() {
    const response = await this.#post("open", { knock: this.knock });
    return { sealed: await bytesOf(response), terms: JSON.parse(response.headers.get("Beffroi-Terms") ?? "{}") };
  }

  async begin(deposit, hold, sizes) {
    await this.#post("begin", { knock: this.knock, deposit, hold: encode(hold), sizes });
  }

  /** Returns how far the file at *place* has come. */
  async offset(deposit, hold, place) {
    const response = await reach(this.#path(deposit, place), { method: "HEAD", headers: { ...TUS, ...holds(hold) } });
    // An answer to HEAD has no word in it.
    if (response.status === 404) throw new Trouble("unknown");
    if (!response.ok) throw await refused(response);
    return Number(response.headers.get("Upload-Offset"));
  }

  /** Sends *part* at *offset*; returns the new offset. */
  async send(deposit, hold, place, offset, part, signal) {
    const headers = { ...TUS, ...holds(hold), "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream" };
    const response = await reach(this.#path(deposit, place), { method: "PATCH", headers, body: part, signal });
    if (response.status === 409 || response.status === 423 || response.status === 408) throw new Trouble("network");
    if (!response.ok) throw await refused(response);
    return Number(response.headers.get("Upload-Offset"));
  }

  /** Hands over what opens the files; returns since when the deposit is kept (ms). */
  async seal(deposit, hold, sealed) {
    const response = await this.#post(`${deposit}/seal`, { seal: encode(sealed) }, hold);
    return (await response.json()).kept;
  }

  /** Returns {kept, said}: since when it is kept, and what the town says of it, sealed (empty: nothing yet). */
  async look(deposit, hold) {
    const response = await this.#post(`${deposit}/look`, {}, hold);
    return { kept: Number(response.headers.get("Beffroi-Kept")), said: await bytesOf(response) };
  }

  async drop(deposit, hold) {
    await this.#post(`${deposit}/drop`, {}, hold);
  }

  #path(deposit, place) {
    return `/d/${this.box}/${deposit}/file/${place}`;
  }

  async #post(what, said, hold) {
    const headers = { "Content-Type": "application/json", ...(hold ? holds(hold) : {}) };
    const response = await reach(`/d/${this.box}/${what}`, { method: "POST", headers, body: JSON.stringify(said) });
    if (!response.ok) throw await refused(response);
    return response;
  }
}

function holds(hold) {
  return { Authorization: `Deposit ${encode(hold)}` };
}

async function refused(response) {
  if (response.status === 429) return new Trouble("later", { seconds: Number(response.headers.get("Retry-After")) || 60 });
  const said = await response.json().catch(() => ({}));
  // Only our own server speaks JSON with a word in it; an error page on the way says nothing about the box.
  const kind = typeof said.error === "string" ? ENDS[response.status]?.(said) : undefined;
  return new Trouble(kind ?? "server");
}
