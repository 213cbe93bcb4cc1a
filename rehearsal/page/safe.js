// Telegram HTML, rebuilt from an allowlist: a tag that is not listed leaves only its words.

import { make } from "./dom.js";
import { t } from "./words.js";

const TAGS = { B: "b", STRONG: "b", I: "i", EM: "i", U: "u", INS: "u", S: "s", STRIKE: "s", DEL: "s", CODE: "code", PRE: "pre",
  BLOCKQUOTE: "blockquote" };

export function safeNodes(html) {
  const source = new DOMParser().parseFromString(`<!doctype html><body>${html}`, "text/html").body;
  return [...source.childNodes].flatMap(safeNode);
}

function safeNode(node) {
  // A quotation ends its line by itself: the line break behind it would show as an empty line.
  if (node.nodeType === Node.TEXT_NODE) return [node.previousSibling?.tagName === "BLOCKQUOTE" ? node.data.replace(/^\n/, "") : node.data];
  if (node.nodeType !== Node.ELEMENT_NODE || ["SCRIPT", "STYLE"].includes(node.tagName)) return [];
  const children = [...node.childNodes].flatMap(safeNode);
  if (node.tagName in TAGS) return [make(TAGS[node.tagName], {}, ...children)];
  if (node.tagName === "A" && /^(https?|tel|mailto):/i.test(node.getAttribute("href"))) {
    return [make("a", { href: node.getAttribute("href"), target: "_blank", rel: "noopener noreferrer" }, ...children)];
  }
  if (node.tagName === "TG-SPOILER" || node.matches("span.tg-spoiler")) return [spoiler(children)];
  return children;
}

function spoiler(children) {
  const node = make("span", { className: "spoiler", role: "button", tabIndex: -1, ariaLabel: t("spoiler") }, ...children);
  node.ariaExpanded = "false";
  const show = (event) => {
    if (event.type === "keydown" && !["Enter", " "].includes(event.key)) return;
    event.preventDefault();
    node.ariaExpanded = "true";
    node.removeAttribute("role");
    node.removeAttribute("aria-label");
  };
  node.addEventListener("click", show);
  node.addEventListener("keydown", show);
  return node;
}
