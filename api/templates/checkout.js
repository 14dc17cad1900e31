// Makes a payment page live: a countdown, and a look again when the gateway says that something changed.
'use strict';

const payment = () => document.querySelector('#payment');

const clock = (seconds) => {
  const left = Math.max(0, Math.floor(seconds));
  const part = (number) => String(number).padStart(2, '0');
  return `${part(Math.floor(left / 3600))}:${part(Math.floor(left / 60) % 60)}:${part(left % 60)}`;
};

// The server's clock counts, so the time that is left is taken from the page and not from this machine.
let started = Date.now();
const seconds = (text) => text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
setInterval(() => {
  const timer = document.querySelector('.timer');
  if (timer) timer.textContent = clock(seconds(timer.dataset.left) - (Date.now() - started) / 1000);
}, 1000);

// What somebody was doing on the page goes on: what is typed and ticked, what is open, where they are.
const keep = (here, there) => {
  for (const input of here.querySelectorAll('input[data-keep]')) {
    const same = there.querySelector(`#${input.id}`);
    if (same) [same.value, same.checked] = [input.value, input.checked];
  }
  const open = here.querySelector('details[open]');
  for (const it of there.querySelectorAll('details')) {
    it.open = open ? it.dataset.asset === open.dataset.asset : false;
  }
  return document.activeElement?.id;
};

const look = async () => {
  const answer = await fetch(location.pathname, { headers: { Accept: 'text/html' } });
  if (!answer.ok) throw new Error(`the page answered ${answer.status}`);
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const [here, there] = [payment(), document.importNode(fresh.querySelector('#payment'), true)];
  const focused = keep(here, there);
  started = Date.now();
  here.replaceWith(there);
  document.title = fresh.title;
  document.querySelector('#news').textContent = there.querySelector('.status').textContent;
  if (focused) document.querySelector(`#${focused}`)?.focus();
  // Who watched it turn paid is taken back to the shop; who comes later finds the way there.
  const onward = document.querySelector('#onward');
  if (onward && here.dataset.state !== 'paid') setTimeout(() => location.assign(onward.href), 3000);
};

// What the page shows, in the words of the stream.
let shown;
const show = async (now) => {
  try {
    await look();
    shown = now;
  } catch {
    setTimeout(() => shown !== now && show(now), 3000);
  }
};

const listen = () => {
  const events = new EventSource(payment().dataset.events);
  events.onmessage = async ({ data }) => {
    const { state } = JSON.parse(data);
    if (shown === undefined && state === payment().dataset.state) shown = data;
    if (shown !== data) await show(data);
    if (['paid', 'expired'].includes(payment().dataset.state)) events.close();
  };
  // A gateway that has no place for another listener, or is away, is asked again in a while.
  events.onerror = () => {
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(() => { look().catch(() => {}); listen(); }, 5000 + Math.random() * 5000);
  };
};
if (!['paid', 'expired'].includes(payment().dataset.state)) listen();
