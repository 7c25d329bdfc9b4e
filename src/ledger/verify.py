#!/usr/bin/env python3
"""Verifies a Dongui audit bundle offline. Needs Python 3.6 and its standard library, nothing else.

usage: verify.py DIR [--key VKEY | --policy FILE]

Checks, in this order: the files that must be there and no others; the signature of the manifest; the SHA-256 of every file; the
signature of the checkpoint; for every leaf its record against the leaf's commitment, and the table row against both; the way from the
leaves to the root that the checkpoint signs; and that the entries about each subscriber and with each recipient are numbered without a gap. Prints one line and exits 0, or names the file and line that is wrong and exits 1.

With --policy one of the logs of that C2SP policy file must have signed, and its quorum of witnesses must have cosigned the checkpoint.
Without --key or --policy the key is taken from the bundle itself: that shows the bundle is whole, not whose it is. Take VKEY, and this program, from
where the operator publishes them.
"""
import base64
import datetime
import hashlib
import json
import os
import re
import sys

FIXED = ("README.txt", "schema.json", "verify.py")
FILES = ("README.txt", "checkpoint", "leaves.jsonl", "proofs.json", "records.csv", "records.jsonl", "schema.json", "verify.py", "vkey")
ANNEX = re.compile(r"(?=[^.]{1,64}\.)(?:parties|report[a-z0-9-]*)\.(?:json|csv|pdf)")
CSV_HEAD = "\ufeffindex,hour,kind,jurisdiction,recipient,purpose,policy,commitment,status,record\r\n".encode()
MAX_SMALL = 1 << 20
MAX_LINE = (2 << 20) + 4 * 65535
MAX_SIZE = 1 << 62
CHANGED = "was changed: its length or SHA-256 is not that of the manifest"


class Broken(Exception):
    """What is wrong, and where."""

    def __init__(self, file, what, line=None):
        where = "`%s`" % file if line is None else "`%s` line %d" % (file, line)
        super().__init__("%s %s" % (where, what))
        self.file = file


# Ed25519, RFC 8032 section 5.1, on the curve -x^2 + y^2 = 1 + d x^2 y^2 over the integers modulo P.
P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)
NEUTRAL = (0, 1, 1, 0)  # extended coordinates X, Y, Z, T: x = X/Z, y = Y/Z, xy = T/Z


def add(p, q):
    """The sum of two points."""
    a = (p[1] - p[0]) * (q[1] - q[0]) % P
    b = (p[1] + p[0]) * (q[1] + q[0]) % P
    c = 2 * p[3] * q[3] * D % P
    d = 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def times(n, p):
    """The point added n times."""
    out = NEUTRAL
    while n:
        if n & 1:
            out = add(out, p)
        p = add(p, p)
        n >>= 1
    return out


def decode_point(data):
    """The point of 32 bytes, or None."""
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & (2**255 - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def encode_point(p):
    """The 32 bytes of a point."""
    inverse = pow(p[2], P - 2, P)
    x, y = p[0] * inverse % P, p[1] * inverse % P
    return (y | (x & 1) << 255).to_bytes(32, "little")


BASE = decode_point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little"))


def ed25519_verify(public, message, signature):
    """Whether the signature of the message is one of the 32-byte public key."""
    a = decode_point(public)
    if a is None or len(signature) != 64:
        return False
    r, s = signature[:32], int.from_bytes(signature[32:], "little")
    if s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(r + public + message).digest(), "little") % ORDER
    minus_a = (P - a[0], a[1], 1, P - a[3])
    return encode_point(add(times(s, BASE), times(k, minus_a))) == r


# Signed notes, c2sp.org/signed-note.


def unbase64(text):
    """Base64 in its one spelling, or None."""
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except ValueError:
        return None
    return data if base64.b64encode(data).decode() == text else None


def parse_vkey(vkey, kind=1):
    """Name, key id and public key of a verifier key: of a log, type 1, or of a witness, type 4."""
    parts = vkey.split("+", 2)
    key = unbase64(parts[2]) if len(parts) == 3 else None
    if key is None or len(key) != 33 or key[0] != kind or not parts[0] or re.search(r"[\s\x00-\x1f]", parts[0]):
        raise Broken("vkey", "is not of the form name+hash+base64 with an Ed25519 key")
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + key).digest()[:4]
    if key_id.hex() != parts[1]:
        raise Broken("vkey", "has a hash that is not that of name and key")
    return parts[0], key_id, key[1:]


def cosigned(time, text):
    """What a witness signs, c2sp.org/tlog-cosignature."""
    return "cosignature/v1\ntime %d\n%s" % (int.from_bytes(time, "big"), text)


def open_note(file, note, key, witness=False):
    """The text of a note that the key signed or cosigned, and how many signatures there are."""
    name, key_id, public = key
    cut = note.rfind("\n\n")
    if cut < 0 or not note.endswith("\n") or re.search(r"[\x00-\x09\x0b-\x1f]", note) or len(note) > MAX_SMALL:
        raise Broken(file, "is not a signed note")
    text, lines, signed = note[: cut + 1], note[cut + 2 : -1].split("\n"), False
    for line in lines:
        parts = line.split(" ", 2)
        data = unbase64(parts[2]) if len(parts) == 3 and parts[0] == "\u2014" else None
        if data is None or len(data) < 5 or len(lines) > 100:
            raise Broken(file, "is not a signed note")
        if parts[1] == name and data[:4] == key_id:
            message, signature = (cosigned(data[4:12], text), data[12:]) if witness else (text, data[4:])
            if not ed25519_verify(public, message.encode(), signature):
                raise Broken(file, "fails: the signature does not verify")
            signed = True
    if not signed:
        raise Broken(file, "fails: it is not signed by the key that was asked for")
    return text, len(lines)


class Policy:
    """Which logs are trusted, and which witnesses together are enough, c2sp.org/tlog-policy."""

    def __init__(self, text):
        self.logs, self.witnesses, self.groups, self.quorum = [], {}, {}, ""
        taken = set()
        for line in text.split("\n"):
            words = line.replace("\t", " ").split()
            if not words or words[0].startswith("#"):
                continue
            if words[0] == "log" and len(words) in (2, 3):
                self.logs.append(words[1])
                parse_vkey(words[1])
            elif words[0] == "witness" and len(words) in (3, 4) and self.free(words[1]):
                key = parse_vkey(words[2], 4)
                if key[2] in [known[2] for known in self.witnesses.values()]:
                    raise Broken("policy", "names a witness a second time")
                self.witnesses[words[1]] = key
            elif words[0] == "group" and len(words) > 3 and self.free(words[1]):
                members = words[3:]
                enough = {"any": 1, "all": len(members)}.get(words[2]) or int(words[2])
                if any(self.free(m) or m in taken for m in members) or len(set(members)) < len(members) or not 1 <= enough <= len(members):
                    raise Broken("policy", "has a group of members that are unknown, taken, or too few")
                taken.update(members)
                self.groups[words[1]] = (enough, members)
            elif words[0] == "quorum" and len(words) == 2 and not self.quorum and (words[1] == "none" or not self.free(words[1])):
                self.quorum = words[1]
            else:
                raise Broken("policy", "has a line that is none of a policy: %s" % line)
        if not self.quorum:
            raise Broken("policy", "has no quorum")

    def free(self, name):
        return name != "none" and name not in self.witnesses and name not in self.groups

    def holds(self, name, by):
        if name in self.groups:
            enough, members = self.groups[name]
            return sum(self.holds(m, by) for m in members) >= enough
        return name in by

    def check(self, note):
        """Refuses a checkpoint that too few witnesses cosigned."""
        by = set()
        for name, key in self.witnesses.items():
            if "\n\u2014 %s " % key[0] in note and any(key[1] == line_id for line_id in key_ids(note, key[0])):
                open_note("checkpoint", note, key, True)
                by.add(name)
        if self.quorum != "none" and not self.holds(self.quorum, by):
            raise Broken("checkpoint", "fails: it is not cosigned by the quorum of the policy")


def key_ids(note, name):
    """Ids of the keys that signed under a name."""
    mark = "\u2014 %s " % name
    return [(unbase64(line[len(mark) :]) or b"")[:4] for line in note.split("\n") if line.startswith(mark)]


# The tree, RFC 6962 section 2.1.


def decompose(begin, end):
    """Levels of the fewest perfect, aligned subtrees over the leaves begin to end."""
    out = []
    while begin < end:
        level = (end - begin).bit_length() - 1
        if begin:
            level = min(level, (begin & -begin).bit_length() - 1)
        out.append(level)
        begin += 1 << level
    return out


class Frontier:
    """The perfect subtrees of the leaves so far, largest first."""

    def __init__(self):
        self.size = 0
        self.nodes = []

    def append(self, level, node):
        above = self.size >> level
        while above & 1:
            node = hashlib.sha256(b"\1" + self.nodes.pop() + node).digest()
            above >>= 1
        self.nodes.append(node)
        self.size += 1 << level

    def root(self):
        if not self.nodes:
            return hashlib.sha256().digest()
        root = self.nodes[-1]
        for left in reversed(self.nodes[:-1]):
            root = hashlib.sha256(b"\1" + left + root).digest()
        return root


# Lines.


def pairs(items):
    """An object whose names must be sorted and single."""
    names = [name.encode("utf-16-be", "surrogatepass") for name, _ in items]
    if any(a >= b for a, b in zip(names, names[1:])):
        raise ValueError("names are not sorted or not single")
    return dict(items)


def constant(text):
    raise ValueError("%s is not JSON" % text)


DECODER = json.JSONDecoder(object_pairs_hook=pairs, parse_constant=constant)
BLANK = re.compile(r'"(?:[^"\\]|\\.)*"|([ \t\n\r])', re.DOTALL)


def parse_object(file, number, data):
    """One JSON object with sorted, single names and no blanks between."""
    try:
        text = data.decode("utf-8")
        value = DECODER.decode(text)
    except (ValueError, RecursionError):
        raise Broken(file, "is not one JSON object with sorted, single names", number)
    if not isinstance(value, dict) or any(m.group(1) for m in BLANK.finditer(text)):
        raise Broken(file, "is not one JSON object without blanks", number)
    return value


def digest(text):
    """32 bytes of 64 lower-case hex digits, or None."""
    return bytes.fromhex(text) if isinstance(text, str) and re.fullmatch("[0-9a-f]{64}", text) else None


def rfc3339(us):
    """The instant in UTC, to the second."""
    at = datetime.datetime(1970, 1, 1) + datetime.timedelta(seconds=us // 1000000)
    return at.isoformat() + "Z"


def parse_leaf(number, data):
    """A leaf of version 1."""
    leaf = parse_object("leaves.jsonl", number, data)
    words = [leaf.get(k) for k in ("kind", "jurisdiction", "policy")]
    words += [leaf[k] for k in ("recipient", "purpose") if leaf.get(k) is not None]
    if leaf.get("v") != 1 or type(leaf.get("hour")) is not int or not all(isinstance(w, str) for w in words):
        raise Broken("leaves.jsonl", "is not a leaf of version 1", number)
    if leaf["hour"] % 3600000000:
        raise Broken("leaves.jsonl", "has an `hour` that is not a whole hour", number)
    if digest(leaf.get("commitment")) is None:
        raise Broken("leaves.jsonl", "has a `commitment` that is not 64 lower-case hex digits", number)
    return leaf


def parse_record(index, number, line):
    """Salt, record and ordinals of a line of records.jsonl, or why they are not there."""
    if line == b'{"erased":true,"index":%d}' % index:
        return "erased"
    if line == b'{"index":%d,"withheld":true}' % index:
        return "withheld"
    head, middle, tail, ordinals = b'{"index":%d,' % index, b',"salt":"', b'"}', b"{}"
    if line.startswith(head + b'"ordinals":'):
        start = len(head) + 11
        end = line.find(b'}},"', start) + 2
        head, ordinals = line[: end + 1], line[start:end]
        if not ORDINALS.fullmatch(ordinals):
            raise Broken("records.jsonl", "has ordinals of another form", number)
    head += b'"record":'
    cut = len(line) - 64 - len(tail)
    record = line[len(head) : cut - len(middle)]
    salt = line[cut:-2].decode("ascii", "replace")
    if not line.startswith(head) or not line.endswith(tail) or cut < len(head) + len(middle):
        raise Broken("records.jsonl", "is not the line of this index", number)
    if line[cut - len(middle) : cut] != middle or digest(salt) is None:
        raise Broken("records.jsonl", "has no salt", number)
    parse_object("records.jsonl", number, record)
    return bytes.fromhex(salt), record, ordinals


ORDINAL = rb'{(?:"before":(?:0|[1-9][0-9]{0,18}),)?"number":(?:0|[1-9][0-9]{0,18})}'
ORDINALS = re.compile(rb'{(?:"recipient":%s(?:,"subscriber":%s)?|"subscriber":%s)}' % (ORDINAL, ORDINAL, ORDINAL))


class Chains:
    """Follows the entries about each subscriber and with each recipient, and what tallies say of their ordinals."""

    def __init__(self, first, about):
        self.first, self.about, self.erased, self.withheld, self.missing = first, about, 0, 0, 0
        self.subscribers, self.recipients, self.awaited = {}, {}, {}

    def take(self, index, recipient, found):
        """Takes an entry; gives what is wrong with its ordinals, or None."""
        if isinstance(found, str):
            self.erased += found == "erased"
            self.withheld += found == "withheld"
            self.awaited[index] = None
            return self.take_recipient(index, recipient, None, False) if recipient is not None else None
        salt, record, ordinals = found
        link = hashlib.sha256(b"dongui/v1/ordinal" + salt + index.to_bytes(8, "big") + ordinals).hexdigest()
        self.awaited[index] = link
        ordinals, record = json.loads(ordinals.decode()), json.loads(record.decode())
        wrong = None
        if recipient is not None:
            wrong = self.take_recipient(index, recipient, ordinals.get("recipient"), True)
        if wrong is None and "subscriber" in ordinals:
            wrong = self.take_subscriber(index, record.get("subscriber"), ordinals["subscriber"])
        event = record.get("event")
        if wrong is None and isinstance(event, dict) and event.get("kind") == "tally":
            wrong = self.take_tally(event["first"], event["links"])
        return wrong

    def take_recipient(self, index, recipient, ordinal, told):
        number, last = self.recipients.get(recipient, (None, None))
        if ordinal is None:
            number = number + 1 if number is not None and not told else None
        elif last is not None:
            if ordinal.get("before") != last or (number is not None and ordinal["number"] != number + 1):
                return "does not follow the entry before it with the same recipient"
            number = ordinal["number"]
        else:
            number, before = ordinal["number"], ordinal.get("before")
            if not (number == 1 and before is None) and not (number > 1 and before is not None and before < self.first):
                return "leaves out entries with its recipient"
        self.recipients[recipient] = (number, index)
        return None

    def take_subscriber(self, index, subscriber, ordinal):
        if not isinstance(subscriber, str):
            return "has a ordinal among a subscriber's entries and is about none"
        number, before = ordinal["number"], ordinal.get("before")
        seen = self.subscribers.get(subscriber)
        erased = self.erased - (seen[2] if seen else 0)
        withheld = 0 if subscriber == self.about else self.withheld - (seen[3] if seen else 0)
        gap = number - seen[0] - 1 if seen else 0
        if seen and gap == 0:
            if before != seen[1]:
                return "does not follow the entry before it about the same subscriber"
        elif seen:
            if gap < 0 or before is None or not seen[1] < before < index:
                return "repeats a number of its subscriber"
        elif not (number == 1 and before is None) and not (number > 1 and before is not None and before < index):
            return "has a number of its subscriber that cannot be"
        elif before is not None and before >= self.first:
            gap = number - 1 if self.first == 0 else 1
        if gap > erased + withheld:
            return "skips entries about its subscriber though none between is erased"
        self.missing += 0 if withheld else gap
        self.subscribers[subscriber] = (number, index, self.erased, self.withheld)
        return None

    def take_tally(self, first, links):
        for index, link in enumerate(links, first):
            if index >= self.first and (index not in self.awaited or self.awaited[index] not in (None, link)):
                return "is a tally that says other ordinals of its entries"
            self.awaited.pop(index, None)
        return None


ALWAYS = ("tally", "erasure")


def asks(query, kind, recipient, subscriber):
    """Whether a question asks for an entry of this kind, with this recipient, about this subscriber."""
    return kind in ALWAYS or (query.get("recipient") in (None, recipient) and query.get("subscriber") in (None, subscriber))


def answers(query, leaf, found):
    """What is withheld though it was asked for, or told though it was not; None where neither is."""
    kind, recipient = leaf["kind"], leaf.get("recipient")
    if found == "withheld":
        told = kind in ALWAYS or ("subscriber" not in query and asks(query, kind, recipient, None))
        return "is withheld though it was asked for" if told else None
    if found == "erased" or ("subscriber" not in query and "recipient" not in query):
        return None
    subscriber = json.loads(found[1].decode()).get("subscriber")
    return None if asks(query, kind, recipient, subscriber) else "is told though it was not asked for"


def table_row(index, leaf, found):
    """The row of records.csv."""
    fields = [str(index), rfc3339(leaf["hour"])] + [leaf.get(k) or "" for k in ("kind", "jurisdiction", "recipient", "purpose", "policy", "commitment")]
    fields += [found, ""] if isinstance(found, str) else ["opened", found[1].decode()]
    out = []
    for field in fields:
        field = re.sub("[\x00-\x1f]", " ", field)
        guard = "'" if field[:1] in ("=", "+", "-", "@") and field else ""
        out.append('"' + guard + field.replace('"', '""') + '"')
    return (",".join(out) + "\r\n").encode("utf-8", "surrogatepass")


class Lines:
    """A file read line by line and hashed as it goes."""

    def __init__(self, bundle, name):
        self.name = name
        self.file = open(os.path.join(bundle, name), "rb")
        self.running = hashlib.sha256()
        self.bytes = 0
        self.number = 0
        self.line = b""

    def next(self):
        self.line = self.file.readline(MAX_LINE)
        self.running.update(self.line)
        self.bytes += len(self.line)
        self.number += 1
        return self.line

    def whole(self):
        """The line last read, without its newline; there must be one."""
        if not self.line.endswith(b"\n"):
            raise Broken(self.name, "is missing or has no end", self.number)
        return self.line[:-1]

    def end(self, manifest, verdict):
        """Reads to the end and refuses another sum than the manifest's. Where reading side by side has failed, the file that was
        changed is to blame, at the line that was reached: a line of one file may contradict an innocent line of another."""
        reached = self.number
        while self.next():
            pass
        self.file.close()
        if manifest["files"][self.name] != {"bytes": self.bytes, "sha256": self.running.hexdigest()}:
            if verdict is not None and verdict.file == self.name:
                raise verdict
            raise Broken(self.name, CHANGED, None if verdict is None else reached)
        if verdict is None and self.number > reached + 1:
            raise Broken(self.name, "is beyond the range", reached + 1)


# The bundle.


def small(bundle, name):
    """A whole small file."""
    with open(os.path.join(bundle, name), "rb") as file:
        data = file.read(MAX_SMALL + 1)
    if len(data) > MAX_SMALL:
        raise Broken(name, "is too long")
    return data


def compare(manifest, name, length, running):
    if manifest["files"][name] != {"bytes": length, "sha256": running.hexdigest()}:
        raise Broken(name, CHANGED)


def summed(bundle, manifest, name):
    """A whole small file whose sum is in the manifest."""
    data = small(bundle, name)
    compare(manifest, name, len(data), hashlib.sha256(data))
    return data


def text_of(name, data):
    try:
        return data.decode("utf-8")
    except ValueError:
        raise Broken(name, "is not UTF-8")


def parse_manifest(data):
    """The manifest, when it is of this format and does not contradict itself."""
    manifest = parse_object("manifest.json", 1, data)
    numbers = ("count", "erased", "first", "opened", "size", "withheld")
    if sorted(manifest) != sorted(numbers + ("files", "format", "origin", "query", "root")) or manifest["format"] != "dongui-bundle/2":
        raise Broken("manifest.json", "is not a manifest of this format")
    if any(type(manifest[n]) is not int or not 0 <= manifest[n] <= MAX_SIZE for n in numbers) or digest(manifest["root"]) is None:
        raise Broken("manifest.json", "is not a manifest of this format")
    if manifest["first"] + manifest["count"] > manifest["size"]:
        raise Broken("manifest.json", "claims leaves beyond the size of the log")
    if manifest["opened"] + manifest["erased"] + manifest["withheld"] != manifest["count"]:
        raise Broken("manifest.json", "has counts of opened, erased and withheld records that do not add up")
    query = manifest["query"]
    scope = [name for name in ("ground", "recipient", "subscriber") if name in query]
    if manifest["withheld"] and scope in ([], ["ground"]):
        raise Broken("manifest.json", "withholds records from a question that asked for all")
    if not all(isinstance(query[name], str) for name in scope):
        raise Broken("manifest.json", "is not a manifest of this format")
    if sorted(query) != sorted(scope + ["from", "from_us", "to", "to_us"]) or any(rfc3339(query[k + "_us"]) != query[k] for k in ("from", "to")):
        raise Broken("manifest.json", "gives the period in two forms that differ")
    if set(FILES) - set(manifest["files"]) or any(not ANNEX.fullmatch(name) for name in set(manifest["files"]) - set(FILES)):
        raise Broken("manifest.json", "does not list the files of a bundle")
    return manifest


def climb(frontier, end, hashes):
    """Brings the frontier to `end` leaves by the hashes of the range proof."""
    levels = decompose(frontier.size, end)
    if len(levels) != len(hashes) or any(digest(h) is None for h in hashes):
        raise Broken("proofs.json", "has other hashes than the range needs")
    for level, node in zip(levels, hashes):
        frontier.append(level, bytes.fromhex(node))


def side_by_side(index, leaves, records, table, frontier, query, chains):
    """Reads the lines of one leaf and tells whether its record is there, or why not."""
    for lines in (leaves, records, table):
        lines.next()
    line = leaves.whole()
    frontier.append(0, hashlib.sha256(b"\0" + line).digest())
    leaf = parse_leaf(leaves.number, line)
    found = parse_record(index, records.number, records.whole())
    if not isinstance(found, str):
        salt, record, _ = found
        if hashlib.sha256(b"dongui/v1/record" + salt + record).hexdigest() != leaf["commitment"]:
            raise Broken("records.jsonl", "is not what the leaf commits to", records.number)
    if table.line != table_row(index, leaf, found):
        raise Broken("records.csv", "does not say what leaf and record say", table.number)
    wrong = answers(query, leaf, found) or chains.take(index, leaf.get("recipient"), found)
    if wrong is not None:
        raise Broken("records.jsonl", wrong, records.number)
    return found if isinstance(found, str) else "opened"


def check_lines(bundle, manifest, frontier):
    """Reads leaves, records and table, appends the leaves to the frontier and follows the chains."""
    files = [Lines(bundle, n) for n in ("leaves.jsonl", "records.jsonl", "records.csv")]
    query, counts, verdict = manifest["query"], {"opened": 0, "erased": 0, "withheld": 0}, None
    chains = Chains(manifest["first"], None if "recipient" in query else query.get("subscriber"))
    try:
        if files[2].next() != CSV_HEAD:
            raise Broken("records.csv", "is not the head of the table", 1)
        for index in range(manifest["first"], manifest["first"] + manifest["count"]):
            counts[side_by_side(index, *files, frontier, query, chains)] += 1
    except Broken as broken:
        verdict = broken
    for lines in files:
        lines.end(manifest, verdict)
    if verdict is not None:
        raise verdict
    if any(manifest[name] != count for name, count in counts.items()):
        raise Broken("manifest.json", "counts other numbers of opened, erased and withheld records")
    return chains


def verify(bundle, vkey, policy=None):
    """The manifest of a bundle that is whole; raises Broken otherwise."""
    there, wanted = set(os.listdir(bundle)), set(FILES) | {"manifest.json", "manifest.sig"}
    for name in sorted(wanted - there):
        raise Broken(name, "is missing")
    for name in sorted(there - wanted):
        if not ANNEX.fullmatch(name):
            raise Broken(name, "does not belong to the bundle")
    if vkey is None:
        vkey = text_of("vkey", small(bundle, "vkey")).rstrip("\n")
    if policy is not None and vkey not in policy.logs:
        raise Broken("vkey", "is not a log of the policy")
    key = parse_vkey(vkey)
    data = small(bundle, "manifest.json")
    text, signatures = open_note("manifest.sig", text_of("manifest.sig", small(bundle, "manifest.sig")), key)
    if text != "dongui bundle v1\n%s\n" % hashlib.sha256(data).hexdigest() or signatures != 1:
        raise Broken("manifest.sig", "is not the signature of this manifest")
    manifest = parse_manifest(data)
    listed = set(manifest["files"])
    for name in sorted(listed - there):
        raise Broken(name, "is missing")
    for name in sorted(there - listed - wanted):
        raise Broken(name, "does not belong to the bundle")
    for name in FIXED:
        summed(bundle, manifest, name)
    for name in sorted(listed - set(FILES)):
        whole = Lines(bundle, name)
        while whole.next():
            pass
        compare(manifest, name, whole.bytes, whole.running)
    if summed(bundle, manifest, "vkey") != (vkey + "\n").encode():
        raise Broken("vkey", "is not the key that was asked for")
    note = text_of("checkpoint", summed(bundle, manifest, "checkpoint"))
    head, _ = open_note("checkpoint", note, key)
    if policy is not None:
        policy.check(note)
    root = bytes.fromhex(manifest["root"])
    claim = "%s\n%d\n%s\n" % (manifest["origin"], manifest["size"], base64.b64encode(root).decode())
    if head != claim or manifest["origin"] != key[0]:
        raise Broken("checkpoint", "is not the one that the manifest names")
    proofs = parse_object("proofs.json", 1, summed(bundle, manifest, "proofs.json"))
    if sorted(proofs) != ["left", "right"] or not all(isinstance(v, list) for v in proofs.values()):
        raise Broken("proofs.json", "is not a range proof")
    frontier = Frontier()
    climb(frontier, manifest["first"], proofs["left"])
    chains = check_lines(bundle, manifest, frontier)
    climb(frontier, manifest["size"], proofs["right"])
    if frontier.size != manifest["size"] or frontier.root() != root:
        raise Broken("leaves.jsonl", "and `proofs.json` do not lead to the root of the checkpoint")
    return manifest, vkey, chains


def main(arguments):
    key, file = None, None
    if len(arguments) == 3 and arguments[1] == "--key":
        key = arguments[2].strip()
    elif len(arguments) == 3 and arguments[1] == "--policy":
        file = arguments[2]
    elif len(arguments) != 1 or arguments[0].startswith("-"):
        print(__doc__.strip(), file=sys.stderr)
        return 2
    try:
        policy = None
        if file is not None:
            with open(file, encoding="utf-8") as opened:
                policy = Policy(opened.read())
        manifest, used, chains = verify(arguments[0], key, policy)
    except Broken as broken:
        print("broken: %s" % broken, file=sys.stderr)
        return 1
    except Exception as error:  # whatever a forged file provokes is a failure, never a pass
        print("broken: the bundle cannot be read: %s" % type(error).__name__, file=sys.stderr)
        return 1
    print(
        "verified: %(count)d leaves from index %(first)d of %(size)d in %(origin)s, %(opened)d opened, %(erased)d erased" % manifest
    )
    if manifest["withheld"]:
        print("%(withheld)d are about others than was asked for, and withheld" % manifest)
    if chains.missing:
        print("%d entries about subscribers are counted and erased" % chains.missing)
    if key is None and file is None:
        print("the key came from the bundle; compare it with the published one: %s" % used)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
