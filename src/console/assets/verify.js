// Checks an audit bundle in the browser. Nothing of it is sent: the page's policy lets it connect to nothing. Deliberately absent: ordinals, tallies,
// reports and witnesses, which `verify.py` in the bundle checks.
"use strict";
(() => {
  const FIXED = ["README.txt", "checkpoint", "leaves.jsonl", "proofs.json", "records.csv", "records.jsonl", "schema.json", "verify.py", "vkey"];
  const ANNEX = /^(?=[^.]{1,64}\.)(?:parties|report[a-z0-9-]*)\.(?:json|csv|pdf)$/;
  const FORMAT = "dongui-bundle/2";
  const LINED = ["leaves.jsonl", "records.jsonl", "records.csv"];
  const CHANGED = "was changed: its length or SHA-256 is not that of the manifest";
  const LONGEST = 1 << 20;
  const BATCH = 500;
  const DASH = "\u2014 ";

  class Broken extends Error {
    constructor(file, what, line) {
      super(line === undefined ? `\`${file}\` ${what}` : `\`${file}\` line ${line} ${what}`);
      [this.file, this.line] = [file, line];
    }
  }

  // Bytes.
  const encoder = new TextEncoder();
  const bytesOf = (text) => encoder.encode(text);
  const textOf = (file, bytes, line) => {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
    } catch {
      throw new Broken(file, "is not UTF-8", line);
    }
  };
  const joined = (...parts) => {
    const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
    parts.reduce((at, part) => (out.set(part, at), at + part.length), 0);
    return out;
  };
  const same = (a, b) => a.length === b.length && a.every((byte, i) => byte === b[i]);
  const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  const unhex = (text) =>
    typeof text === "string" && /^[0-9a-f]{64}$/.test(text) ? Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16)) : null;
  const unbase64 = (text) => {
    try {
      const binary = atob(text);
      return btoa(binary) === text ? Uint8Array.from(binary, (c) => c.charCodeAt(0)) : null;
    } catch {
      return null;
    }
  };
  const sha256 = async (...parts) => new Uint8Array(await crypto.subtle.digest("SHA-256", joined(...parts)));

  // Archives: name to bytes, the directory that holds the bundle taken off.
  const bare = (name) => name.replace(/^[^/]+\//, "");
  const kept = (files, name, bytes) => {
    if (name === "" || files.has(name)) throw new Broken(name || ".", "stands in the archive twice");
    files.set(name, bytes);
  };
  const untar = (all) => {
    const files = new Map();
    const field = (at, from, length) => {
      const raw = all.subarray(at + from, at + from + length);
      const end = raw.indexOf(0);
      return textOf("archive", end < 0 ? raw : raw.subarray(0, end));
    };
    for (let at = 0; at + 512 <= all.length && all[at] !== 0; ) {
      const octal = field(at, 124, 12).trim();
      // What is too long for octal digits is written in binary.
      const size = all[at + 124] & 0x80 ? all.subarray(at + 125, at + 136).reduce((n, byte) => n * 256 + byte, 0) : parseInt(octal, 8);
      const kind = String.fromCharCode(all[at + 156] || 48);
      if (!(size >= 0) || at + 512 + size > all.length) throw new Broken("archive", "is broken off");
      if (kind === "0") kept(files, bare(field(at, 0, 100)), all.subarray(at + 512, at + 512 + size));
      else if (kind !== "5") throw new Broken("archive", "holds something that is no file");
      at += 512 + Math.ceil(size / 512) * 512;
    }
    return files;
  };
  const inflate = async (bytes) => {
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
    return new Uint8Array(await new Response(stream).arrayBuffer());
  };
  const unzip = async (all) => {
    const view = new DataView(all.buffer, all.byteOffset, all.length);
    const long = (at) => Number(view.getBigUint64(at, true));
    let end = all.length - 22;
    while (end >= 0 && view.getUint32(end, true) !== 0x06054b50) end -= 1;
    if (end < 0) throw new Broken("archive", "is neither zip nor tar");
    let [count, at] = [view.getUint16(end + 10, true), view.getUint32(end + 16, true)];
    if (end >= 20 && view.getUint32(end - 20, true) === 0x07064b50) {
      const wide = long(end - 12);
      [count, at] = [long(wide + 32), long(wide + 48)];
    }
    const files = new Map();
    for (; count > 0; count -= 1) {
      if (view.getUint32(at, true) !== 0x02014b50) throw new Broken("archive", "has a list that cannot be read");
      const [method, names, extra, comment] = [10, 28, 30, 32].map((offset) => view.getUint16(at + offset, true));
      let [packed, size, local] = [20, 24, 42].map((offset) => view.getUint32(at + offset, true));
      const name = textOf("archive", all.subarray(at + 46, at + 46 + names));
      for (let x = at + 46 + names; x < at + 46 + names + extra; x += 4 + view.getUint16(x + 2, true)) {
        if (view.getUint16(x, true) !== 1) continue;
        let wide = x + 4;
        const next = () => ((wide += 8), long(wide - 8));
        if (size === 0xffffffff) size = next();
        if (packed === 0xffffffff) packed = next();
        if (local === 0xffffffff) local = next();
      }
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const raw = all.subarray(start, start + packed);
      if (!name.endsWith("/")) {
        let bytes;
        try {
          bytes = method === 0 ? raw : await inflate(raw);
        } catch {
          throw new Broken(bare(name), "cannot be unpacked");
        }
        if ((method !== 0 && method !== 8) || bytes.length !== size) throw new Broken(bare(name), "cannot be unpacked");
        kept(files, bare(name), bytes);
      }
      at += 46 + names + extra + comment;
    }
    return files;
  };
  const unpack = async (all) => {
    try {
      return textOf("archive", all.subarray(257, 262)) === "ustar" ? untar(all) : await unzip(all);
    } catch (e) {
      throw e instanceof Broken ? e : new Broken("archive", "cannot be read");
    }
  };

  // Signed notes, c2sp.org/signed-note.
  const parseKey = async (text) => {
    const [name, id, base64] = [...text.split("+", 2), text.split("+").slice(2).join("+")];
    const key = unbase64(base64 || "");
    if (!key || key.length !== 33 || key[0] !== 1 || !name || /[\s\x00-\x1f]/.test(name)) {
      throw new Broken("vkey", "is not of the form name+hash+base64 with an Ed25519 key");
    }
    const own = (await sha256(bytesOf(`${name}\n`), key)).subarray(0, 4);
    if (hex(own) !== id) throw new Broken("vkey", "has a hash that is not that of name and key");
    const verifies = await crypto.subtle.importKey("raw", key.subarray(1), "Ed25519", false, ["verify"]);
    return { name, id: own, verifies };
  };
  const openNote = async (file, note, key) => {
    const cut = note.lastIndexOf("\n\n");
    if (cut < 0 || !note.endsWith("\n") || /[\x00-\x09\x0b-\x1f]/.test(note)) throw new Broken(file, "is not a signed note");
    const [text, lines] = [note.slice(0, cut + 1), note.slice(cut + 2, -1).split("\n")];
    let signed = false;
    for (const line of lines) {
      const [name, base64] = line.startsWith(DASH) ? line.slice(2).split(" ") : [];
      const data = unbase64(base64 || "");
      if (!data || data.length < 5) throw new Broken(file, "is not a signed note");
      if (name !== key.name || !same(data.subarray(0, 4), key.id)) continue;
      if (!(await crypto.subtle.verify("Ed25519", key.verifies, data.subarray(4), bytesOf(text)))) {
        throw new Broken(file, "fails: the signature does not verify");
      }
      signed = true;
    }
    if (!signed) throw new Broken(file, "fails: it is not signed by the key that was asked for");
    return { text, signatures: lines.length };
  };

  // The tree, RFC 6962 section 2.1. Sizes are beyond 32 bits, so no bit operations.
  const decompose = (begin, end) => {
    const out = [];
    while (begin < end) {
      let level = 0;
      while (2 ** (level + 1) <= end - begin && begin % 2 ** (level + 1) === 0) level += 1;
      out.push(level);
      begin += 2 ** level;
    }
    return out;
  };
  class Frontier {
    size = 0;
    nodes = [];
    async append(level, node) {
      for (let above = Math.floor(this.size / 2 ** level); above % 2 === 1; above = Math.floor(above / 2)) {
        node = await sha256(Uint8Array.of(1), this.nodes.pop(), node);
      }
      this.nodes.push(node);
      this.size += 2 ** level;
    }
    async root() {
      if (this.nodes.length === 0) return sha256();
      let root = this.nodes[this.nodes.length - 1];
      for (const left of this.nodes.slice(0, -1).reverse()) root = await sha256(Uint8Array.of(1), left, root);
      return root;
    }
    async climb(end, hashes) {
      const levels = decompose(this.size, end);
      if (!Array.isArray(hashes) || hashes.length !== levels.length) {
        throw new Broken("proofs.json", "has more or fewer hashes than the range needs");
      }
      for (const [i, level] of levels.entries()) {
        const hash = unhex(hashes[i]);
        if (!hash) throw new Broken("proofs.json", "has a hash that is not 64 lower-case hex digits");
        await this.append(level, hash);
      }
    }
  }

  // Lines.
  const parsed = (file, bytes, line) => {
    try {
      return JSON.parse(textOf(file, bytes, line));
    } catch (e) {
      throw e instanceof Broken ? e : new Broken(file, "is not JSON", line);
    }
  };
  class Lines {
    constructor(file, bytes) {
      [this.file, this.bytes, this.at, this.number] = [file, bytes, 0, 0];
    }
    next() {
      this.number += 1;
      const end = this.bytes.indexOf(10, this.at);
      if (end < 0) throw new Broken(this.file, "is missing or has no end", this.number);
      const line = this.bytes.subarray(this.at, end);
      this.at = end + 1;
      return line;
    }
    ends() {
      if (this.at !== this.bytes.length) throw new Broken(this.file, "is beyond the range", this.number + 1);
    }
  }
  // The row of records.csv, as spreadsheets are given it.
  const CSV_HEAD = "\ufeffindex,hour,kind,jurisdiction,recipient,purpose,policy,commitment,status,record\r";
  const row = (index, leaf, found) => {
    const hour = new Date(leaf.hour / 1000).toISOString().replace(".000Z", "Z");
    const behind = typeof found === "string" ? [found, ""] : ["opened", new TextDecoder().decode(found.record)];
    const named = [leaf.kind, leaf.jurisdiction, leaf.recipient || "", leaf.purpose || "", leaf.policy, leaf.commitment];
    const quoted = (field) => `"${/^[=+@-]/.test(field) ? "'" : ""}${field.replace(/[\x00-\x1f]/g, " ").replace(/"/g, '""')}"`;
    return `${[String(index), hour, ...named, ...behind].map(quoted).join(",")}\r`;
  };
  // Salt and record of a line of records.jsonl, or the word for why they are not there.
  const behind = (index, bytes, line) => {
    const text = textOf("records.jsonl", bytes, line);
    if (text === `{"erased":true,"index":${index}}`) return "erased";
    if (text === `{"index":${index},"withheld":true}`) return "withheld";
    const shape = new RegExp(`^{"index":${index},(?:"ordinals":{[^ ]*?}},)?"record":({.*}),"salt":"([0-9a-f]{64})"}$`, "s");
    const found = shape.exec(text);
    if (!found) throw new Broken("records.jsonl", "is not the line of this index", line);
    return { record: bytesOf(found[1]), salt: unhex(found[2]) };
  };

  const checkLines = async (files, manifest, frontier, tell) => {
    const leaves = new Lines("leaves.jsonl", files.get("leaves.jsonl"));
    const records = new Lines("records.jsonl", files.get("records.jsonl"));
    const table = new Lines("records.csv", files.get("records.csv"));
    if (!same(table.next(), bytesOf(CSV_HEAD))) throw new Broken("records.csv", "is not the head of the table", 1);
    const counts = { opened: 0, erased: 0, withheld: 0 };
    const one = async (index, line, leaf, record, told) => {
      const header = parsed("leaves.jsonl", leaf, line);
      const words = [header.kind, header.jurisdiction, header.policy].every((word) => typeof word === "string");
      if (header.v !== 1 || !words || !(header.hour >= 0 && header.hour % 3.6e9 === 0) || !unhex(header.commitment)) throw new Broken("leaves.jsonl", "is not a leaf of version 1", line);
      const found = behind(index, record, line);
      if (typeof found === "string") {
        counts[found] += 1;
      } else {
        const commitment = await sha256(bytesOf("dongui/v1/record"), found.salt, found.record);
        if (hex(commitment) !== header.commitment) throw new Broken("records.jsonl", "is not what the leaf commits to", line);
        counts.opened += 1;
      }
      if (textOf("records.csv", told, line + 1) !== row(index, header, found)) {
        throw new Broken("records.csv", "does not say what leaf and record say", line + 1);
      }
      return sha256(Uint8Array.of(0), leaf);
    };
    for (let done = 0; done < manifest.count; done += BATCH) {
      const batch = [];
      for (let i = done; i < Math.min(done + BATCH, manifest.count); i += 1) {
        batch.push([manifest.first + i, i + 1, leaves.next(), records.next(), table.next()]);
      }
      // The first that is wrong is named, not the first that was found.
      const hashes = await Promise.allSettled(batch.map((line) => one(...line)));
      for (const hash of hashes) {
        if (hash.status === "rejected") throw hash.reason;
        await frontier.append(0, hash.value);
      }
      tell(done + batch.length, manifest.count);
    }
    leaves.ends();
    records.ends();
    table.ends();
    for (const word of ["opened", "erased", "withheld"]) {
      if (manifest[word] !== counts[word]) throw new Broken("manifest.json", "counts other numbers of opened, erased and withheld records");
    }
  };

  const checkNames = (files, manifest) => {
    const listed = Object.keys(manifest.files);
    if (!FIXED.every((name) => listed.includes(name)) || !listed.every((name) => FIXED.includes(name) || ANNEX.test(name))) {
      throw new Broken("manifest.json", "does not list the files of a bundle");
    }
    for (const name of listed) if (!files.has(name)) throw new Broken(name, "is missing");
    for (const name of files.keys()) {
      if (!listed.includes(name) && name !== "manifest.json" && name !== "manifest.sig") {
        throw new Broken(name, "does not belong to the bundle");
      }
    }
  };

  const check = async (all, wanted, tell) => {
    const files = await unpack(all);
    for (const name of ["manifest.json", "manifest.sig", ...FIXED]) if (!files.has(name)) throw new Broken(name, "is missing");
    const key = await parseKey((wanted || textOf("vkey", files.get("vkey"))).trim());
    const bytes = files.get("manifest.json");
    const sig = await openNote("manifest.sig", textOf("manifest.sig", files.get("manifest.sig")), key);
    if (sig.text !== `dongui bundle v1\n${hex(await sha256(bytes))}\n` || sig.signatures !== 1) {
      throw new Broken("manifest.sig", "fails: it signs another manifest");
    }
    const manifest = parsed("manifest.json", bytes);
    if (manifest.format !== FORMAT) throw new Broken("manifest.json", `is of another format than \`${FORMAT}\``);
    checkNames(files, manifest);
    const changed = [];
    for (const [name, sum] of Object.entries(manifest.files)) {
      const found = files.get(name);
      if (found.length !== sum.bytes || hex(await sha256(found)) !== sum.sha256) changed.push(name);
    }
    const other = changed.find((name) => !LINED.includes(name));
    if (other) throw new Broken(other, CHANGED);
    if (files.get("checkpoint").length > LONGEST) throw new Broken("checkpoint", "is too long");
    const head = (await openNote("checkpoint", textOf("checkpoint", files.get("checkpoint")), key)).text.split("\n");
    const root = unbase64(head[2] || "");
    if (head[0] !== manifest.origin || head[1] !== String(manifest.size) || !root || hex(root) !== manifest.root) {
      throw new Broken("checkpoint", "is not the one that the manifest names");
    }
    const proofs = parsed("proofs.json", files.get("proofs.json"));
    const frontier = new Frontier();
    await frontier.climb(manifest.first, proofs.left);
    try {
      await checkLines(files, manifest, frontier, tell);
    } catch (e) {
      // A line of one file may contradict an innocent line of another: what was changed is to blame, at the line that was reached.
      if (e instanceof Broken && changed.length > 0 && !changed.includes(e.file)) {
        // The table has a head before its rows.
        const before = (file) => (file === "records.csv" ? 1 : 0);
        const line = e.line === undefined ? undefined : e.line - before(e.file) + before(changed[0]);
        throw new Broken(changed[0], CHANGED, line);
      }
      throw e;
    }
    if (changed.length > 0) throw new Broken(changed[0], CHANGED);
    await frontier.climb(manifest.size, proofs.right);
    if (!same(await frontier.root(), root)) {
      throw new Broken("leaves.jsonl", "and `proofs.json` do not lead to the root of the checkpoint");
    }
    if (textOf("vkey", files.get("vkey")).trim() !== (wanted || textOf("vkey", files.get("vkey"))).trim()) {
      throw new Broken("vkey", "is not the key that was asked for");
    }
    return manifest;
  };

  // The page.
  const [form, bundle, key, progress, verdict] = ["check", "bundle", "key", "progress", "verdict"].map((id) => document.getElementById(id));
  const say = (kind, text) => {
    verdict.className = `verdict ${kind}`;
    verdict.textContent = text;
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const file = bundle.files[0];
    if (!file) return;
    const wanted = key.value.trim();
    say("", "Checking …");
    progress.value = 0;
    try {
      const all = new Uint8Array(await file.arrayBuffer());
      const m = await check(all, wanted, (done, of) => {
        [progress.max, progress.value] = [Math.max(of, 1), done];
      });
      const whose = wanted ? "by the key that you gave" : "by the key inside the bundle, which shows that nothing was changed, not whose it is";
      const withheld = m.withheld > 0 ? `, ${m.withheld} about others` : "";
      say("good", `Verified ${whose}: ${m.count} entries from number ${m.first} on, of a log of ${m.size}; ${m.opened} opened, ${m.erased} erased${withheld}.`);
    } catch (e) {
      say("bad", e instanceof Broken ? `Broken: ${e.message}.` : "Broken: the bundle cannot be read.");
    }
  });
})();
