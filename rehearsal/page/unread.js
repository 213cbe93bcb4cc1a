// What each person has not read yet, and the dot that says so.

import { make } from "./dom.js";
import { t } from "./words.js";

const seen = new Map(); // person and chat -> the hint when it was last on the screen
const seenKey = (person, chat) => `${person.id} ${chat.id}`;
export const markRead = (person, chat) => seen.set(seenKey(person, chat), chat.unread_hint);
export const isUnread = (person, chat) => seen.get(seenKey(person, chat)) !== chat.unread_hint;

export function markUnread(node, unread) {
  if (!node) return;
  node.classList.toggle("dot", unread);
  node.querySelector(".only-read")?.remove();
  if (unread) node.append(make("span", { className: "only-read", textContent: ` ${t("unread")}` }));
}
