// A partner's story, told by the client generated from openapi/partner.yaml.
import assert from 'node:assert/strict';
import { Configuration, DefaultApi } from './clients/partner';
import { gateway, header, hmac, Hook, Inbox, refusal, sandbox } from './shop';

function believes(hook: Hook, secret: string): boolean {
  const [time, signature] = header(hook, 'x-paychat-signature').split(',');
  const message = `${time.replace('t=', '')}.${JSON.stringify(hook.payload)}`;
  return hmac(secret, message) === signature.replace('v1=', '');
}

async function story(): Promise<void> {
  const inbox = new Inbox();
  const url = await inbox.open();
  const anybody = new DefaultApi(new Configuration({ basePath: gateway }));
  const telegramId = '4100001';
  const { partner } = await anybody.registerPartner({
    registerRequest: { telegramId, name: 'TypeScript', webhookUrl: url },
  });
  const api = new DefaultApi(new Configuration({ basePath: gateway, apiKey: partner.apiKey }));

  const metadata = { z: 1, '10': 0.1 + 0.2, '9': { deep: [null, 1e-7] } };
  const made = await api.createPayment({
    createPaymentRequest: { amount: 29.99, description: 'T-Shirt', metadata, idempotencyKey: 'a' },
  });
  assert.deepEqual(made.payment.metadata, metadata);
  const again = await api.createPayment({
    createPaymentRequest: { amount: 29.99, description: 'T-Shirt', metadata, idempotencyKey: 'a' },
  });
  assert.deepEqual(again, made);
  const pending = await api.getPayment({ id: made.payment.linkId });
  assert.equal(pending.payment.payer, null);
  assert.equal(pending.payment.paidAt, null);

  await sandbox('/fund', { telegram_id: '4100002', asset: 'USDT-TRC20', amount: '50' });
  await sandbox('/pay', { link: made.payment.paymentUrl, telegram_id: '4100002' });
  const paid = await inbox.next();
  assert.equal(header(paid, 'x-paychat-event'), 'payment.completed');
  assert.ok(believes(paid, partner.secretKey));
  assert.ok(!believes(paid, `${partner.secretKey}x`));
  assert.deepEqual(paid.payload.data.metadata, metadata);
  const completed = await api.getPayment({ id: made.payment.id });
  assert.equal(completed.payment.status, 'completed');
  assert.equal(completed.payment.payer?.telegramId, '4100002');

  const sent = await api.createWithdrawal({
    createWithdrawalRequest: { telegramId: '4100003', amount: 0.000001, memo: 'Thanks' },
  });
  assert.equal(sent.withdrawal.amount, 0.000001);
  assert.ok(believes(await inbox.next(), partner.secretKey));
  const { balance } = await api.getBalance();
  assert.deepEqual(
    [balance.available, balance.referralHoldings, balance.totalHoldings],
    [29.989999, 0.000001, 29.99],
  );
  const list = await api.listTransactions({ type: 'payment', limit: '10' });
  assert.equal(list.pagination.total, 1);
  assert.equal(list.transactions[0].amount, 29.99);
  assert.match((await api.getDepositAddress()).deposit.address, /^T[1-9A-HJ-NP-Za-km-z]{33}$/);

  const set = await api.setWebhook({ setWebhookRequest: { webhookUrl: `${url}/2` } });
  assert.equal(set.webhook.webhookUrl, `${url}/2`);
  const test = await api.testWebhook();
  const tested = await inbox.next();
  assert.equal(header(tested, 'x-paychat-delivery-id'), test.deliveryId);
  assert.ok(believes(tested, partner.secretKey));

  assert.equal((await anybody.listPlans()).plans[0].id, 'founding_member');
  assert.equal((await anybody.getPartner({ telegramId })).partner?.status, 'active');
  assert.equal((await anybody.getPartner({ telegramId: '4100009' })).partner, null);
  const poor = api.createWithdrawal({ createWithdrawalRequest: { telegramId: '7', amount: 1e6 } });
  const [status, said] = await refusal(poor);
  const expected = { code: 'INSUFFICIENT_BALANCE', message: 'Insufficient balance' };
  assert.deepEqual([status, said], [400, { success: false, error: expected }]);
  const { apiKey } = await api.regenerateKey();
  assert.equal((await refusal(api.getBalance()))[0], 401);
  const renewed = new DefaultApi(new Configuration({ basePath: gateway, apiKey }));
  assert.equal((await renewed.getBalance()).success, true);
  inbox.close();
}

story().then(
  () => console.log('   partner: the TypeScript client told its story'),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
