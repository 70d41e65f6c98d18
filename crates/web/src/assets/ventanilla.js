// Ventanilla in the browser: pages work without it and are quicker with it. Three things: links and forms marked with
// data-swap replace one element instead of the page; marked elements refresh when the server says something changed,
// never under somebody's hands; and the keyboard set of the lists.

const swap = (target, html) => {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const fresh = parsed.getElementById(target);
  const stale = document.getElementById(target);
  if (!fresh || !stale) return false;
  stale.replaceWith(fresh);
  const title = parsed.querySelector("title");
  if (title) document.title = title.textContent;
  return fresh;
};

const load = async (url, target, options = {}) => {
  const response = await fetch(url, { credentials: "same-origin", ...options });
  const html = await response.text();
  const element = response.headers.get("content-type")?.startsWith("text/html") && swap(target, html);
  if (!element) { location.assign(response.url || url); return null; }
  return { element, url: response.url };
};

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[data-swap]");
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
  event.preventDefault();
  const done = await load(link.href, link.dataset.swap);
  if (done) { history.pushState({}, "", done.url); done.element.querySelector("h1, h2")?.focus?.(); }
});

document.addEventListener("submit", async (event) => {
  const form = event.target;
  // A second click must not send the form twice; the server would refuse it, but the person would see an error.
  if (form.dataset.sent === "si") { event.preventDefault(); return; }
  if (form.method === "get" && form.dataset.swap) {
    event.preventDefault();
    const url = new URL(form.action);
    url.search = new URLSearchParams(new FormData(form)).toString();
    const done = await load(url, form.dataset.swap);
    if (done) history.replaceState({}, "", done.url);
    return;
  }
  form.dataset.sent = "si";
  setTimeout(() => { delete form.dataset.sent; }, 5000);
});

let typing;
document.addEventListener("input", (event) => {
  const field = event.target;
  field.closest("form")?.setAttribute("data-dirty", "si");
  if (!field.matches?.("[data-search]")) return;
  clearTimeout(typing);
  typing = setTimeout(async () => {
    const form = field.form;
    const url = new URL(form.action);
    url.search = new URLSearchParams(new FormData(form)).toString();
    await load(url, form.dataset.swap);
    history.replaceState({}, "", url);
  }, 200);
});

addEventListener("popstate", () => location.reload());

// Live: the server names what changed; the elements that show it are fetched anew from this same address.
const busy = (element) => element.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")
  || element.querySelector("form[data-dirty]");

const refresh = async () => {
  const marked = [...document.querySelectorAll("[data-live][id]")].filter((element) => !busy(element));
  if (!marked.length) return;
  const response = await fetch(location.href, { credentials: "same-origin" });
  if (!response.ok || response.redirected) return;
  const html = await response.text();
  const kept = document.activeElement?.id;
  for (const element of marked) if (!busy(element)) swap(element.id, html);
  if (kept) document.getElementById(kept)?.focus?.();
};

const live = document.querySelector("meta[name=vivo]")?.content;
if (live && "EventSource" in window) {
  let pending;
  const source = new EventSource(live);
  const soon = () => { clearTimeout(pending); pending = setTimeout(refresh, 250); };
  source.addEventListener("cambio", (event) => {
    const shown = document.querySelector("meta[name=caso]")?.content;
    if (!shown || event.data === shown || event.data === "") soon();
  });
  source.addEventListener("aviso", (event) => {
    const count = document.querySelector("#campana [data-cuenta]");
    if (count) { count.hidden = event.data === "0"; count.querySelector("b").textContent = event.data; }
    if (document.getElementById("avisos")) soon();
  });
  addEventListener("pagehide", () => source.close());
}

// Keyboard: lists and the most frequent acts; a field being typed in keeps its keys.
const rows = () => [...document.querySelectorAll("[data-lista] tbody tr")];
const move = (by) => {
  const all = rows();
  if (!all.length) return;
  const now = all.findIndex((row) => row.getAttribute("aria-selected") === "true");
  const next = Math.max(0, Math.min(all.length - 1, now + by));
  all.forEach((row) => row.removeAttribute("aria-selected"));
  all[next].setAttribute("aria-selected", "true");
  all[next].querySelector("a")?.focus();
};
const press = (selector) => document.querySelector(selector)?.click();
const keys = {
  j: () => move(1), k: () => move(-1),
  "/": () => document.querySelector("[name=q]")?.focus(),
  s: () => document.querySelector("[name=q]")?.focus(),
  n: () => press("[data-tecla=n]"), b: () => press("[data-tecla=b]"), m: () => press("[data-tecla=m]"),
  t: () => (document.querySelector("tr[aria-selected=true] [data-tecla=t]") ?? document.querySelector("[data-tecla=t]"))?.click(),
  r: () => document.querySelector("[data-tecla=r]")?.focus(), x: () => document.querySelector("[data-tecla=x]")?.focus(),
  ".": () => navigator.clipboard?.writeText(document.querySelector("meta[name=caso]")?.content ?? ""),
  "?": () => { const help = document.getElementById("teclas"); help?.open ? help.close() : help?.showModal(); },
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.ctrlKey) { event.target.form?.requestSubmit(); return; }
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.matches?.("input, textarea, select")) return;
  if (document.documentElement.dataset.teclas === "no") return;
  const act = keys[event.key];
  if (act) { event.preventDefault(); act(); }
});
document.addEventListener("click", (event) => {
  if (event.target.closest?.("[data-cerrar]")) event.target.closest("dialog")?.close();
  if (event.target.closest?.("[data-teclas]")) keys["?"]();
});

// Fields that depend on another are shown only where they are asked; without script all are shown and explained.
const depend = (root = document) => root.querySelectorAll("[data-solo-si]").forEach((field) => {
  const form = field.closest("form");
  const given = form ? new FormData(form).getAll(field.dataset.soloSi) : [];
  field.hidden = !given.some((value) => field.dataset.valores.split("|").includes(value));
});
document.addEventListener("change", () => depend());
depend();
