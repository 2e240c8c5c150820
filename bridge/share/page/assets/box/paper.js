// The receipt as a page of its own, which any telephone shows and prints: without a script, the receipt itself inside.

import { decode, encode } from "../encoding.js";
import { shown } from "../names.js";
import { Trouble } from "../trouble.js";
import { dateIn } from "./saying.js";

const INSIDE = /<meta\s+name="beffroi-receipt"\s+content="([A-Za-z0-9_-]+)"/u;
const NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const LOOK = `:root { color-scheme: light dark; --ink: #161616; --paper: #fff; --blue: #000091; font: 1.0625rem/1.6 system-ui, sans-serif; }
@media screen and (prefers-color-scheme: dark) { :root { --ink: #f2f2f2; --paper: #161616; --blue: #a6a6ff; } }
a { color: var(--blue); }
body { color: var(--ink); background: var(--paper); max-width: 44rem; margin: 0 auto; padding: 1rem; overflow-wrap: anywhere; }
h1 { font-size: 1.5rem; line-height: 1.25; }
h2 { font-size: 1.125rem; }
.number { white-space: nowrap; font-size: min(1em, 7.5vw); font-weight: 700; }
dt { font-weight: 700; }
dd { margin: 0 0 0.75rem; white-space: pre-line; }
ul { padding: 0; list-style: none; }
li { border: 1px solid; border-radius: 0.25rem; margin-bottom: 0.75rem; padding: 0.5rem 1rem; break-inside: avoid; }
li p { margin: 0; }
code { font-size: 0.875rem; }
.notice { border-left: 4px solid; padding-left: 0.75rem; }
@media print { :root { font-size: 11pt; } body { padding: 0; } }`;

/** Returns the page for *receipt* ({number, kept, files, back, said}), *text* inside it; *view* has the words, *answered* pairs. */
export function paperOf(view, receipt, answered, text) {
  const { number, kept, files, back, said } = receipt;
  const page = document.implementation.createHTMLDocument(view.say("standingTitle", { number }));
  const made = (name, words, ...within) => {
    const part = page.createElement(name);
    part.append(...(words ? [words] : []), ...within);
    return part;
  };
  const meta = (values) => Object.entries(values).reduce((part, [name, value]) => (part.setAttribute(name, value), part), made("meta"));
  const pairs = (rows) => made("dl", "", ...rows.flatMap(([label, value]) => [made("dt", label), made("dd", value)]));
  page.documentElement.lang = view.language;
  page.head.prepend(
    meta({ charset: "utf-8" }),
    meta({ "http-equiv": "Content-Security-Policy", content: NOTHING_RUNS }),
    meta({ name: "viewport", content: "width=device-width, initial-scale=1" }),
    meta({ name: "referrer", content: "no-referrer" }),
    meta({ name: "beffroi-receipt", content: encode(new TextEncoder().encode(text)) }),
  );
  page.head.append(made("style", LOOK));
  const called = made("span", number);
  called.className = "number";
  const link = made("a", view.say("backLink"));
  link.href = back;
  const notice = made("p", view.say("paperKeep"));
  notice.className = "notice";
  const main = made(
    "main",
    "",
    made("h1", view.say("receiptTitle")),
    pairs([
      [view.say("numberLabel"), called],
      [view.say("boxLabel"), view.boxName()],
      [view.say("keptLabel"), dateIn(view.language, kept)],
      [view.say("paperState"), view.stateOf(said)],
    ]),
    made("h2", view.say("receiptFiles")),
    files.length ? made("ul", "", ...files.map((file) => fileOn(made, view, file))) : made("p", view.say("receiptNoFile")),
    // Closed: a receipt is shown at a counter, and printed, without a date of birth on it.
    ...(answered.length ? [made("details", "", made("summary", view.say("paperAnswers")), pairs(answered))] : []),
    made("h2", view.say("backLink")),
    notice,
    made("p", "", link, made("br"), made("code", back)),
    made("p", view.say(said?.statement ? "paperSigned" : "paperUnsigned")),
  );
  page.body.append(main);
  return `<!doctype html>\n${page.documentElement.outerHTML}\n`;
}

function fileOn(made, view, { name, size, sha256 }) {
  const called = made("strong", "", made("bdi", shown(name)));
  return made("li", "", called, made("p", view.say("fileFacts", { size })), made("code", sha256));
}

/** Returns the way back that stands in the receipt *text*, as it was saved by this version or an earlier one (JSON). */
export function backIn(text) {
  const inside = INSIDE.exec(text);
  let back;
  try {
    const said = JSON.parse(inside ? new TextDecoder().decode(decode(inside[1])) : text);
    if (said.beffroi === "receipt-file/1") back = new URL(said.back);
  } catch {
    // It is none.
  }
  if (!back?.host) throw new Trouble("noReceipt");
  // Somebody else's file may not lead a person to somebody else's page.
  if (back.origin !== location.origin) throw new Trouble("otherPlace", { place: back.host });
  return back.href;
}
