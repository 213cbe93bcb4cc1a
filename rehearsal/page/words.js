// Words of the page itself in Chinese and English; what people and bots say comes from the world.

export const WORDS = {
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
export const EXAMPLE = "3栋楼道灯坏了，老人昨天摔了一跤";
const asked = new URLSearchParams(location.search).get("lang") ?? navigator.language;
export let language = asked.toLowerCase().startsWith("zh") ? "zh" : "en";
export const t = (key, ...values) => (values.length ? WORDS[language][key](...values) : WORDS[language][key]);

export function switchLanguage() {
  language = language === "zh" ? "en" : "zh";
}

export function applyWords(root) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) node.setAttribute("aria-label", t(node.dataset.tLabel));
  for (const node of root.querySelectorAll("[data-t-title]")) node.title = t(node.dataset.tTitle);
}
