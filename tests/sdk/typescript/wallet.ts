// A shop's story, told by the client generated from openapi/wallet.yaml.
import assert from 'node:assert/strict';
import { Configuration, DefaultApi } from './clients/wallet';
import { gateway, header, Inbox, refusal, sandbox } from './shop';

async function story(): Promise<void> {
  const inbox = new Inbox();
  const callbackUrl = await inbox.open();
  const shop = await sandbox('/merchants', { name: 'TypeScript', telegram_id: '5100001' });
  const payee = await sandbox('/merchants', { name: 'Payee', username: 'payee_ts' });
  const apiKey = shop.credentials.wallet.api_key;
  const api = new DefaultApi(new Configuration({ basePath: gateway, apiKey }));
  const link = await api.createPaymentLink({
    createPaymentLinkRequest: { amount: '25.50', callbackUrl },
  });
  assert.equal(link.message, 'Payment link created successfully.');
  await sandbox('/fund', { telegram_id: '5100002', asset: 'USDT-TRC20', amount: '25.5' });
  await sandbox('/pay', { link: link.paymentUrl, telegram_id: '5100002' });
  const hook = await inbox.next();
  assert.equal(header(hook, 'user-agent'), 'MyWallet-Webhook/1.0');
  assert.equal(hook.payload.token, link.token);
  assert.equal(hook.payload.net_crypto, '25.25');
  const payout = { amount: '10.0', address: payee.uid, currencyCode: 'USDT' };
  const sent = await api.createPayout({ payoutRequest: payout, idempotencyKey: 'ts' });
  const message = '10.0 USDT (TRC20) successfully sent to payee_ts. Fee: 0.1 USDT';
  assert.deepEqual([sent.status, sent.message], ['success', message]);
  const again = await api.createPayout({ payoutRequest: payout, idempotencyKey: 'ts' });
  assert.equal(again.transactionId, sent.transactionId);
  const poor = api.createPayout({ payoutRequest: { ...payout, amount: '100' } });
  const insufficient = 'Insufficient total USDT balance to cover amount and fee.';
  assert.deepEqual(await refusal(poor), [400, { error: insufficient }]);
  const nobody = new DefaultApi(new Configuration({ basePath: gateway }));
  const keyless = nobody.createPaymentLink({ createPaymentLinkRequest: { amount: '1' } });
  assert.deepEqual(await refusal(keyless), [401, { error: 'API key is required in headers.' }]);
  inbox.close();
}

story().then(
  () => console.log('   wallet: the TypeScript client told its story'),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
