"use strict";
// Typesets the equations of a page with the KaTeX that lies beside it; without JavaScript their TeX stays readable.
document.addEventListener("DOMContentLoaded", () => {
  for (const element of document.querySelectorAll(".arithmatex")) {
    const text = element.textContent.trim();
    katex.render(text.slice(2, -2), element, { displayMode: text.startsWith("\\["), throwOnError: false, strict: false });
  }
});
