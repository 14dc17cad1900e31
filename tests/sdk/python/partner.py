"""A partner's story, told by the client generated from openapi/partner.yaml."""

import json

import quittance_partner as sdk
from shop import Inbox, gateway, sandbox, sign


def client(key=None):
    configuration = sdk.Configuration(host=gateway)
    if key:
        configuration.api_key["PartnerKey"] = key
    return sdk.DefaultApi(sdk.ApiClient(configuration))


def believes(hook, secret):
    headers, body = hook
    time, signature = headers["X-PAYchat-Signature"].split(",")
    message = time.removeprefix("t=").encode() + b"." + body
    return sign(secret, message) == signature.removeprefix("v1=")


inbox = Inbox()
anybody = client()
registration = sdk.RegisterRequest(telegram_id="4200001", name="Python", webhook_url=inbox.url)
partner = anybody.register_partner(registration).partner
api = client(partner.api_key)

request = sdk.CreatePaymentRequest(amount=12.5, description="Mug", metadata={"size": "L"})
made = api.create_payment(request).payment
assert made.metadata == {"size": "L"}
pending = api.get_payment(made.link_id).payment
assert pending.payer is None and pending.paid_at is None and pending.status == "pending"
sandbox("/fund", {"telegram_id": "4200002", "asset": "USDT-TRC20", "amount": "50"})
sandbox("/pay", {"link": made.link_id, "telegram_id": "4200002"})
hook = inbox.next()
assert believes(hook, partner.secret_key) and not believes(hook, "sk_other")
assert json.loads(hook[1])["data"]["metadata"] == {"size": "L"}
assert api.get_payment(made.id).payment.payer.telegram_id == "4200002"

sent = api.create_withdrawal(sdk.CreateWithdrawalRequest(telegram_id="4200003", amount=2.5))
assert sent.withdrawal.status == "completed"
assert believes(inbox.next(), partner.secret_key)
balance = api.get_balance().balance
assert (balance.available, balance.referral_holdings, balance.total_holdings) == (10, 2.5, 12.5)
transactions = api.list_transactions()
assert [row.type for row in transactions.transactions] == ["withdraw", "payment"]
assert transactions.pagination.total == 2

deposit = api.get_deposit_address().deposit
sandbox("/deposits", {"address": deposit.address, "asset": "USDT-TRC20", "amount": "5", "memo": deposit.memo})
sandbox("/blocks", {"network": "TRX", "count": 3})
assert api.get_balance().balance.available == 15

assert api.set_webhook(sdk.SetWebhookRequest(webhook_url=inbox.url + "/2")).success
delivery = api.test_webhook().delivery_id
assert inbox.next()[0]["X-PAYchat-Delivery-ID"] == delivery
assert anybody.list_plans().plans[0].lifetime
assert anybody.get_partner(telegram_id="4200001").is_partner
assert anybody.get_partner(telegram_id="4200009").partner is None
try:
    api.create_withdrawal(sdk.CreateWithdrawalRequest(telegram_id="7", amount=1_000_000))
    raise SystemExit("an overdraft was accepted")
except sdk.ApiException as refused:
    assert refused.status == 400
    assert json.loads(refused.body)["error"]["code"] == "INSUFFICIENT_BALANCE"
key = api.regenerate_key().api_key
try:
    api.get_balance()
    raise SystemExit("a void key was accepted")
except sdk.ApiException as refused:
    assert refused.status == 401
assert client(key).get_balance().success
print("   partner: the Python client told its story")
