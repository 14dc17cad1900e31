// A bot's story, told by the client generated from openapi/stars.yaml.
import assert from 'node:assert/strict';
import { Configuration, DefaultApi } from './clients/stars';
import { gateway, header, hmac, Hook, Inbox, refusal } from './shop';

function believes(hook: Hook, secret: string): boolean {
  return hmac(secret, JSON.stringify(hook.payload)) === header(hook, 'x-webhook-signature');
}

async function story(): Promise<void> {
  const inbox = new Inbox();
  const webhookUrl = await inbox.open();
  const anybody = new DefaultApi(new Configuration({ basePath: gateway }));
  const { user } = await anybody.registerUser({
    registerRequest: { appName: 'TypeScript', webhookUrl },
  });
  const api = new DefaultApi(new Configuration({ basePath: gateway, apiKey: user.apiKey }));
  assert.equal((await api.getProfile()).user.webhookUrl, webhookUrl);
  const told = await anybody.receiveTelegramUpdate({
    xUserId: user.id,
    telegramUpdate: {
      updateId: 1,
      message: {
        successfulPayment: {
          currency: 'XTR',
          totalAmount: 5000,
          invoicePayload: 'order',
          telegramPaymentChargeId: `ts-${user.id}`,
          providerPaymentChargeId: 'p',
        },
      },
    },
  });
  const received = await inbox.next();
  assert.equal(received.payload.event, 'payment.received');
  assert.ok(believes(received, user.apiSecret));
  assert.ok(!believes(received, 'sk_other'));
  const id = told.payment?.id ?? '';
  assert.equal((await api.getPayment({ id })).payment.starsAmount, 5000);
  assert.equal((await api.getPaymentStats()).stats.totalStars, 5000);

  const estimate = await api.estimateConversion({
    estimateRequest: { sourceAmount: 5000, targetCurrency: 'TON' },
  });
  assert.equal(estimate.estimate.estimatedAmount, 4.95);
  const lock = await api.lockRate({ lockRequest: { sourceAmount: 5000 } });
  const created = await api.createConversion({
    createRequest: { paymentIds: [id], targetCurrency: 'TON', rateLockId: lock.rateLock.id },
  });
  const done = await inbox.next();
  assert.equal(done.payload.event, 'conversion.completed');
  assert.ok(believes(done, user.apiSecret));
  const status = await api.getConversionStatus({ id: created.conversion.id });
  assert.equal(status.progress.percentage, 100);
  assert.equal((await api.listConversions({ status: 'completed' })).total, 1);
  assert.equal((await api.listPayments({ limit: '5' })).payments[0].status, 'converted');
  assert.ok((await api.getRates()).rates);
  assert.equal((await anybody.getHealth()).status, 'ok');
  const small = api.estimateConversion({ estimateRequest: { sourceAmount: 1 } });
  const [status400, tooSmall] = await refusal(small);
  assert.deepEqual([status400, tooSmall.error.code], [400, 'MINIMUM_AMOUNT_NOT_MET']);
  const keys = await api.regenerateApiKeys();
  assert.equal((await refusal(api.getProfile()))[0], 401);
  const renewed = new DefaultApi(new Configuration({ basePath: gateway, apiKey: keys.apiKey }));
  assert.equal((await renewed.getProfile()).user.appName, 'TypeScript');
  inbox.close();
}

story().then(
  () => console.log('   stars: the TypeScript client told its story'),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
