// One message. `act` holds what its controls do.

import { hour } from "./clock.js";
import { make } from "./dom.js";
import { safeNodes } from "./safe.js";
import { t } from "./words.js";

export function messageNode(message, follows, act) {
  if (message.service) return make("li", { className: "day", textContent: `${message.from.name} ${message.service}` });
  const name = message.mine ? t("me") : message.from.name;
  const words = make("div", { className: "words" }, ...safeNodes(message.html));
  const node = make("li", { className: "message", tabIndex: -1 },
    make("p", { className: message.mine || follows ? "only-read" : "sender", textContent: name }),
    make("div", { className: "bubble" },
      message.reply_to && make("div", { className: "quote" },
        make("p", { textContent: `${message.reply_to.name}${t("colon")}${message.reply_to.text}` })),
      message.photos.length ? make("div", { className: "pictures" }, ...message.photos.map((url) =>
        make("a", { href: url, target: "_blank" }, make("img", { src: url, alt: t("photo"), onload: act.loaded })))) : null,
      message.voice ? make("p", { textContent: `▸ ${t("voice")}` }) : null,
      message.location && make("p", { textContent: `${t("place")} ${message.location.lat}, ${message.location.lon}` }),
      message.file ? make("p", { textContent: `▤ ${message.file}` }) : null,
      words.hasChildNodes() ? words : null,
      message.reactions.length ? make("p", { className: "reactions" }, ...message.reactions.map(({ emoji, count }) =>
        make("span", { textContent: count > 1 ? `${emoji} ${count}` : emoji }))) : null,
      metaNode(message, act)),
    message.buttons.length ? keysNode(message, act) : null);
  node.classList.toggle("mine", message.mine);
  node.classList.toggle("follows", follows);
  node.classList.toggle("ephemeral", message.ephemeral);
  return node;
}

function metaNode(message, act) {
  const control = (key, run) => {
    const button = make("button", { type: "button", textContent: t(key), onclick: run });
    button.dataset.act = key;
    return button;
  };
  return make("p", { className: "meta" },
    message.ephemeral ? make("span", { className: "only-you", textContent: t("onlyYou") }) : null,
    message.pinned ? make("span", { className: "pinned", textContent: t("pinned") }) : null,
    message.mine && !message.photos.length && message.html ? control("edit", act.edit) : null,
    message.ephemeral ? null : control("reply", act.reply),
    message.edited ? make("span", { textContent: t("edited") }) : null,
    make("time", { textContent: hour(message.date) }));
}

function keysNode(message, act) {
  const rows = message.buttons.map((row, y) => make("div", {}, ...row.map((key, x) => {
    const button = make("button", { type: "button", textContent: key.kind === "url" ? `${key.text} ↗` : key.text });
    button.onclick = () => act.tap(button, key, y, x);
    button.dataset.act = `${y}-${x}`;
    return button;
  })));
  return make("div", { className: "keys", role: "group", ariaLabel: t("buttons") }, ...rows);
}
