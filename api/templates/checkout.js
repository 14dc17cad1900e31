// Makes a payment page live: a countdown, and a look again when the gateway says that something changed.
'use strict';

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

const look = async () => {
  const answer = await fetch(location.pathname, { headers: { Accept: 'text/html' } });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const [there, here] = [fresh.querySelector('#payment'), document.querySelector('#payment')];
  if (there && here) {
    started = Date.now();
    here.replaceWith(document.importNode(there, true));
    document.title = fresh.title;
    // Who watched it turn paid is taken back to the shop; who comes later finds the way there.
    const onward = document.querySelector('#onward');
    if (onward) setTimeout(() => location.assign(onward.href), 3000);
  }
};

let known;
const listen = () => {
  const events = new EventSource(document.querySelector('#payment').dataset.events);
  events.onmessage = (message) => {
    const shown = document.querySelector('#payment').dataset.state;
    const first = known === undefined;
    const changed = first ? JSON.parse(message.data).state !== shown : message.data !== known;
    known = message.data;
    if (changed) look();
  };
  // A gateway that has no place for another listener, or is away, is asked again in a while.
  events.onerror = () => {
    if (events.readyState !== EventSource.CLOSED) return;
    setTimeout(() => { look().catch(() => {}); listen(); }, 5000 + Math.random() * 5000);
  };
};
listen();
