// matrix-js-sdk 43 asks for Node 22, whose only function that it needs and Node 20 lacks is this one.
// A module of its own, because imports run before any statement of the file that names them.
Promise.withResolvers ??= function withResolvers() {
    let resolve, reject;
    const promise = new this((yes, no) => {
        resolve = yes;
        reject = no;
    });
    return { promise, resolve, reject };
};

// Standard output belongs to the protocol; the SDK's and its WebAssembly's chatter goes to standard error.
for (const level of ["debug", "log", "info", "warn", "error", "trace"]) {
    console[level] = (...words) => process.stderr.write(`${level}: ${words.map(String).join(" ")}\n`);
}
