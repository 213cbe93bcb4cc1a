// Several columns show the same group: each new message is read out once, in the order of the messages.

import { byId, make } from "./dom.js";
import { t } from "./words.js";

const announced = new Set();
let heard = [];

export function announce(chat, person, message, node) {
  const key = `${chat.type === "private" ? person.id : ""} ${chat.id} ${message.key}`;
  if (announced.has(key)) return;
  announced.add(key);
  const words = node.querySelector(".words")?.textContent ?? message.service ?? t("photo");
  heard.push({ order: message.message_id, text: `${message.from.name}${t("colon")}${words}` });
}

export function readOut() {
  heard.sort((one, other) => one.order - other.order);
  byId("live").append(...heard.map(({ text }) => make("p", { textContent: text })));
  while (byId("live").children.length > 6) byId("live").firstElementChild.remove();
  heard = [];
}
