/**
 * Words, numbers and times in the reader's language. The catalogues are locale/*.json; a text may hold `{name}`
 * places, and a text that depends on a number is an object of plural forms chosen by its `n`.
 */

export const LANGUAGES = Object.freeze({ en: "English", fr: "Français" });
const catalogues = new Map();
/** Operations whose bad value can only be a number: everything else in them is chosen. */
const WITH_NUMBER = new Set(["callback.request", "callback.ask", "callback.book", "dial.ring"]);

/** The first supported language among those asked for; English when there is none. */
export function negotiate(wanted) {
  for (const each of wanted) {
    const language = String(each ?? "").toLowerCase().split("-")[0];
    if (language in LANGUAGES) return language;
  }
  return "en";
}

/** Load a language's catalogue (once) and give its words. */
export async function loadWords(language) {
  if (!catalogues.has(language)) {
    const loading = fetch(new URL(`locale/${language}.json`, import.meta.url)).then((answer) => answer.json());
    catalogues.set(language, loading.then((catalogue) => new Words(language, catalogue)));
  }
  return catalogues.get(language);
}

export class Words {
  #catalogue;
  #plural;
  #formats = new Map();

  constructor(language, catalogue) {
    this.language = language;
    /** How numbers and times are written: the reader's own variety of the language, where the browser names one. */
    this.locale = navigator.languages?.find((each) => each.split("-")[0] === language) ?? language;
    this.#catalogue = catalogue;
    this.#plural = new Intl.PluralRules(language);
  }

  has = (key) => key in this.#catalogue;

  /** The text of `key` with its places filled in. Numbers are written the language's way. */
  t = (key, args = {}) => {
    let text = this.#catalogue[key] ?? key;
    if (typeof text === "object") text = text[this.#plural.select(args.n)] ?? text.other;
    return text.replace(/\{(\w+)\}/g, (place, name) => {
      const value = args[name];
      if (value === undefined) return place;
      return typeof value === "number" ? this.number(value) : String(value);
    });
  };

  /** The words for a refusal: the catalogue's for its code, else what the desk wrote. */
  refusal({ code, message, about }) {
    if (code === "bad_value" && WITH_NUMBER.has(about)) return this.t("error.bad_number");
    return this.has(`error.${code}`) ? this.t(`error.${code}`) : message;
  }

  /** A name from the desk (product line, status) in words: from the catalogue, or as the desk spells it. */
  name(kind, raw) {
    const key = `${kind}.${raw}`;
    if (this.has(key)) return this.t(key);
    const text = String(raw ?? "").replace(/[_-]/g, " ");
    return text.charAt(0).toLocaleUpperCase(this.language) + text.slice(1);
  }

  /** A line such as `expense/en`, in words. */
  line(raw) {
    const [product, language] = String(raw ?? "").split("/");
    return language ? `${this.name("product", product)} · ${this.languageName(language)}` : this.name("product", product);
  }

  /** A language as it is written within a sentence. */
  languageWord(code) {
    return this.#format(`names`, () => new Intl.DisplayNames(this.language, { type: "language" })).of(code);
  }

  /** A language as it stands alone. */
  languageName(code) {
    const name = this.languageWord(code);
    return name.charAt(0).toLocaleUpperCase(this.language) + name.slice(1);
  }

  regionName(code) {
    return this.#format("regions", () => new Intl.DisplayNames(this.language, { type: "region" })).of(code);
  }

  number(value, digits = 0) {
    return this.#format(`n${digits}`, () => new Intl.NumberFormat(this.locale, {
      minimumFractionDigits: digits, maximumFractionDigits: digits,
    })).format(value);
  }

  percent(share, digits = 1) {
    return this.#format(`p${digits}`, () => new Intl.NumberFormat(this.locale, {
      style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits,
    })).format(share);
  }

  /** `45 s`, `2 min 05 s`, `1 h 05 min`: never more than two units, so that a column does not jump. */
  duration(ms) {
    const seconds = Math.max(0, Math.round(ms / 1000));
    const two = (value) => this.#format("two", () => new Intl.NumberFormat(this.locale, { minimumIntegerDigits: 2 })).format(value);
    if (seconds < 60) return `${this.number(seconds)} s`;
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `${this.number(minutes)} min ${two(seconds % 60)} s`;
    return `${this.number(Math.floor(minutes / 60))} h ${two(minutes % 60)} min`;
  }

  /** A countdown's `1:05`. */
  clock(ms) {
    const seconds = Math.max(0, Math.ceil(ms / 1000));
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  }

  time(at) {
    return this.#format("time", () => new Intl.DateTimeFormat(this.locale, { timeStyle: "short" })).format(at);
  }

  /** `today`, `tomorrow`, or `Tue 25 Nov`. */
  day(at, now = Date.now()) {
    const ahead = Math.round((midnight(at) - midnight(now)) / 86_400_000);
    if (ahead === 0 || ahead === 1) return this.t(ahead ? "when.tomorrow" : "when.today");
    return this.#format("day", () => new Intl.DateTimeFormat(this.locale, { weekday: "short", day: "numeric", month: "short" })).format(at);
  }

  /** A moment as a person says it: the time alone today, else with its day. */
  moment(at, now = Date.now()) {
    const day = this.day(at, now);
    return day === this.t("when.today") ? this.time(at) : this.t("when.moment", { day, time: this.time(at) });
  }

  /** A promise [from, to] in the reader's own time: by when, or between when and when if it lies ahead. */
  promise([from, to], now = Date.now()) {
    if (from <= now + 60_000) return this.t("when.by", { moment: this.moment(to, now) });
    return this.t("when.between", { day: this.day(from, now), from: this.time(from), to: this.time(to) });
  }

  /** The reader's own time zone, as its clock is called. */
  get zone() { return Intl.DateTimeFormat().resolvedOptions().timeZone; }

  #format(name, make) {
    if (!this.#formats.has(name)) this.#formats.set(name, make());
    return this.#formats.get(name);
  }
}

/** Midnight of a moment's day on the reader's own clock, ms as if every day had 24 hours. */
function midnight(at) {
  const date = new Date(at);
  return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate());
}
