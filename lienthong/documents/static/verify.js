/* Checks a document on this device: nothing is sent. Without it the form asks the server. */
(() => {
  "use strict";
  const root = document.querySelector("[data-verify]");
  const form = root.querySelector("form");
  const field = form.elements.statement;
  const live = document.getElementById("live");
  const english = document.documentElement.lang === "en";
  const said = (pair) => (english ? pair.en : pair.vi);
  const CACHE = "verify";
  const LIST = 2 ** 20; // places of one status list
  const lists = new Map();
  const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-.";
  const fail = (why) => {
    throw new SyntaxError(why);
  };

  // ——— reading: 41 letters, CBOR (definite lengths), base64url ———
  const letters = (bytes) => {
    let text = "";
    for (let at = 0; at < bytes.length; at += 2) {
      const size = Math.min(2, bytes.length - at);
      let value = size === 2 ? bytes[at] * 256 + bytes[at + 1] : bytes[at];
      for (let i = 0; i <= size; i += 1) {
        text += ALPHABET[value % 41];
        value = Math.floor(value / 41);
      }
    }
    return text;
  };
  const fromLetters = (text) => {
    const bytes = [];
    for (let at = 0; at < text.length; at += 3) {
      const group = [...text.slice(at, at + 3)].map((letter) => ALPHABET.indexOf(letter));
      const value = group.reduce((sum, digit, place) => sum + digit * 41 ** place, 0);
      if (group.length > 2) bytes.push(value >> 8);
      bytes.push(value & 255);
    }
    const content = new Uint8Array(bytes);
    return letters(content) === text ? content : fail("letters");
  };
  const cbor = (bytes) => {
    let at = 0;
    const piece = (size) => (at + size <= bytes.length ? bytes.subarray(at, (at += size)) : fail("cut off"));
    const read = () => {
      const [head] = piece(1);
      let number = head & 31;
      if (number > 27) fail("length");
      if (number > 23) number = piece(1 << (number - 24)).reduce((sum, byte) => sum * 256 + byte, 0);
      const many = (count) => Array.from({ length: Math.min(count, bytes.length) }, read);
      switch (head >> 5) {
        case 0: return number;
        case 1: return -1 - number;
        case 2: return piece(number).slice();
        case 3: return new TextDecoder("utf-8", { fatal: true }).decode(piece(number));
        case 4: return many(number);
        case 5: return new Map(Array.from({ length: Math.min(number, bytes.length) }, () => [read(), read()]));
        case 6: return { tag: number, value: read() };
        default: return fail("kind");
      }
    };
    const value = read();
    return at === bytes.length ? value : fail("more");
  };
  const fromBase64 = (text) => {
    const bytes = Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
    return toBase64(bytes) === text ? bytes : fail("base64url");
  };
  const toBase64 = (bytes) =>
    btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const json = (part) => JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(fromBase64(part)));
  const hex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const bytesOf = (text) => new TextEncoder().encode(text);
  const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => [...part]));

  // ——— the two kinds of text: the statement of a code, the digital document ———
  const day = (text) => String(text || "").replace(/^(\d{4})(\d\d)?(\d\d)?$/, (_, y, m, d) => [d, m, y].filter(Boolean).join("/"));
  const moment = (seconds) => {
    const time = { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit" };
    const at = new Date(seconds * 1000);
    return `${at.toLocaleDateString("en-GB", { timeZone: time.timeZone })} ${at.toLocaleTimeString("en-GB", time)}`;
  };
  const stringHead = (kind, size) =>
    size < 24 ? [kind << 5 | size] : size < 256 ? [kind << 5 | 24, size] : [kind << 5 | 25, size >> 8, size & 255];

  const statement = (text, known) => {
    const outer = cbor(fromLetters(text.slice(4)));
    const [header, open, payload, signature] = outer.tag === 18 && outer.value.length === 4 ? outer.value : fail("COSE");
    const algorithm = cbor(header);
    if (open.size !== 0 || algorithm.size !== 2 || algorithm.get(1) !== -7 || signature.length !== 64) fail("header");
    const message = joined(
      [0x84, 0x6a], bytesOf("Signature1"), stringHead(2, header.length), header, [0x40], stringHead(2, payload.length), payload,
    );
    const row = cbor(payload);
    const [kind, code, , agency] = row;
    const type = known.types[code];
    const read = { kid: hex(algorithm.get(4)), message, signature, type, agency };
    if (kind === 2 || kind === 4) {
      const [, , , , issued, entry, shownAt, expiresAt, fields] = row;
      return { ...read, issued: day(issued), fields: [...fields], shownAt, expiresAt, place: kind === 4 ? entry : 0 };
    }
    if (kind !== 1 && kind !== 3) fail("kind");
    const [, , , , number, name, born, issued] = row;
    const fields = type ? type.paper.map((title, i) => [title, [number, name, day(born)][i]]).filter(([, value]) => value) : [];
    return { ...read, issued: day(issued), fields, place: kind === 3 ? row[8] : 0 };
  };

  const credential = async (text, known) => {
    const [token, ...disclosures] = text.split("~");
    if (disclosures.pop() !== "") fail("end");
    const [head, body, signature] = token.split(".");
    const header = json(head);
    const claims = json(body);
    if (header.alg !== "ES256" || header.typ !== "dc+sd-jwt" || claims._sd_alg !== "sha-256") fail("header");
    const fields = new Map();
    for (const each of disclosures) {
      const digest = toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", bytesOf(each))));
      const [, name, value] = json(each);
      if (!claims._sd.includes(digest) || fields.has(name) || name in claims) fail("field");
      fields.set(name, value);
    }
    const name = claims.vct.split(":")[3];
    const listed = claims.status?.status_list;
    return {
      kid: header.kid,
      message: bytesOf(`${head}.${body}`),
      signature: fromBase64(signature),
      type: Object.values(known.types).find((each) => each.type === name),
      agency: claims.agency_name,
      signer: claims.signer,
      issued: moment(claims.iat).slice(0, 10),
      fields: [...fields],
      place: listed ? Number(listed.uri.split("/").pop()) * LIST + listed.idx : 0,
    };
  };

  const check = async (text, known) => {
    const compact = text.replace(/\s+/g, "");
    let read;
    try {
      read = compact.startsWith("LT1:") ? statement(compact, known) : await credential(compact, known);
    } catch {
      return { state: "unreadable" };
    }
    const key = known.keys.find((each) => each.kid === read.kid);
    if (!key || !read.type) return { state: "unknown_signer" };
    if (!(await signed(key, read))) return { state: "altered" };
    if (read.expiresAt && Date.now() / 1000 >= read.expiresAt) return { ...read, state: "expired" };
    const [status, at] = statusOf(read.place);
    const standing = `${JSON.parse(root.dataset.statuses)[status]}${at ? ` ${moment(at)}` : ""}`;
    return { ...read, standing, state: { revoked: "not_active", replaced: "replaced" }[status] || "genuine" };
  };
  const signed = async (key, { signature, message }) => {
    const method = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
    const jwk = { kty: key.kty, crv: key.crv, x: key.x, y: key.y };
    const publicKey = await crypto.subtle.importKey("jwk", jwk, method, false, ["verify"]);
    return crypto.subtle.verify(method, publicKey, signature, message);
  };

  // ——— status lists: two bits for each place, signed, as of a moment ———
  const statusOf = (place) => {
    if (!place) return ["unlisted"];
    const list = lists.get(Math.floor(place / LIST));
    if (!list) return ["none"];
    if (Date.now() / 1000 > list.until) return ["old", list.at];
    const index = place % LIST;
    const code = (list.bits[index >> 2] >> 2 * (index & 3)) & 3;
    return [["valid", "revoked", "revoked", "replaced"][code], list.at];
  };
  const keepList = async (path, known) => {
    const answer = await fetch(path, { credentials: "omit" });
    if (!answer.ok) fail("list");
    const copy = answer.clone();
    const [head, body, signature] = (await answer.text()).split(".");
    const { alg, typ, kid } = json(head);
    const said = json(body);
    const { bits, lst } = said.status_list;
    const key = known.keys.find((each) => each.kid === kid);
    const right = alg === "ES256" && typ === "statuslist+jwt" && bits === 2 && new URL(said.sub).pathname === path;
    if (!right || !key || !(await signed(key, { signature: fromBase64(signature), message: bytesOf(`${head}.${body}`) }))) fail("list");
    const unpacked = new Blob([fromBase64(lst)]).stream().pipeThrough(new DecompressionStream("deflate"));
    const content = new Uint8Array(await new Response(unpacked).arrayBuffer());
    lists.set(Number(path.split("/").pop()), { bits: content, at: said.iat, until: said.exp });
    if ("caches" in window) await (await caches.open(CACHE)).put(path, copy);
  };

  // ——— the answer ———
  const put = (name, text) => {
    live.querySelector(`[data-${name}]`).textContent = text || "";
  };
  const row = (label, value) => {
    const line = document.createElement("div");
    for (const [tag, text, inner] of [["dt", label], ["dd", value, "b"], ["dd", ""]]) {
      const cell = line.appendChild(document.createElement(tag));
      (inner ? cell.appendChild(document.createElement(inner)) : cell).textContent = text;
    }
    return line;
  };
  const show = (answer, known) => {
    const [look, word, meaning] = JSON.parse(root.dataset.texts)[answer.state];
    document.getElementById("verdict")?.remove();
    const panel = live.querySelector("[data-look]");
    panel.className = `verdict verdict--${look}`;
    for (const icon of live.querySelectorAll("[data-icon]")) {
      icon.setAttribute("visibility", icon.dataset.icon === look ? "visible" : "hidden");
    }
    put("word", word);
    put("meaning", meaning);
    const details = live.querySelector("[data-details]");
    details.hidden = !answer.type;
    if (answer.type) {
      const titles = answer.type.fields;
      const shown = answer.fields.filter(([name]) => titles[name]);
      put("title", said(answer.type.title));
      put("agency", answer.agency);
      put("signer", answer.signer && ` ${answer.signer}`);
      put("issued", answer.issued);
      put("shown", answer.shownAt && moment(answer.shownAt));
      live.querySelector("[data-shown]").closest("div").hidden = !answer.shownAt;
      put("standing", answer.standing);
      live.querySelector("[data-newer]").hidden = answer.state !== "replaced" || !navigator.onLine;
      put("hidden", Object.keys(titles).filter((name) => !shown.some(([each]) => each === name)).map((name) => said(titles[name])).join(", "));
      live.querySelector("[data-facts]").replaceChildren(...shown.map(([name, value]) => row(said(titles[name]), value)));
      live.querySelector("[data-demonstration]").hidden = !known.demonstration;
    }
    live.hidden = false;
    document.title = word;
    panel.focus();
    panel.scrollIntoView();
  };

  // ——— ways in: the form, a picture, the camera ———
  const ask = async (known) => show(await check(field.value, known), known);
  const offerCamera = (known) => {
    if (!("BarcodeDetector" in window)) return;
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    const found = async (source) => {
      const [code] = await detector.detect(source);
      if (!code) return false;
      field.value = code.rawValue;
      await ask(known);
      return true;
    };
    const picture = root.querySelector("[data-picture]");
    picture.hidden = false;
    picture.querySelector("input").addEventListener("change", async (event) => {
      const [file] = event.target.files;
      if (file && !(await found(await createImageBitmap(file)))) show({ state: "unreadable" }, known);
    });
    if (!navigator.mediaDevices) return;
    const button = root.querySelector("[data-camera]");
    const viewer = root.querySelector("[data-viewer]");
    button.hidden = false;
    button.addEventListener("click", async () => {
      viewer.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
      viewer.hidden = false;
      await viewer.play();
      while (!(await found(viewer))) await new Promise((next) => setTimeout(next, 200));
      viewer.srcObject.getTracks().forEach((track) => track.stop());
      viewer.hidden = true;
    });
  };

  // ——— keep everything this page needs, as a stranger would get it: no name, no session ———
  const keep = async () => {
    const cache = await caches.open(CACHE);
    const own = performance.getEntriesByType("resource").map((each) => new URL(each.name))
      .filter((url) => url.origin === location.origin && url.pathname.startsWith("/static/")).map((url) => url.pathname);
    await Promise.all([...new Set(own)].map(async (path) => (await cache.match(path)) || cache.add(path)));
    const old = (await cache.keys()).filter(({ url }) => url.includes("/static/") && !own.includes(new URL(url).pathname));
    await Promise.all(old.map((each) => cache.delete(each)));
    const fresh = await fetch(`/verify?lang=${english ? "en" : "vi"}`, { credentials: "omit" });
    if (fresh.ok) await cache.put("/verify", fresh);
    await navigator.serviceWorker.register(root.dataset.worker, { scope: "/verify" });
    await navigator.serviceWorker.ready;
  };
  const keysNow = async () => {
    const answer = await fetch(root.dataset.keys, { credentials: "omit" });
    if (!answer.ok) fail("keys");
    if ("caches" in window) await (await caches.open(CACHE)).put(root.dataset.keys, answer.clone());
    return answer.json();
  };

  const begin = async () => {
    if (!window.crypto?.subtle) return; // no secure address: the server checks
    const known = await keysNow();
    await Promise.allSettled(known.status_lists.map((path) => keepList(path, known)));
    form.addEventListener("submit", (event) => {
      if (event.submitter?.closest("[data-newer]")) return; // which one took its place only the agency's node knows
      event.preventDefault();
      event.stopPropagation();
      ask(known);
    });
    root.dataset.verify = "ready";
    offerCamera(known);
    if (!("serviceWorker" in navigator)) return;
    await keep().catch(() => {}); // no network: what was kept before still serves
    if (!(await caches.match("/verify"))) return;
    const ready = root.querySelector("[data-ready]");
    const all = lists.size === known.status_lists.length;
    ready.lastElementChild.textContent = `${all ? root.dataset.kept : root.dataset.half} ${moment(Date.parse(`${known.at.slice(0, 19)}Z`) / 1000).slice(0, 10)}`;
    ready.hidden = false;
  };
  begin().catch(() => {}); // the form still works with the server
})();
