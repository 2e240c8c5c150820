"""The yardstick: about the least that one can write with matrix-nio and still answer in encrypted rooms."""

import asyncio
import os
import sys

from nio import AsyncClient, AsyncClientConfig, InviteMemberEvent, MatrixRoom, RoomMessageText, SyncResponse


async def main(homeserver: str, user_id: str, device_id: str, store: str) -> None:
    """Answer every ``m.text`` with what it says, as nio's examples do."""
    config = AsyncClientConfig(store_sync_tokens=True, encryption_enabled=True)
    client = AsyncClient(homeserver, user_id, device_id=device_id, store_path=store, config=config)
    client.restore_login(user_id, device_id, os.environ["BENCH_TOKEN"])

    async def invited(room: MatrixRoom, event: InviteMemberEvent) -> None:
        if event.state_key == user_id and event.membership == "invite":
            await client.join(room.room_id)

    async def said(room: MatrixRoom, event: RoomMessageText) -> None:
        if event.sender == user_id:
            return
        content = {
            "msgtype": "m.notice",
            "body": event.body,
            "m.relates_to": {"m.in_reply_to": {"event_id": event.event_id}},
        }
        await client.room_send(room.room_id, "m.room.message", content, ignore_unverified_devices=True)

    async def synced(response: SyncResponse) -> None:
        client.response_callbacks.clear()
        print("in sync", flush=True)

    client.add_event_callback(invited, InviteMemberEvent)  # type: ignore[arg-type]
    client.add_event_callback(said, RoomMessageText)  # type: ignore[arg-type]
    client.add_response_callback(synced, SyncResponse)  # type: ignore[arg-type]
    await client.sync_forever(timeout=30000, full_state=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
