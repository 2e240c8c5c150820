"""A homeserver in memory, as far as end-to-end encryption sees it: for tests, here and in other packages."""

import copy
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from bots.matrix.crypto.model import CryptoSync
from bots.matrix.errors import Refused
from bots.matrix.port import Raw
from config.identifiers import DeviceId, UserId

_PREFIX = "/_matrix/client/v3/"
_MAX_SIGNED = "signed_curve25519"


class FakeServer:
    """One homeserver for everybody. What a hostile one would do is done by changing its dictionaries.

    ``unreachable`` servers stand under ``failures``, as another server's users do when it is down.
    """

    def __init__(self) -> None:
        self.devices: defaultdict[str, dict[str, Raw]] = defaultdict(dict)
        self.masters: dict[str, Raw] = {}
        self.self_signing: dict[str, Raw] = {}
        self.one_time: defaultdict[tuple[str, str], dict[str, Raw]] = defaultdict(dict)
        self.fallback: dict[tuple[str, str], dict[str, Raw]] = {}
        self.fallback_used: set[tuple[str, str]] = set()
        self.inbox: defaultdict[tuple[str, str], list[Raw]] = defaultdict(list)
        self.requests: list[tuple[str, str]] = []
        self.unreachable: set[str] = set()
        self._transactions: set[str] = set()

    def connect(self, user_id: UserId, device_id: DeviceId) -> "FakeConnection":
        """Return a connection that is logged in as that device."""
        return FakeConnection(self, user_id, device_id)

    def sync(self, user_id: UserId, device_id: DeviceId, *changed: UserId) -> CryptoSync:
        """Hand over what is waiting for that device, once."""
        place = (str(user_id), str(device_id))
        waiting = tuple(self.inbox.pop(place, []))
        unused = place in self.fallback and place not in self.fallback_used
        return CryptoSync(waiting, changed, (), len(self.one_time[place]), unused)

    def count(self, path: str) -> int:
        """Return how many requests went to *path* (its part after ``/v3/``)."""
        return sum(each.startswith(_PREFIX + path) for _, each in self.requests)

    def answer(self, user_id: str, device_id: str, path: str, body: Raw) -> Raw:
        """Do what Synapse does for one request; raise ``Refused``."""
        self.requests.append(("", path))
        body = copy.deepcopy(body)
        match path.removeprefix(_PREFIX).split("/"):
            case ["keys", "upload"]:
                return self._upload(user_id, device_id, body)
            case ["keys", "query"]:
                return self._query(body)
            case ["keys", "claim"]:
                return self._claim(body)
            case ["keys", "device_signing", "upload"]:
                return self._cross_sign(user_id, body)
            case ["keys", "signatures", "upload"]:
                return self._sign(user_id, body)
            case ["sendToDevice", event_type, txn]:
                return self._send(user_id, unquote(event_type), f"{user_id}|{device_id}|{txn}", body)
        raise Refused(404, "M_UNRECOGNIZED", path)

    def _upload(self, user_id: str, device_id: str, body: Raw) -> Raw:
        place = (user_id, device_id)
        held = self.one_time[place]
        for key_id, uploaded in body.get("one_time_keys", {}).items():
            if held.get(key_id, uploaded) != uploaded:
                raise Refused(400, "M_INVALID_PARAM", f"One time key {key_id} already exists.")
        held.update(body.get("one_time_keys", {}))
        if body.get("fallback_keys"):
            self.fallback[place] = body["fallback_keys"]
            self.fallback_used.discard(place)
        if "device_keys" in body:
            self.devices[user_id][device_id] = body["device_keys"]
        return {"one_time_key_counts": {_MAX_SIGNED: len(held)}}

    def _query(self, body: Raw) -> Raw:
        answer: Raw = {"device_keys": {}, "master_keys": {}, "self_signing_keys": {}, "failures": {}}
        for user_id in body["device_keys"]:
            server = UserId(user_id).server
            if server in self.unreachable:
                answer["failures"][str(server)] = {"status": 503}
                continue
            answer["device_keys"][user_id] = self.devices[user_id]
            if user_id in self.masters:
                answer["master_keys"][user_id] = self.masters[user_id]
            if user_id in self.self_signing:
                answer["self_signing_keys"][user_id] = self.self_signing[user_id]
        return copy.deepcopy(answer)

    def _claim(self, body: Raw) -> Raw:
        answer: Raw = {"one_time_keys": {}, "failures": {}}
        for user_id, devices in body["one_time_keys"].items():
            server = UserId(user_id).server
            if server in self.unreachable:
                answer["failures"][str(server)] = {"status": 503}
                continue
            for device_id in devices:
                found = self._take_key((user_id, device_id))
                if found:
                    answer["one_time_keys"].setdefault(user_id, {})[device_id] = found
        return answer

    def _take_key(self, place: tuple[str, str]) -> dict[str, Raw]:
        held = self.one_time[place]
        if held:
            key_id = next(iter(held))
            return {key_id: held.pop(key_id)}
        if place in self.fallback:
            self.fallback_used.add(place)
        return self.fallback.get(place, {})

    def _cross_sign(self, user_id: str, body: Raw) -> Raw:
        if user_id in self.masters and self.masters[user_id]["keys"] != body["master_key"]["keys"]:
            raise Refused(401, "M_FORBIDDEN", "interactive authentication is needed")
        self.masters[user_id] = body["master_key"]
        self.self_signing[user_id] = body["self_signing_key"]
        return {}

    def _sign(self, user_id: str, body: Raw) -> Raw:
        for name, signed in body[user_id].items():
            master = self.masters[user_id]
            target = master if f"ed25519:{name}" in master["keys"] else self.devices[user_id][name]
            signatures = target.setdefault("signatures", {}).setdefault(user_id, {})
            signatures.update(signed["signatures"][user_id])
        return {"failures": {}}

    def _send(self, user_id: str, event_type: str, txn: str, body: Raw) -> Raw:
        if txn in self._transactions:
            return {}
        self._transactions.add(txn)
        for target, devices in body["messages"].items():
            for device_id, content in devices.items():
                self.inbox[target, device_id].append({"type": event_type, "sender": user_id, "content": content})
        return {}


class FakeConnection:
    """A :class:`Homeserver` that can be made to fail.

    ``fail`` maps the beginning of a path (after ``/v3/``) to the errors of its next requests; ``lose`` does the same,
    but the server has done what was asked and only the answer is lost. ``None`` lets a request pass.
    """

    def __init__(self, server: FakeServer, user_id: UserId, device_id: DeviceId) -> None:
        self.server = server
        self.user_id = user_id
        self.device_id = device_id
        self.fail: dict[str, list[BaseException | None]] = {}
        self.lose: dict[str, list[BaseException | None]] = {}

    async def request(
        self,
        method: str,
        path: str,
        *,
        body: Raw | None = None,
        query: Mapping[str, str] | None = None,
        timeout_s: float = 30,
    ) -> Raw:
        """Answer as the server would, or fail as told."""
        self._raise(self.fail, path)
        answer: dict[str, Any] = self.server.answer(self.user_id, self.device_id, path, body or {})
        self._raise(self.lose, path)
        return answer

    @staticmethod
    def _raise(planned: dict[str, list[BaseException | None]], path: str) -> None:
        for beginning, errors in planned.items():
            if not path.startswith(_PREFIX + beginning) or not errors:
                continue
            error = errors.pop(0)
            if error is not None:
                raise error
