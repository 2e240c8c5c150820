// What a stranger calls a file, shown without tricks: the last segment, nothing unseen. As bots/links/format/names.py.

const UNSEEN = /[\p{Cc}\p{Cs}\p{Co}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\u2800\u034f\u17b4\u17b5]|(?![\u200c\u200d])\p{Cf}/gu;
// They shape a neighbour, and are nothing without one.
const SHAPING = /\u200c|\u200d|[\u180b-\u180d\u180f\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/gu;

export function shown(given) {
  const last = String(given).split(/[/\\]/u).at(-1);
  const clean = last.replace(UNSEEN, "").trim();
  return ["", ".", ".."].includes(clean.replace(SHAPING, "").trim()) ? "fichier" : clean;
}
