// The page of a drop box: reads its own address, takes answers and files, seals and sends them, and keeps the receipt.

import { decode, encode } from "../encoding.js";
import { Trouble } from "../trouble.js";
import { asTrouble, pauser, start } from "../visiting.js";
import { readAnswers } from "./answers.js";
import { openDescriptor } from "./descriptor.js";
import { Door } from "./door.js";
import { deriveEntrance, deriveHolding, numberOf, parseBox } from "./entrance.js";
import { sealedFor } from "./hpke.js";
import { paperOf } from "./paper.js";
import { freshDeposit, hexadecimal, openSaid, receiptText } from "./receipt.js";
import { alone, forget, guarded, matched, recall, remember } from "./resuming.js";
import { Sealing, sendFile } from "./sending.js";
import { fileTrouble, View } from "./view.js";

const LOOKS_MS = [1000, 1000, 2000, 2000, 4000, 4000, 8000, 8000, 15000, 15000, 30000];

class Visit {
  constructor(view, address) {
    this.view = view;
    this.address = address;
    this.typed = [];
    this.files = [];
    this.earlier = null;
    this.submitting = false;
    // What an earlier page in this tab has begun to send, and what lets people leave without being asked.
    this.before = null;
    this.unguard = () => {};
  }

  /** Opens the box, and the deposit that the address leads to, if it leads to one. */
  async begin() {
    const { view, address } = this;
    view.tell("loading");
    try {
      const { knock, seal } = await deriveEntrance(address.digest, address.box);
      this.door = new Door(address.box, knock);
      const { sealed, terms } = await this.door.open();
      this.descriptor = await openDescriptor(sealed, seal, address.digest, address.box);
      this.terms = terms;
      if (address.deposit) await this.comeBack();
      else await this.ask();
    } catch (error) {
      view.complain(asTrouble(error), () => this.begin());
    }
  }

  /** Shows how an earlier deposit stands; more can be added to it while the box is open. */
  async comeBack() {
    const { view, address, descriptor } = this;
    const { hold, reply } = await deriveHolding(address.secret, address.deposit);
    const { said } = await this.door.look(address.deposit, hold);
    const number = await numberOf(address.box, address.deposit);
    const told = await openSaid(said, { ...this.names(address.deposit), reply });
    const more = async () => {
      this.earlier = { deposit: address.deposit, reply: encode(reply) };
      await this.ask();
      if (!this.before) view.tell("adding", { number });
    };
    const save = told?.signed && told.statement ? () => this.save(this.stated(told), null) : null;
    view.showStanding({ descriptor, number, said: told, more: this.terms.open ? more : null, save });
    view.tell("standing");
  }

  /** Returns the receipt that the town has signed (*told*): all that whoever comes back has of it. */
  stated(told) {
    const { number, kept, files } = JSON.parse(told.statement);
    return { number, kept, files, back: this.backTo(this.address.deposit, encode(this.address.secret)), said: told };
  }

  names(deposit) {
    return { box: this.address.box, deposit, ed25519: this.descriptor.keys.ed25519 };
  }

  async ask() {
    const { view, descriptor, terms, files } = this;
    this.unguard();
    if (await this.look()) return;
    const { typed } = this;
    if (!terms.open) {
      view.complain(new Trouble(terms.ended ? "box_revoked" : "box_expired"));
      return;
    }
    // What is added to a deposit needs no second form.
    const fields = this.earlier ? [] : descriptor.fields;
    this.asked = { ...descriptor, fields };
    view.showForm({ descriptor: this.asked, terms, typed, files, before: this.before, submit: () => this.once(), restart: () => this.restart() });
    view.tell(this.before ? "interrupted" : "ready");
  }

  /** Looks how far a deposit is that this tab had begun before a reload; returns whether it has arrived, and is shown. */
  async look() {
    const { address, earlier } = this;
    this.before = null;
    const held = recall(address.box, earlier?.deposit ?? null);
    if (!held) return false;
    const { hold } = await deriveHolding(decode(held.secret, 32), held.deposit);
    try {
      const { kept } = await this.door.look(held.deposit, hold);
      if (kept) {
        forget(address.box);
        location.replace(this.backTo(held.deposit, held.secret));
        return true;
      }
      for (const [place, file] of held.files.entries()) file.sent = await this.door.offset(held.deposit, hold, place);
    } catch (error) {
      if (asTrouble(error).kind !== "unknown") throw error;
      // The server keeps what is begun for six hours.
      forget(address.box);
      return false;
    }
    this.before = held;
    if (this.typed.length === 0) this.typed = held.typed;
    return false;
  }

  /** Lets go of what was sent before, and begins anew. */
  async restart() {
    const { address, before } = this;
    forget(address.box);
    const { hold } = await deriveHolding(decode(before.secret, 32), before.deposit);
    this.door.drop(before.deposit, hold).catch(() => {});
    await this.ask();
  }

  backTo(deposit, secret) {
    const { box, fragment } = this.address;
    return `${location.origin}/d/${box}#1.${fragment}.${deposit}.${secret}`;
  }

  /** Submits what stands in the form; pressed twice, as people do, it is one deposit. */
  async once() {
    if (this.submitting) return;
    this.submitting = true;
    try {
      await this.submit();
    } finally {
      this.submitting = false;
    }
  }

  async submit() {
    const { view, typed, files, asked } = this;
    const { answers, wrong } = readAnswers(asked.fields, typed);
    if (wrong.length > 0 || fileTrouble(files, asked)) {
      view.mark(asked, wrong, files);
      return;
    }
    view.mark(asked, [], files);
    if (this.before) {
      this.answers = answers;
      await this.goOn();
      return;
    }
    if (files.length === 0 && answers.every((answer) => !answer)) {
      view.markPicker(asked.fields.length > 0 ? "nothing" : "nothingChosen");
      return;
    }
    this.answers = answers;
    this.fresh = freshDeposit();
    this.sealings = null;
    await this.deliver();
  }

  /** Goes on with what was sent before a reload, once the same files are picked again. */
  async goOn() {
    const { view, before, files } = this;
    const { found, missing, others } = matched(before.files, files);
    if (missing.length > 0 || others.length > 0) {
      const key = missing.length > 0 ? "pickAgain" : "notOfIt";
      view.markPicker(key, { names: (missing.length > 0 ? missing : others).map((file) => file.name).join(", ") });
      return;
    }
    this.fresh = { deposit: before.deposit, secret: decode(before.secret, 32) };
    this.sealings = before.files.map((held, place) => Sealing.again(held, found[place]));
    for (const sealing of this.sealings) await sealing.begin();
    this.sealed = null;
    await this.deliver();
  }

  keep() {
    const { address, fresh, earlier, typed, sealings } = this;
    const files = sealings.map((sealing) => sealing.kept());
    remember(address.box, { deposit: fresh.deposit, secret: encode(fresh.secret), earlier, typed, files });
  }

  /** Sends everything, goes on where an earlier try has stopped, and shows the receipt. */
  async deliver() {
    const { view, fresh } = this;
    const stopping = new AbortController();
    this.unguard();
    this.unguard = guarded();
    const leave = await alone(fresh.deposit);
    try {
      if (!leave) throw new Trouble("elsewhere");
      this.held = { deposit: fresh.deposit, ...(await deriveHolding(fresh.secret, fresh.deposit)) };
      await this.upload(stopping);
      view.tell("sealing");
      this.sealed ??= await this.seal();
      const kept = await this.door.seal(fresh.deposit, this.held.hold, this.sealed);
      this.sealed = null;
      this.arrived(kept);
    } catch (error) {
      await this.failed(error);
    } finally {
      leave?.();
    }
  }

  /** Says why a deposit does not go on; what cannot be finished is let go of at the server, whose room others need. */
  async failed(error) {
    const { view } = this;
    if (error.name === "AbortError" || error.kind === "stopped") {
      await this.stopped();
      return;
    }
    const trouble = asTrouble(error);
    if (trouble.kind === "unknown" || trouble.kind === "conflict") {
      await this.overtaken();
      return;
    }
    if (trouble.kind === "elsewhere") {
      await this.ask();
      view.complain(trouble);
      return;
    }
    if (trouble.kind === "changed" || trouble.kind === "full") {
      // Nothing of it can be gone on with, or it would be in its own way: what is sent next begins anew.
      this.letGo();
      await this.ask();
      view.complain(trouble);
      return;
    }
    if (trouble.kind === "box_expired" || trouble.kind === "box_revoked") this.unguard();
    view.complain(trouble, () => this.deliver());
    // Nothing runs that could be stopped: who presses it wants to send no more.
    view.parts.stop.onclick = () => this.failed(new Trouble("stopped"));
  }

  /** Lets go of what was sent, and says so; what was sealed may have arrived though nobody heard it, and is shown then. */
  async stopped() {
    const { view, door, held, fresh } = this;
    if (this.sealed) {
      try {
        if ((await door.look(held.deposit, held.hold)).kept) {
          this.unguard();
          forget(this.address.box);
          location.replace(this.backTo(fresh.deposit, encode(fresh.secret)));
          return;
        }
      } catch (error) {
        if (asTrouble(error).kind !== "unknown") {
          view.complain(asTrouble(error), () => this.stopped());
          return;
        }
      }
    }
    this.letGo();
    await this.ask();
    view.tell("stopped");
  }

  /** Says what has become of a deposit that this page was sending: it has arrived by another tab, or is not there any more. */
  async overtaken() {
    const { view, address, fresh, held, door } = this;
    try {
      const { kept } = await door.look(held.deposit, held.hold).catch((error) => {
        if (asTrouble(error).kind !== "unknown") throw error;
        return { kept: 0 };
      });
      this.unguard();
      this.letGo();
      if (kept) {
        location.replace(this.backTo(fresh.deposit, encode(fresh.secret)));
        return;
      }
      ({ terms: this.terms } = await door.open());
      if (this.terms.open) {
        await this.ask();
        view.tell("lapsed", {}, "bad");
      } else view.complain(new Trouble(this.terms.ended ? "closedMeanwhile" : "box_expired"));
    } catch (error) {
      view.complain(asTrouble(error), () => this.overtaken());
    }
  }

  letGo() {
    forget(this.address.box);
    this.door.drop(this.fresh.deposit, this.held.hold).catch(() => {});
  }

  async upload(stopping) {
    const { view, files, held, door } = this;
    if (!this.sealings) {
      this.sealed = null;
      const sealings = files.map((file) => new Sealing(file));
      for (const sealing of sealings) await sealing.begin();
      await door.begin(held.deposit, held.hold, sealings.map((sealing) => sealing.size));
      this.sealings = sealings;
    }
    const keeps = () => this.keep();
    keeps();
    for (const [place, sealing] of this.sealings.entries()) {
      const moved = (done) => view.showProgress(sealing.file.name, done, sealing.size, () => stopping.abort());
      if (sealing.sha256) continue;
      moved(0);
      if (sealing.resumed) view.tell("checking", { name: sealing.file.name });
      await sealing.check(stopping.signal);
      const waits = () => view.tell("waiting");
      await sendFile(door, held, place, sealing, { moved, waits, keeps, pause: pauser(stopping.signal), signal: stopping.signal });
      sealing.finish();
      keeps();
    }
  }

  async seal() {
    const { address, descriptor, held, view, answers, earlier } = this;
    const content = {
      v: 1,
      chunk: 1048576,
      deposit: held.deposit,
      language: view.language,
      answers,
      files: this.sealings.map((sealing) => sealing.told()),
      reply: encode(held.reply),
      earlier,
    };
    return sealedFor(descriptor.keys, new TextEncoder().encode(JSON.stringify(content)), address.box, held.deposit);
  }

  async arrived(kept) {
    const { view, address, fresh, sealings } = this;
    const number = await numberOf(address.box, fresh.deposit);
    const back = this.backTo(fresh.deposit, encode(fresh.secret));
    this.unguard();
    forget(address.box);
    const files = sealings.map(({ file, size, sha256 }) => ({ name: file.name, size, sha256: hexadecimal(sha256) }));
    this.receipt = { number, kept, files, back, said: null };
    const answered = this.asked.fields.map((field, place) => [field.label, this.answers[place] ?? ""]);
    this.receipt.save = () => this.save(this.receipt, answered);
    this.receipt.copy = () => this.copy();
    // The way back stands in the address as well: a reload shows the deposit and not an empty form.
    history.replaceState(null, "", back);
    view.showReceipt(this.receipt);
    view.tell("kept", {}, "good");
    await this.awaitTown();
  }

  /** Looks for a while whether the town has said that it has the deposit. */
  async awaitTown() {
    const { fresh, held } = this;
    for (const pause of LOOKS_MS) {
      await new Promise((resolve) => {
        setTimeout(resolve, pause);
      });
      try {
        const { said } = await this.door.look(fresh.deposit, held.hold);
        const told = await openSaid(said, { ...this.names(fresh.deposit), reply: held.reply });
        if (told) {
          this.receipt.said = told;
          this.view.showState(told);
          return;
        }
      } catch {
        // The deposit is kept whatever this line does; the next look may succeed.
      }
    }
  }

  save(receipt, answered) {
    const { address, descriptor, view } = this;
    const text = receiptText(receipt, descriptor, `${location.origin}/d/${address.box}#1.${address.fragment}`, answered);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([paperOf(view, receipt, answered ?? [], text)], { type: "text/html" }));
    link.download = `recu-${receipt.number}.html`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  async copy() {
    try {
      await navigator.clipboard.writeText(this.receipt.back);
      this.view.tell("copied", {}, "good");
    } catch {
      this.view.tell("notCopied", {}, "bad");
    }
  }
}

await start(View, Visit, parseBox, "WebAssembly");
