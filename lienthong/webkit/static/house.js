/* Helps where it can; every page works without it. */
(() => {
  "use strict";
  // the error summary takes the focus, so that a screen reader begins there
  document.querySelector(".errors[tabindex]")?.focus();

  // a form is sent once: the second press within ten seconds is ignored (the server ignores it as well)
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post") return;
    if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 10000) event.preventDefault();
    else form.dataset.sent = Date.now();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
  });

  // the other language keeps what is typed: over one change of page, in this tab; never a code, a password or a file
  const SECRET = "[type=hidden], [type=password], [type=file], [autocomplete=one-time-code]";
  const typed = () => [...document.querySelectorAll("form[method=post] :is(input, select, textarea)")].filter((it) => it.name && !it.matches(SECRET));
  const place = (it) => [new URL(it.form.getAttribute("action") ?? "", location).pathname, it.name, /radio|checkbox/.test(it.type) ? it.value : ""].join(" ");
  const state = (it) => (/radio|checkbox/.test(it.type) ? it.checked : it.value);
  document.querySelectorAll("[data-switch]").forEach((link) =>
    link.addEventListener("click", () => {
      sessionStorage.setItem("typed", JSON.stringify([new URL(link.href).pathname, typed().map((it) => [place(it), state(it)])]));
    }),
  );
  const [page, values] = JSON.parse(sessionStorage.getItem("typed") || "[]");
  sessionStorage.removeItem("typed");
  if (page === location.pathname) {
    const kept = new Map(values);
    for (const it of typed()) {
      const value = kept.get(place(it));
      if (value === undefined || value === state(it)) continue;
      if (typeof value === "boolean") it.checked = value;
      else it.value = value;
      it.closest("details")?.setAttribute("open", "");
    }
  }

  // keys of a desk: elements say their own key with data-key; a table marks its rows with data-row
  const isOff = () => localStorage.getItem("keys") === "off";
  const rows = () => [...document.querySelectorAll("[data-row]")];
  const move = (step) => {
    const all = rows();
    const at = all.findIndex((row) => row.classList.contains("is-cursor"));
    const next = all[Math.min(all.length - 1, Math.max(0, at + step))];
    all[at]?.classList.remove("is-cursor");
    next?.classList.add("is-cursor");
    next?.querySelector("a")?.focus();
  };
  const toggle = document.querySelector("[data-keys-toggle]");
  const show = () => toggle?.setAttribute("aria-pressed", String(!isOff()));
  toggle?.addEventListener("click", () => {
    localStorage.setItem("keys", isOff() ? "on" : "off");
    show();
  });
  show();
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isOff()) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea, [contenteditable]")) return;
    const key = event.key.toLowerCase();
    if (key === "j" && rows().length) move(1);
    else if (key === "k" && rows().length) move(-1);
    else if (key === "?") document.querySelector(".keys")?.scrollIntoView();
    else {
      const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
      if (!target) return;
      event.preventDefault();
      if (target.matches("input[type=search], input[type=text]")) target.focus();
      else target.click();
    }
  });
})();
