// The chat page of the rehearsal: every column is one person's phone. It keeps no state of the world;
// whatever it shows was read from the control API (/api/…) and is read again when that reports a change.

import { readOut } from "./announce.js";
import { ask } from "./api.js";
import { setClock, showClock } from "./clock.js";
import { arrange, byId, make } from "./dom.js";
import { Phone } from "./phone.js";
import { isUnread, markRead, markUnread } from "./unread.js";
import { applyWords, language, switchLanguage, t } from "./words.js";

const narrow = matchMedia("(max-width: 640px)");
let world = { people: [], bots: [] };
const phones = new Map(); // person id -> Phone, made when first shown, kept for its draft
let chosen = null; // ids chosen by hand; null: the first that fit
let current = null; // the one on a narrow screen

function botOfLink(url) {
  const [, name] = /^https?:\/\/t\.me\/(\w+)\/?(\?|$)/i.exec(url ?? "") ?? [];
  return name && world.bots.find((bot) => bot.username.toLowerCase() === name.toLowerCase());
}

function shownPeople() {
  if (narrow.matches) return world.people.filter(({ id }) => id === current);
  const fit = Math.max(1, Math.min(4, Math.floor((innerWidth - 26) / 304)));
  return world.people.filter(({ id }, index) => (chosen ? chosen.has(id) : index < fit));
}

function showPeople() {
  const visible = new Set(shownPeople().map(({ id }) => id));
  if (byId("people").children.length !== world.people.length) {
    byId("people").replaceChildren(...world.people.map(() => make("button", { type: "button" })));
  }
  world.people.forEach((person, index) => {
    const button = byId("people").children[index];
    const alone = world.people.filter(({ label }) => label === person.label).length === 1;
    button.textContent = person.label && alone ? person.label : [person.label, person.name].filter(Boolean).join(" ");
    button.title = `${person.name} (Ctrl / Alt + ${index + 1})`;
    button.setAttribute("aria-pressed", String(visible.has(person.id)));
    button.onclick = () => choose(person, !visible.has(person.id) || narrow.matches);
    markUnread(button, person.chats.some((chat) => isUnread(person, chat)));
  });
}

function choose(person, on) {
  const ids = new Set(shownPeople().map(({ id }) => id));
  if (narrow.matches) {
    current = person.id;
  } else if (on) {
    chosen = ids.add(person.id);
  } else if (ids.size > 1) {
    ids.delete(person.id);
    chosen = ids;
  }
  layOut().then(() => {
    const button = byId("people").children[world.people.indexOf(person)];
    for (const node of [button, phones.get(person.id)?.root]) node?.scrollIntoView({ block: "nearest", inline: "nearest" });
  }, lost);
}

// Brings the columns in line with who is shown. Only what was hidden until now, or is `stale`, is read again.
async function layOut(stale = () => false) {
  const visible = shownPeople();
  const fresh = [];
  for (const person of visible) {
    if (!phones.has(person.id)) {
      const phone = new Phone(person, { botOfLink, turned: showPeople });
      applyWords(phone.root);
      phones.set(person.id, phone);
    }
    const phone = phones.get(person.id);
    phone.update(person);
    if (!phone.root.isConnected || stale(phone)) fresh.push(phone);
  }
  arrange(byId("phones"), visible.map(({ id }) => phones.get(id).root));
  for (const phone of fresh) if (phone.atEnd) phone.toEnd();
  await Promise.all(fresh.map((phone) => phone.refresh()));
  readOut();
  showPeople();
}

async function readWorld(stale) {
  const answer = await ask("/api/world");
  const first = !world.people.length;
  world = answer;
  setClock(answer.clock);
  if (!world.people.some(({ id }) => id === current)) current = world.people[0]?.id ?? null;
  for (const person of world.people) {
    for (const chat of person.chats) if (first) markRead(person, chat);
  }
  await layOut(stale);
  return answer.seq;
}

const alerts = [];
function showAlert() {
  if (!alerts.length || byId("alert").open) return;
  const { person, text } = alerts.shift();
  byId("alert-for").textContent = [person.label, person.name].filter(Boolean).join(" ");
  byId("alert-text").textContent = text;
  byId("alert").showModal();
}
byId("alert").addEventListener("close", showAlert);

function showToast({ user, text, alert }) {
  const person = shownPeople().find(({ id }) => id === user);
  if (!person || !text) return;
  if (!alert) phones.get(user).toast(text);
  else alerts.push({ person, text });
  showAlert();
}

function lost() { byId("offline").hidden = false; } // follow() notices too, tries again and takes the line away

async function follow() {
  let seq = null;
  for (let failures = 0; ;) {
    try {
      if (seq === null) seq = await readWorld(() => true);
      byId("offline").hidden = true;
      failures = 0;
      const change = await ask(`/api/changes?after=${seq}`);
      // A smaller number is another server than the one that was read before
      if (change.seq < seq) { seq = null; continue; }
      const moved = change.seq > seq;
      seq = change.seq;
      change.toasts.forEach(showToast);
      if (moved || change.clock) {
        await readWorld((phone) => change.chats.includes(phone.chatId)
          || (phone.chat?.type === "private" && change.chats.includes(phone.person.id)));
      }
    } catch {
      seq = null;
      lost();
      failures += 1;
      await new Promise((resolve) => { setTimeout(resolve, Math.min(5000, 300 * 2 ** failures)); });
    }
  }
}

function speak() {
  document.documentElement.lang = t("locale");
  document.title = t("title");
  applyWords(document);
  for (const phone of phones.values()) applyWords(phone.root);
  showClock();
}

for (const button of document.querySelectorAll("[data-jump]")) {
  button.onclick = () => ask("/clock", JSON.parse(button.dataset.jump)).then(setClock, lost);
}
byId("language").onclick = () => {
  switchLanguage();
  const url = new URL(location.href);
  url.searchParams.set("lang", language);
  history.replaceState(null, "", url);
  speak();
  layOut(() => true).catch(lost);
};
document.addEventListener("keydown", (event) => {
  const person = world.people[Number(/^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1]) - 1];
  if (!person || event.ctrlKey === event.altKey || event.metaKey || event.shiftKey || byId("alert").open) return;
  event.preventDefault();
  choose(person, true);
  phones.get(person.id).text.focus();
});
narrow.addEventListener("change", () => layOut().catch(lost));
addEventListener("resize", () => !chosen && layOut().catch(lost));
setInterval(showClock, 1000);
speak();
follow();
