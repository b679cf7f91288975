// Comfort only: the pages work without this file.

// Django's switch between light, dark and automatic sets data-theme; KERN's colours listen to data-kern-theme.
{
  const root = document.documentElement;
  const follow = () => {
    const theme = root.dataset.theme;
    if (theme === "light" || theme === "dark") root.dataset.kernTheme = theme;
    else delete root.dataset.kernTheme;
  };
  new MutationObserver(follow).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
  follow();
}

// The error summary takes the focus, so that the keyboard and a screen reader start there.
document.addEventListener("DOMContentLoaded", () => document.querySelector("[data-error-summary]")?.focus());

// Select2 and the text editor put a widget in place of the form's own field: it takes over the field's label.
{
  const label = (field) => {
    const found = field?.id && document.querySelector(`label[for="${field.id}"]`);
    if (found) found.id ||= `${field.id}_label`;
    return found;
  };
  const nameSelect = (widget) => {
    const shown = widget.querySelector(".select2-selection__rendered");
    const found = label(widget.previousElementSibling);
    if (!shown || !found) return;
    shown.setAttribute("aria-labelledby", found.id);
    widget.querySelector("[role=combobox]").setAttribute("aria-labelledby", `${found.id} ${shown.id}`);
  };
  const nameEditor = (editor) => {
    const found = label(editor.closest(".prose-editor")?.querySelector("textarea"));
    if (found) editor.setAttribute("aria-labelledby", found.id);
  };
  // The editor's buttons know English alone.
  const words = {
    "unordered list": "Aufzählung",
    "ordered list": "nummerierte Liste",
    "insert link": "Link einfügen",
    "remove link": "Link entfernen",
    "Insert table": "Tabelle einfügen",
    "Add column": "Spalte anfügen",
    "Delete column": "Spalte löschen",
    "Add row": "Zeile anfügen",
    "Delete row": "Zeile löschen",
    "Merge cells": "Zellen verbinden",
    "Split cell": "Zelle teilen",
    "Toggle header cell": "Kopfzelle an oder aus",
    "Delete table": "Tabelle löschen",
    "Heading 2": "Überschrift 2",
    "Heading 3": "Überschrift 3",
    Paragraph: "Absatz",
    paragraph: "Absatzart",
    heading: "Absatzart",
    bold: "fett",
    italic: "kursiv",
    undo: "rückgängig",
    redo: "wiederholen",
  };
  const translate = (button) => {
    if (button.title in words) {
      button.title = words[button.title];
      button.setAttribute("aria-label", button.title);
    }
    const text = button.querySelector("h2, h3, p");
    if (text?.textContent in words) text.textContent = words[text.textContent];
  };
  new MutationObserver(() => {
    for (const button of document.querySelectorAll(".prose-menubar button")) translate(button);
    for (const widget of document.querySelectorAll("select + .select2-container")) nameSelect(widget);
    for (const editor of document.querySelectorAll(".ProseMirror[role=textbox]")) nameEditor(editor);
  }).observe(document.documentElement, { childList: true, subtree: true });
}
