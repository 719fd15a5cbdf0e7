// Tables with the class "sortable": a button in each head sorts the rows, and says so to screen
// readers by aria-sort. Without scripts the table stands as it was made, best first.

function valueOf(row, column, kind) {
  const cell = row.children[column];
  if (kind !== "number") return cell.textContent.trim().toLowerCase();
  return cell.dataset.value === "" ? null : Number(cell.dataset.value);
}

function sortBy(table, head, column) {
  const kind = head.dataset.kind;
  const now = head.getAttribute("aria-sort");
  const first = head.dataset.first || "ascending";
  const other = first === "ascending" ? "descending" : "ascending";
  const order = now === first ? other : first;
  const sign = order === "ascending" ? 1 : -1;
  const rows = [...table.tBodies[0].rows];
  rows.sort((one, two) => {
    const a = valueOf(one, column, kind);
    const b = valueOf(two, column, kind);
    // What was not measured stands at the end in either order.
    if (a === null || b === null) return (a === null) - (b === null);
    return a < b ? -sign : a > b ? sign : 0;
  });
  table.tBodies[0].append(...rows);
  for (const each of table.tHead.rows[0].cells) each.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", order);
}

for (const table of document.querySelectorAll("table.sortable")) {
  [...table.tHead.rows[0].cells].forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = head.textContent;
    button.addEventListener("click", () => sortBy(table, head, column));
    head.replaceChildren(button);
  });
}

// pandas sets every column to the right, which suits numbers; words begin at the left.
for (const table of document.querySelectorAll("table.dataframe")) {
  const rows = [...table.querySelectorAll("tbody tr")];
  for (const head of table.querySelectorAll("thead tr:first-child th")) {
    const cells = rows.map((row) => row.children[head.cellIndex]).filter(Boolean);
    const number = /^[−+-]?[\d.,]+( ?%)?$|^(nan|–|<NA>)?$/i;
    if (cells.every((cell) => cell.tagName === "TH" || number.test(cell.textContent.trim()))) continue;
    for (const cell of [head, ...cells]) cell.classList.add("words");
  }
}

// A chart opens by itself in full size, which a small screen needs.
for (const image of document.querySelectorAll("div.cell_output img, img[src*='leaderboard_']")) {
  if (image.closest("a")) continue;
  const link = document.createElement("a");
  link.className = "enlarge";
  link.href = image.src;
  image.replaceWith(link);
  link.append(image);
}
