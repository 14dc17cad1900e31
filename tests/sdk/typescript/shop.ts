// A shop's backend: a place for webhooks, and a hand in the sandbox.
import { createHmac } from 'node:crypto';
import { createServer, IncomingHttpHeaders } from 'node:http';
import { AddressInfo } from 'node:net';

export const gateway: string = process.argv[2] ?? '';

export interface Hook {
  headers: IncomingHttpHeaders;
  // As a framework hands it over: parsed.
  payload: any;
}

export class Inbox {
  private hooks: Hook[] = [];
  private waiting: ((hook: Hook) => void)[] = [];
  private server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', () => {
      const hook = { headers: request.headers, payload: JSON.parse(Buffer.concat(chunks).toString()) };
      const next = this.waiting.shift();
      if (next) next(hook);
      else this.hooks.push(hook);
      response.end('OK');
    });
  });

  async open(): Promise<string> {
    await new Promise<void>((ready) => this.server.listen(0, '127.0.0.1', ready));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/hook`;
  }

  async next(): Promise<Hook> {
    const there = this.hooks.shift();
    if (there) return there;
    return new Promise((found, late) => {
      const timer = setTimeout(() => late(new Error('no webhook came')), 15_000);
      this.waiting.push((hook) => {
        clearTimeout(timer);
        found(hook);
      });
    });
  }

  close(): void {
    this.server.close();
  }
}

export function hmac(secret: string, message: string): string {
  return createHmac('sha256', secret).update(message).digest('hex');
}

export function header(hook: Hook, name: string): string {
  const value = hook.headers[name];
  if (typeof value !== 'string') throw new Error(`${name} is missing`);
  return value;
}

export async function sandbox(path: string, body: object): Promise<any> {
  const answer = await fetch(`${gateway}/sandbox/v1${path}`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer.json();
}

// Status and parsed body of a call that must be refused.
export async function refusal(call: Promise<unknown>): Promise<[number, any]> {
  const failed: any = await call.then(() => undefined, (error) => error);
  if (!failed?.response) throw new Error(`it was not refused: ${failed}`);
  return [failed.response.status, await failed.response.json()];
}
