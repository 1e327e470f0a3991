"use strict";
// The one-file page: levers that step over solved points only, text, table and chart from the same row of the grid.
(() => {
  const grid = JSON.parse(document.getElementById("grid").textContent);
  const box = document.getElementById("levers-alone");
  const [us, china] = ["us", "china"].map(name => box.querySelector(`[name=${name}]`));
  const signed = (x, digits) => { const t = x.toFixed(digits); return (Number(t) > 0 ? "+" : "") + t.replace("-", "−"); };
  const at = () => grid.rows[us.value * grid.china.length + Number(china.value)];
  async function show(push) {
    const row = at(), a = grid.us[us.value], b = grid.china[china.value];
    document.getElementById("o-us").textContent = signed(a, 0) + " pts";
    document.getElementById("o-china").textContent = signed(b, 0) + " pts";
    document.getElementById("said").textContent =
      `Real income: USA ${signed(row.x[grid.at.USA], 2)} %, China ${signed(row.x[grid.at.CHN], 2)} %, world ${signed(row.w, 2)} %, with ${signed(a, 0)} points on Chinese goods and ${signed(b, 0)} on US goods.`;
    document.getElementById("proof").textContent = `Solved, not interpolated: largest market miss ${row.g}.`;
    const order = grid.names.map((name, k) => [name, row.x[k], grid.codes[k]]).sort((p, q) => q[1] - p[1]);
    const body = document.querySelector("#all tbody");
    body.replaceChildren(...order.map(([name, x]) => {
      const tr = document.createElement("tr"), th = document.createElement("th"), td = document.createElement("td");
      th.scope = "row"; th.textContent = name; td.className = "n"; td.textContent = signed(x, 3); tr.append(th, td);
      return tr;
    }));
    const most = new Set([...order].sort((p, q) => Math.abs(q[1]) - Math.abs(p[1])).slice(0, 22).map(r => r[2]).concat("USA", "CHN"));
    const tag = document.querySelector('script[data-spec="economies"]'), spec = JSON.parse(tag.textContent);
    spec.data.values = order.filter(r => most.has(r[2])).map(([name, x, code]) => ({ name, x, low: null, high: null, tone: code === "USA" ? "@usa" : code === "CHN" ? "@chn" : "@other" }));
    tag.textContent = JSON.stringify(spec).replace(/</g, "\\u003c");
    if (push) history.replaceState(null, "", `#us=${a}&china=${b}`);
    await window.detente.draw(document.getElementById("alone"));
  }
  const read = () => {
    const found = new URLSearchParams(location.hash.slice(1));
    for (const [input, points, key] of [[us, grid.us, "us"], [china, grid.china, "china"]]) {
      const k = points.indexOf(Number(found.get(key)));
      if (k >= 0) input.value = k;
    }
  };
  box.addEventListener("input", () => show(true));
  addEventListener("hashchange", () => { read(); show(false); });
  read();
  show(false);
})();
