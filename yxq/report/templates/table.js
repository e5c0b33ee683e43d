"use strict";
// Rows of a table in the order of a column, and only those that a search finds. Without this script all is there, ranked.
(() => {
  const lang = document.documentElement.lang;
  const worth = cell => {  // "32 / 33" is a share, "4–10" begins with 4, "" comes last
    const text = cell.textContent.trim(), part = /^([\d.]+)\s*\/\s*([\d.]+)$/.exec(text);
    if (part) return +part[1] / +part[2];
    return text === "" ? null : /^[−-]?[\d.]/.test(text) ? parseFloat(text.replace("−", "-")) : text;
  };
  const order = (a, b) => typeof a === "number" && typeof b === "number" ? a - b : String(a).localeCompare(String(b), lang, { numeric: true });
  for (const table of document.querySelectorAll("table[data-sort]")) {
    const heads = [...table.tHead.rows[0].cells], body = table.tBodies[0];
    heads.forEach((head, place) => {
      if ("fixed" in head.dataset) return;
      const button = document.createElement("span");  // a real button is left out where a heading repeats on paper
      Object.assign(button, { role: "button", tabIndex: 0 });
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("keydown", event => {
        if (event.key !== "Enter" && event.key !== " ") return;
        event.preventDefault();
        button.click();
      });
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach(one => one.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const rows = [...body.rows].map(row => [worth(row.cells[place]), row]);
        rows.sort(([a], [b]) => a === null || b === null ? (a === null) - (b === null) : down ? order(b, a) : order(a, b));
        body.append(...rows.map(([, row]) => row));
      });
    });
  }
  const form = document.querySelector(".filter");
  if (!form) return;
  const [input, told] = [form.querySelector("input"), form.querySelector("output")];
  const rows = [...document.querySelectorAll("[data-find]")];
  const names = new Map(rows.map(row => {  // of what is a link alone, name, code and pinyin are the link's
    const link = row.querySelector("a");
    return [row, [row.dataset.find, link.textContent, link.getAttribute("href")].join(" ").normalize("NFKC").toLowerCase()];
  }));
  form.hidden = false;
  form.addEventListener("submit", event => event.preventDefault());
  input.addEventListener("input", () => {
    const words = input.value.normalize("NFKC").toLowerCase().split(/\s+/).filter(Boolean);
    rows.forEach(row => { row.hidden = !words.every(word => names.get(row).includes(word)); });
    const n = rows.filter(row => !row.hidden).length;
    told.value = told.dataset.text.replace("{n}", n) + (n ? "" : "　" + told.dataset.none);
  });
})();
