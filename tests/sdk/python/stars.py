"""A bot's story, told by the client generated from openapi/stars.yaml."""

import json
import time

import quittance_stars as sdk
from shop import Inbox, gateway, sign


def client(key=None):
    configuration = sdk.Configuration(host=gateway)
    if key:
        configuration.api_key["ApiKeyHeader"] = key
    return sdk.DefaultApi(sdk.ApiClient(configuration))


def believes(hook, secret):
    headers, body = hook
    return sign(secret, body) == headers["X-Webhook-Signature"]


inbox = Inbox()
anybody = client()
user = anybody.register_user(sdk.RegisterRequest(app_name="Python", webhook_url=inbox.url)).user
api = client(user.api_key)
assert api.get_profile().user.webhook_url == inbox.url
paid = sdk.SuccessfulPayment(
    currency="XTR",
    total_amount=2000,
    invoice_payload="order",
    telegram_payment_charge_id=f"py-{user.id}",
    provider_payment_charge_id="p",
)
update = sdk.TelegramUpdate(update_id=1, message=sdk.Message(successful_payment=paid))
payment = anybody.receive_telegram_update(x_user_id=user.id, telegram_update=update).payment
hook = inbox.next()
assert json.loads(hook[1])["event"] == "payment.received"
assert believes(hook, user.api_secret) and not believes(hook, "sk_other")
assert api.get_payment(payment.id).payment.stars_amount == 2000
assert api.get_payment_stats().stats.by_status.received == 1
estimate = api.estimate_conversion(sdk.EstimateRequest(source_amount=2000))
assert estimate.estimate.estimated_amount == 1.98
lock = api.lock_rate(sdk.LockRequest(source_amount=2000)).rate_lock
created = api.create_conversion(sdk.CreateRequest(payment_ids=[payment.id], rate_lock_id=lock.id))
hook = inbox.next()
assert json.loads(hook[1])["event"] == "conversion.completed" and believes(hook, user.api_secret)
deadline = time.monotonic() + 10
while api.get_conversion_status(created.conversion.id).conversion.status != "completed":
    assert time.monotonic() < deadline
    time.sleep(0.05)
assert api.list_conversions().total == 1
assert api.list_payments().payments[0].status == "converted"
assert api.get_rates().success and anybody.get_health().status == "ok"
try:
    api.estimate_conversion(sdk.EstimateRequest(source_amount=1))
    raise SystemExit("too little was accepted")
except sdk.ApiException as refused:
    assert json.loads(refused.body)["error"]["code"] == "MINIMUM_AMOUNT_NOT_MET"
keys = api.regenerate_api_keys()
try:
    api.get_profile()
    raise SystemExit("a void key was accepted")
except sdk.ApiException as refused:
    assert refused.status == 401
assert client(keys.api_key).get_profile().user.app_name == "Python"
print("   stars: the Python client told its story")
