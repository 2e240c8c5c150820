// What this client has seen, in order of arrival: the live timeline is reset by a `limited` sync, this is not.
import { CryptoEvent } from "matrix-js-sdk/lib/crypto-api/index.js";
import { ClientEvent, MatrixEventEvent, RoomEvent } from "matrix-js-sdk";

const SHIELD_COLOURS = ["none", "grey", "red"];

export class Journal {
    #events = new Map(); // room id → Set of MatrixEvent; objects, since an echo changes its id
    #waiting = new Set();

    constructor(client) {
        this.client = client;
        client.on(RoomEvent.Timeline, (event, room, toStart, removed) => {
            if (room && !removed) this.#note(room.roomId, event);
        });
        for (const change of [
            MatrixEventEvent.Decrypted,
            MatrixEventEvent.Replaced,
            RoomEvent.Redaction,
            RoomEvent.LocalEchoUpdated,
            RoomEvent.MyMembership,
            "RoomState.events",
            ClientEvent.Sync,
            CryptoEvent.DevicesUpdated,
        ]) {
            client.on(change, () => this.#changed());
        }
    }

    #note(roomId, event) {
        if (!this.#events.has(roomId)) this.#events.set(roomId, new Set());
        this.#events.get(roomId).add(event);
        this.#changed();
    }

    #changed() {
        for (const look of [...this.#waiting]) look();
    }

    events(roomId) {
        return [...(this.#events.get(roomId) ?? [])];
    }

    // Resolves with the first true value that `find` gives, looked for now and after each change; null when time is up.
    until(find, timeoutMs) {
        return new Promise((resolve, reject) => {
            const done = (settle, value) => {
                clearTimeout(timer);
                this.#waiting.delete(look);
                settle(value);
            };
            const look = () => {
                try {
                    const found = find();
                    if (found) done(resolve, found);
                } catch (error) {
                    done(reject, error);
                }
            };
            const timer = setTimeout(() => done(resolve, null), timeoutMs);
            this.#waiting.add(look);
            look();
        });
    }
}

export async function describe(client, event) {
    const info = event.isEncrypted() ? await client.getCrypto().getEncryptionInfoForEvent(event) : null;
    return {
        event_id: event.getId(),
        room_id: event.getRoomId(),
        sender: event.getSender(),
        type: event.getType(),
        state_key: event.getStateKey() ?? null,
        content: event.getOriginalContent(),
        shown: event.getContent(),
        relates_to: event.getWireContent()["m.relates_to"] ?? null,
        timestamp: event.getTs(),
        encrypted: event.isEncrypted(),
        redacted: event.isRedacted(),
        failure: event.decryptionFailureReason,
        session: event.getWireContent().session_id ?? null,
        shield: info && { colour: SHIELD_COLOURS[info.shieldColour], reason: info.shieldReason },
    };
}

export function matches(event, wanted) {
    const content = event.getContent();
    const relation = event.getWireContent()["m.relates_to"] ?? {};
    const checks = {
        event_id: (value) => event.getId() === value,
        sender: (value) => event.getSender() === value,
        type: (value) => event.getType() === value,
        state_key: (value) => event.getStateKey() === value,
        // What the SDK shows in place of an unreadable message is nobody's body.
        body: (value) => !event.isDecryptionFailure() && typeof content.body === "string" && content.body.includes(value),
        in_reply_to: (value) => relation["m.in_reply_to"]?.event_id === value,
        relates_to: (value) => relation.event_id === value,
        encrypted: (value) => event.isEncrypted() === value,
        readable: (value) => value === (event.getType() !== "m.room.encrypted" && !event.isDecryptionFailure()),
        failure: (value) => (value === true ? event.isDecryptionFailure() : event.decryptionFailureReason === value),
        redacted: (value) => event.isRedacted() === value,
        membership: (value) => content.membership === value,
        not_in: (value) => !value.includes(event.getId()),
    };
    return Object.entries(wanted).every(([name, value]) => {
        if (!(name in checks)) throw new Error(`wait_for knows no field ${name}`);
        return checks[name](value);
    });
}
