// The keyboard set: lists, views and the most frequent acts. It can be switched off in one's account, and a field that
// is being written in keeps its keys.
import { say, writes } from "./comun.js";

const rows = () => [...document.querySelectorAll("[data-lista] tbody tr")];
const selected = () => document.querySelector("[data-lista] tr[aria-selected=true]");
const move = (by) => {
  const all = rows();
  if (!all.length) return false;
  const now = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const next = Math.max(0, Math.min(all.length - 1, now + by));
  all.forEach((row) => row.removeAttribute("aria-selected"));
  all[next].setAttribute("aria-selected", "true");
  all[next].querySelector("a")?.focus();
  return true;
};
const press = (selector) => { const found = document.querySelector(selector); found?.click(); return Boolean(found); };
const focus = (selector) => {
  const found = document.querySelector(selector);
  if (!found) return false;
  const closed = found.closest("details:not([open])");
  // One of several that exclude each other: opening it closes the others.
  if (closed) closed.open = true;
  found.focus();
  return true;
};
const home = document.querySelector("meta[name=casa]")?.content ?? "";

const keys = {
  "?": () => { const help = document.getElementById("teclas"); help?.open ? help.close() : help?.showModal(); return Boolean(help); },
  "/": () => focus("[data-tecla='/']"),
  s: () => focus("[data-tecla='/']"),
  n: () => press("[data-tecla=n]"),
  j: () => move(1),
  k: () => move(-1),
  t: () => { const row = selected(); return row ? (row.querySelector("[data-tecla=t]")?.click(), true) : press("[data-tecla=t]"); },
  r: () => focus("[data-tecla=r]"),
  x: () => { const box = selected()?.querySelector("input[form=lote]"); return box ? (box.click(), true) : focus("[data-tecla=x]"); },
  C: () => focus("#tarea form button.principal[type=submit]"),
  ".": () => {
    const number = document.querySelector("meta[name=caso]")?.content ?? selected()?.querySelector("a.caso")?.textContent;
    if (!number) return false;
    navigator.clipboard?.writeText(number).then(() => say(`Copiado: ${number}`), () => say(`No se pudo copiar ${number}`));
    return true;
  },
};

const places = {
  i: "/",
  s: "/solicitudes",
  b: "/bandeja",
  p: "/bandeja?vista=puesto",
  u: "/bandeja?vista=sin-asignar",
  h: "/bandeja?vista=vencen-hoy",
  v: "/bandeja?vista=vencidos",
  e: "/bandeja?vista=en-espera",
  c: "/casos",
  l: "/ingreso",
  o: "/correspondencia",
  m: "/manual",
};

let going = 0;
document.addEventListener("keydown", (event) => {
  if (event.isComposing) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    const form = event.target.form ?? event.target.closest?.("form");
    if (!form) return;
    event.preventDefault();
    // Where the form asks for an answer, the person chooses it; nothing is sent for him.
    const buttons = [...form.querySelectorAll("button[type=submit]:not([formaction])")];
    if (buttons.length === 1) form.requestSubmit(buttons[0]); else buttons[0]?.focus();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
  if (document.body.dataset.teclas === "no") return;
  if (document.querySelector("dialog[open]") && event.key !== "?") return;
  if (going && Date.now() - going < 1500) {
    going = 0;
    const place = places[event.key];
    if (place && home) { event.preventDefault(); location.assign(home + place); }
    return;
  }
  if (event.key === "g") { going = Date.now(); return; }
  if (event.key === "Enter" && event.target === document.body) { if (selected()) press("tr[aria-selected=true] a"); return; }
  const inList = event.target.closest?.("[data-lista]");
  if (event.key === "ArrowDown" && inList) { event.preventDefault(); move(1); return; }
  if (event.key === "ArrowUp" && inList) { event.preventDefault(); move(-1); return; }
  if (Object.hasOwn(keys, event.key) && keys[event.key]()) event.preventDefault();
});

document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-cerrar]")) event.target.closest("dialog")?.close();
  const help = event.target.closest?.("[data-teclas-ayuda]");
  if (help && document.getElementById("teclas")) { event.preventDefault(); keys["?"](); }
});
