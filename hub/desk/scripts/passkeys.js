/* Passkeys (Web Authentication Level 3): a form with [data-passkey="get|create"] asks its [data-challenge] address for options,
   the browser for an answer, and sends that. Where the browser has no passkeys, the form says so and nothing else. */
(() => {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const decode = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
  const encode = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const decodeIds = (list) => (list || []).map((entry) => ({ ...entry, id: decode(entry.id) }));

  async function ask(kind, options) {
    const publicKey = { ...options, challenge: decode(options.challenge) };
    if (kind === "create") {
      publicKey.user = { ...options.user, id: decode(options.user.id) };
      publicKey.excludeCredentials = decodeIds(options.excludeCredentials);
      return navigator.credentials.create({ publicKey });
    }
    publicKey.allowCredentials = decodeIds(options.allowCredentials);
    return navigator.credentials.get({ publicKey });
  }

  /* The answer as JSON, as `PublicKeyCredential.toJSON()` writes it, which not every browser has. */
  function write(credential) {
    const { response } = credential;
    const body = { clientDataJSON: encode(response.clientDataJSON) };
    for (const name of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (response[name]) body[name] = encode(response[name]);
    }
    if (response.getTransports) body.transports = response.getTransports();
    return JSON.stringify({ id: credential.id, rawId: encode(credential.rawId), type: credential.type, response: body, clientExtensionResults: credential.getClientExtensionResults() });
  }

  for (const part of document.querySelectorAll("[data-passkey]")) {
    const form = part.closest("form");
    const fault = form.querySelector("[data-passkey-fault]");
    const none = form.querySelector("[data-passkey-none]");
    part.hidden = false;
    if (none) none.hidden = true;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      fault.hidden = true;
      try {
        const answer = await fetch(part.dataset.challenge, { method: "POST", body: new URLSearchParams(new FormData(form)) });
        if (!answer.ok || answer.redirected) throw new Error(answer.status);
        form.elements.reponse.value = write(await ask(part.dataset.passkey, await answer.json()));
        form.submit();
      } catch {
        fault.textContent = fault.dataset.passkeyFault;
        fault.hidden = false;
      }
    });
  }
})();
