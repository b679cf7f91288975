// Comfort only: the form works without this file.

// How much room the text has left; a screen reader hears it once somebody pauses.
for (const counter of document.querySelectorAll("[data-count]")) {
  const field = document.querySelector(counter.dataset.count);
  const shown = counter.querySelector("[data-count-shown]");
  const told = counter.querySelector("[data-count-told]");
  const most = Number(counter.dataset.most);
  const language = document.documentElement.lang;
  let pause = 0;
  const count = () => {
    const left = most - [...field.value].length;
    const words = left < 0 ? counter.dataset.textOver : counter.dataset.textLeft;
    shown.textContent = words.replace("{count}", Math.abs(left).toLocaleString(language));
    counter.classList.toggle("submission__count--over", left < 0);
  };
  field.addEventListener("input", () => {
    count();
    clearTimeout(pause);
    pause = setTimeout(() => { told.textContent = shown.textContent; }, 1500);
  });
  counter.hidden = false;
  count();
}

// Which files were chosen, and which are too large to be sent.
for (const part of document.querySelectorAll("[data-files]")) {
  const input = part.querySelector("input[type=file]");
  const told = part.querySelector("[data-files-told]");
  input?.addEventListener("change", () => {
    told.replaceChildren();
    if (!input.files.length) return;
    const list = document.createElement("ul");
    list.className = "submission__told kern-body";
    for (const file of input.files) {
      const entry = document.createElement("li");
      const isTooLarge = file.size > Number(part.dataset.mostBytes);
      entry.textContent = `${part.dataset.textChosen} ${file.name}${isTooLarge ? ` – ${part.dataset.textTooLarge}` : ""}`;
      entry.classList.toggle("submission__told--too-large", isTooLarge);
      list.append(entry);
    }
    told.append(list);
  });
}

// The receipt: printing and copying need a script.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) break; // There is none on pages without HTTPS.
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.querySelector(button.dataset.copy).textContent.trim());
    document.querySelector("[data-copied]").textContent = button.dataset.textCopied;
  });
}
