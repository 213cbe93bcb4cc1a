// A column: one person's phone.

import { announce } from "./announce.js";
import { ask } from "./api.js";
import { day, moment } from "./clock.js";
import { arrange, byId, make } from "./dom.js";
import { messageNode } from "./message.js";
import { safeNodes } from "./safe.js";
import { isUnread, markRead, markUnread } from "./unread.js";
import { EXAMPLE, language, t } from "./words.js";

export class Phone {
  // `around` is what a phone asks of the page: botOfLink(url), and turned() once another chat is on the screen.
  constructor(person, around) {
    this.person = person;
    this.around = around;
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
    if (this.chat) markRead(person, this.chat); // what is on the screen is read
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
    this.around.turned();
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
    // The browser tells of a scroll a frame later: somebody who has just scrolled up must not be pulled down again.
    if (!first) this.scrolled();
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
    const bot = this.around.botOfLink(key.url);
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
    const bot = this.around.botOfLink(url);
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
