// Comfort only: the minutes are saved by their buttons without this file.
// It sends what has just changed to the same address as the buttons, and keeps every text where that does not work.

const PAUSE = 2000; // milliseconds without a key until a text is saved
const AGAIN = 15000; // until it is tried again without a connection

document.addEventListener("DOMContentLoaded", () => {
  const desk = document.querySelector("form[data-minutes]");
  if (!desk) return;
  const status = desk.querySelector("[data-status]");
  const words = desk.dataset;
  const texts = [...desk.querySelectorAll("[data-text]")].map((place) => ({
    name: place.dataset.text,
    place,
    seen: place.querySelector("input[name$=-seen]"),
    fields: [...place.querySelectorAll("textarea")],
    trouble: place.querySelector("[data-trouble]"),
    button: place.querySelector("[data-save]"),
    // Somebody else was faster: only the button below both texts decides which one stays.
    isStuck: place.querySelector(".minutes-conflict") !== null,
    saved: null,
    refused: null,
  }));
  const typed = (text) => text.fields.map((field) => field.value).join("\0");
  const shown = (text) => text.fields.map((field) => field.defaultValue).join("\0");
  const isChanged = (text) => typed(text) !== text.saved;
  const isDue = (text) => isChanged(text) && !text.isStuck && typed(text) !== text.refused;
  const isUnsaved = () => texts.some(isChanged) || others().some((field) => field.value !== field.defaultValue);
  // What is written down beside the texts waits for its button.
  const others = () => [...desk.querySelectorAll(".minutes-new input:not([type=checkbox]), .minutes-point input")];
  for (const text of texts) {
    const isAsStored = !text.isStuck && !text.place.querySelector("[aria-invalid]");
    // Not what stands there: somebody may have typed before this file arrived.
    text.saved = isAsStored ? shown(text) : null;
  }

  let timer = null;
  let underWay = null;
  let isLeaving = false;
  let lastSaved = "";

  const tell = (kind, message) => {
    status.dataset.kind = kind;
    if (status.textContent !== message) status.textContent = message;
  };
  const wait = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };

  const send = async (changed) => {
    const body = new FormData();
    body.set("csrfmiddlewaretoken", desk.elements.csrfmiddlewaretoken.value);
    body.set("verb", "save");
    for (const text of changed) for (const field of [text.seen, ...text.fields]) body.set(field.name, field.value);
    return fetch(location.pathname, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
  };
  // Whoever logs in again in another window gets a new token: this page fetches it, and sends once more.
  const sendRenewed = async (changed) => {
    const answer = await fetch(location.pathname, { redirect: "manual" });
    if (!answer.ok) return answer;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const token = page.querySelector("form[data-minutes] input[name=csrfmiddlewaretoken]");
    if (token) desk.elements.csrfmiddlewaretoken.value = token.value;
    return send(changed);
  };

  const take = (answer, changed, sent) => {
    for (const text of changed) {
      if (text.name in answer.seen) {
        text.seen.value = answer.seen[text.name];
        text.saved = sent.get(text);
        text.trouble.replaceChildren();
        continue;
      }
      text.refused = sent.get(text);
      text.trouble.innerHTML = answer.trouble[text.name] ?? "";
      text.isStuck = text.trouble.querySelector(".minutes-conflict") !== null;
      if (text.button) text.button.hidden = text.isStuck;
    }
    if (answer.refused) tell("trouble", answer.refused);
    else if (texts.some((text) => text.trouble.childElementCount)) tell("trouble", words.trouble);
    else tell("saved", (lastSaved = `${words.saved} ${answer.at}`));
    desk.querySelector("[data-unbegun]")?.remove();
  };

  const attempt = async () => {
    const changed = texts.filter(isDue);
    if (!texts.some(isChanged)) tell("saved", lastSaved);
    if (!changed.length) return;
    const sent = new Map(changed.map((text) => [text, typed(text)]));
    tell("saving", words.saving);
    try {
      let answer = await send(changed);
      if (answer.status === 403) answer = await sendRenewed(changed);
      if (answer.type === "opaqueredirect") {
        tell("trouble", words.loggedOut);
        return;
      }
      if (!answer.ok) throw new Error(`${answer.status}`);
      take(await answer.json(), changed, sent);
    } catch {
      tell("trouble", words.lost);
    }
  };
  const save = async () => {
    clearTimeout(timer);
    if (underWay) return;
    underWay = attempt().finally(() => {
      underWay = null;
    });
    await underWay;
    // What could not be sent, or was written while the last texts were on their way.
    if (!isLeaving && texts.some(isDue)) wait(status.dataset.kind === "trouble" ? AGAIN : PAUSE);
  };

  const notice = (text) => {
    if (status.dataset.kind !== "trouble") tell("unsaved", words.unsaved);
    if (!text.isStuck) wait(PAUSE);
  };
  desk.addEventListener("input", (event) => {
    const text = texts.find(({ fields }) => fields.includes(event.target));
    if (text) notice(text);
  });
  for (const text of texts) if (text.saved !== null && isChanged(text)) notice(text);

  // What nobody has touched here is not sent with a button: somebody else may have written to it meanwhile.
  desk.addEventListener("formdata", ({ formData }) => {
    for (const text of texts.filter((text) => !isChanged(text))) {
      for (const field of [text.seen, ...text.fields]) formData.delete(field.name);
    }
  });

  // A button sends everything else. It waits for what is on its way, which would otherwise look like somebody else's.
  desk.addEventListener("submit", async (event) => {
    clearTimeout(timer);
    if (isLeaving) {
      event.preventDefault(); // a second click while the first is under way
      return;
    }
    if (underWay) {
      event.preventDefault();
      await underWay;
      desk.requestSubmit(event.submitter);
      return;
    }
    isLeaving = true;
  });
  // The browser's back button brings a page back as it was left.
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  addEventListener("beforeunload", (event) => {
    if (!isLeaving && isUnsaved()) event.preventDefault();
  });
});
