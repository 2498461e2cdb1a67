/* Passkeys: shows its buttons only where the browser can, and carries the browser's answer to the server. */
(() => {
  "use strict";
  if (!window.PublicKeyCredential || !navigator.credentials) return;
  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const list = (all) => (all || []).map((each) => ({ ...each, id: bytes(each.id) }));

  // what newer browsers call parse…FromJSON and toJSON, for the older ones as well
  const readable = (o) => ({
    ...o,
    challenge: bytes(o.challenge),
    ...(o.user && { user: { ...o.user, id: bytes(o.user.id) } }),
    ...(o.allowCredentials && { allowCredentials: list(o.allowCredentials) }),
    ...(o.excludeCredentials && { excludeCredentials: list(o.excludeCredentials) }),
  });
  const writable = (credential) => {
    const response = {};
    for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    }
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response };
  };

  const post = async (address, token, body) => {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json", "x-form-token": token },
      body: JSON.stringify(body),
    });
    const data = await answer.json();
    if (answer.ok) return data;
    const said = data.error || data;
    throw new Error(document.documentElement.lang === "en" ? said.message_en : said.message_vi);
  };

  document.querySelectorAll("[data-passkey]").forEach((block) => {
    const button = block.querySelector("button");
    const note = block.querySelector("[role=status]");
    const { passkey: kind, token, next } = block.dataset;
    const address = kind === "add" ? "/api/identity/passkeys" : "/api/identity/passkey";
    block.hidden = false;
    button.addEventListener("click", async () => {
      note.textContent = "";
      button.setAttribute("aria-disabled", "true");
      try {
        const { attempt, options } = await post(`${address}/options`, token, {});
        const publicKey = readable(options);
        const credential =
          kind === "add" ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
        const done = await post(address, token, { attempt, credential: writable(credential), next: next || "/" });
        if (kind === "add") location.reload();
        else location.assign(done.next);
      } catch (failure) {
        // the browser's own refusals (cancelled, timed out) are in the browser's words; ours say what to do
        note.textContent = failure instanceof DOMException ? block.dataset.cancelled : failure.message;
        button.removeAttribute("aria-disabled");
      }
    });
  });
})();
