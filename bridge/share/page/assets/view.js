// The page as a person sees and hears it: built of elements and texts, never of markup from elsewhere.

import { momentIn, sentence, sizeIn, waitIn } from "./words.js";

const REAL = { burnt: "burntBefore" };
const FINAL = new Set(["damaged", "unknown", "expired", "revoked", "burnt", "old", "newer"]);
const LONGEST_WAIT = 86400 * 2;

export class View {
  constructor(language) {
    this.language = language;
    this.parts = Object.fromEntries([...document.querySelectorAll("[id]")].map((part) => [part.id, part]));
    this.last = null;
    this.rows = [];
    this.saving = false;
    // The files that lie on this disk: it is said beside each, where people look.
    this.marked = new Set();
    this.parts.reveal.onchange = () => {
      this.parts.passwordField.type = this.parts.reveal.checked ? "text" : "password";
    };
  }

  /** Says everything again in *language*. */
  speak(language) {
    this.language = language;
    document.documentElement.lang = language;
    document.title = this.say("title");
    for (const part of document.querySelectorAll("[data-says]")) part.textContent = this.say(part.dataset.says);
    this.parts.language.lang = language === "fr" ? "en" : "fr";
    const { office } = document.documentElement.dataset;
    this.parts.sender.textContent = office ? this.say("sender", { from: office }) : "";
    if (this.shown) this.#draw();
    if (this.last) this.#status(...this.last);
  }

  say(key, values) {
    return sentence(this.language, key, values);
  }

  /** Shows one section, and says *key* in the live region; *tone* is "", "good" or "bad". */
  tell(key, values = {}, tone = "") {
    this.last = [key, values, tone];
    this.#status(key, values, tone);
  }

  /** Says *key* and has it seen, wherever people are on the page. */
  show(key, values, tone) {
    this.tell(key, values, tone);
    this.parts.status.scrollIntoView({ block: "nearest" });
  }

  #status(key, values, tone) {
    const { status } = this.parts;
    const filled = { ...values };
    if ("seconds" in values) filled.wait = waitIn(this.language, values.seconds);
    if ("most" in values) filled.most = sizeIn(this.language, values.most);
    status.textContent = this.say(key, filled);
    status.className = tone;
  }

  /** Says what went wrong; *again* is what "try again" does, where trying again can help. */
  complain(trouble, again) {
    let key = REAL[trouble.kind] ?? trouble.kind;
    if (key === "wrongPassword" && !trouble.detail.left) key = "wrongPasswordLocked";
    if (trouble.detail.seconds > LONGEST_WAIT) key = "laterForGood";
    const over = FINAL.has(trouble.kind) || Boolean(trouble.detail.last);
    if (key === "spent" && over) key = "spentLast";
    this.show(key, trouble.detail, "bad");
    this.parts.status.dataset.kind = trouble.kind;
    if (FINAL.has(trouble.kind) || key === "exhausted") this.only();
    // Where a password is asked for, its button tries again.
    this.parts.retry.hidden = over || !again || !this.parts.password.hidden;
    this.parts.retry.onclick = () => {
      this.parts.retry.hidden = true;
      again();
    };
  }

  /** Hides everything but the status and what explains. */
  only(...names) {
    for (const name of ["password", "files", "progress"]) this.parts[name].hidden = !names.includes(name);
    this.parts.sender.hidden = names.includes("files");
    this.parts.retry.hidden = true;
    // Nothing of it comes back with another language.
    if (names.length === 0) this.shown = null;
  }

  /** Asks for the password; *submit* gets what was typed. */
  askPassword(submit, wrong) {
    this.only("password");
    const { passwordField, passwordForm } = this.parts;
    passwordField.setAttribute("aria-invalid", String(Boolean(wrong)));
    passwordForm.onsubmit = (event) => {
      event.preventDefault();
      if (passwordField.value) submit(passwordField.value);
      else passwordField.focus();
    };
    passwordField.focus();
    passwordField.select();
  }

  /** Shows what the link holds: {manifest, terms, save, saveAll}. */
  showLink(shown) {
    this.shown = shown;
    this.only("files");
    this.parts.passwordField.value = "";
    this.#draw();
  }

  #draw() {
    const { manifest, terms, save, saveAll } = this.shown;
    const from = document.documentElement.dataset.office || manifest.from;
    this.parts.from.textContent = from ? this.say("from", { from }) : "";
    this.parts.note.textContent = manifest.note;
    this.#bringHome();
    this.rows = manifest.files.map((file) => this.#row(file, save));
    this.parts.list.replaceChildren(...this.rows);
    this.parts.saveAll.hidden = manifest.files.length < 2;
    this.parts.saveAll.onclick = saveAll;
    this.parts.terms.textContent = this.#terms(terms);
    this.#bar(this.saving);
  }

  #row(file, save) {
    const row = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = file.name;
    name.className = "name";
    const facts = document.createElement("p");
    const size = this.say("size", { size: sizeIn(this.language, file.size) });
    facts.textContent = `${size} · ${this.say(file.clean ? "clean" : "unscanned")}`;
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = this.say("save");
    button.setAttribute("aria-label", this.say("saveNamed", { name: file.name }));
    button.classList.toggle("main", this.shown.manifest.files.length === 1);
    button.onclick = () => save(file);
    const mark = document.createElement("span");
    mark.className = "good mark";
    mark.textContent = this.marked.has(file.place) ? this.say("savedHere") : "";
    row.append(name, facts, button, mark);
    return row;
  }

  /** Says beside *file* that it is saved. */
  mark(file) {
    this.marked.add(file.place);
    this.#rowOf(file).querySelector(".mark").textContent = this.say("savedHere");
  }

  #rowOf(file) {
    return this.rows[this.shown.manifest.files.indexOf(file)];
  }

  /** Takes the bar out of the row of a file. */
  #bringHome() {
    this.parts.files.before(this.parts.progress);
  }

  /** Says that the line is cut and tried again; the bar says more once it moves. */
  waits() {
    this.tell("waiting");
    this.parts.percent.textContent = this.say("waiting");
    this.quarter = undefined;
  }

  #terms({ expires, left, burn }) {
    const said = [];
    if (burn && left === 1) said.push(this.say("burnLeft"));
    else if (typeof left === "number") said.push(this.say(this.#leftKey(left), { left }));
    if (expires) said.push(this.say("expires", { date: momentIn(this.language, expires) }));
    return said.join(" ");
  }

  /** Returns how it is said that *left* downloads are left: of several files a download is a day's. */
  #leftKey(left) {
    const key = left === 0 ? "leftNone" : left === 1 ? "leftOne" : "left";
    return this.shown.manifest.files.length > 1 ? `${key}Many` : key;
  }

  /** A download was taken: *left* are left. */
  countDown(left) {
    const { terms } = this.shown;
    if (!terms.burn) terms.left = left;
    this.parts.terms.textContent = this.#terms(terms);
  }

  /** Shows how far a file is; *stop* is what the button does. Read aloud at each quarter only. */
  showProgress(file, done, stop) {
    const percent = file.size ? Math.floor((100 * done) / file.size) : 100;
    this.only("files", "progress");
    this.#lead(file);
    this.parts.stop.onclick = stop;
    this.parts.bar.value = percent;
    this.parts.percent.textContent = this.say("saving", { name: file.name, percent });
    this.busy(true);
    const quarter = Math.floor(percent / 25) * 25;
    if (this.quarter !== quarter) {
      this.quarter = quarter;
      this.tell("saving", { name: file.name, percent: quarter }, "spoken");
    }
  }

  /** Puts the bar into the row of *file* and has it seen, once: the button that was pressed may be far below. */
  #lead(file) {
    const row = this.#rowOf(file);
    if (row.contains(this.parts.progress)) return;
    row.append(this.parts.progress);
    row.scrollIntoView({ block: "nearest" });
  }

  #bar(on) {
    for (const button of this.parts.files.querySelectorAll("button")) button.disabled = on && button !== this.parts.stop;
  }

  /** No second click while something is being saved. */
  busy(on) {
    if (on) this.focused ??= document.activeElement;
    this.saving = on;
    this.#bar(on);
    this.parts.progress.hidden = !on;
    if (on) return;
    this.#bringHome();
    this.quarter = undefined;
    // A button that cannot be pressed loses the focus: whoever has no mouse would begin at the top again.
    if (document.activeElement === document.body) this.focused?.focus({ preventScroll: true });
    this.focused = null;
  }
}
