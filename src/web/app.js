// The chat page. Talks to /api/welcome and /api/chat; keeps nothing but a random session id, so that a vote can be
// changed after a reload.
"use strict";

const log = document.getElementById("log");
const form = document.getElementById("form");
const question = document.getElementById("question");
const send = document.getElementById("send");
const toast = document.getElementById("toast");
const session = ownSession();
const shown = new Map(); // message id -> element
let toastTimer;

function ownSession() {
  const fresh = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (b) => b.toString(16).padStart(2, "0")).join("");
  try {
    const kept = localStorage.getItem("session");
    if (kept && /^[0-9a-f]{32}$/.test(kept)) return kept;
    const made = fresh();
    localStorage.setItem("session", made);
    return made;
  } catch {
    return fresh(); // storage is switched off
  }
}

// --- the bot's HTML: rebuilt node by node, and only from what Telegram knows ---

const TAGS = new Set(["B", "STRONG", "I", "EM", "U", "INS", "S", "STRIKE", "DEL", "CODE", "PRE", "BLOCKQUOTE"]);

function rendered(html) {
  const out = document.createDocumentFragment();
  copy(new DOMParser().parseFromString("<body>" + html, "text/html").body, out);
  return out;
}

function copy(from, to) {
  for (const node of from.childNodes) {
    if (node.nodeType === Node.TEXT_NODE) {
      to.append(node.data);
    } else if (node.nodeType === Node.ELEMENT_NODE) {
      let into = to;
      if (TAGS.has(node.tagName)) {
        into = document.createElement(node.tagName);
      } else if (node.tagName === "A" && /^https?:\/\//i.test(node.getAttribute("href") || "")) {
        into = document.createElement("a");
        into.href = node.getAttribute("href");
        into.target = "_blank";
        into.rel = "noopener noreferrer";
      }
      if (into !== to) to.append(into);
      copy(node, into);
    }
  }
}

// --- messages ---

function bubble(kind, content) {
  const message = document.createElement("div");
  message.className = "message " + kind;
  const words = document.createElement("div");
  words.className = "bubble";
  words.dir = "auto";
  words.append(content);
  message.append(words);
  return message;
}

function show(message) {
  const old = message.replaces === undefined ? undefined : shown.get(message.replaces);
  let element = old;
  if (!old) {
    if (message.html === undefined) return;
    element = bubble("bot", rendered(message.html));
    log.append(element);
  } else if (message.html !== undefined) {
    element.firstChild.replaceChildren(rendered(message.html));
  }
  element.querySelectorAll(".row").forEach((row) => row.remove());
  for (const buttons of message.buttons) element.append(row(buttons, message.id));
  shown.set(message.id, element);
  return element;
}

function row(buttons, id) {
  const element = document.createElement("div");
  element.className = "row";
  if (buttons.some((b) => b.label === "👍")) element.classList.add("votes");
  for (const button of buttons) {
    const control = document.createElement(button.url ? "a" : "button");
    control.textContent = button.label;
    if (button.label === "👍") control.setAttribute("aria-label", "This helped");
    if (button.label === "👎") control.setAttribute("aria-label", "This did not help");
    if (button.url) {
      if (/^https?:\/\//i.test(button.url)) control.href = button.url;
      control.target = "_blank";
      control.rel = "noopener noreferrer";
    } else {
      control.type = "button";
      control.addEventListener("click", () => press(control, button.data, id));
    }
    element.append(control);
  }
  return element;
}

function notice(words) {
  clearTimeout(toastTimer);
  toast.textContent = words;
  toast.classList.add("shown");
  toastTimer = setTimeout(() => toast.classList.remove("shown"), 4000);
}

// The start of what is new in view: a long answer is read from its beginning. What it answers stands above it, the
// whole of it if that is not much.
function reveal(element, above = element) {
  const top = Math.max(above.offsetTop, element.offsetTop - log.clientHeight / 2) - log.offsetTop - 12;
  const smooth = !matchMedia("(prefers-reduced-motion: reduce)").matches;
  log.scrollTo({ top, behavior: smooth ? "smooth" : "auto" });
}

// --- talking to the server ---

// What the visitor is told, and whether it is their text that was too long.
class Refused extends Error {
  constructor(words, tooLong = false) {
    super(words);
    this.tooLong = tooLong;
  }
}

// How long to wait for the server in milliseconds; it gives up before that itself.
const PATIENCE = 40000;
const AWAY = "I cannot be reached right now.";

async function fetched(path, options = {}) {
  try {
    const response = await fetch(path, { signal: AbortSignal.timeout(PATIENCE), ...options });
    return { response, answer: await response.json() };
  } catch {
    throw new Refused(AWAY + " Please try again in a moment.");
  }
}

async function call(body) {
  const { response, answer } = await fetched("/api/chat", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ session, ...body }),
  });
  if (response.ok) return answer;
  throw new Refused(answer.error || "Something went wrong. Please try again in a moment.", response.status === 413);
}

function showAll(answer) {
  if (answer.toast) notice(answer.toast);
  return answer.messages.map(show).filter(Boolean);
}

async function ask(text) {
  if (send.disabled || !text.trim()) return;
  document.querySelectorAll(".examples").forEach((e) => e.remove());
  const mine = bubble("mine", text.trim());
  const typing = bubble("bot typing", "…");
  log.append(mine, typing);
  reveal(typing, mine);
  send.disabled = true;
  let news;
  try {
    const answer = await call({ text });
    typing.remove();
    news = showAll(answer)[0];
  } catch (error) {
    typing.remove();
    // It was not taken, and is in the box again to be shortened.
    if (error.tooLong) mine.remove();
    news = bubble("bot problem", error instanceof Refused ? error.message : "Something went wrong on this page.");
    log.append(news);
    if (!question.value) question.value = text;
    grow();
  } finally {
    send.disabled = false;
  }
  reveal(news || mine, mine.isConnected ? mine : news);
}

async function press(control, data, on) {
  const buttons = control.closest(".message").querySelectorAll("button");
  buttons.forEach((b) => (b.disabled = true));
  try {
    const answer = await call({ press: data, on });
    const news = showAll(answer);
    const last = news[news.length - 1];
    if (last && answer.messages.some((m) => m.html !== undefined)) reveal(last);
    // The pressed button may have gone with its row: the keyboard stays where the news is.
    if (!control.isConnected && last) (last.querySelector("button") || log).focus({ preventScroll: true });
  } catch (error) {
    notice(error instanceof Refused ? error.message : "Something went wrong on this page.");
  } finally {
    buttons.forEach((b) => (b.disabled = false));
    if (control.isConnected) control.focus({ preventScroll: true });
  }
}

async function welcome() {
  try {
    const { response, answer: start } = await fetched("/api/welcome");
    if (!response.ok) throw new Refused(start.error);
    document.getElementById("name").textContent = document.title = start.name;
    showAll(start);
    if (start.questions.length) examples(start.questions);
  } catch {
    log.append(bubble("bot problem", AWAY + " Please reload the page in a moment."));
  }
}

function examples(questions) {
  const element = document.createElement("div");
  element.className = "examples";
  const words = document.createElement("p");
  words.textContent = "For example:";
  element.append(words);
  for (const text of questions) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = text;
    button.addEventListener("click", () => {
      ask(text);
      question.focus({ preventScroll: true });
    });
    element.append(button);
  }
  log.append(element);
}

// --- the form ---

function grow() {
  question.style.height = "auto";
  question.style.height = question.scrollHeight + 2 + "px";
}

function submit() {
  const text = question.value;
  if (send.disabled || !text.trim()) return;
  question.value = "";
  grow();
  ask(text);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  submit();
});
question.addEventListener("input", grow);
question.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    submit();
  }
});
document.querySelectorAll("[data-command]").forEach((button) => {
  button.addEventListener("click", () => ask(button.dataset.command));
});

welcome();
