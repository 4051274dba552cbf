/** How an agent begins: products and how well, languages, capacity, pool, end of the shift. Keeps nothing. */

import { html, nothing } from "./lit.js";
import { avatar } from "./icons.js";
import { press } from "./parts.js";
import { nextAt } from "./times.js";

const LEVELS = [1, 2, 3, 4, 5];
const USUAL_LEVEL = 3;
const POOL = "[a-z][a-z0-9_\\-]{0,31}";

const clockOf = (at) => (at ? new Date(at).toTimeString().slice(0, 5) : "");

function products(console) {
  const { words, state, agent } = console;
  const { t } = words;
  const level = (product) => (agent ? agent.levels[agent.products.indexOf(product)] : 0) || USUAL_LEVEL;
  const row = (product) => {
    const name = words.name("product", product);
    return html`<div class="skill"><label><input type="checkbox" name="product" value=${product}
        ?checked=${!agent || agent.products.includes(product)}><span>${name}</span></label>
      <select name=${`level.${product}`} aria-label=${t("sign_in.level_of", { product: name })}>
        ${LEVELS.map((each) => html`
          <option value=${each} ?selected=${each === level(product)}>${t(`level.${each}`)}</option>`)}</select></div>`;
  };
  return html`<fieldset class="field"><legend class="label">${t("sign_in.products")}</legend>
    <div class="skills">${state.desk.products.map(row)}</div></fieldset>`;
}

export function signIn(console, problems) {
  const { words, state, agent } = console;
  const { t } = words;
  const { desk, me } = state;
  const begin = (event) => {
    event.preventDefault();
    const data = new FormData(event.target);
    const chosen = data.getAll("product");
    console.signIn({
      t: "agent.sign_in", products: chosen, levels: chosen.map((product) => Number(data.get(`level.${product}`))),
      languages: data.getAll("language"), capacity: Number(data.get("capacity")), pool: data.get("pool"),
      shift_ends: nextAt(data.get("shift"), console.now),
    });
  };
  const spoken = [...new Set([...desk.languages, ...Object.values(desk.other_languages ?? {}).flat()])];
  return html`<form class="card sign-in" @submit=${begin}>
    <div class="hello">${avatar(me)}
      <div><h1>${t("sign_in.hello", { name: me.name })}</h1><p class="muted">${t("sign_in.lead")}</p></div></div>
    ${products(console)}
    <fieldset class="field"><legend class="label">${t("sign_in.languages")}</legend>
      <div class="choices">${spoken.map((each) => html`<label><input type="checkbox" name="language" value=${each}
        ?checked=${!agent || agent.languages.includes(each)}><span>${words.languageName(each)}</span></label>`)}</div></fieldset>
    <div class="pair">
      <div class="field"><label for="capacity">${t("sign_in.capacity")}</label>
        <select id="capacity" name="capacity">
          ${[1, 2, 3, 4, 5, 6].map((n) => html`<option ?selected=${n === (agent?.capacity ?? 3)}>${n}</option>`)}</select>
        <small>${t("sign_in.capacity_hint")}</small></div>
      <div class="field"><label for="shift">${t("sign_in.shift")}</label>
        <input id="shift" name="shift" type="time" .value=${clockOf(agent?.shift_ends)}><small>${t("sign_in.shift_hint")}</small></div>
    </div>
    <div class="field"><label for="pool">${t("sign_in.pool")}</label>
      <input id="pool" name="pool" list="pools" pattern=${POOL} maxlength="32" autocapitalize="none" title=${t("sign_in.pool_pattern")}
        .value=${agent?.pool ?? ""}>
      <datalist id="pools">${(desk.pools ?? []).map((pool) => html`<option value=${pool}></option>`)}</datalist>
      <small>${t("sign_in.pool_hint")}</small></div>
    ${problems}
    <div class="actions"><button class="button primary" data-first ?disabled=${console.isBusy("sign_in")}>${t("sign_in.go")}</button>
      ${agent ? press(t("sign_in.back"), () => console.chooseSkills(false)) : nothing}</div>
  </form>`;
}
