// What this tab keeps of a deposit on its way, so that a reload loses nothing: never sent, gone with the tab.

const PLACE = "beffroi/deposit/1/";

/** Keeps {deposit, secret, earlier, typed, files} of the deposit that is on its way into *box*. */
export function remember(box, held) {
  try {
    sessionStorage.setItem(PLACE + box, JSON.stringify(held));
  } catch {
    // A browser that keeps nothing: a reload begins anew, and whoever leaves is asked before.
  }
}

export function forget(box) {
  try {
    sessionStorage.removeItem(PLACE + box);
  } catch {
    // Nothing was kept.
  }
}

/** Returns what was kept of a deposit that adds to *earlier* (null: to none); null where there is nothing. */
export function recall(box, earlier) {
  try {
    const held = JSON.parse(sessionStorage.getItem(PLACE + box));
    const same = held && (held.earlier?.deposit ?? null) === earlier;
    return same && Array.isArray(held.files) && Array.isArray(held.typed) ? held : null;
  } catch {
    return null;
  }
}

/** Returns {found, missing, others}: for each file of *kept* that is not whole the one that was picked, by name and size. */
export function matched(kept, picked) {
  const left = [...picked];
  const missing = [];
  const found = kept.map((held) => {
    if (held.sha256) return null;
    const at = left.findIndex((file) => file.name === held.name && file.size === held.size);
    if (at < 0) missing.push(held);
    return at < 0 ? null : left.splice(at, 1)[0];
  });
  return { found, missing, others: left };
}

/** Has this tab alone send *deposit*, as a copy of the tab has its keys too: returns what ends that, null where another is at it. */
export function alone(deposit) {
  return new Promise((resolve) => {
    const held = (lock) => (lock ? new Promise((leave) => resolve(leave)) : resolve(null));
    // A browser without locks, or one that gives none away here, sends all the same.
    const unlocked = () => resolve(() => {});
    if (!navigator.locks) unlocked();
    else navigator.locks.request(PLACE + deposit, { ifAvailable: true }, held).catch(unlocked);
  });
}

/** Asks whoever leaves whether they mean it, as long as the function that this returns was not called. */
export function guarded() {
  const ask = (event) => event.preventDefault();
  addEventListener("beforeunload", ask);
  return () => removeEventListener("beforeunload", ask);
}
