// The page as a person sees and hears it: built of elements and texts, never of markup from elsewhere.

import { shown } from "../names.js";
import { sizeIn } from "../words.js";
import { formOf } from "./answers.js";
import { backIn } from "./paper.js";
import { dateIn, said } from "./saying.js";

const FINAL = new Set(["damaged", "unknown", "box_expired", "box_revoked", "closedMeanwhile", "altered", "old", "newer"]);
const SECTIONS = ["standing", "form", "progress", "receipt"];

export class View {
  constructor(language) {
    this.language = language;
    this.parts = Object.fromEntries([...document.querySelectorAll("[id]")].map((part) => [part.id, part]));
    this.last = null;
    this.again = [];
    this.wrong = [];
    this.parts.receiptPicker.onchange = () => this.#comeWith(this.parts.receiptPicker);
  }

  say(key, values) {
    return said(this.language, key, values);
  }

  /** Says everything again in *language*. */
  speak(language) {
    this.language = language;
    document.documentElement.lang = language;
    for (const part of document.querySelectorAll("[data-says]")) part.textContent = this.say(part.dataset.says);
    this.parts.language.lang = language === "fr" ? "en" : "fr";
    for (const draw of this.again) draw();
    this.#title();
    if (this.last) this.#status(...this.last);
  }

  /** Has *draw* done now, and each time that the language changes. */
  draws(draw) {
    this.again.push(draw);
    draw();
  }

  /** Returns whose box it is: « Mairie de Valbourg », or what its descriptor calls the town. */
  #from() {
    return document.documentElement.dataset.office || this.descriptor?.from || "";
  }

  boxName() {
    return `${this.descriptor.title} – ${this.#from()}`;
  }

  #title() {
    const title = this.descriptor?.title || this.say("title");
    this.parts.heading.textContent = title;
    // Also where it is closed: « contactez la collectivité » says nothing to who has several.
    this.parts.from.textContent = this.#from() ? this.say("from", { from: this.#from() }) : "";
    document.title = `${title} – ${this.#from() || this.say("title")}`;
  }

  /** Says *key* in the live region; *tone* is "", "good" or "bad". */
  tell(key, values = {}, tone = "") {
    this.last = [key, values, tone];
    this.#status(key, values, tone);
  }

  #status(key, values, tone) {
    // What names another sentence is said again in each language.
    const filled = Object.entries(values).map(([name, value]) => [name, typeof value === "function" ? value() : value]);
    write(this.parts.status, this.say(key, Object.fromEntries(filled)), values.number);
    this.parts.status.className = tone;
  }

  /** Says what went wrong; *again* is what "try again" does, where trying again can help. */
  complain(trouble, again) {
    this.tell(trouble.kind, trouble.detail, "bad");
    if (FINAL.has(trouble.kind)) this.only();
    this.parts.retry.hidden = FINAL.has(trouble.kind) || !again;
    this.parts.retry.onclick = () => {
      this.parts.retry.hidden = true;
      again();
    };
  }

  only(...names) {
    for (const name of SECTIONS) this.parts[name].hidden = !names.includes(name);
    this.parts.retry.hidden = true;
    this.parts.returning.hidden = names.length > 0 && !names.includes("form");
  }

  /** Goes to the deposit of the receipt that was chosen in *picker*, or says why that leads to none. */
  async #comeWith(picker) {
    const { receiptError } = this.parts;
    try {
      location.href = backIn(await picker.files[0].text());
    } catch ({ kind = "noReceipt", detail }) {
      this.draws(() => {
        receiptError.textContent = this.say(kind, detail);
      });
      receiptError.hidden = false;
      picker.setAttribute("aria-invalid", "true");
      picker.focus();
    }
    picker.value = "";
  }

  /** Shows the form of a box; *typed* and *files* are what was typed and chosen, kept by whoever calls; *before* was sent. */
  showForm({ descriptor, terms, typed, files, before, submit, restart }) {
    this.descriptor = descriptor;
    this.wrong = [];
    this.#title();
    this.only("form");
    const { form, fields, picker } = this.parts;
    this.draws(() => {
      this.parts.note.textContent = descriptor.note;
      this.parts.requiredNote.hidden = !descriptor.fields.some((field) => field.required);
      this.parts.limits.textContent = this.#limits(descriptor);
      this.parts.until.textContent = terms.expires ? this.say("until", { date: terms.expires }) : "";
      fields.replaceChildren(...formOf(descriptor.fields, this.language, typed));
      this.parts.before.hidden = !before;
      this.parts.beforeList.replaceChildren(...(before?.files ?? []).map((file) => this.#sent(file)));
      this.parts.pick.textContent = this.say(descriptor.files === 1 ? "pickOne" : "pick");
      this.parts.send.textContent = this.say(before ? "goOn" : "send");
      this.#list(files, descriptor);
      this.#marked(descriptor);
    });
    this.parts.restart.onclick = restart;
    for (const name of ["filesGroup", "unscanned"]) this.parts[name].hidden = descriptor.files === 0;
    picker.multiple = descriptor.files !== 1;
    fields.oninput = (event) => {
      const place = Number(event.target.id.replace("answer", ""));
      typed[place] = event.target.value;
      this.wrong = this.wrong.filter(([wrong]) => wrong !== place);
      // What was wrong may be right by now; whether it is, is looked at when it is sent again.
      event.target.setAttribute("aria-invalid", "false");
      document.getElementById(`${event.target.id}Error`).hidden = true;
    };
    const add = (more) => {
      files.push(...more);
      this.#list(files, descriptor);
      if (!before) this.#count(files, descriptor);
    };
    picker.onchange = () => {
      add(picker.files);
      // The same file may be chosen again after it was taken off the list.
      picker.value = "";
    };
    fields.onkeydown = (event) => {
      // « Suivant », on a telephone: it would have sent the form, without a file.
      if (event.key !== "Enter" || event.target.tagName !== "INPUT") return;
      event.preventDefault();
      nextOf(event.target, form).focus();
    };
    this.#dropped(form, (more, folder) => {
      if (folder) this.markPicker("folder");
      else if (descriptor.files > 0) add(more);
    });
    form.onsubmit = (event) => {
      event.preventDefault();
      submit();
    };
  }

  /** Has *take* given what is dropped anywhere on the page while *form* is shown: a browser would leave the page for it. */
  #dropped(form, take) {
    document.ondragover = (event) => event.preventDefault();
    document.ondrop = (event) => {
      event.preventDefault();
      if (form.hidden) return;
      const folder = [...event.dataTransfer.items].some((item) => item.webkitGetAsEntry?.()?.isDirectory);
      if (folder || event.dataTransfer.files.length > 0) take(event.dataTransfer.files, folder);
    };
  }

  #sent({ name, size, sent, sha256 }) {
    const row = document.createElement("li");
    const percent = size ? Math.floor((100 * sent) / size) : 100;
    row.textContent = this.say(sha256 ? "sentWhole" : "sentPart", { name: shown(name), percent });
    return row;
  }

  #limits({ files, size }) {
    return this.say(files === 0 ? "limitsNone" : files === 1 ? "limitsOne" : "limits", { files, size });
  }

  #list(files, descriptor) {
    const rows = files.map((file, place) => {
      const row = document.createElement("li");
      const name = document.createElement("bdi");
      name.className = "name";
      name.textContent = shown(file.name);
      const size = document.createElement("p");
      size.textContent = sizeIn(this.language, file.size);
      const remove = document.createElement("button");
      remove.type = "button";
      remove.textContent = this.say("remove");
      remove.setAttribute("aria-label", this.say("removeNamed", { name: shown(file.name) }));
      remove.onclick = () => {
        files.splice(place, 1);
        this.#list(files, descriptor);
        this.#count(files, descriptor);
        this.parts.picker.focus();
      };
      row.append(name, size, remove);
      return row;
    });
    this.parts.picked.replaceChildren(...rows);
    this.#wrong(this.parts.picker, this.parts.pickerError, fileTrouble(files, descriptor), descriptor, files);
  }

  /** Says how many files are chosen, or what is wrong with them: whoever does not see the list hears it. */
  #count(files, descriptor) {
    const key = fileTrouble(files, descriptor);
    const have = files.reduce((sum, file) => sum + file.size, 0);
    if (key) this.tell(key, { files: descriptor.files, size: descriptor.size, have }, "bad");
    else this.tell(["chosenNone", "chosenOne"][files.length] ?? "chosen", { files: files.length, size: have });
  }

  #wrong(input, error, key, descriptor, files) {
    error.hidden = !key;
    input.setAttribute("aria-invalid", String(Boolean(key)));
    const have = files.reduce((sum, file) => sum + file.size, 0);
    error.textContent = key ? this.say(key, { files: descriptor.files, size: descriptor.size, have }) : "";
  }

  /** Says what is wrong with what was chosen, at the button that chooses, too: the words above may be out of sight. */
  markPicker(key, values = {}) {
    const { picker, pickerError } = this.parts;
    this.tell(key, values, "bad");
    pickerError.hidden = false;
    pickerError.textContent = this.say(key, values);
    picker.setAttribute("aria-invalid", "true");
    picker.focus();
  }

  /** Marks the fields that are not right, says the first, and puts the cursor there. */
  mark(descriptor, wrong, files) {
    this.wrong = wrong;
    this.#marked(descriptor);
    const first = wrong[0];
    const key = fileTrouble(files, descriptor);
    this.#wrong(this.parts.picker, this.parts.pickerError, key, descriptor, files);
    if (first) {
      const { label } = descriptor.fields[first[0]];
      this.tell("mend", { first: () => this.say(first[1], { label }) }, "bad");
      document.getElementById(`answer${first[0]}`).focus();
    } else if (key) {
      this.tell("mend", { first: () => this.parts.pickerError.textContent }, "bad");
      this.parts.picker.focus();
    }
  }

  #marked(descriptor) {
    const places = new Map(this.wrong);
    descriptor.fields.forEach((field, place) => {
      const key = places.get(place);
      const error = document.getElementById(`answer${place}Error`);
      const input = document.getElementById(`answer${place}`);
      error.hidden = !key;
      error.textContent = key ? this.say(key, { label: field.label }) : "";
      input.setAttribute("aria-invalid", String(Boolean(key)));
    });
  }

  /** Shows how far a file is; *stop* is what the button does. Read aloud at each quarter only. */
  showProgress(name, done, size, stop) {
    const percent = size ? Math.floor((100 * done) / size) : 100;
    this.only("progress");
    this.parts.stop.onclick = stop;
    this.parts.bar.value = percent;
    this.parts.percent.textContent = this.say("sending", { name, percent });
    const quarter = `${name} ${Math.floor(percent / 25)}`;
    if (this.quarter !== quarter) {
      this.quarter = quarter;
      this.tell("sending", { name, percent: Math.floor(percent / 25) * 25 }, "spoken");
    }
  }

  /** Shows the receipt: {number, kept, files, back, print, save, copy}. */
  showReceipt(receipt) {
    this.only("receipt");
    const { parts } = this;
    this.draws(() => {
      parts.number.textContent = receipt.number;
      parts.boxName.textContent = this.boxName();
      parts.keptAt.textContent = dateIn(this.language, receipt.kept);
      parts.back.href = receipt.back;
      parts.backAddress.textContent = receipt.back;
      parts.receiptList.replaceChildren(...(receipt.files.length ? receipt.files.map((file) => this.#deposited(file)) : [this.#none()]));
      this.showState(receipt.said);
    });
    parts.print.onclick = () => globalThis.print();
    parts.saveReceipt.onclick = receipt.save;
    parts.copyBack.onclick = receipt.copy;
    parts.receiptTitle.focus();
  }

  #none() {
    const row = document.createElement("li");
    row.textContent = this.say("receiptNoFile");
    return row;
  }

  #deposited(file) {
    const row = document.createElement("li");
    const name = document.createElement("bdi");
    name.className = "name";
    name.textContent = shown(file.name);
    const facts = document.createElement("p");
    facts.textContent = this.say("fileFacts", { size: file.size });
    const hash = document.createElement("code");
    hash.textContent = file.sha256;
    row.append(name, facts, hash);
    return row;
  }

  stateOf(what) {
    if (!what) return this.say("stateKept");
    if (what.state === "refused") return this.say("stateRefused");
    if (!what.signed) return this.say("stateUnsigned");
    return this.say(what.state === "processed" ? "stateProcessed" : "stateReceived", { date: what.at });
  }

  /** Says on the receipt what the town says. */
  showState(what) {
    this.parts.receiptState.textContent = this.stateOf(what);
    document.documentElement.dataset.state = what?.state ?? "kept";
  }

  /** Shows how a deposit stands to whoever has come back: {number, said, more, save}; null: nothing can be added, or nothing is signed. */
  showStanding({ descriptor, number, said: what, more, save }) {
    this.descriptor = descriptor;
    this.#title();
    this.only("standing");
    this.draws(() => {
      write(this.parts.standingTitle, this.say("standingTitle", { number }), number);
      this.parts.standingState.textContent = this.stateOf(what);
      this.parts.standingNote.textContent = what?.note ?? "";
    });
    document.documentElement.dataset.state = what?.state ?? "kept";
    this.parts.addMore.hidden = !more;
    this.parts.addMore.onclick = more;
    this.parts.saveStanding.hidden = !save;
    this.parts.saveStanding.onclick = save;
  }
}

/** Returns what is filled in behind *field*, at the end the button that sends. */
function nextOf(field, form) {
  const all = [...form.querySelectorAll("input, textarea, select, #send")].filter((part) => part.offsetParent);
  return all[all.indexOf(field) + 1] ?? field;
}

/** Puts *text* into *part*; the *number* of a deposit in it is not broken at its hyphens. */
function write(part, text, number) {
  const [before, after] = number ? text.split(number) : [text];
  const whole = document.createElement("span");
  whole.className = "number";
  whole.textContent = number;
  part.replaceChildren(before, ...(after === undefined ? [] : [whole, after]));
}

/** Returns the key of what is wrong with the files that were chosen, or "". */
export function fileTrouble(files, { files: most, size }) {
  if (files.length > most) return "tooMany";
  return files.reduce((sum, file) => sum + file.size, 0) > size ? "tooMuch" : "";
}
