"use strict";
// What a visitor's browser does: charts drawn from the JSON beside them, levers priced as they move, the state in the address.
(() => {
  const root = document.documentElement;
  const here = (document.currentScript && document.currentScript.src || "/static/detente.js").replace(/detente\.js.*$/, "");
  const charts = new Map();
  const standalone = () => root.dataset.standalone === "1";

  const colour = name => getComputedStyle(root).getPropertyValue("--" + name).trim() || name;
  const themed = x => Array.isArray(x) ? x.map(themed)
    : x && typeof x === "object" ? Object.fromEntries(Object.entries(x).map(([k, v]) => [k, themed(v)]))
    : typeof x === "string" && x[0] === "@" && /^@[a-z]+[0-9]?$/.test(x) ? colour(x.slice(1)) : x;
  const config = () => {
    const ink = colour("ink"), soft = colour("soft"), line = colour("line"), font = getComputedStyle(document.body).fontFamily;
    return { background: colour("paper"), title: { aria: false, anchor: "start", frame: "bounds", color: ink, font, fontSize: 15, fontWeight: 600, subtitleColor: soft, subtitleFont: font, subtitleFontSize: 12, subtitleLineHeight: 16, subtitlePadding: 4, offset: 12 }, mark: { aria: false }, font, view: { stroke: null }, rule: { color: soft }, line: { color: soft }, text: { color: ink, font, fontSize: 12 },
      axis: { aria: false, labelColor: ink, titleColor: soft, gridColor: line, domainColor: line, tickColor: line, labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal" },
      legend: { aria: false, labelColor: ink, titleColor: soft, labelFontSize: 12 }, geoshape: { stroke: colour("paper") } };
  };

  // the lines of a title, broken to the width of its chart
  const broken = (text, width, size) => {
    const most = Math.max(20, Math.floor(width / (0.53 * size))), lines = [""];
    for (const word of text.split(" ")) {
      const line = lines[lines.length - 1];
      if (line && line.length + word.length >= most) lines.push(word); else lines[lines.length - 1] = line ? line + " " + word : word;
    }
    return lines;
  };
  const fitted = (spec, width) => spec.title ? { ...spec, title: { text: broken(spec.title.text, width, 15), subtitle: spec.title.subtitle.flatMap(line => broken(line, width, 12)) } } : spec;

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
      const spec = { ...fitted(themed(JSON.parse(tag.textContent)), box.clientWidth), config: config() };
      if (charts.has(id)) charts.get(id).finalize();
      const chart = await window.vegaEmbed(box, spec, { actions: false, ast: true, expr: window.vega.expressionInterpreter,
        renderer: "svg", logLevel: 1, defaultStyle: false, tooltip: { disableDefaultStyle: true } });
      charts.set(id, chart);
      const tools = box.parentElement.querySelector(".tools");
      if (tools) tools.hidden = false;
    }));
    root.dataset.drawn = String(1 + Number(root.dataset.drawn || 0));
  }

  document.addEventListener("click", async event => {
    const button = event.target.closest("[data-save]");
    if (!button) return;
    const kind = button.dataset.save;
    const url = await charts.get(button.dataset.of).view.toImageURL(kind, 2), link = document.createElement("a");
    link.href = url; link.download = `detente-${button.dataset.of}.${kind}`; link.click();
  });

  // a picture drawn by the server as PNG, at twice its size
  document.addEventListener("click", async event => {
    const button = event.target.closest("[data-png]");
    if (!button) return;
    const image = new Image(), canvas = document.createElement("canvas"), link = document.createElement("a");
    image.src = button.dataset.png;
    await image.decode();
    canvas.width = 2 * image.naturalWidth; canvas.height = 2 * image.naturalHeight;
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    link.href = canvas.toDataURL("image/png"); link.download = button.dataset.name; link.click();
  });
  for (const button of document.querySelectorAll("[data-png]")) button.hidden = false;

  // theme: the visitor's system unless they choose
  const button = document.getElementById("theme");
  const dark = () => root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  const showTheme = () => { if (button) { button.hidden = false; button.textContent = dark() ? "Light" : "Dark"; button.setAttribute("aria-pressed", String(dark())); } };
  try { const stored = localStorage.getItem("theme"); if (stored) root.dataset.theme = stored; } catch { /* no storage */ }
  if (button) button.addEventListener("click", () => {
    root.dataset.theme = dark() ? "light" : "dark";
    try { localStorage.setItem("theme", root.dataset.theme); } catch { /* no storage */ }
    showTheme(); draw();
  });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { showTheme(); draw(); });
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
      await draw(box);
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

  window.detente = { draw, charts };
  draw();
})();
