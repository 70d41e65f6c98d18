// The desk: drafts kept by themselves, ready answers put in by name, marks counted, and who else is at the case.
import { say, swap } from "./comun.js";

// Drafts: some seconds after the last key, never twice at once, and never after the form was sent.
const EVERY = 2500;
const pending = new Map();
const stop = (form) => { const kept = pending.get(form); if (kept) { clearTimeout(kept.timer); kept.abort?.abort(); } pending.delete(form); };
const keep = async (form, last = false) => {
  const kept = pending.get(form);
  if (!kept) return;
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && !["contrasena", "respuesta"].includes(name)) body.append(name, value);
  }
  body.append("borrador", form.dataset.borrador);
  kept.abort = new AbortController();
  const state = form.querySelector("[data-borrador-estado]");
  try {
    const answer = await fetch(form.dataset.borradores, {
      method: "POST", body, credentials: "same-origin", keepalive: last, signal: kept.abort.signal, headers: { accept: "application/json" },
    });
    if (answer.ok) {
      if (state) state.textContent = `Borrador guardado a las ${new Date().toLocaleTimeString("es", { hour: "2-digit", minute: "2-digit" })}`;
    } else if (answer.status === 403 && state) {
      state.textContent = "Su sesión terminó: entre en otra pestaña y siga; lo escrito no se ha borrado de aquí.";
    }
  } catch { /* Away or sent: the next key tries again. */ }
};
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-borrador]");
  if (!form) return;
  const kept = pending.get(form) ?? {};
  clearTimeout(kept.timer);
  kept.timer = setTimeout(() => keep(form), EVERY);
  pending.set(form, kept);
});
document.addEventListener("submit", (event) => stop(event.target), true);
addEventListener("pagehide", () => { for (const form of pending.keys()) keep(form, true); });

// Ready answers: from the choice, or by «::» and part of the name.
const insert = (field, from, to, text) => {
  field.focus();
  field.setRangeText(text, from, to, "end");
  field.dispatchEvent(new Event("input", { bubbles: true }));
};
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-insertar]");
  if (!button) return;
  event.preventDefault();
  const choice = button.form.querySelector("[data-preparadas]");
  const text = choice.selectedOptions[0]?.dataset.texto;
  const field = button.form.elements.texto;
  if (text) insert(field, field.selectionStart, field.selectionEnd, text);
  choice.value = "";
});

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
let list = null;
const close = () => { list?.box.remove(); list?.field.removeAttribute("aria-controls"); list = null; };
const asked = (field) => /(?:^|\s)::([^\s:]{0,30})$/u.exec(field.value.slice(0, field.selectionStart));
const choose = (index) => {
  const option = list.options[index];
  if (!option) return;
  const { field, from } = list;
  const to = field.selectionStart;
  close();
  insert(field, from, to, option.dataset.texto);
  say(`Se insertó «${option.textContent}»`);
};
const mark = (by) => {
  list.at = (list.at + by + list.options.length) % list.options.length;
  [...list.box.children].forEach((item, index) => item.setAttribute("aria-selected", String(index === list.at)));
};
const offer = (field) => {
  close();
  const word = asked(field);
  const choice = field.form?.querySelector("[data-preparadas]");
  if (!word || !choice) return;
  const options = [...choice.options].filter((option) => option.dataset.texto && plain(option.textContent).includes(plain(word[1]))).slice(0, 8);
  if (!options.length) return;
  const box = document.createElement("ul");
  box.className = "ofrecidas";
  box.id = "ofrecidas";
  box.setAttribute("role", "listbox");
  box.setAttribute("aria-label", "Respuestas preparadas");
  options.forEach((option, index) => {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.textContent = option.textContent;
    item.addEventListener("mousedown", (event) => { event.preventDefault(); choose(index); });
    box.append(item);
  });
  field.after(box);
  field.setAttribute("aria-controls", box.id);
  list = { field, box, options, at: 0, from: field.selectionStart - word[1].length - 2 };
  mark(0);
  say(`${options.length} respuestas: flechas para elegir, Intro para insertar`);
};
document.addEventListener("input", (event) => { if (event.target.matches?.("textarea[name=texto]")) offer(event.target); });
document.addEventListener("focusout", close);
document.addEventListener("keydown", (event) => {
  if (!list || event.target !== list.field || event.ctrlKey) return;
  const act = { ArrowDown: () => mark(1), ArrowUp: () => mark(-1), Enter: () => choose(list.at), Tab: () => choose(list.at), Escape: close }[event.key];
  if (act) { event.preventDefault(); act(); }
}, true);

// Marks of a list: how many, also for the ear.
document.addEventListener("change", (event) => {
  if (event.target.form?.id !== "lote") return;
  const place = document.querySelector("[data-marcados]");
  const many = document.querySelectorAll("input[name=caso][form=lote]:checked").length;
  if (place) place.textContent = many === 1 ? "1 caso marcado" : `${many} casos marcados`;
});

// While a request is written: solutions like it, and the procedure it seems to belong to.
let alike, last = "";
document.addEventListener("input", (event) => {
  const form = event.target.closest?.("form[data-parecidas]");
  if (!form || !["asunto", "descripcion"].includes(event.target.name)) return;
  clearTimeout(alike);
  alike = setTimeout(async () => {
    const text = `${form.elements.asunto?.value ?? ""} ${form.elements.descripcion?.value ?? ""}`.trim().slice(0, 1500);
    if (text.length < 8 || text === last) return;
    last = text;
    const query = new URLSearchParams({ q: text, procedimiento: form.dataset.procedimiento });
    const answer = await fetch(`${form.dataset.parecidas}?${query}`, { credentials: "same-origin" }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    const title = document.title;
    const fresh = swap("parecidas", await answer.text());
    document.title = title;
    // Nothing alike is nothing to say to somebody who writes.
    if (fresh && !fresh.querySelector(".aviso-caja")) fresh.textContent = "";
  }, 700);
});

// Who else is at the case: told by the stream that ventanilla.js listens to.
let forget;
document.addEventListener("ventanilla:presencia", (event) => {
  const place = document.getElementById("presencia");
  if (!place) return;
  const show = (others) => {
    const said = others.map((other) => other.escribe ? `${other.nombre} está escribiendo en este caso.` : `${other.nombre} también tiene abierto este caso.`);
    place.hidden = !said.length;
    place.textContent = said.join(" ");
  };
  clearTimeout(forget);
  show(event.detail);
  // Nobody is told when somebody stops: what was written long ago is not being written.
  forget = setTimeout(() => show(event.detail.map((other) => ({ ...other, escribe: false }))), 13_000);
});
