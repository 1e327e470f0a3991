"use strict";
// What a visitor's browser does: charts drawn from the JSON beside them, levers priced as they move, the state in the address.
(() => {
  const root = document.documentElement;
  const here = (document.currentScript && document.currentScript.src || "/static/detente.js").replace(/detente\.js.*$/, "");
  const drawn = new Map();
  const alone = () => root.dataset.alone === "1";

  const colour = name => getComputedStyle(root).getPropertyValue("--" + name).trim() || name;
  const themed = x => Array.isArray(x) ? x.map(themed)
    : x && typeof x === "object" ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, themed(v)]))
    : typeof x === "string" && x[0] === "@" && /^@[a-z]+[0-9]?$/.test(x) ? colour(x.slice(1)) : x;
  const config = () => {
    const ink = colour("ink"), soft = colour("soft"), line = colour("line"), font = getComputedStyle(document.body).fontFamily;
    return { background: null, mark: { aria: false }, font, view: { stroke: null }, rule: { color: soft }, line: { color: soft }, text: { color: ink, font, fontSize: 12 },
      axis: { aria: false, labelColor: ink, titleColor: soft, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" },
      legend: { aria: false, labelColor: ink, titleColor: soft, labelFontSize: 12 }, geoshape: { stroke: colour("paper") } };
  };

  let ready;
  const script = src => new Promise((done, fail) => {
    const tag = document.createElement("script");
    tag.src = src; tag.onload = done; tag.onerror = fail;
    document.head.append(tag);
  });
  const library = () => ready ||= window.vegaEmbed && window.vega.expressionInterpreter ? Promise.resolve() : (async () => {
    for (const name of ["vendor/vega.min.js", "vendor/vega-lite.min.js", "vendor/vega-embed.min.js", "interpreter.js"]) await script(here + name);
  })();

  async function draw(scope = document) {
    const specs = [...scope.querySelectorAll("script[data-spec]")];
    if (!specs.length) return;
    await library();
    await Promise.all(specs.map(async tag => {
      const id = tag.dataset.spec, box = scope.querySelector(`[data-chart="${id}"]`);
      if (!box) return;
      const spec = { ...themed(JSON.parse(tag.textContent)), config: config() };
      if (drawn.has(id)) drawn.get(id).finalize();
      const found = await window.vegaEmbed(box, spec, { actions: false, ast: true, expr: window.vega.expressionInterpreter,
        renderer: "svg", logLevel: 1, defaultStyle: false, tooltip: { disableDefaultStyle: true } });
      drawn.set(id, found);
      const tools = box.parentElement.querySelector(".tools");
      if (tools) tools.hidden = false;
    }));
    root.dataset.drawn = String(1 + Number(root.dataset.drawn || 0));
  }

  document.addEventListener("click", async event => {
    const button = event.target.closest("[data-save]");
    if (!button) return;
    const found = drawn.get(button.dataset.of), kind = button.dataset.save;
    const url = await found.view.toImageURL(kind, 2), link = document.createElement("a");
    link.href = url; link.download = `detente-${button.dataset.of}.${kind}`; link.click();
  });

  // theme: the visitor's system unless they choose
  const button = document.getElementById("theme");
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const shown = () => { if (button) { button.hidden = false; button.textContent = dark() ? "Light" : "Dark"; button.setAttribute("aria-pressed", String(dark())); } };
  try { const kept = localStorage.getItem("theme"); if (kept) root.dataset.theme = kept; } catch { /* no storage */ }
  if (button) button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* no storage */ }
    shown(); draw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { shown(); draw(); });
  shown();

  // levers: the part below is asked for again, text and charts from one answer; the address holds the whole state
  const form = document.querySelector("form[data-live]");
  if (form && !alone()) {
    const box = document.querySelector(form.dataset.live), busy = document.querySelector(".busy");
    let turn = 0, timer;
    const words = () => {
      const found = new URLSearchParams();
      for (const [k, v] of new FormData(form)) if (v !== "" && v !== "0" && v !== "long") found.append(k, v);
      return found;
    };
    const labels = () => form.querySelectorAll("input[type=range]").forEach(x => {
      form.querySelector(`output[for="${x.name}"]`).textContent = (x.value > 0 ? "+" : "") + x.value.replace("-", "−") + " pts";
    });
    const ask = async (query, push) => {
      const mine = ++turn;
      busy.hidden = false;
      const found = await fetch(form.getAttribute("action") + "?" + query + "&part=1");
      const text = await found.text();
      if (mine !== turn) return;
      busy.hidden = true;
      if (!found.ok) { box.replaceChildren(alerted(text)); return; }
      box.innerHTML = text;
      if (push) history.pushState(null, "", form.getAttribute("action") + "?" + query);
      await draw(box);
    };
    const alerted = text => {
      const p = document.createElement("p");
      p.setAttribute("role", "alert");
      p.textContent = (new DOMParser().parseFromString(text, "text/html").querySelector("[role=alert]") || {}).textContent || "That cannot be priced.";
      return p;
    };
    const pressed = name => form.querySelectorAll("[name=preset]").forEach(b => b.setAttribute("aria-pressed", String(b.value === name)));
    form.addEventListener("input", () => { labels(); pressed(""); clearTimeout(timer); timer = setTimeout(() => ask(words(), true), 90); });
    form.addEventListener("submit", event => {
      event.preventDefault();
      const by = event.submitter;
      if (by && by.name === "preset") {
        for (const pair of by.dataset.levers.split(",")) { const [k, v] = pair.split(":"); form.elements[k].value = v; }
        form.querySelectorAll("table.grid input").forEach(x => { x.value = ""; });
        pressed(by.value);
      }
      labels(); clearTimeout(timer); ask(words(), true);
    });
    addEventListener("popstate", () => {
      const found = new URLSearchParams(location.search);
      for (const x of form.elements) if (x.name && x.type !== "submit") {
        if (x.type === "checkbox") x.checked = found.has(x.name);
        else if (x.type === "range") x.value = found.get(x.name) || 0;
        else if (x.name === "horizon") x.value = found.get(x.name) || "long";
        else if (x.type !== "hidden" && (found.has(x.name) || x.tagName === "INPUT")) x.value = found.get(x.name) || "";
      }
      labels(); pressed(found.get("preset") || ""); ask(found, false);
    });
  }

  // draws: a job that shows how far it is and can be ended
  const draws = document.getElementById("draws");
  if (draws) draws.addEventListener("submit", async event => {
    event.preventDefault();
    const bar = draws.querySelector("progress"), said = draws.querySelector("[role=status]"), cancel = draws.querySelector("button[type=button]");
    const action = location.search ? "/jobs?draws=500&" + location.search.slice(1) : draws.getAttribute("action");
    const begun = await fetch(action, { method: "POST" }), told = await begun.json();
    if (!begun.ok) { said.textContent = told.error; return; }
    bar.hidden = cancel.hidden = false;
    cancel.onclick = () => fetch("/jobs/" + told.job, { method: "DELETE" });
    for (;;) {
      await new Promise(done => setTimeout(done, 400));
      const now = await (await fetch("/jobs/" + told.job)).json();
      bar.max = now.count; bar.value = now.done; said.textContent = `${now.done} of ${now.count}`;
      if (now.error) { said.textContent = now.cancelled ? "cancelled" : now.error; break; }
      if (now.finished) { results(now.answer); said.textContent = `${now.count} draws done`; break; }
    }
    bar.hidden = cancel.hidden = true;
  });
  const results = answer => {
    const table = document.createElement("table"), signed = x => (x > 0 ? "+" : "") + x.toFixed(2).replace("-", "−");
    const row = (cells, kind) => { const tr = document.createElement("tr"); for (const c of cells) { const td = document.createElement(kind); td.textContent = c; tr.append(td); } table.append(tr); };
    row(["economy", "real income, percent", "5 to 95 %"], "th");
    for (const e of answer.economies) row([e.name, signed(e.real_income), `${signed(e.low)} to ${signed(e.high)}`], "td");
    document.getElementById("drawn").replaceChildren(table);
  };

  window.detente = { draw, drawn };
  draw();
})();
