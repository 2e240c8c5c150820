// Base64url without padding, one spelling only (RFC 4648 §5).

export function encode(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** Returns the bytes that *text* spells, or null for any other spelling or another length than *size*. */
export function decode(text, size) {
  if (typeof text !== "string" || !/^[A-Za-z0-9_-]*$/u.test(text) || text.length % 4 === 1) return null;
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const bytes = Uint8Array.from(raw, (char) => char.charCodeAt(0));
  return encode(bytes) === text && (size === undefined || bytes.length === size) ? bytes : null;
}

/** Tells whether two arrays hold the same bytes. Nobody measures us here: this is the holder's own browser. */
export function isSame(one, other) {
  return one.length === other.length && one.every((byte, index) => byte === other[index]);
}
