"use strict";
// The one-file page: levers that step over solved points only; text, table and chart from the same row of the grid.
(() => {
  const MOST_ECONOMIES = 22;
  const grid = JSON.parse(document.getElementById("grid").textContent);
  const form = document.getElementById("grid-levers");
  const [us, china] = ["us", "china"].map(name => form.querySelector(`[name=${name}]`));
  const signed = (value, digits) => { const text = value.toFixed(digits); return (Number(text) > 0 ? "+" : "") + text.replace("-", "−"); };
  const solved = () => grid.rows[us.value * grid.points.length + Number(china.value)];
  async function show(keepInAddress) {
    const row = solved(), usPoints = grid.points[us.value], chinaPoints = grid.points[china.value];
    document.getElementById("o-us").textContent = signed(usPoints, 0) + " pts";
    document.getElementById("o-china").textContent = signed(chinaPoints, 0) + " pts";
    document.getElementById("income").textContent =
      `Real income: USA ${signed(row.x[grid.at.USA], 2)} %, China ${signed(row.x[grid.at.CHN], 2)} %, world ${signed(row.w, 2)} %, with ${signed(usPoints, 0)} points on Chinese goods and ${signed(chinaPoints, 0)} on US goods.`;
    document.getElementById("proof").textContent = row.proof;
    const ranked = grid.names.map((name, k) => [name, row.x[k], grid.codes[k]]).sort((a, b) => b[1] - a[1]);
    const body = document.querySelector("#all tbody");
    body.replaceChildren(...ranked.map(([name, income]) => {
      const tr = document.createElement("tr"), th = document.createElement("th"), td = document.createElement("td");
      th.scope = "row"; th.textContent = name; td.className = "n"; td.textContent = signed(income, 3); tr.append(th, td);
      return tr;
    }));
    const affected = [...ranked].sort((a, b) => Math.abs(b[1]) - Math.abs(a[1])).slice(0, MOST_ECONOMIES).map(entry => entry[2]);
    const shown = new Set(affected.concat("USA", "CHN"));
    const tag = document.querySelector('script[data-spec="economies"]'), spec = JSON.parse(tag.textContent);
    spec.data.values = ranked.filter(entry => shown.has(entry[2])).map(([name, x, code]) => ({ name, x, low: null, high: null, tone: code === "USA" ? "@usa" : code === "CHN" ? "@chn" : "@other" }));
    tag.textContent = JSON.stringify(spec).replace(/</g, "\\u003c");
    if (keepInAddress) history.replaceState(null, "", `#us=${usPoints}&china=${chinaPoints}`);
    await window.detente.draw(document.getElementById("what-if"));
  }
  const readAddress = () => {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const [input, key] of [[us, "us"], [china, "china"]]) {
      const stop = grid.points.indexOf(Number(state.get(key)));
      if (stop >= 0) input.value = stop;
    }
  };
  form.addEventListener("input", () => show(true));
  addEventListener("hashchange", () => { readAddress(); show(false); });
  readAddress();
  show(false);
})();
