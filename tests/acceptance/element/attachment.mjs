// Encrypts or decrypts one attachment with the SDK's own code: {"encrypt": base64} or {"data": base64, "file": {…}}.
import { readFileSync } from "node:fs";
import "./node20.mjs";
import { Attachment, EncryptedAttachment, initAsync } from "@matrix-org/matrix-sdk-crypto-wasm";

const asked = JSON.parse(readFileSync(0, "utf8"));
await initAsync();
const answer = (found) => process.stdout.write(JSON.stringify(found) + "\n");
if (asked.encrypt !== undefined) {
    const made = Attachment.encrypt(new Uint8Array(Buffer.from(asked.encrypt, "base64")));
    answer({ data: Buffer.from(made.encryptedData).toString("base64"), file: JSON.parse(made.mediaEncryptionInfo) });
} else {
    const sealed = new EncryptedAttachment(new Uint8Array(Buffer.from(asked.data, "base64")), JSON.stringify(asked.file));
    try {
        answer({ plaintext: Buffer.from(Attachment.decrypt(sealed)).toString("base64") });
    } catch (error) {
        answer({ refused: String(error) });
    }
}
