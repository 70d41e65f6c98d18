// What the modules of the pages share: replacing one element of the page by the same one of a fresh copy.

export const swap = (target, html) => {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  const fresh = parsed.getElementById(target);
  const stale = document.getElementById(target);
  if (!fresh || !stale) return false;
  stale.replaceWith(fresh);
  const title = parsed.querySelector("title");
  if (title) document.title = title.textContent;
  document.dispatchEvent(new CustomEvent("ventanilla:cambio", { detail: fresh }));
  return fresh;
};

export const load = async (url, target, options = {}) => {
  const response = await fetch(url, { credentials: "same-origin", ...options });
  const html = await response.text();
  const element = response.headers.get("content-type")?.startsWith("text/html") && swap(target, html);
  if (!element) { location.assign(response.url || url); return null; }
  return { element, url: response.url };
};

// Said aloud by readers of the screen, and shown for a moment.
export const say = (text) => {
  const place = document.getElementById("dicho");
  if (!place) return;
  place.textContent = text;
  clearTimeout(say.later);
  say.later = setTimeout(() => { place.textContent = ""; }, 4000);
};

// A field somebody writes in keeps its keys.
export const writes = (element) => element?.matches?.(
  "textarea, select, [contenteditable], input:not([type=checkbox], [type=radio], [type=button], [type=submit], [type=file])");
