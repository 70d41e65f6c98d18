// Ventanilla in the browser: pages work without it and are quicker with it. Two things: links and forms marked with
// data-swap replace one element instead of the page; marked elements refresh when the server says something changed,
// never under somebody's hands. The keyboard set is in teclas.js.
import { load, swap } from "./comun.js";

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
  || element.querySelector("form[data-dirty], details.suelto[open], input[form=lote]:checked");

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
  const shown = () => document.querySelector("meta[name=caso]")?.content;
  const source = new EventSource(shown() ? `${live}?caso=${encodeURIComponent(shown())}` : live);
  const soon = () => { clearTimeout(pending); pending = setTimeout(refresh, 250); };
  source.addEventListener("cambio", (event) => {
    if (!shown() || event.data === shown() || event.data === "") soon();
  });
  source.addEventListener("presencia", (event) => {
    document.dispatchEvent(new CustomEvent("ventanilla:presencia", { detail: JSON.parse(event.data) }));
  });
  source.addEventListener("aviso", (event) => {
    const count = document.querySelector("#campana [data-cuenta]");
    if (count) { count.hidden = event.data === "0"; count.querySelector("b").textContent = event.data; }
    if (document.getElementById("avisos")) soon();
  });
  addEventListener("pagehide", () => source.close());
}

// Fields that depend on another are shown only where they are asked; without script all are shown and explained.
const depend = (root = document) => root.querySelectorAll("[data-solo-si]").forEach((field) => {
  const form = field.closest("form");
  const given = form ? new FormData(form).getAll(field.dataset.soloSi) : [];
  field.hidden = !given.some((value) => field.dataset.valores.split("|").includes(value));
});
document.addEventListener("change", () => depend());
depend();
