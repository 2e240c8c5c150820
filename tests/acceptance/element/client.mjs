// An "Element" in its strictest setting, driven by lines of JSON.
//
// In:  {"id": 1, "method": "send", "params": {…}}
// Out: {"id": 1, "result": …} or {"id": 1, "error": {"message", "errcode", "status"}}; and, unasked, {"event": "…", …}
//
// It ends when its standard input does, so that it never outlives the test that started it.
import "./node20.mjs";
import readline from "node:readline";
import {
    ClientEvent,
    createClient,
    EventStatus,
    PendingEventOrdering,
    RoomEvent,
    SyncState,
} from "matrix-js-sdk";
import { AllDevicesIsolationMode, OnlySignedDevicesIsolationMode } from "matrix-js-sdk/lib/crypto-api/index.js";
import { logger } from "matrix-js-sdk/lib/logger.js";
import { Journal, describe, matches } from "./journal.mjs";

if (process.env.ELEMENT_LOG === undefined) logger.setLevel("silent");

let password, client, journal;
let storageKey = null; // [id, bytes] of the recovery key, while it is made

const emit = (line) => process.stdout.write(JSON.stringify(line) + "\n");

async function until(what, find, timeoutMs = 30_000) {
    const found = await journal.until(find, timeoutMs);
    if (!found) throw new Error(`timed out after ${timeoutMs} ms waiting for ${what}`);
    return found;
}

const knownRoom = (roomId) =>
    until(`room ${roomId}`, () => {
        const room = client.getRoom(roomId);
        return room?.getMyMembership() === "join" && room;
    });

let asked = 0;
const told = []; // messages to this device, as they were before they were encrypted

const methods = {
    // By password, which makes a new device; or with what somebody else's login has returned.
    async login({ url, user, password: secret, access_token, device_id, device_name = "Element (test)" }) {
        password = secret;
        const credentials = access_token
            ? { access_token, device_id, user_id: user }
            : await createClient({ baseUrl: url }).loginRequest({
                  type: "m.login.password",
                  identifier: { type: "m.id.user", user },
                  password: secret,
                  initial_device_display_name: device_name,
              });
        client = createClient({
            baseUrl: url,
            accessToken: credentials.access_token,
            userId: credentials.user_id,
            deviceId: credentials.device_id,
            cryptoCallbacks: {
                getSecretStorageKey: async () => storageKey,
                cacheSecretStorageKey: (id, _info, bytes) => (storageKey = [id, bytes]),
            },
        });
        journal = new Journal(client);
        client.on(ClientEvent.ReceivedToDeviceMessage, ({ message }) => told.push(message));
        return { user_id: credentials.user_id, device_id: credentials.device_id };
    },

    // signed: make this user's cross-signing identity and sign this device with it.
    // strict: share keys with, and show messages from, devices signed by their owner only.
    async start({ signed = true, strict = true }) {
        await client.initRustCrypto({ useIndexedDB: false });
        const crypto = client.getCrypto();
        crypto.setDeviceIsolationMode(
            strict ? new OnlySignedDevicesIsolationMode() : new AllDevicesIsolationMode(false),
        );
        client.on(RoomEvent.MyMembership, (room, membership) =>
            emit({ event: "membership", room_id: room.roomId, membership }),
        );
        const prepared = journal.until(() => client.getSyncState() === SyncState.Prepared || client.isInitialSyncComplete(), 60_000);
        await client.startClient({ initialSyncLimit: 50, pendingEventOrdering: PendingEventOrdering.Detached });
        if (!(await prepared)) throw new Error("the first sync did not end within 60 s");
        if (signed) await makeIdentity(false);
    },

    // A new identity in place of the old one, which everybody else must then notice.
    async reset_identity() {
        await makeIdentity(true);
    },

    // What verifying another device of one's own ends with.
    async sign_device({ device }) {
        await client.getCrypto().getUserDeviceInfo([client.getUserId()], true);
        await client.getCrypto().crossSignDevice(device);
    },

    // What Element's "set up recovery" does: a recovery key, the identity's secrets under it, and a backup of room keys.
    async make_recovery({ passphrase }) {
        const crypto = client.getCrypto();
        const made = await crypto.createRecoveryKeyFromPassphrase(passphrase);
        await crypto.bootstrapSecretStorage({
            createSecretStorageKey: async () => made,
            setupNewSecretStorage: true,
            setupNewKeyBackup: true,
        });
        await crypto.checkKeyBackupAndEnable();
        return { key: made.encodedPrivateKey };
    },

    async create_room({ name, invite = [], encrypted = true, preset = "private_chat", is_direct = false, initial_state = [] }) {
        const encryption = { type: "m.room.encryption", state_key: "", content: { algorithm: "m.megolm.v1.aes-sha2" } };
        const { room_id } = await client.createRoom({
            name,
            invite,
            preset,
            is_direct,
            initial_state: encrypted ? [encryption, ...initial_state] : initial_state,
        });
        const room = await knownRoom(room_id);
        if (encrypted) await until("the room's encryption", () => room.hasEncryptionStateEvent());
        return { room_id };
    },

    async join({ room, via = [] }) {
        const joined = await client.joinRoom(room, { viaServers: via });
        await knownRoom(joined.roomId);
        return { room_id: joined.roomId };
    },

    async invite({ room, user }) {
        await client.invite(room, user);
    },

    async kick({ room, user, reason }) {
        await client.kick(room, user, reason);
    },

    async leave({ room }) {
        await client.leave(room);
    },

    async send({ room, body, reply_to, edit_of, thread, msgtype = "m.text", mentions = [], more = {} }) {
        const content = { msgtype, body, "m.mentions": mentions.length ? { user_ids: mentions } : {}, ...more };
        const relation = {};
        if (reply_to) relation["m.in_reply_to"] = { event_id: reply_to };
        if (thread) Object.assign(relation, { rel_type: "m.thread", event_id: thread, is_falling_back: !reply_to });
        if (Object.keys(relation).length) content["m.relates_to"] = relation;
        if (!edit_of) return methods.send_event({ room, type: "m.room.message", content });
        return methods.send_event({
            room,
            type: "m.room.message",
            content: {
                ...content,
                body: `* ${body}`,
                "m.new_content": content,
                "m.relates_to": { rel_type: "m.replace", event_id: edit_of },
            },
        });
    },

    async send_event({ room, type, content }) {
        await knownRoom(room);
        try {
            const { event_id } = await client.sendEvent(room, type, content);
            return { event_id };
        } catch (error) {
            deleteUnsent(room);
            throw error;
        }
    },

    async send_state({ room, type, content, state_key = "" }) {
        const { event_id } = await client.sendStateEvent(room, type, content, state_key);
        return { event_id };
    },

    async react({ room, event_id, key }) {
        return methods.send_event({
            room,
            type: "m.reaction",
            content: { "m.relates_to": { rel_type: "m.annotation", event_id, key } },
        });
    },

    async redact({ room, event_id, reason }) {
        const answer = await client.redactEvent(room, event_id, undefined, reason && { reason });
        return { event_id: answer.event_id };
    },

    // What has arrived by sync, in order of arrival.
    async timeline({ room }) {
        return Promise.all(journal.events(room).map((event) => describe(client, event)));
    },

    // The whole room as the server tells it now, oldest first: nothing of it comes from what sync brought.
    async history({ room }) {
        const map = client.getEventMapper({ decrypt: false, preventReEmit: true });
        const events = [];
        let from = null;
        do {
            const page = await client.createMessagesRequest(room, from, 100, "b");
            events.push(...page.chunk.map(map));
            from = page.end;
        } while (from);
        await Promise.all(events.map((event) => client.decryptEventIfNeeded(event)));
        // The server sends the latest edit along, encrypted like the event that it edits.
        const edits = events.map((event) => event.replacingEvent()).filter((edit) => edit !== null);
        await Promise.all(edits.map((edit) => client.decryptEventIfNeeded(edit)));
        return Promise.all(events.reverse().map((event) => describe(client, event)));
    },

    // What the server holds beside the messages of the rooms that this user has ever been in, and what other devices told this one.
    async beside() {
        const rooms = await Promise.all(
            client.getRooms().map(async (room) => {
                const data = [...room.accountData.values()].map((event) => event.event);
                const state = room.getMyMembership() === "join" ? await client.roomState(room.roomId) : [];
                return [room.roomId, { state, account_data: data }];
            }),
        );
        const own = [...client.store.accountData.values()].map((event) => event.event);
        return { rooms: Object.fromEntries(rooms), account_data: own, to_device: told };
    },

    // What the user keeps on the server for their clients.
    async set_account_data({ type, content }) {
        await client.setAccountData(type, content);
    },

    // What the server counts as unread. It keeps its answer to an initial sync for two minutes, so each asks a little differently.
    async unread({ room }) {
        asked += 1;
        const filter = { room: { rooms: [room], timeline: { limit: asked }, state: { lazy_load_members: true } } };
        const query = { filter: JSON.stringify(filter), timeout: "0", set_presence: "offline" };
        const answer = await client.http.authedRequest("GET", "/sync", query);
        return answer.rooms.join[room].unread_notifications;
    },

    async wait_for({ room, timeout_ms = 30_000, ...wanted }) {
        const found = await journal.until(() => journal.events(room).find((event) => matches(event, wanted)), timeout_ms);
        if (found) return describe(client, found);
        const seen = journal.events(room).slice(-8);
        const tail = seen.map((event) => {
            const said = event.decryptionFailureReason ?? JSON.stringify(event.getContent()).slice(0, 300);
            return `${event.getId()} ${event.getSender()} ${event.getType()} ${said}`;
        });
        throw new Error(`no event like ${JSON.stringify(wanted)} within ${timeout_ms} ms; the last ones: ${tail.join(" | ")}`);
    },

    async wait_for_membership({ room, user, membership, timeout_ms = 30_000 }) {
        const look = () => client.getRoom(room)?.getMember(user)?.membership === membership;
        await until(`${user} to ${membership}`, look, timeout_ms);
    },

    async members({ room }) {
        const known = client.getRoom(room)?.getMembers() ?? [];
        return Object.fromEntries(known.map((member) => [member.userId, member.membership]));
    },

    async rooms() {
        return Object.fromEntries(client.getRooms().map((room) => [room.roomId, room.getMyMembership()]));
    },

    async user_devices({ user }) {
        const devices = (await client.getCrypto().getUserDeviceInfo([user], true)).get(user) ?? new Map();
        return Object.fromEntries(
            await Promise.all([...devices.keys()].map(async (device) => [device, await verification(user, device)])),
        );
    },

    async device_verification({ user, device }) {
        await client.getCrypto().getUserDeviceInfo([user], true);
        return verification(user, device);
    },

    async user_verification({ user }) {
        await client.getCrypto().getUserDeviceInfo([user], true);
        const status = await client.getCrypto().getUserVerificationStatus(user);
        return { verified: status.isVerified(), needs_approval: status.needsUserApproval, known: status.known };
    },

    async stop() {
        client?.stopClient();
    },
};

// What people do with a message that is marked as not sent: until then the SDK sends nothing more in that room.
function deleteUnsent(room) {
    const events = client.getRoom(room)?.getPendingEvents() ?? [];
    for (const event of events.filter((each) => each.status === EventStatus.NOT_SENT)) client.cancelPendingEvent(event);
}

async function makeIdentity(setupNewCrossSigning) {
    const crypto = client.getCrypto();
    const identifier = { type: "m.id.user", user: client.getUserId() };
    await crypto.bootstrapCrossSigning({
        setupNewCrossSigning,
        authUploadDeviceSigningKeys: (upload) => upload({ type: "m.login.password", identifier, password }),
    });
    // The keys of a new one are there at once; that it is this user's comes with the next query.
    if (setupNewCrossSigning) return;
    // It does nothing at all where another device has made an identity whose keys this one lacks.
    if (!(await crypto.isCrossSigningReady())) throw new Error("this user has an identity already, made elsewhere");
}

async function verification(user, device) {
    const status = await client.getCrypto().getDeviceVerificationStatus(user, device);
    if (status === null) return null;
    const { signedByOwner, crossSigningVerified, localVerified, tofu } = status;
    return { signedByOwner, crossSigningVerified, localVerified, tofu };
}

async function answer(line) {
    const { id, method, params = {} } = JSON.parse(line);
    try {
        if (!Object.hasOwn(methods, method)) throw new Error(`no method ${method}`);
        emit({ id, result: (await methods[method](params)) ?? {} });
    } catch (error) {
        emit({ id, error: { message: String(error.message ?? error), errcode: error.errcode ?? null, status: error.httpStatus ?? null } });
    }
    if (method === "stop") process.exit(0);
}

// A failed background request of the SDK is its own business; a dead client would hide what the test looks for.
process.on("unhandledRejection", (reason) => console.error("unhandled", reason));
readline.createInterface({ input: process.stdin }).on("line", answer).on("close", () => process.exit(0));
