// The world's clock flows with ours between jumps. Times are shown in the world's own zone, whatever the viewer's.

import { byId } from "./dom.js";
import { WORDS, language } from "./words.js";

const clock = { ahead: 0, zone: 0 };

export function setClock({ now }) {
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

export const moment = (date) => (typeof date === "number" ? date * 1000 : Date.parse(date));
const local = (kind, date) => FORMATS[language][kind].format(moment(date) + clock.zone);
export const hour = (date) => local("hour", date);
export const day = (date) => local("day", date);

export function showClock() {
  const now = (Date.now() + clock.ahead) / 1000;
  for (const [id, text] of [["time", hour(now)], ["day", local("today", now)]]) {
    if (byId(id).textContent !== text) byId(id).textContent = text;
  }
}
