// The form of a box: its fields as a browser's own, and what is wrong with what was typed, in sentences.

import { said } from "./saying.js";

const LONGEST = { text: 500, lines: 5000, email: 254, date: 10, choice: 500 };
// What a person would take for an address; the town writes to it, or does not.
const EMAIL = /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>.]{2,}$/u;
// Some telephones' keyboards for numbers have nothing to put in between.
const DAY = /^(?:(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4})|(\d\d)(\d\d)(\d{4}))$/u;

/** Returns the elements of *fields* in *language*, with what was typed before in *typed*. */
export function formOf(fields, language, typed) {
  return fields.map((field, place) => {
    const part = document.createElement("div");
    part.className = "field";
    const id = `answer${place}`;
    const label = document.createElement("label");
    label.htmlFor = id;
    label.textContent = field.required ? said(language, "required", { label: field.label }) : field.label;
    const input = inputOf(field, language);
    input.id = id;
    input.value = typed[place] ?? "";
    if (field.required) input.setAttribute("aria-required", "true");
    const error = document.createElement("p");
    error.id = `${id}Error`;
    error.className = "bad";
    error.hidden = true;
    const described = [];
    part.append(label);
    const hint = field.kind === "date" ? "dateHint" : field.kind === "email" ? "emailHint" : "";
    if (hint) {
      const help = document.createElement("p");
      help.id = `${id}Hint`;
      help.className = "small";
      help.textContent = said(language, hint);
      described.push(help.id);
      part.append(help);
    }
    input.setAttribute("aria-describedby", [...described, error.id].join(" "));
    part.append(input, error);
    return part;
  });
}

function inputOf(field, language) {
  if (field.kind === "choice") return choiceOf(field, language);
  const input = document.createElement(field.kind === "lines" ? "textarea" : "input");
  input.maxLength = LONGEST[field.kind];
  if (field.kind === "date") input.inputMode = "numeric";
  if (field.kind === "email") {
    input.type = "email";
    input.autocomplete = "email";
  }
  return input;
}

function choiceOf(field, language) {
  const select = document.createElement("select");
  const none = document.createElement("option");
  none.value = "";
  none.textContent = said(language, "choose");
  const options = field.choices.map((choice) => {
    const option = document.createElement("option");
    option.value = choice;
    option.textContent = choice;
    return option;
  });
  select.append(none, ...options);
  return select;
}

/** Returns the day that *text* is, as 2026-05-12; null where there is no such day. */
export function dayOf(text) {
  const found = DAY.exec(text.trim());
  if (!found) return null;
  const [day, month, year] = found.slice(1).filter(Boolean).map(Number);
  const date = new Date(Date.UTC(year, month - 1, day));
  const right = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return right && year >= 1800 ? date.toISOString().slice(0, 10) : null;
}

/** Returns {answers, wrong}: what is sent, and for each field that is not right [place, key of the sentence]. */
export function readAnswers(fields, typed) {
  const wrong = [];
  const answers = fields.map((field, place) => {
    const text = (typed[place] ?? "").trim();
    if (!text) {
      if (field.required) wrong.push([place, "missing"]);
      return "";
    }
    if (field.kind === "date") {
      const day = dayOf(text);
      if (!day) wrong.push([place, "wrongDate"]);
      return day ?? "";
    }
    if (field.kind === "email" && !EMAIL.test(text)) wrong.push([place, "wrongEmail"]);
    return text.slice(0, 5000);
  });
  return { answers, wrong };
}
