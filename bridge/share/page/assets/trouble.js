// What can go wrong, by the sentence that is said of it (words.js).

export class Trouble extends Error {
  /** *kind* names the sentence; *detail* fills it. */
  constructor(kind, detail = {}) {
    super(kind);
    this.kind = kind;
    this.detail = detail;
  }
}
