// A person pays: on a phone and at a desk, with and without a script, in time and too late.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const [gateway, folder] = process.argv.slice(2);

async function api(path, body, headers = {}) {
  const answer = await fetch(gateway + path, {
    method: body ? 'POST' : 'GET',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: body && JSON.stringify(body),
  });
  assert.ok(answer.ok, `${path}: ${answer.status}`);
  return answer.json();
}

const shop = await api('/sandbox/v1/merchants', { name: 'Café Müller', telegram_id: '6100001' });
const wallet = { 'api-key': shop.credentials.wallet.api_key };
const partner = { 'X-API-Key': shop.credentials.partner.api_key };
const dollars = (amount) => api('/api/create-payment-link/', { amount }, wallet);
const tether = async (amount) =>
  (await api('/api/partner/payments', { amount, description: 'T-Shirt <L>' }, partner)).payment;

const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']
  .find(existsSync);
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--disable-sync'],
});

// The shop people come from and go back to, at an address of its own.
const server = createServer((_, answer) => {
  answer.setHeader('Content-Type', 'text/html');
  answer.end('<!doctype html><link rel="icon" href="data:,"><title>Thank you</title>');
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const success_url = `http://127.0.0.1:${server.address().port}/thanks`;

// Nothing but the gateway is ever asked for anything, and nothing goes wrong behind the scenes.
const problems = [];
const expected = (url) => url.startsWith(gateway) || url === success_url;
async function open(path, options = {}) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, ...options });
  const page = await context.newPage();
  page.on('request', (it) => expected(it.url()) || problems.push(`asked ${it.url()}`));
  page.on('console', (it) => it.type() === 'error' && problems.push(it.text()));
  page.on('pageerror', (error) => problems.push(error.message));
  await page.goto(gateway + path, { waitUntil: 'load' });
  return page;
}

const stories = {
  async 'a phone sees a link turn paid by itself'() {
    const link = await dollars('25.50');
    const page = await open(`/pay/${link.token}`);
    assert.equal(await page.locator('h1').textContent(), 'Café Müller');
    assert.equal(await page.locator('.price').textContent(), '25.50 USD');
    assert.ok((await page.locator('details').count()) >= 5, 'many assets');
    assert.match(await page.locator('details[open] code').first().textContent(), /^T\w{33}$/);
    await page.screenshot({ path: `${folder}/phone-waiting.png`, fullPage: true });
    await page.evaluate(() => (window.untouched = true));
    await api('/sandbox/v1/fund', { telegram_id: '6100002', asset: 'USDT-TRC20', amount: '26' });
    await api('/sandbox/v1/pay', { link: link.token, telegram_id: '6100002' });
    await page.locator('#payment.paid').waitFor({ timeout: 10_000 });
    assert.ok(await page.evaluate(() => window.untouched), 'without a reload');
    assert.match(await page.locator('[role=status]').textContent(), /Paid/);
    await page.screenshot({ path: `${folder}/phone-paid.png`, fullPage: true });
    await page.locator('a.button', { hasText: 'Receipt' }).click();
    await page.locator('.receipt').waitFor();
    const receipt = await api(`/receipts/${link.token}`);
    const hash = await page.locator('#verify code').nth(1).textContent();
    assert.equal(hash, receipt.event.hash);
    assert.deepEqual([receipt.paid.fee, receipt.paid.net], ['0.25', '25.25']);
    await page.screenshot({ path: `${folder}/phone-receipt.png`, fullPage: true });
  },

  async 'the panel pays as a customer, with the keyboard alone and without a script'() {
    const payment = await tether(29.99);
    const page = await open(`/pay/${payment.link_id}`, { javaScriptEnabled: false });
    assert.match(await page.locator('header').textContent(), /T-Shirt <L>/, 'text is text');
    await page.getByLabel('Telegram ID').focus();
    for (let step = 0; step < 3; step += 1) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#payment.paid').waitFor();
    const page2 = await open(`/pay/${payment.id}`);
    assert.equal(await page2.locator('#payment').getAttribute('data-state'), 'paid');
  },

  async 'too little on the network is shown, and the rest completes it'() {
    const payment = await tether(10);
    const page = await open(`/pay/${payment.link_id}`);
    await page.getByLabel(/Amount \(/).fill('4');
    await page.getByRole('button', { name: 'Send on the network' }).click();
    await page.locator('#payment.underpaid').waitFor();
    assert.match(await page.locator('dl').first().textContent(), /4\.00 USDT.*6\.00 USDT/s);
    await page.screenshot({ path: `${folder}/phone-underpaid.png`, fullPage: true });
    assert.equal(await page.getByLabel(/Amount \(/).inputValue(), '6');
    await page.getByRole('button', { name: 'Send on the network' }).click();
    await page.locator('#payment.paid').waitFor();
  },

  async 'who watched it turn paid is taken back to the shop'() {
    const link = await api('/api/create-payment-link/', { amount: '1', success_url }, wallet);
    const page = await open(`/pay/${link.token}`);
    await api('/sandbox/v1/fund', { telegram_id: '6100002', asset: 'USDT-TRC20', amount: '1' });
    await api('/sandbox/v1/pay', { link: link.token, telegram_id: '6100002' });
    await page.waitForURL(success_url, { timeout: 15_000 });
    const later = await open(`/pay/${link.token}`);
    assert.equal(await later.locator('#onward').getAttribute('href'), success_url);
  },

  async 'a refusal is said, and nothing else happens'() {
    const payment = await tether(5);
    const page = await open(`/pay/${payment.link_id}`, { javaScriptEnabled: false });
    await page.getByLabel(/first/).uncheck();
    await page.getByLabel('Telegram ID').fill('6100077');
    await page.getByRole('button', { name: 'Pay as customer' }).click();
    assert.match(await page.locator('[role=alert]').textContent(), /refused/);
    assert.equal(await page.locator('#payment').getAttribute('data-state'), 'waiting');
  },

  async 'at a desk, in the dark, in Spanish, and too late'() {
    const payment = await tether(7);
    const page = await open(`/pay/${payment.link_id}`, {
      viewport: { width: 1280, height: 900 },
      colorScheme: 'dark',
      locale: 'es-ES',
    });
    assert.equal(await page.locator('html').getAttribute('lang'), 'es');
    assert.match(await page.locator('.timer').textContent(), /^2[34]:\d\d:\d\d$/);
    await page.screenshot({ path: `${folder}/desk-waiting.png`, fullPage: true });
    await api('/sandbox/v1/clock', { advance_seconds: 86_400 });
    await page.locator('#payment.expired').waitFor({ timeout: 15_000 });
    assert.match(await page.locator('[role=status]').textContent(), /Caducado/);
    assert.equal(await page.locator('.sandbox').count(), 0);
    await page.screenshot({ path: `${folder}/desk-expired.png`, fullPage: true });
  },

  async 'every control has a name and every colour can be read'() {
    for (const colorScheme of ['light', 'dark']) {
      const payment = await tether(3);
      const page = await open(`/pay/${payment.link_id}`, { colorScheme });
      const unnamed = await page.evaluate(() =>
        [...document.querySelectorAll('input:not([type=hidden]), select, button, svg')]
          .filter((it) => !(it.labels?.length || it.textContent.trim() || it.ariaLabel))
          .map((it) => it.outerHTML.slice(0, 80)));
      assert.deepEqual(unnamed, []);
      const low = await page.evaluate(() => {
        const numbers = (color) => color.match(/[\d.]+/g).map(Number);
        const light = (color) => {
          const [r, g, b] = numbers(color).map((it) => it / 255)
            .map((it) => (it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4));
          return 0.2126 * r + 0.7152 * g + 0.0722 * b;
        };
        const ground = (it) => {
          for (let at = it; at; at = at.parentElement) {
            const color = getComputedStyle(at).backgroundColor;
            if (numbers(color)[3] !== 0) return color;
          }
          return 'rgb(255, 255, 255)';
        };
        return [...document.querySelectorAll('p, h1, h2, dt, dd, summary, label, a, button, code')]
          .map((it) => {
            const [a, b] = [light(getComputedStyle(it).color), light(ground(it))];
            return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), it.textContent.trim()];
          })
          .filter(([ratio]) => ratio < 4.5);
      });
      assert.deepEqual(low, [], colorScheme);
    }
  },

  async 'the landing page shows what is served'() {
    const page = await open('/', { viewport: { width: 1280, height: 900 } });
    assert.equal(await page.locator('.dialects section').count(), 5);
    await page.screenshot({ path: `${folder}/desk-landing.png`, fullPage: true });
    for (const name of ['stars', 'partner', 'wallet']) {
      const answer = await fetch(`${gateway}/openapi/${name}.yaml`);
      assert.ok(answer.ok, name);
    }
  },
};

let failed = 0;
for (const [name, story] of Object.entries(stories)) {
  try {
    await story();
    // The refused form is a 422, which the console counts as an error.
    const unexpected = problems.splice(0).filter((it) => !it.includes('422'));
    assert.deepEqual(unexpected, []);
    console.log(`   ok  ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`   FAILED  ${name}\n${error.stack}`);
  }
}
await browser.close();
server.close();
process.exit(failed ? 1 : 0);
