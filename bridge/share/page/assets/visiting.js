// How a page begins, and what both of ours do alike.

import { Trouble } from "./trouble.js";
import { chooseLanguage } from "./words.js";

export function asTrouble(error) {
  return error instanceof Trouble ? error : new Trouble(error?.name === "NotSupportedError" ? "old" : "server");
}

export function pauser(signal) {
  return (milliseconds) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, milliseconds);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(new Trouble("stopped"));
      });
    });
}

/** Shows the page in the visitor's language and begins the visit; *parse* reads the address, *needs* names what is new. */
export async function start(View, Visit, parse, needs) {
  const view = new View(chooseLanguage(navigator.languages));
  view.speak(view.language);
  // Without this script nothing of it could be pressed.
  for (const part of document.querySelectorAll("header, details")) part.hidden = false;
  view.parts.language.onclick = () => view.speak(view.language === "fr" ? "en" : "fr");
  addEventListener("hashchange", () => location.reload());
  try {
    if (!globalThis.crypto?.subtle || !globalThis[needs] || !HTMLElement.prototype.replaceChildren) throw new Trouble("old");
    const address = parse(location.pathname, location.hash);
    if (address.mended) {
      // The secret stood in the path: it leaves the history, and people are told who has seen it.
      history.replaceState(null, "", address.mended);
      view.parts.mended.hidden = false;
    } else if (location.search) history.replaceState(null, "", location.pathname + location.hash);
    await new Visit(view, address).begin();
  } catch (error) {
    view.complain(asTrouble(error));
  }
  document.documentElement.dataset.ready = "yes";
}
