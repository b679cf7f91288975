// Comfort only: the table and the forms of the weighing work without this file.

document.addEventListener("DOMContentLoaded", () => {
  // One box for all of the page, and how many are chosen.
  const table = document.querySelector(".weighing-table");
  const all = document.querySelector("[data-all]");
  if (table && all) {
    const boxes = [...table.querySelectorAll("tbody input[type=checkbox]")];
    const box = all.querySelector("input");
    const count = document.querySelector("[data-chosen-count]");
    const tell = () => {
      const chosen = boxes.filter((each) => each.checked).length;
      box.checked = chosen > 0 && chosen === boxes.length;
      box.indeterminate = chosen > 0 && chosen < boxes.length;
      count.textContent = chosen ? `(${chosen})` : "";
    };
    all.hidden = false;
    box.addEventListener("change", () => {
      for (const each of boxes) each.checked = box.checked;
      tell();
    });
    table.addEventListener("change", tell);
    tell();
  }

  // What a weighing flows into: type to narrow the list; what is ticked stays in sight.
  for (const entries of document.querySelectorAll("[data-entries]")) {
    const search = entries.querySelector("[data-search]");
    const ticked = entries.querySelector("[data-ticked]");
    if (!search) continue;
    const field = search.querySelector("input");
    const found = search.querySelector("[data-found]");
    const choices = [...entries.querySelectorAll(".kern-form-check")];
    const narrow = () => {
      const words = field.value.toLocaleLowerCase("de").split(/\s+/).filter(Boolean);
      let shown = 0;
      for (const choice of choices) {
        const text = choice.textContent.toLocaleLowerCase("de");
        const fits = words.every((word) => text.includes(word));
        choice.hidden = !fits && !choice.querySelector("input").checked;
        if (fits) shown += 1;
      }
      found.textContent = words.length ? `${shown} / ${choices.length}` : "";
    };
    search.hidden = false;
    field.addEventListener("input", narrow);
    field.addEventListener("keydown", (event) => {
      if (event.key === "Enter") event.preventDefault(); // it would send the form
    });
    entries.addEventListener("change", () => {
      ticked.textContent = choices.filter((choice) => choice.querySelector("input").checked).length;
    });
  }

  // Whoever leaves with words unsaved is asked.
  const desk = document.querySelector("form.weighing-desk");
  if (desk) {
    let isDirty = Boolean(document.querySelector("[data-error-summary], .kern-alert[role=alert]"));
    desk.addEventListener("input", () => (isDirty = true));
    desk.addEventListener("submit", () => (isDirty = false));
    addEventListener("beforeunload", (event) => {
      if (isDirty) event.preventDefault();
    });
  }
});
