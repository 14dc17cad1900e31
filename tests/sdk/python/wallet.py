"""A shop's story, told by the client generated from openapi/wallet.yaml."""

import json

import quittance_wallet as sdk
from shop import Inbox, gateway, sandbox


def client(key=None):
    configuration = sdk.Configuration(host=gateway)
    if key:
        configuration.api_key["WalletKey"] = key
    return sdk.DefaultApi(sdk.ApiClient(configuration))


inbox = Inbox()
shop = sandbox("/merchants", {"name": "Python", "telegram_id": "5200001"})
payee = sandbox("/merchants", {"name": "Payee"})
api = client(shop["credentials"]["wallet"]["api_key"])
link = api.create_payment_link(sdk.CreatePaymentLinkRequest(amount="10", callback_url=inbox.url))
sandbox("/fund", {"telegram_id": "5200002", "asset": "BTC", "amount": "1"})
sandbox("/pay", {"link": link.token, "telegram_id": "5200002", "asset": "BTC"})
hook = json.loads(inbox.next()[1])
assert (hook["currency"], hook["network"], hook["amount_usd"]) == ("BTC", "BTC", "10.00")
assert hook["payee_id"] == 5200001 and hook["token"] == link.token
sandbox("/fund", {"merchant_id": shop["merchant_id"], "asset": "USDT-ARB", "amount": "5.05"})
order = sdk.PayoutRequest(amount="5", address=payee["uid"], currency_code="usdt")
sent = api.create_payout(order)
assert sent.message == f"5 USDT (TRC20) successfully sent to {payee['uid']}. Fee: 0.05 USDT"
try:
    api.create_payout(order)
    raise SystemExit("an overdraft was accepted")
except sdk.ApiException as refused:
    assert refused.status == 400
try:
    client().create_payout(order)
    raise SystemExit("a request without a key was accepted")
except sdk.ApiException as refused:
    assert json.loads(refused.body) == {"error": "API key is required in headers."}
print("   wallet: the Python client told its story")
