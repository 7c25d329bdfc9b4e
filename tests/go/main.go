// Reads a published log over HTTP as any C2SP client would, with Go's own checksum-database packages (golang.org/x/mod/sumdb/note and
// tlog), and prints what comes out, for the tests to compare. It trusts the log's key and nothing that the log says.
//
// usage: log URL VKEY [-old SIZE] [-proof FILE]... [-witness VKEY]...
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type out struct {
	Size        int64             `json:"size"`
	Root        string            `json:"root"`
	Witnesses   []string          `json:"witnesses"`
	Leaves      []string          `json:"leaves"`
	Inclusion   map[string]string `json:"inclusion"`
	Consistency string            `json:"consistency"`
	Proofs      []int64           `json:"proofs"`
}

func fail(format string, args ...interface{}) {
	fmt.Fprintf(os.Stderr, format+"\n", args...)
	os.Exit(1)
}

func check(err error) {
	if err != nil {
		fail("%v", err)
	}
}

// log is a reader of tiles in the layout of c2sp.org/tlog-tiles; tlog's own paths name the height, which is always 8 there.
type log struct{ url string }

func name(level string, n int64, width int) string {
	path := fmt.Sprintf("%03d", n%1000)
	for n >= 1000 {
		n /= 1000
		path = fmt.Sprintf("x%03d/%s", n%1000, path)
	}
	if width != 1<<height {
		path += ".p/" + strconv.Itoa(width)
	}
	return "tile/" + level + "/" + path
}

func (l log) get(path string) ([]byte, http.Header, error) {
	answer, err := http.Get(l.url + "/" + path)
	if err != nil {
		return nil, nil, err
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != 200 {
		err = fmt.Errorf("%s: status %d", path, answer.StatusCode)
	}
	return body, answer.Header, err
}

func (l log) Height() int { return height }

func (l log) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	all := make([][]byte, len(tiles))
	for i, t := range tiles {
		data, header, err := l.get(name(strconv.Itoa(t.L), t.N, t.W))
		if err != nil {
			return nil, err
		}
		if !strings.Contains(header.Get("Cache-Control"), "immutable") || header.Get("Content-Type") != "application/octet-stream" {
			return nil, fmt.Errorf("a tile is served with the headers %v", header)
		}
		all[i] = data
	}
	return all, nil
}

func (l log) SaveTiles([]tlog.Tile, [][]byte) {}

// witness verifies cosignature/v1 lines (c2sp.org/tlog-cosignature), which Go's note package leaves to its callers.
type witness struct {
	name string
	hash uint32
	key  ed25519.PublicKey
}

func newWitness(vkey string) witness {
	parts := strings.SplitN(vkey, "+", 3)
	key, err := base64.StdEncoding.DecodeString(parts[2])
	check(err)
	if len(key) != 33 || key[0] != 4 {
		fail("%s is no key of a witness", vkey)
	}
	sum := sha256.Sum256([]byte(parts[0] + "\n" + string(key)))
	if hex.EncodeToString(sum[:4]) != parts[1] {
		fail("%s has another hash", vkey)
	}
	return witness{parts[0], binary.BigEndian.Uint32(sum[:4]), key[1:]}
}

func (w witness) Name() string    { return w.name }
func (w witness) KeyHash() uint32 { return w.hash }
func (w witness) Verify(msg, sig []byte) bool {
	if len(sig) != 72 {
		return false
	}
	time := binary.BigEndian.Uint64(sig[:8])
	return ed25519.Verify(w.key, []byte(fmt.Sprintf("cosignature/v1\ntime %d\n%s", time, msg)), sig[8:])
}

func open(text []byte, known note.Verifiers, verifier note.Verifier) (tlog.Tree, []string) {
	opened, err := note.Open(text, known)
	check(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() {
		fail("this is no checkpoint of %s: %q", verifier.Name(), opened.Text)
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	check(err)
	root, err := tlog.ParseHash(lines[2])
	check(err)
	signed, by := false, []string{}
	for _, sig := range opened.Sigs {
		if sig.Name == verifier.Name() {
			signed = true
		} else {
			by = append(by, sig.Name)
		}
	}
	if !signed {
		fail("the log did not sign this")
	}
	return tlog.Tree{N: size, Hash: root}, by
}

func text(proof []tlog.Hash) string {
	words := []string{}
	for _, hash := range proof {
		words = append(words, hash.String())
	}
	return strings.Join(words, " ")
}

// proof reads what `/log/proof/…` says: the leaf, a blank line, and a .tlog-proof.
func proof(file string, known note.Verifiers, verifier note.Verifier) int64 {
	data, err := os.ReadFile(file)
	check(err)
	parts := bytes.SplitN(data, []byte("\n\n"), 3)
	if len(parts) != 3 {
		fail("%s is no leaf with its proof", file)
	}
	lines := strings.Split(string(parts[1]), "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		fail("%s is no proof", file)
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	check(err)
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		check(err)
		path = append(path, hash)
	}
	tree, _ := open(parts[2], known, verifier)
	check(tlog.CheckRecord(path, tree.N, tree.Hash, index, tlog.RecordHash(parts[0])))
	return index
}

func main() {
	l := log{strings.TrimRight(os.Args[1], "/")}
	verifier, err := note.NewVerifier(os.Args[2])
	check(err)
	keys, old, files := []note.Verifier{verifier}, int64(0), []string{}
	for i := 3; i+1 < len(os.Args); i += 2 {
		switch value := os.Args[i+1]; os.Args[i] {
		case "-old":
			old, err = strconv.ParseInt(value, 10, 64)
			check(err)
		case "-proof":
			files = append(files, value)
		case "-witness":
			keys = append(keys, newWitness(value))
		default:
			fail("%s is no option", os.Args[i])
		}
	}
	known := note.VerifierList(keys...)
	head, header, err := l.get("checkpoint")
	check(err)
	if header.Get("Content-Type") != "text/plain; charset=utf-8" || header.Get("Cache-Control") != "no-cache" {
		fail("the checkpoint is served with the headers %v", header)
	}
	tree, by := open(head, known, verifier)
	said := out{Size: tree.N, Root: tree.Hash.String(), Witnesses: by, Leaves: []string{}, Inclusion: map[string]string{}, Proofs: []int64{}}
	hashes := tlog.TileHashReader(tree, l)
	for n := int64(0); n < tree.N; n += 1 << height {
		width := tree.N - n
		if width > 1<<height {
			width = 1 << height
		}
		bundle, _, err := l.get(name("entries", n>>height, int(width)))
		check(err)
		for i := n; i < n+width; i++ {
			if len(bundle) < 2 || len(bundle) < 2+int(binary.BigEndian.Uint16(bundle)) {
				fail("the bundle of entry %d ends early", i)
			}
			end := 2 + int(binary.BigEndian.Uint16(bundle))
			entry := bundle[2:end]
			bundle = bundle[end:]
			leaf, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, i)})
			check(err)
			if leaf[0] != tlog.RecordHash(entry) {
				fail("entry %d is not the leaf of the tree", i)
			}
			said.Leaves = append(said.Leaves, leaf[0].String())
			if i%37 == 0 || i == tree.N-1 {
				path, err := tlog.ProveRecord(tree.N, i, hashes)
				check(err)
				check(tlog.CheckRecord(path, tree.N, tree.Hash, i, leaf[0]))
				said.Inclusion[strconv.FormatInt(i, 10)] = text([]tlog.Hash(path))
			}
		}
		if len(bundle) != 0 {
			fail("a bundle goes on after its entries")
		}
	}
	if old > 0 {
		path, err := tlog.ProveTree(tree.N, old, hashes)
		check(err)
		before, err := tlog.TreeHash(old, hashes)
		check(err)
		check(tlog.CheckTree(path, tree.N, tree.Hash, old, before))
		said.Consistency = before.String() + " " + text([]tlog.Hash(path))
	}
	for _, file := range files {
		said.Proofs = append(said.Proofs, proof(file, known, verifier))
	}
	check(json.NewEncoder(os.Stdout).Encode(said))
}
