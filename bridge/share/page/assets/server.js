// All that this page ever says to the server: hashes of keys, a ticket, ranges. No key, no name, no password.

import { encode } from "./encoding.js";
import { bytesOf, reach } from "./reaching.js";
import { Trouble } from "./trouble.js";

const ENDS = { 410: (said) => said.error, 404: () => "unknown", 401: () => "password" };
const SEALED = "application/vnd.beffroi.sealed";

export class Server {
  constructor(id, knock) {
    this.id = id;
    this.knock = encode(knock);
    this.proof = null;
    this.typed = false;
  }

  /** Returns {sealed, terms}; *typed*: whether a password is in the proof, so that none is no guess. */
  async open(proof, typed) {
    this.proof = encode(proof);
    this.typed = typed;
    const response = await this.#post("open", this.#credentials());
    if (!(response.headers.get("Content-Type") ?? "").startsWith(SEALED)) throw new Trouble("server");
    const sealed = await bytesOf(response);
    return { sealed, terms: JSON.parse(response.headers.get("Beffroi-Terms") ?? "{}") };
  }

  /** Takes one download with *ticket*, drawn here: asked for again it is the same one. Returns {ticket, until, left}. */
  async lease(ticket) {
    return (await this.#post("lease", { ...this.#credentials(), ticket })).json();
  }

  async done(ticket) {
    return this.#post("done", {}, ticket);
  }

  /** Asks for bytes *start* to *end* (exclusive) of the file at *place*; resolves to a Response with just these. */
  async range(place, start, end, ticket, signal) {
    const headers = { Authorization: `Ticket ${ticket}`, Range: `bytes=${start}-${end - 1}` };
    const response = await reach(`/s/${this.id}/blob/${place}`, { headers, signal });
    if (response.status !== 206) throw await refused(response);
    const right = response.headers.get("Content-Range")?.startsWith(`bytes ${start}-${end - 1}/`);
    // What some box on the way has made up is never saved as the file.
    if (!right || response.headers.get("Content-Type") !== "application/octet-stream") throw new Trouble("server");
    return response;
  }

  #credentials() {
    return { knock: this.knock, proof: this.proof, typed: this.typed };
  }

  async #post(what, said, ticket) {
    const headers = { "Content-Type": "application/json" };
    if (ticket) headers.Authorization = `Ticket ${ticket}`;
    const body = JSON.stringify(said);
    const response = await reach(`/s/${this.id}/${what}`, { method: "POST", headers, body });
    if (!response.ok) throw await refused(response);
    return response;
  }
}

async function refused(response) {
  const said = await response.json().catch(() => ({}));
  if (response.status === 429) {
    const seconds = Number(response.headers.get("Retry-After")) || 60;
    return new Trouble(said.error === "locked" ? "locked" : "later", { seconds });
  }
  if (response.status === 403 && said.error === "wrong_password") return new Trouble("wrongPassword", said);
  if (response.status === 403 && said.error === "damaged") return new Trouble("damaged");
  if (response.status === 403 && said.error === "spent") return new Trouble("spent");
  // Only our own server speaks JSON with a word in it; an error page on the way says nothing about the link.
  const kind = typeof said.error === "string" ? ENDS[response.status]?.(said) : undefined;
  return new Trouble(kind ?? "server");
}
