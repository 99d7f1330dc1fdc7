"""A receiver of Standard Webhooks verifies the signature."""

import time
from base64 import b64encode

import pytest
from standardwebhooks import Webhook
from standardwebhooks.webhooks import WebhookVerificationError

from hub.subscriptions.signature import sign

BODY = '{"resourceType":"Bundle","é":1}'.encode()


def make_receiver(secret):
    return Webhook(f"whsec_{b64encode(secret).decode()}")


def test_each_secret_signs():
    headers = sign("msg_1", int(time.time()), BODY, (b"a" * 32, b"b" * 32))
    for secret in (b"a" * 32, b"b" * 32):
        assert make_receiver(secret).verify(BODY, headers)["resourceType"] == "Bundle"
    with pytest.raises(WebhookVerificationError):
        make_receiver(b"c" * 32).verify(BODY, headers)


@pytest.mark.parametrize("changed", ["webhook-id", "webhook-timestamp", "body"])
def test_a_changed_message_is_refused(changed):
    now = int(time.time())
    headers = sign("msg_1", now, BODY, (b"a" * 32,))
    body = BODY + b" " if changed == "body" else BODY
    headers |= {"webhook-id": "msg_2"} if changed == "webhook-id" else {}
    headers |= {"webhook-timestamp": str(now - 1)} if changed == "webhook-timestamp" else {}
    with pytest.raises(WebhookVerificationError):
        make_receiver(b"a" * 32).verify(body, headers)
