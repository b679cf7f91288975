// Comfort for the moderation only: every page works without this file.

// Choosing a template fills in its text, unless somebody wrote words of their own.
{
  const texts = JSON.parse(document.getElementById("vorlagen")?.textContent ?? "{}");
  const known = new Set(Object.values(texts));
  for (const select of document.querySelectorAll("select[name$=template]")) {
    const reason = select.form?.querySelector("textarea[name$=reason]");
    if (!reason) continue;
    select.addEventListener("change", () => {
      if (reason.value.trim() && !known.has(reason.value)) return;
      reason.value = texts[select.value] ?? "";
    });
  }
}

// A second click while the first is under way decides nothing twice.
{
  const sent = new WeakSet();
  document.addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (sent.has(event.target)) event.preventDefault();
    sent.add(event.target);
  });
  // The browser's back button brings a page back as it was left.
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
}

// One box for all lines of the page, and how many are chosen.
{
  const holder = document.querySelector("[data-all]");
  const boxes = [...document.querySelectorAll("input[name=chosen][type=checkbox]")];
  if (holder && boxes.length) {
    const all = holder.querySelector("input");
    const count = document.querySelector("[data-chosen-count]");
    const follow = () => {
      const chosen = boxes.filter((box) => box.checked).length;
      all.checked = chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
      count.textContent = chosen ? `(${chosen})` : "";
    };
    holder.hidden = false;
    all.addEventListener("change", () => {
      for (const box of boxes) box.checked = all.checked;
      follow();
    });
    for (const box of boxes) box.addEventListener("change", follow);
    follow();
  }
}

// Single keys, which can be switched off and never act while somebody writes (WCAG 2.1.4).
{
  const STORED = "kek.moderation.keys";
  const help = document.querySelector("[data-keys]");
  const stored = () => {
    try {
      return localStorage.getItem(STORED);
    } catch {
      return null;
    }
  };
  if (help) {
    const box = help.querySelector("[data-keys-on]");
    box.checked = stored() !== "off";
    box.addEventListener("change", () => {
      try {
        localStorage.setItem(STORED, box.checked ? "on" : "off");
      } catch {
        // Where nothing can be stored, the choice holds for this page.
      }
    });
    help.hidden = false;
    const act = (target) => {
      if (!(target instanceof HTMLDetailsElement)) {
        target.click();
        return;
      }
      target.open = true;
      (target.querySelector("select, textarea, input:not([type=hidden])") ?? target.firstElementChild).focus();
    };
    document.addEventListener("keydown", (event) => {
      if (!box.checked || event.repeat || event.defaultPrevented) return;
      if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey || event.isComposing) return;
      if (event.target.closest("input:not([type=checkbox]), textarea, select, [contenteditable=true]")) return;
      if (!/^[a-z]$/.test(event.key)) return;
      const target = document.querySelector(`[data-key="${event.key}"]`);
      if (!target) return;
      event.preventDefault();
      act(target);
    });
  }
}
