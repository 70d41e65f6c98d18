// Fields with a list under them (the WAI-ARIA combobox): people asked from the server while typing, and the options of a
// select found by their words. Without this script there is a button to search, and the select.

const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const hasWords = (text, words) => plain(words).split(/\s+/).every((word) => plain(text).includes(word));

// `find` gives the options for what is typed; `pick` takes the value and the text of one, or nothing.
const combobox = (input, label, find, pick) => {
  const list = document.createElement("ul");
  list.id = `${input.id}-lista`;
  list.className = "combo-lista";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  list.hidden = true;
  input.after(list);
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-expanded", "false"],
    ["aria-controls", list.id], ["autocomplete", "off"]]) input.setAttribute(name, value);
  let active = -1, asked = 0, timer, waiting = false, eager = false;

  const mark = (index) => {
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    active = index;
    const option = list.children[index];
    if (option) { input.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); }
    else input.removeAttribute("aria-activedescendant");
  };
  const close = () => { list.hidden = true; input.setAttribute("aria-expanded", "false"); mark(-1); };
  const take = (option) => {
    input.value = option.dataset.texto;
    close();
    pick(option.dataset.valor, option.dataset.texto);
  };
  const show = (options) => {
    list.replaceChildren(...options);
    options.forEach((option, place) => { option.id = `${list.id}-${place}`; option.setAttribute("role", "option"); });
    list.hidden = options.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(options.length ? 0 : -1);
    // Whoever pressed Enter before the list came meant the only one there is.
    if (eager && options.length === 1) take(options[0]);
    eager = false;
  };
  const look = async () => {
    const mine = ++asked;
    const options = input.value.trim() ? await find(input.value) : [];
    if (mine !== asked) return;
    waiting = false;
    if (document.activeElement === input || eager) show(options);
  };
  input.addEventListener("input", () => {
    pick("", "");
    waiting = true;
    clearTimeout(timer);
    timer = setTimeout(look, 90);
  });
  input.addEventListener("keydown", (event) => {
    const count = list.children.length;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) { look(); return; }
      mark((active + (event.key === "ArrowDown" ? 1 : count - 1)) % count);
    } else if (event.key === "Enter" && !event.ctrlKey) {
      event.preventDefault();
      if (!list.hidden && list.children[active]) take(list.children[active]);
      else eager = waiting;
    } else if (event.key === "Tab" && !list.hidden && list.children[active]) {
      take(list.children[active]);
    } else if (event.key === "Tab") {
      eager = waiting;
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", () => setTimeout(close, 150));
  list.addEventListener("mousedown", (event) => {
    event.preventDefault();
    const option = event.target.closest("li");
    if (option) take(option);
  });
};

for (const box of document.querySelectorAll("[data-combo]")) {
  const input = box.querySelector("input:not([type=radio], [type=hidden])");
  const found = box.querySelector("[data-halladas]");
  const value = document.createElement("input");
  value.type = "hidden";
  value.name = box.dataset.nombre;
  value.value = found.querySelector("input:checked")?.value ?? "";
  input.after(value);
  if (value.value) found.replaceChildren();
  box.querySelectorAll("[data-sin-script]").forEach((part) => part.remove());
  const find = async (words) => {
    const url = new URL(box.dataset.combo, location.href);
    url.searchParams.set("q", words);
    const answer = await fetch(url, { credentials: "same-origin" });
    if (!answer.ok) return [];
    const parsed = new DOMParser().parseFromString(await answer.text(), "text/html");
    const options = [...parsed.querySelectorAll("li")];
    found.textContent = options.length ? "" : `Nadie con «${words.trim()}» en el directorio.`;
    return options;
  };
  combobox(input, box.querySelector("label").textContent, find, (chosen) => { value.value = chosen; });
  // Radios of a search made without script answer to this field as well.
  found.addEventListener("change", (event) => { value.value = event.target.value; });
}

for (const box of document.querySelectorAll("[data-combo-de]")) {
  const select = box.querySelector("select");
  const label = box.querySelector("label");
  const input = document.createElement("input");
  input.id = `${select.id}-texto`;
  input.value = select.value ? select.selectedOptions[0].textContent : "";
  input.placeholder = "Escriba parte del nombre";
  for (const name of ["aria-describedby", "aria-invalid"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  select.hidden = true;
  select.before(input);
  label.htmlFor = input.id;
  box.querySelectorAll("[data-sin-script]").forEach((part) => part.remove());
  const find = (words) => [...select.options].filter((option) => option.value && hasWords(option.textContent, words))
    .map((option) => {
      const item = document.createElement("li");
      item.dataset.valor = option.value;
      item.dataset.texto = option.textContent;
      item.textContent = option.textContent;
      return item;
    });
  combobox(input, label.textContent, find, (chosen) => {
    if (select.value === chosen) return;
    select.value = chosen;
    select.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

// What depends on the procedure comes from this same page, asked for with it.
const procedure = document.querySelector("#ingreso select[name=procedimiento]");
procedure?.addEventListener("change", async () => {
  const place = document.getElementById("segun");
  if (!procedure.value) { place.replaceChildren(); return; }
  const url = new URL(procedure.form.action);
  url.searchParams.set("procedimiento", procedure.value);
  const answer = await fetch(url, { credentials: "same-origin" });
  if (!answer.ok) return;
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("segun");
  if (fresh && procedure.value === url.searchParams.get("procedimiento")) {
    place.replaceChildren(...fresh.childNodes);
    // The fields that depend on others hide themselves.
    document.dispatchEvent(new Event("change"));
  }
});
