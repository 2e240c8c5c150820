// A request to our own server, and what comes back, with a network that fails said as that.

import { Trouble } from "./trouble.js";

export async function reach(path, options) {
  try {
    return await fetch(path, { ...options, cache: "no-store", credentials: "omit", redirect: "error" });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Trouble("network");
  }
}

export async function bytesOf(response) {
  try {
    return new Uint8Array(await response.arrayBuffer());
  } catch {
    throw new Trouble("network");
  }
}
