"use strict";
// What a visitor's browser does: levers priced as they move, with charts that the server draws; the state in the address.
(() => {
  const root = document.documentElement;
  const standalone = () => root.dataset.standalone === "1";

  // theme: the visitor's system unless they choose
  const button = document.getElementById("theme");
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const showTheme = () => { if (button) { button.hidden = false; button.textContent = dark() ? "Light" : "Dark"; button.setAttribute("aria-pressed", String(dark())); } };
  try { const stored = localStorage.getItem("theme"); if (stored) root.dataset.theme = stored; } catch { /* no storage */ }
  if (button) button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* no storage */ }
    showTheme();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", showTheme);
  showTheme();

  // a live form: the part below it is fetched again, its text and charts from one answer; the address holds the whole state
  const form = document.querySelector("form[data-live]");
  if (form && !standalone()) {
    const box = document.querySelector(form.dataset.live), busy = document.querySelector(".busy");
    let latest = 0, timer;
    const action = new URL(form.action).pathname, moves = form.id === "levers";
    const query = () => {
      const state = new URLSearchParams();
      for (const [name, value] of new FormData(form)) if (value !== "" && !(moves && (value === "0" || value === "long"))) state.append(name, value);
      return state;
    };
    const labels = () => form.querySelectorAll("input[type=range]").forEach(x => {
      form.querySelector(`output[for="${x.name}"]`).textContent = (x.value > 0 ? "+" : "") + x.value.replace("-", "−") + " pts";
    });
    // what other views and downloads lead to keeps the state, and so does another day
    const carry = state => {
      for (const a of document.querySelectorAll("nav[aria-label=Views] a, a[download]")) {
        const kept = new URLSearchParams(state);
        if (a.pathname === "/country") kept.delete("outcome");
        a.search = kept;
      }
      const travel = document.querySelector("form[aria-label=\"Time travel\"]");
      travel.querySelectorAll("[type=hidden]").forEach(x => x.remove());
      for (const [name, value] of state) if (name !== "asof" && name !== "known") travel.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    };
    const ask = async (state, keep) => {
      const turn = ++latest;
      if (busy) busy.hidden = false;
      const response = await fetch(action + "?" + state + "&part=1");
      const text = await response.text();
      if (turn !== latest) return;
      if (busy) busy.hidden = true;
      if (!response.ok) { box.replaceChildren(alertOf(text)); return; }
      box.innerHTML = text;
      carry(state);
      if (keep) history[keep](null, "", action + "?" + state);
    };
    const alertOf = text => {
      const p = document.createElement("p");
      p.setAttribute("role", "alert");
      p.textContent = (new DOMParser().parseFromString(text, "text/html").querySelector("[role=alert]") || {}).textContent || "That cannot be priced.";
      return p;
    };
    const pressPreset = name => form.querySelectorAll("[name=preset]").forEach(b => b.setAttribute("aria-pressed", String(b.value === name)));
    form.addEventListener("input", event => {
      const keep = event.target.type === "search" ? "replaceState" : "pushState"; // a letter is no step back
      labels(); pressPreset(""); clearTimeout(timer); timer = setTimeout(() => ask(query(), keep), 90);
    });
    form.addEventListener("submit", event => {
      event.preventDefault();
      const preset = event.submitter;
      if (preset && preset.name === "preset") {
        for (const pair of preset.dataset.levers.split(",")) { const [lever, points] = pair.split(":"); form.elements[lever].value = points; }
        form.querySelectorAll("table.grid input").forEach(x => { x.value = ""; });
        pressPreset(preset.value);
      }
      labels(); clearTimeout(timer); ask(query(), "pushState");
    });
    addEventListener("popstate", () => {
      const state = new URLSearchParams(location.search);
      for (const x of form.elements) if (x.name && x.type !== "submit") {
        if (x.type === "checkbox") x.checked = state.has(x.name);
        else if (x.type === "range") x.value = state.get(x.name) || 0;
        else if (x.tagName === "SELECT") x.value = state.get(x.name) || x.dataset.own || x.options[0].value;
        else if (x.type !== "hidden") x.value = state.get(x.name) || "";
      }
      labels(); pressPreset(state.get("preset") || ""); ask(state, "");
    });
  }

  // draws: a job that shows its progress and can be cancelled
  const draws = document.getElementById("draws");
  if (draws) draws.addEventListener("submit", async event => {
    event.preventDefault();
    const bar = draws.querySelector("progress"), status = draws.querySelector("[role=status]"), cancel = draws.querySelector("button[type=button]");
    const action = location.search ? "/jobs?draws=500&" + location.search.slice(1) : draws.getAttribute("action");
    const response = await fetch(action, { method: "POST" }), job = await response.json();
    if (!response.ok) { status.textContent = job.error; return; }
    bar.hidden = cancel.hidden = false;
    cancel.onclick = () => fetch("/jobs/" + job.job, { method: "DELETE" });
    for (;;) {
      await new Promise(done => setTimeout(done, 400));
      const now = await (await fetch("/jobs/" + job.job)).json();
      bar.max = now.count; bar.value = now.done; status.textContent = `${now.done} of ${now.count}`;
      if (now.error) { status.textContent = now.cancelled ? "cancelled" : now.error; break; }
      if (now.finished) { showDraws(now.answer); status.textContent = `${now.count} draws done`; break; }
    }
    bar.hidden = cancel.hidden = true;
  });
  const showDraws = answer => {
    const table = document.createElement("table"), signed = x => (x > 0 ? "+" : "") + x.toFixed(2).replace("-", "−");
    const row = (cells, kind) => { const tr = document.createElement("tr"); for (const c of cells) { const td = document.createElement(kind); td.textContent = c; tr.append(td); } table.append(tr); };
    row(["economy", "real income, percent", "5 to 95 %"], "th");
    for (const e of answer.economies) row([e.name, signed(e.real_income), `${signed(e.low)} to ${signed(e.high)}`], "td");
    document.getElementById("draw-results").replaceChildren(table);
  };
})();
