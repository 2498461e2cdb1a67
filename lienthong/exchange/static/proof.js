/* The person's own machine checks an entry: content → digest → path → signed root (RFC 6962, Ed25519 where it can). */
(() => {
  "use strict";
  if (!window.crypto || !crypto.subtle) return;
  const bytes = (hex) => Uint8Array.from(hex.match(/../g) || [], (pair) => parseInt(pair, 16));
  const base64 = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const joined = (...parts) => {
    const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (whole.set(part, at), at + part.length), 0);
    return whole;
  };
  const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));
  const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
  const canonical = (content) => JSON.stringify(content, Object.keys(content).sort());

  const rootOf = async (digest, position, size, path) => {
    let fn = position;
    let sn = size - 1;
    let root = await sha256([0], digest);
    for (const sibling of path.map(bytes)) {
      if (sn === 0) return null;
      if (fn % 2 === 1 || fn === sn) {
        root = await sha256([1], sibling, root);
        while (fn % 2 === 0 && fn !== 0) [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
      } else {
        root = await sha256([1], root, sibling);
      }
      [fn, sn] = [Math.floor(fn / 2), Math.floor(sn / 2)];
    }
    return sn === 0 ? root : null;
  };

  const signed = async (note, publicKey) => {
    const [text, signature] = note.split("\n\n");
    const blob = base64(signature.trim().split(" ").pop());
    const key = await crypto.subtle.importKey("raw", bytes(publicKey), "Ed25519", false, ["verify"]);
    return crypto.subtle.verify("Ed25519", key, blob.slice(4), new TextEncoder().encode(text + "\n"));
  };

  const check = async (entry) => {
    const answer = await fetch(`/api/my/access/${entry}/proof`, { headers: { accept: "application/json" } });
    if (!answer.ok) return "failed";
    const { content, salt, proof, public_key: key } = await answer.json();
    const [, size, root] = proof.checkpoint.split("\n");
    const digest = await sha256(bytes(salt), new TextEncoder().encode(canonical(content)));
    const found = await rootOf(digest, proof.position, Number(size), proof.path);
    if (!found || !same(found, base64(root))) return "broken";
    try {
      return (await signed(proof.checkpoint, key)) ? "proved" : "broken";
    } catch {
      return "hashed"; // a browser without Ed25519
    }
  };

  for (const each of document.querySelectorAll("details[data-entry]")) {
    const result = each.querySelector("[data-result]");
    each.addEventListener("toggle", async () => {
      if (!each.open || !result || result.dataset.state) return;
      result.textContent = each.dataset.running;
      const state = await check(each.dataset.entry).catch(() => "failed");
      result.textContent = each.dataset[state];
      if (state !== "failed") result.dataset.state = state;
    });
  }
})();
