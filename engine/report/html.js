/* Sorts a table by a click on the head of a column: down, up, as it was. Moves rows, makes none. */
for (const table of document.querySelectorAll("table")) {
  const body = table.tBodies[0], first = [...body.rows];
  const value = (row, i) => {
    const text = row.cells[i].textContent.trim();
    const number = Number(text.replace(/[,%<>]/g, ""));
    return text === "" || Number.isNaN(number) ? text.toLowerCase() : number;
  };
  if (first.length < 3) continue;
  [...table.tHead.rows[0].cells].forEach((head, i) => {
    if (head.textContent === "" || head.querySelector("svg")) return;
    head.classList.add("sorts");
    head.tabIndex = 0;
    const sort = () => {
      const was = head.getAttribute("aria-sort");
      const now = was === null ? "descending" : was === "descending" ? "ascending" : null;
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      if (now) head.setAttribute("aria-sort", now);
      const sign = now === "ascending" ? 1 : -1;
      const rows = now === null ? first : [...first].sort((a, b) => {
        const x = value(a, i), y = value(b, i);
        const total = b.classList.contains("total") - a.classList.contains("total");
        return total || sign * (typeof x === typeof y ? (x > y) - (x < y) : typeof x === "number" ? 1 : -1);
      });
      body.append(...rows);
    };
    head.addEventListener("click", sort);
    head.addEventListener("keydown", e => { if (e.key === "Enter") sort(); });
  });
}
for (const button of document.querySelectorAll("button.print")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
