"use strict";
// The one-file page: levers that step over solved points only; text, table and drawings from the same row of the grid.
(async () => {
  const grid = JSON.parse(document.getElementById("grid").textContent);
  const form = document.getElementById("grid-levers"), figure = document.getElementById("figure-economies");
  const [first, second] = ["first", "second"].map(name => form.querySelector(`[name=${name}]`));
  const packed = new Blob([Uint8Array.from(atob(grid.drawings), letter => letter.charCodeAt(0))]);
  const drawings = await new Response(packed.stream().pipeThrough(new DecompressionStream("gzip"))).json();
  const signed = (value, digits) => { const text = value.toFixed(digits); return (Number(text) > 0 ? "+" : "") + text.replace("-", "−"); };
  const show = keepInAddress => {
    const place = first.value * grid.points.length + Number(second.value), row = grid.rows[place];
    const firstPoints = grid.points[first.value], secondPoints = grid.points[second.value];
    document.getElementById("o-first").textContent = signed(firstPoints, 0) + " pts";
    document.getElementById("o-second").textContent = signed(secondPoints, 0) + " pts";
    document.getElementById("income").textContent =
      `Real income: ${grid.parties.map(party => `${party.name} ${signed(row.x[party.at], 2)} %, `).join("")}world ${signed(row.w, 2)} %, with ${signed(firstPoints, 0)} points added to ${grid.titles[0]} and ${signed(secondPoints, 0)} to ${grid.titles[1]}.`;
    document.getElementById("proof").textContent = row.proof;
    const ranked = grid.names.map((name, k) => [name, row.x[k]]).sort((a, b) => b[1] - a[1]);
    document.querySelector("#all tbody").replaceChildren(...ranked.map(([name, income]) => {
      const tr = document.createElement("tr"), th = document.createElement("th"), td = document.createElement("td");
      th.scope = "row"; th.textContent = name; td.className = "n"; td.textContent = signed(income, 3); tr.append(th, td);
      return tr;
    }));
    figure.querySelectorAll(".plot").forEach((box, width) => { box.innerHTML = drawings[place][width]; });
    if (keepInAddress) history.replaceState(null, "", `#first=${firstPoints}&second=${secondPoints}`);
  };
  const readAddress = () => {
    const state = new URLSearchParams(location.hash.slice(1));
    for (const [input, key] of [[first, "first"], [second, "second"]]) {
      const stop = grid.points.indexOf(Number(state.get(key)));
      if (stop >= 0) input.value = stop;
    }
  };
  // the drawing as a file of its own: in the colours that it has without a style sheet
  const save = document.getElementById("save");
  save.addEventListener("click", () => {
    const text = figure.querySelector(".plot svg").outerHTML.replace(/var\(--\w+, (#\w+)\)/g, "$1");
    save.href = URL.createObjectURL(new Blob([text], { type: "image/svg+xml" }));
    setTimeout(() => URL.revokeObjectURL(save.href), 1000);
  });
  form.hidden = save.parentElement.hidden = false;
  form.addEventListener("input", () => show(true));
  addEventListener("hashchange", () => { readAddress(); show(false); });
  readAddress();
  show(false);
})();
