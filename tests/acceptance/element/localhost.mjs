// Names below .localhost lead to this machine, as in every browser (RFC 6761 §6.3); the C library asks DNS instead.
//
//   NODE_OPTIONS="--import …/localhost.mjs"
import dns from "node:dns";
import { syncBuiltinESMExports } from "node:module";

const lookup = dns.lookup;

dns.lookup = (host, options, callback) => {
    if (!host.endsWith(".localhost")) return lookup(host, options, callback);
    if (typeof options === "function") return options(null, "127.0.0.1", 4);
    const found = { address: "127.0.0.1", family: 4 };
    return options?.all ? callback(null, [found]) : callback(null, found.address, found.family);
};
syncBuiltinESMExports();
