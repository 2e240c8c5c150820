// The address of a share link, mended where mail filters and messengers are known to spoil it. bots/links/FORMAT.md §1.

import { decode } from "./encoding.js";
import { Trouble } from "./trouble.js";

// What filters make of "#": encoded once, or twice.
const SWALLOWED = /^(\/s\/[A-Za-z0-9_-]{16})%(?:25)*23(.*)$/u;
const ID = /^\/s\/([A-Za-z0-9_-]{16})$/u;
// Trackers append "&utm_source=…"; messengers write + and / and pad.
const FRAGMENT = /^1\.([A-Za-z0-9_+/-]{43})=?(?:[&?].*)?$/u;

/** Returns {id, secret, mended} of the page's own address, where *mended* is the right one if it was spoilt. */
export function parseAddress(pathname, hash) {
  const swallowed = SWALLOWED.exec(pathname);
  const path = swallowed ? swallowed[1] : pathname;
  const fragment = swallowed ? swallowed[2] : hash.replace(/^#/u, "");
  const id = ID.exec(path);
  const behind = FRAGMENT.exec(fragment);
  if (!id || !behind) throw new Trouble("damaged");
  const text = behind[1].replaceAll("+", "-").replaceAll("/", "_");
  const secret = decode(text, 32);
  if (!secret) throw new Trouble("damaged");
  return { id: id[1], secret, mended: swallowed ? `/s/${id[1]}#1.${text}` : null };
}
