// The chat page of the rehearsal: every column is one person's phone. It keeps no state of the world;
// whatever it shows was read from the control API (/api/…) and is read again when that reports a change.

// ── Words of the page itself; what people and bots say comes from the world ──────────────────────────
const WORDS = {
  zh: {
    title: "排练", clock: "拨动时钟", plus10: "+10 分钟", plus60: "+1 小时", evening: "18:00", tomorrow: "明天",
    people: "看谁的手机", otherLanguage: "EN", switchLanguage: "English", offline: "连不上排练服务，正在重试",
    chats: "聊天", messages: "消息，上下键换一条", newer: "有新消息 ↓", addPhoto: "加照片", dropPhoto: "去掉这张照片",
    send: "发送", say: (chat) => `说给“${chat}”`, cancel: "取消", understood: "知道了", unread: "有未读",
    reply: "回复", replying: (name, text) => `回复${name}：${text}`, edit: "修改", editing: (text) => `修改：${text}`,
    edited: "已修改", pinned: "已置顶", onlyYou: "只有您能看到", photo: "照片", voice: "语音", place: "位置", me: "我",
    spoiler: "遮住的内容，按一下显示", copied: "已复制", start: "开始", colon: "：", buttons: "按钮",
    emptyGroup: "以居民身份写：3栋楼道灯坏了，老人昨天摔了一跤", fill: "填进去",
    emptyPrivate: (name) => `还没有和“${name}”说过话，按“开始”打个招呼`, locale: "zh-CN",
  },
  en: {
    title: "Rehearsal", clock: "Move the clock", plus10: "+10 min", plus60: "+1 hour", evening: "18:00",
    tomorrow: "Tomorrow", people: "Whose phones to show", otherLanguage: "中文", switchLanguage: "中文",
    offline: "No connection to the rehearsal server, trying again", chats: "Chats",
    messages: "Messages, up and down arrows move", newer: "New messages ↓", addPhoto: "Add photos",
    dropPhoto: "Remove this photo", send: "Send", say: (chat) => `Say to “${chat}”`, cancel: "Cancel",
    understood: "All right", unread: "unread", reply: "Reply", replying: (name, text) => `Reply to ${name}: ${text}`,
    edit: "Edit", editing: (text) => `Edit: ${text}`, edited: "edited", pinned: "pinned",
    onlyYou: "Only you can see this", photo: "Photo", voice: "Voice message", place: "Place", me: "Me",
    spoiler: "Hidden words, press to show", copied: "Copied", start: "Start", colon: ": ", buttons: "Buttons",
    emptyGroup: "As a resident, write: 3栋楼道灯坏了，老人昨天摔了一跤 (the stair light of building 3 is out, "
      + "an old person fell yesterday)",
    fill: "Fill it in", emptyPrivate: (name) => `Nothing said to “${name}” yet. Press Start to say hello.`, locale: "en-GB",
  },
};
const EXAMPLE = "3栋楼道灯坏了，老人昨天摔了一跤";
const asked = new URLSearchParams(location.search).get("lang") ?? navigator.language;
let language = asked.toLowerCase().startsWith("zh") ? "zh" : "en";
const t = (key, ...values) => (values.length ? WORDS[language][key](...values) : WORDS[language][key]);

function applyWords(root) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
  for (const node of root.querySelectorAll("[data-t-title]")) node.title = t(node.dataset.tTitle);
}

// ── Small tools ──────────────────────────────────────────────────────────────────────────────────────
const byId = (id) => document.getElementById(id);
const narrow = matchMedia("(max-width: 640px)");

function make(tag, properties = {}, ...children) {
  const node = Object.assign(document.createElement(tag), properties);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

// Moves as little as possible: what stays where it is keeps its focus and its scroll position.
function arrange(parent, nodes) {
  const wanted = new Set(nodes);
  for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
  let place = parent.firstElementChild;
  for (const node of nodes) {
    if (node === place) place = place.nextElementSibling;
    else parent.insertBefore(node, place);
  }
}

async function ask(path, body, method = body ? "POST" : "GET") {
  const form = body instanceof FormData;
  const headers = body && !form ? { "Content-Type": "application/json" } : {};
  const response = await fetch(path, { method, headers, body: body && !form ? JSON.stringify(body) : body });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Error(answer.error ?? `${response.status} ${path}`);
  return answer;
}

// The world's clock flows with ours between jumps. Times are shown in the world's own zone, whatever the viewer's.
const clock = { ahead: 0, zone: 0 };
function setClock({ now }) {
  clock.ahead = Date.parse(now) - Date.now();
  const [, sign, hours, minutes] = /([+-])(\d\d):?(\d\d)$/.exec(now) ?? [null, "+", 0, 0];
  clock.zone = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  showClock();
}
const FORMATS = {};
for (const [name, { locale }] of Object.entries(WORDS)) {
  const format = (options) => new Intl.DateTimeFormat(locale, { timeZone: "UTC", ...options });
  const day = { month: "long", day: "numeric", weekday: "long" };
  FORMATS[name] = { hour: format({ hour: "2-digit", minute: "2-digit", hourCycle: "h23" }), day: format(day),
    today: format({ ...day, year: "numeric" }) };
}
const moment = (date) => (typeof date === "number" ? date * 1000 : Date.parse(date));
const local = (kind, date) => FORMATS[language][kind].format(moment(date) + clock.zone);
const hour = (date) => local("hour", date);
const day = (date) => local("day", date);
function showClock() {
  const now = (Date.now() + clock.ahead) / 1000;
  for (const [id, text] of [["time", hour(now)], ["day", local("today", now)]]) {
    if (byId(id).textContent !== text) byId(id).textContent = text;
  }
}

// ── Telegram HTML, rebuilt from an allowlist: a tag that is not listed leaves only its words ─────────
const TAGS = { B: "b", STRONG: "b", I: "i", EM: "i", U: "u", INS: "u", S: "s", STRIKE: "s", DEL: "s", CODE: "code", PRE: "pre",
  BLOCKQUOTE: "blockquote" };

function safeNodes(html) {
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

// ── One message. `act` holds what its controls do ────────────────────────────────────────────────────
function messageNode(message, follows, act) {
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

// ── A column: one person's phone ─────────────────────────────────────────────────────────────────────
class Phone {
  constructor(person) {
    this.person = person;
    this.shown = new Map(); // key -> {sign, node} of the messages on the screen
    this.painted = false; // whether this chat was on the screen before, so that what is new in it is news
    this.asked = 0;
    this.atEnd = true;
    this.top = 0;
    this.photos = [];
    this.about = null; // the message that is replied to or edited
    this.root = byId("phone").content.cloneNode(true).firstElementChild;
    const part = (selector) => this.root.querySelector(selector);
    [this.tabs, this.list, this.form, this.text] = [".chats", ".messages", ".composer", "textarea"].map(part);
    [this.empty, this.newer, this.toasts, this.file] = [".empty", ".newer", ".toasts", "input"].map(part);
    this.list.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.list.addEventListener("keydown", (event) => this.walk(event));
    this.list.addEventListener("focusin", (event) => this.makeCurrent(event.target.closest(".message")));
    this.list.addEventListener("click", (event) => this.followLink(event));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.form.addEventListener("keydown", (event) => this.typed(event));
    this.text.addEventListener("input", () => this.grow());
    this.text.addEventListener("paste", (event) => this.attach(event.clipboardData.files));
    this.file.addEventListener("change", () => { this.attach(this.file.files); this.file.value = ""; });
    part(".photo").onclick = () => this.file.click();
    part(".cancel").onclick = () => this.setAbout(null);
    this.empty.querySelector("button").onclick = () => this.begin();
    this.newer.onclick = () => { this.toEnd(); this.text.focus(); };
    new ResizeObserver(() => this.atEnd && this.toEnd()).observe(this.list);
  }

  get chat() { return this.person.chats.find((chat) => chat.id === this.chatId) ?? this.person.chats[0]; }

  update(person) {
    this.person = person;
    this.root.setAttribute("aria-label", [person.name, person.label].filter(Boolean).join(" "));
    this.root.querySelector(".name").textContent = person.name;
    this.root.querySelector(".label").textContent = person.label ?? "";
    this.root.querySelector(".face").textContent = [...person.name][0] ?? "";
    this.turnTo(this.chat?.id);
    if (this.chat) seen.set(seenKey(person, this.chat), this.chat.unread_hint); // what is on the screen is read
    if (this.tabs.children.length !== person.chats.length) {
      this.tabs.replaceChildren(...person.chats.map(() => make("button", { type: "button" })));
    }
    person.chats.forEach((chat, index) => {
      const tab = this.tabs.children[index];
      tab.textContent = tab.title = chat.title;
      tab.onclick = () => this.open(chat.id);
      tab.setAttribute("aria-current", String(chat.id === this.chatId));
      markUnread(tab, isUnread(person, chat));
    });
    this.text.placeholder = this.text.ariaLabel = this.chat ? t("say", this.chat.title) : "";
    this.form.hidden = !this.chat;
  }

  turnTo(chatId) {
    if (chatId === this.chatId) return;
    this.chatId = chatId;
    this.painted = false;
    this.setAbout(null);
    this.shown.clear();
    this.list.replaceChildren();
  }

  async open(chatId) {
    this.turnTo(chatId);
    this.update(this.person);
    showPeople();
    await this.try(() => this.refresh());
  }

  async refresh() {
    if (!this.chat) return;
    const turn = ++this.asked;
    const answer = await ask(`/api/chat/${this.chat.id}?as=${this.person.id}`);
    if (turn !== this.asked) return; // a later question is under way
    // Ephemeral messages come after all others; on the screen they stand where they were said
    if (answer.messages.some((message) => message.ephemeral)) answer.messages.sort((one, other) => moment(one.date) - moment(other.date));
    this.paint(answer.messages);
  }

  paint(messages) {
    const [first, before] = [!this.painted, this.shown];
    this.painted = true;
    this.shown = new Map();
    let last = null;
    for (const message of messages) {
      const date = day(message.date);
      if (!last || day(last.date) !== date) {
        this.keep(before, `day ${date}`, date, () => make("li", { className: "day", textContent: date }));
        last = null;
      }
      const follows = last?.from.id === message.from.id && last.ephemeral === message.ephemeral;
      const node = this.keep(before, message.key, JSON.stringify([message, follows, language]),
        () => messageNode(message, follows, this.actions(message)));
      if (!first && !before.has(message.key) && !message.mine) announce(this.chat, this.person, message, node);
      last = message;
    }
    arrange(this.list, [...this.shown.values()].map(({ node }) => node));
    if (!this.list.contains(document.activeElement)) this.makeCurrent([...this.list.querySelectorAll(".message")].at(-1));
    const group = this.chat.type !== "private";
    this.empty.hidden = messages.length > 0;
    this.empty.firstElementChild.textContent = group ? t("emptyGroup") : t("emptyPrivate", this.chat.title);
    this.empty.lastElementChild.textContent = group ? t("fill") : t("start");
    const news = [...this.shown.keys()].some((key) => !before.has(key));
    if (first || this.atEnd) this.toEnd();
    else if (news) this.newer.hidden = false;
  }

  // Takes over the node on the screen if nothing of it changed; else puts a new one in its place, focus included.
  keep(before, key, sign, build) {
    const old = before.get(key);
    const node = old?.sign === sign ? old.node : build();
    if (old && node !== old.node) {
      const act = old.node.contains(document.activeElement) ? document.activeElement.dataset.act ?? "" : null;
      node.classList.add("changed");
      old.node.replaceWith(node);
      if (act !== null) {
        this.makeCurrent(node);
        (node.querySelector(`[data-act="${act}"]`) ?? node).focus({ preventScroll: true });
      }
    }
    this.shown.set(key, { sign, node });
    return node;
  }

  actions(message) {
    return {
      loaded: () => this.atEnd && this.toEnd(),
      reply: () => this.setAbout(message, "reply"),
      edit: () => this.setAbout(message, "edit"),
      tap: (button, key, row, column) => this.tap(button, key, { key: message.key, row, column }),
    };
  }

  async tap(button, key, where) {
    const bot = botOfLink(key.url);
    if (key.kind === "url" && !bot) {
      open(key.url, "_blank", "noopener");
      return;
    }
    button.ariaBusy = "true";
    await this.try(async () => {
      const { copy } = await ask("/api/tap", { user: this.person.id, chat: this.chatId, ...where });
      if (copy) await navigator.clipboard.writeText(copy).then(() => this.toast(t("copied")));
    });
    button.ariaBusy = null;
    if (bot) await this.open(bot.id);
  }

  async followLink(event) {
    const url = event.target.closest(".words a")?.href;
    const bot = botOfLink(url);
    if (!bot) return;
    event.preventDefault();
    const payload = new URL(url).searchParams.get("start") ?? undefined;
    await this.try(() => ask("/api/start", { user: this.person.id, bot: bot.id, payload }));
    await this.open(bot.id);
  }

  async begin() {
    if (this.chat.type === "private") {
      await this.try(() => ask("/api/start", { user: this.person.id, bot: this.chatId }));
    } else {
      this.text.value = EXAMPLE;
      this.grow();
    }
    this.text.focus();
  }

  async send() {
    const [text, photos, about] = [this.text.value.trim(), this.photos, this.about];
    if (!text && !photos.length) return;
    const who = { user: this.person.id, chat: this.chatId };
    const reply = about?.kind === "reply" ? { reply_to: about.message.message_id } : {};
    this.text.value = "";
    this.setPhotos([]);
    this.setAbout(null);
    const sent = await this.try(() => {
      if (about?.kind === "edit") return ask("/api/edit", { ...who, message_id: about.message.message_id, text });
      if (!photos.length) return ask("/api/say", { ...who, ...reply, text });
      const form = new FormData();
      for (const [name, value] of Object.entries({ ...who, ...reply, caption: text })) form.append(name, value);
      for (const photo of photos) form.append("file", photo, photo.name);
      return ask("/api/photo", form);
    });
    if (sent) {
      this.toEnd();
    } else if (!this.text.value) { // refused: nobody should have to write it again
      this.text.value = text;
      this.setPhotos(photos);
      this.grow();
    }
  }

  async try(action) {
    try {
      await action();
      return true;
    } catch (error) {
      this.toast(error instanceof TypeError ? t("offline") : error.message);
      return false;
    }
  }

  toast(text) {
    const node = make("p", { textContent: text });
    this.toasts.append(node);
    setTimeout(() => node.remove(), 4000 + text.length * 60);
  }

  setAbout(message, kind) {
    if (this.about?.kind === "edit") this.text.value = ""; // words that were already said, not a draft
    this.grow();
    this.about = message && { message, kind };
    const bar = this.form.querySelector(".about");
    bar.hidden = !message;
    if (!message) return;
    const words = make("p", {}, ...safeNodes(message.html)).textContent || t("photo");
    bar.firstElementChild.textContent = kind === "edit" ? t("editing", words) : t("replying", message.from.name, words);
    if (kind === "edit") this.text.value = words;
    this.grow();
    this.text.focus();
  }

  attach(files) { this.setPhotos([...this.photos, ...[...files].filter((file) => file.type.startsWith("image/"))]); }

  setPhotos(photos) {
    const strip = this.form.querySelector(".photos");
    for (const picture of strip.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
    this.photos = photos;
    strip.hidden = !photos.length;
    strip.replaceChildren(...photos.map((photo) => make("button", {
      type: "button", title: t("dropPhoto"), ariaLabel: t("dropPhoto"),
      onclick: () => { this.setPhotos(this.photos.filter((other) => other !== photo)); this.text.focus(); },
    }, make("img", { src: URL.createObjectURL(photo), alt: photo.name }))));
  }

  typed(event) {
    if (event.key === "Escape" && !event.isComposing) this.setAbout(null);
    // While an input method composes, Enter picks a word
    if (event.key !== "Enter" || event.target !== this.text || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  grow() {
    this.text.style.height = "";
    this.text.style.height = `${Math.max(38, this.text.scrollHeight + 2)}px`;
  }

  // The list is one stop of the Tab key: the current message and its controls. Arrows make another one current.
  makeCurrent(node) {
    if (!node) return;
    for (const other of this.list.querySelectorAll(".message")) {
      other.tabIndex = other === node ? 0 : -1;
      for (const control of other.querySelectorAll("button, a, .spoiler")) control.tabIndex = other === node ? 0 : -1;
    }
  }
  walk(event) {
    const all = [...this.list.querySelectorAll(".message")];
    const here = all.indexOf(event.target.closest(".message"));
    const goal = { ArrowUp: here - 1, ArrowDown: here + 1, Home: 0, End: all.length - 1 }[event.key];
    if (goal === undefined || !all[goal]) return;
    event.preventDefault();
    all[goal].focus();
  }

  scrolled() {
    const end = this.list.scrollHeight - this.list.scrollTop - this.list.clientHeight < 60;
    // A picture that arrives moves the end away; only a person who scrolls up leaves it
    this.atEnd = end || (this.atEnd && this.list.scrollTop >= this.top);
    this.top = this.list.scrollTop;
    if (end) this.newer.hidden = true;
  }
  toEnd() {
    this.list.scrollTop = this.list.scrollHeight;
    this.top = this.list.scrollTop;
    this.atEnd = true;
    this.newer.hidden = true;
  }
}

// ── The page: people, what they have not read, and the stream of changes ─────────────────────────────
let world = { people: [], bots: [] };
const phones = new Map(); // person id -> Phone, made when first shown, kept for its draft
const seen = new Map(); // person and chat -> the hint when it was last on the screen
let chosen = null; // ids chosen by hand; null: the first that fit
let current = null; // the one on a narrow screen

const seenKey = (person, chat) => `${person.id} ${chat.id}`;
const isUnread = (person, chat) => seen.get(seenKey(person, chat)) !== chat.unread_hint;
function markUnread(node, unread) {
  if (!node) return;
  node.classList.toggle("dot", unread);
  node.querySelector(".only-read")?.remove();
  if (unread) node.append(make("span", { className: "only-read", textContent: ` ${t("unread")}` }));
}

function botOfLink(url) {
  const [, name] = /^https?:\/\/t\.me\/(\w+)\/?(\?|$)/i.exec(url ?? "") ?? [];
  return name && world.bots.find((bot) => bot.username.toLowerCase() === name.toLowerCase());
}

// Several columns show the same group: each new message is read out once, in the order of the messages.
const announced = new Set();
let heard = [];
function announce(chat, person, message, node) {
  const key = `${chat.type === "private" ? person.id : ""} ${chat.id} ${message.key}`;
  if (announced.has(key)) return;
  announced.add(key);
  const words = node.querySelector(".words")?.textContent ?? message.service ?? t("photo");
  heard.push({ order: message.message_id, text: `${message.from.name}${t("colon")}${words}` });
}
function readOut() {
  heard.sort((one, other) => one.order - other.order);
  byId("live").append(...heard.map(({ text }) => make("p", { textContent: text })));
  while (byId("live").children.length > 6) byId("live").firstElementChild.remove();
  heard = [];
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
      const phone = new Phone(person);
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
    for (const chat of person.chats) if (first) seen.set(seenKey(person, chat), chat.unread_hint);
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
  language = language === "zh" ? "en" : "zh";
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
