"""What the code under Element makes of our attachments, and we of theirs."""

import json
import os
import shutil
import subprocess
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Any

import pytest

from bots.envelope.cipher import Decryptor, Encryptor
from bots.envelope.file import EncryptedFile
from config.identifiers import MxcUri

pytestmark = pytest.mark.integration

ELEMENT = Path(__file__).parents[2] / "acceptance" / "element"
URL = MxcUri("mxc://valbourg.fr/abc")
SIZES = [0, 1, 16, 65_536, 1_048_577]


def element(**asked: Any) -> dict[str, Any]:
    node = shutil.which("node")
    assert node is not None
    command = [node, "attachment.mjs"]
    ran = subprocess.run(
        command, cwd=ELEMENT, input=json.dumps(asked).encode(), stdout=subprocess.PIPE, check=True, timeout=120
    )
    answer: dict[str, Any] = json.loads(ran.stdout)
    return answer


@pytest.mark.parametrize("size", SIZES)
def test_element_reads_what_we_write(size: int) -> None:
    data, encryptor = os.urandom(size), Encryptor()
    ciphertext = encryptor.update(data)
    file = encryptor.finish(URL).as_json()

    assert b64decode(element(data=b64encode(ciphertext).decode(), file=file)["plaintext"]) == data


@pytest.mark.parametrize("size", SIZES)
def test_we_read_what_element_writes(size: int) -> None:
    data = os.urandom(size)

    made = element(encrypt=b64encode(data).decode())

    decryptor = Decryptor(EncryptedFile.parse({**made["file"], "url": URL}), size)
    assert decryptor.update(b64decode(made["data"])) == data
    decryptor.finish()


def test_element_refuses_what_we_would_refuse() -> None:
    encryptor = Encryptor()
    ciphertext = encryptor.update(b"the bell rings")
    file = encryptor.finish(URL).as_json()

    assert "refused" in element(data=b64encode(ciphertext[:-1]).decode(), file=file)
