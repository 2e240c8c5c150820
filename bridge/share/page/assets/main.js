// The page: reads its own address, opens the link, saves files. What it says to the server stands in server.js.

import { parseAddress } from "./address.js";
import { encode } from "./encoding.js";
import { patiently, plaintext } from "./fetching.js";
import { deriveKeys, deriveKnock, meant } from "./keys.js";
import { openManifest } from "./manifest.js";
import { chooseSink } from "./saving.js";
import { Server } from "./server.js";
import { Trouble } from "./trouble.js";
import { View } from "./view.js";
import { asTrouble, pauser, start } from "./visiting.js";

const LAST_TRIES = 4;

class Visit {
  constructor(view, address) {
    this.view = view;
    this.address = address;
    this.saved = new Set();
  }

  async begin() {
    const { id, secret } = this.address;
    this.server = new Server(id, await deriveKnock(secret, id));
    await this.attempt(null);
  }

  /** Opens the link with *password*; asks for one where it is wanted. */
  async attempt(password) {
    const { view } = this;
    const { id, secret } = this.address;
    view.tell("loading");
    try {
      const keys = await deriveKeys(secret, id, password);
      const { sealed, terms } = await this.server.open(keys.proof, password !== null);
      const manifest = await openManifest(sealed, keys, id);
      this.manifest = manifest;
      this.reopen = () => this.attempt(password);
      // Whoever has taken none is not to press a button to hear that none is left.
      if (terms.left === 0) await this.own();
      view.showLink({ manifest, terms, save: (file) => this.save([file]), saveAll: () => this.save(manifest.files) });
      const count = manifest.files.length;
      view.tell(count === 1 ? "openedOne" : "opened", { count });
    } catch (error) {
      this.refused(asTrouble(error), password);
    }
  }

  refused(trouble, password) {
    const { view } = this;
    const wrong = trouble.kind === "wrongPassword";
    if (trouble.kind === "password" || wrong) {
      if (wrong) view.complain(trouble);
      else view.tell("passwordHelp");
      view.askPassword((typed) => this.attempt(meant(typed)), wrong);
      return;
    }
    view.complain(trouble, () => this.attempt(password));
  }

  /** Saves *files* one after the other; the first click takes a download, for all of them. */
  async save(files) {
    const { view } = this;
    try {
      for (const file of files) {
        const sink = await chooseSink(file.name, file.size, { several: files.length > 1 });
        if (sink === null) return;
        await this.fetchInto(file, sink);
        this.saved.add(file.place);
        view.mark(file);
        view.tell("saved", { name: file.name }, "good");
      }
      if (files.length > 1) view.tell("savedAll", {}, "good");
      await this.finished();
    } catch (error) {
      const trouble = asTrouble(error);
      if (trouble.kind === "stopped") view.show("stopped");
      else view.complain(trouble, trouble.kind === "exhausted" ? this.reopen : () => this.save(files));
    } finally {
      view.busy(false);
    }
  }

  async fetchInto(file, sink) {
    const { view } = this;
    const stopping = new AbortController();
    const stop = () => stopping.abort();
    let done = 0;
    view.showProgress(file, 0, stop);
    try {
      const ask = (start, end) => this.range(file.place, start, end, stopping.signal);
      const rest = pauser(stopping.signal);
      const pause = (milliseconds) => {
        view.waits();
        return rest(milliseconds);
      };
      await patiently(() => this.ticket(), pause);
      for await (const piece of plaintext(file, ask, pause)) {
        // Before it is written: a piece that was handed to the worker is no longer ours.
        done += piece.length;
        await written(sink, piece);
        if (stopping.signal.aborted) throw new Trouble("stopped");
        view.showProgress(file, done, stop);
      }
      if (done !== file.size) throw new Trouble("altered");
      await closed(sink);
      document.documentElement.dataset.savedBy = sink.how;
    } catch (error) {
      await sink.abort();
      throw error.name === "AbortError" ? new Trouble("stopped") : error;
    }
  }

  /** Asks for bytes *start* to *end*; a ticket that is no longer good is exchanged once, or it is said how the link ended.
   *
   * One with which too much was asked for is not: that would be another download, which whoever reads this decides.
   */
  async range(place, start, end, signal) {
    try {
      return await this.server.range(place, start, end, await this.ticket(), signal);
    } catch (error) {
      if (error.kind === "spent") {
        const { left, burn } = this.view.shown.terms;
        this.forget();
        throw new Trouble("spent", { last: left === 0 || burn });
      }
      if (error.kind !== "unknown") throw error;
      return this.server.range(place, start, end, await this.ticket({ another: true }), signal);
    }
  }

  /** Returns the ticket of the download that this tab has taken: a reload takes no other one.
   *
   * Only the server says that it is no longer good: this machine's clock may be wrong by a day.
   */
  async ticket({ another = false } = {}) {
    const held = another ? null : this.held();
    if (held?.until) return held.ticket;
    const { ticket, left } = await this.take(held?.ticket ?? drawn());
    this.view.countDown(left);
    return ticket;
  }

  /** Takes a download with *ticket*, noted before it is asked for: an answer may be lost, and the page reloaded. */
  async take(ticket) {
    this.keep({ ticket });
    try {
      this.keep(await this.server.lease(ticket));
    } catch (error) {
      if (error.kind === "exhausted") this.forget();
      throw error;
    }
    return this.taken;
  }

  /** Hears whether the last download is this tab's: it may have asked for it and had no answer. */
  async own() {
    const held = this.held();
    if (!held) throw new Trouble("exhausted");
    if (!held.until) await this.take(held.ticket);
  }

  /** Returns the download that this tab has taken, without "until" where it had no answer; null where it asked for none. */
  held() {
    return this.taken ?? remembered(`ticket ${this.address.id}`);
  }

  keep(taken) {
    this.taken = taken;
    remember(`ticket ${this.address.id}`, taken);
  }

  /** Lets go of a ticket that is worth nothing more: whoever goes on takes another download. */
  forget() {
    this.keep(null);
  }

  /** Tells the server, once, that everything has arrived: what is to be burnt is burnt by that. */
  async finished() {
    if (this.saved.size < this.manifest.files.length) return;
    const ticket = await this.ticket();
    let heard = true;
    await patiently(() => this.server.done(ticket), undefined, LAST_TRIES).catch((error) => {
      // A ticket that has ended meanwhile has nothing to end. What is saved is saved, also where nobody hears of it.
      heard = error.kind === "unknown";
    });
    if (heard && this.view.shown.terms.burn) {
      this.view.only();
      this.view.tell("burnt", {}, "good");
    }
  }
}

/** Draws a ticket: 256 bits that nobody guesses. */
function drawn() {
  return encode(crypto.getRandomValues(new Uint8Array(32)));
}

/** Where the browser lets nothing be kept, a reload takes another download: no more than that. */
function remembered(key) {
  try {
    return JSON.parse(sessionStorage.getItem(key));
  } catch {
    return null;
  }
}

function remember(key, taken) {
  try {
    sessionStorage.setItem(key, JSON.stringify(taken));
  } catch {
    // See above.
  }
}

async function written(sink, piece) {
  try {
    await sink.write(piece);
  } catch (error) {
    throw error instanceof Trouble ? error : new Trouble("disk");
  }
}

async function closed(sink) {
  try {
    await sink.close();
  } catch (error) {
    throw error instanceof Trouble ? error : new Trouble("disk");
  }
}

await start(View, Visit, parseAddress, "ReadableStream");
