// Sends a request to this hub and shows its answer. Nothing is stored, nobody else is called.
"use strict";

const form = document.getElementById("try-form");
const field = (name) => document.getElementById(name);
const root = new URL(form.dataset.root).pathname;

form.hidden = false;
document.querySelector(".without-script").hidden = true;

for (const button of document.querySelectorAll("button.fill")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    field("method").value = button.dataset.method;
    field("path").value = button.dataset.path;
    field("body").value = pretty(button.dataset.body);
    const { mediaType, ifMatch } = button.dataset;
    const headers = [mediaType && `Content-Type: ${mediaType}`, ifMatch && `If-Match: ${ifMatch}`];
    field("headers").value = headers.filter(Boolean).join("\n");
    field("path").focus();
  });
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const target = new URL(root + field("path").value, location.origin);
  if (target.origin !== location.origin || !`${target.pathname}/`.startsWith(`${root}/`)) {
    say(form.dataset.outside, "");
    return;
  }
  say(form.dataset.sending, "");
  try {
    const answer = await fetch(target, options());
    const told = [...answer.headers].map(([name, value]) => `${name}: ${value}`).join("\n");
    say(`${answer.status} ${answer.statusText}`, `${told}\n\n${pretty(await answer.text())}`);
  } catch {
    say(form.dataset.failed, "");
  }
});

function options() {
  const headers = new Headers();
  for (const line of field("headers").value.split("\n").filter((one) => one.trim())) {
    const colon = line.indexOf(":");
    headers.set(line.slice(0, colon).trim(), line.slice(colon + 1).trim());
  }
  const token = field("token").value.trim();
  if (token) headers.set("Authorization", `Bearer ${token}`);
  const method = field("method").value;
  const body = method === "GET" ? undefined : field("body").value || undefined;
  return { method, headers, body, cache: "no-store", credentials: "omit", redirect: "error" };
}

function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

function say(status, answer) {
  field("status").textContent = status;
  field("answer").firstElementChild.textContent = answer;
}
