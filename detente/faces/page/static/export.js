"use strict";
// The one-file page: levers that step over solved points only; text, table and chart from the same row of the grid.
(() => {
  const MOST_ECONOMIES = 22;
  const grid = JSON.parse(document.getElementById("grid").textContent);
  const form = document.getElementById("grid-levers");
  const [first, second] = ["first", "second"].map(name => form.querySelector(`[name=${name}]`));
  const signed = (value, digits) => { const text = value.toFixed(digits); return (Number(text) > 0 ? "+" : "") + text.replace("-", "−"); };
  const kind = code => (grid.parties.find(party => party.code === code) || { name: "other economies" }).name;
  const solved = () => grid.rows[first.value * grid.points.length + Number(second.value)];
  async function show(keepInAddress) {
    const row = solved(), firstPoints = grid.points[first.value], secondPoints = grid.points[second.value];
    document.getElementById("o-first").textContent = signed(firstPoints, 0) + " pts";
    document.getElementById("o-second").textContent = signed(secondPoints, 0) + " pts";
    document.getElementById("income").textContent =
      `Real income: ${grid.parties.map(party => `${party.name} ${signed(row.x[party.at], 2)} %, `).join("")}world ${signed(row.w, 2)} %, with ${signed(firstPoints, 0)} points added to ${grid.titles[0]} and ${signed(secondPoints, 0)} to ${grid.titles[1]}.`;
    document.getElementById("proof").textContent = row.proof;
    const ranked = grid.names.map((name, k) => [name, row.x[k], grid.codes[k]]).sort((a, b) => b[1] - a[1]);
    const body = document.querySelector("#all tbody");
    body.replaceChildren(...ranked.map(([name, income]) => {
      const tr = document.createElement("tr"), th = document.createElement("th"), td = document.createElement("td");
      th.scope = "row"; th.textContent = name; td.className = "n"; td.textContent = signed(income, 3); tr.append(th, td);
      return tr;
    }));
    const affected = [...ranked].sort((a, b) => Math.abs(b[1]) - Math.abs(a[1])).slice(0, MOST_ECONOMIES).map(entry => entry[2]);
    const shown = new Set(affected.concat(grid.parties.map(party => party.code)));
    const tag = document.querySelector('script[data-spec="economies"]'), spec = JSON.parse(tag.textContent);
    spec.data.values = ranked.filter(entry => shown.has(entry[2])).map(([name, x, code]) => ({ name, x, low: null, high: null, hollow: false, kind: kind(code) }));
    tag.textContent = JSON.stringify(spec).replace(/</g, "\\u003c");
    if (keepInAddress) history.replaceState(null, "", `#first=${firstPoints}&second=${secondPoints}`);
    await window.detente.draw(document.getElementById("what-if"));
  }
  const readAddress = () => {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const [input, key] of [[first, "first"], [second, "second"]]) {
      const stop = grid.points.indexOf(Number(state.get(key)));
      if (stop >= 0) input.value = stop;
    }
  };
  form.addEventListener("input", () => show(true));
  addEventListener("hashchange", () => { readAddress(); show(false); });
  readAddress();
  show(false);
})();
