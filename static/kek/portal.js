// Comfort only: every page works without this file.

// The error summary takes the focus, so that the keyboard and a screen reader start there.
document.querySelector("[data-error-summary]")?.focus();

// A link with data-dialog="id" opens that <dialog> here instead of its own page.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-dialog]");
  if (!link || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const dialog = document.getElementById(link.dataset.dialog);
  if (!dialog?.showModal) return;
  event.preventDefault();
  dialog.addEventListener("close", () => link.focus(), { once: true });
  dialog.showModal();
});

// A click beside the dialog closes it, as Escape does.
document.addEventListener("click", (event) => {
  if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close();
});

// Escape closes the menu and returns to its button.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const menu = document.querySelector(".portal-nav details[open]");
  if (!menu?.contains(document.activeElement)) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
