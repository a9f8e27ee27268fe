// Puts a log to Go's golang.org/x/mod/sumdb, the code that checks Go's own checksum database.
//
//	tlogcheck log FOLDER VKEY INDEX        checkpoint, the whole tree from its tiles, every leaf, one entry's proof
//	tlogcheck receipt PROOF LEAF VKEY      a .tlog-proof and the leaf, each a file
//	tlogcheck growth OLD NEW PROOF VKEY    two checkpoints and the hashes between them, one base64 line each
//
// Only names and formats are read here; every judgement is the library's. Exit code 1 and a reason when it refuses.
package main

import (
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

func must(err error) {
	if err != nil {
		fmt.Println("refused:", err)
		os.Exit(1)
	}
}

func read(parts ...string) []byte {
	data, err := os.ReadFile(filepath.Join(parts...))
	must(err)
	return data
}

// open checks the signature of a checkpoint and returns its tree.
func open(text []byte, vkey string) tlog.Tree {
	verifier, err := note.NewVerifier(vkey)
	must(err)
	opened, err := note.Open(text, note.VerifierList(verifier))
	must(err)
	lines := strings.Split(opened.Text, "\n")
	if len(lines) < 4 || lines[0] != verifier.Name() {
		must(errors.New("the checkpoint is of another log"))
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := tlog.ParseHash(lines[2])
	must(err)
	return tlog.Tree{N: size, Hash: root}
}

// folder reads tiles of height 8 from the layout of C2SP tlog-tiles.
type folder string

func (f folder) Height() int { return 8 }

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range tiles {
		data, err := os.ReadFile(filepath.Join(string(f), strings.Replace(tile.Path(), "tile/8/", "tile/", 1)))
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

// leaves are the entries of one bundle, each after its length in two bytes.
func leaves(data []byte) [][]byte {
	var found [][]byte
	for len(data) > 0 {
		if len(data) < 2 || len(data)-2 < int(binary.BigEndian.Uint16(data)) {
			must(errors.New("a bundle of entries is cut"))
		}
		end := 2 + int(binary.BigEndian.Uint16(data))
		found, data = append(found, data[2:end]), data[end:]
	}
	return found
}

func checkLog(root string, vkey string, index int64) {
	tree := open(read(root, "checkpoint"), vkey)
	hashes := tlog.TileHashReader(tree, folder(root))
	for begin := int64(0); begin < tree.N; begin += 256 {
		width := tree.N - begin
		if width > 256 {
			width = 256
		}
		tile := tlog.Tile{H: 8, L: 0, N: begin / 256, W: int(width)}
		bundle := leaves(read(root, strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)))
		if len(bundle) != int(width) {
			must(errors.New("a bundle of entries has another width"))
		}
		places := make([]int64, width)
		for i := range places {
			places[i] = tlog.StoredHashIndex(0, begin+int64(i))
		}
		stored, err := hashes.ReadHashes(places)
		must(err)
		for i, leaf := range bundle {
			if tlog.RecordHash(leaf) != stored[i] {
				must(fmt.Errorf("entry %d is not the one in the tree", begin+int64(i)))
			}
			if begin+int64(i) == index {
				proof, err := tlog.ProveRecord(tree.N, index, hashes)
				must(err)
				must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(leaf)))
			}
		}
	}
	whole, err := tlog.TreeHash(tree.N, hashes)
	must(err)
	if whole != tree.Hash {
		must(errors.New("the root of the tiles is not the signed one"))
	}
}

func parseHashes(lines []string) []tlog.Hash {
	var found []tlog.Hash
	for _, line := range lines {
		hash, err := tlog.ParseHash(line)
		must(err)
		found = append(found, hash)
	}
	return found
}

func checkReceipt(proof string, leaf []byte, vkey string) {
	head, signed, _ := strings.Cut(proof, "\n\n")
	lines := strings.Split(head, "\n")
	if len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" || !strings.HasPrefix(lines[1], "index ") {
		must(errors.New("not a proof"))
	}
	index, err := strconv.ParseInt(lines[1][6:], 10, 64)
	must(err)
	tree := open([]byte(signed), vkey)
	must(tlog.CheckRecord(parseHashes(lines[2:]), tree.N, tree.Hash, index, tlog.RecordHash(leaf)))
}

func main() {
	if len(os.Args) < 5 {
		must(errors.New("wrong use"))
	}
	switch given := os.Args[2:]; os.Args[1] {
	case "log":
		index, err := strconv.ParseInt(given[2], 10, 64)
		must(err)
		checkLog(given[0], given[1], index)
	case "receipt":
		checkReceipt(string(read(given[0])), read(given[1]), given[2])
	case "growth":
		older, newer := open(read(given[0]), given[3]), open(read(given[1]), given[3])
		proof := parseHashes(strings.Fields(string(read(given[2]))))
		must(tlog.CheckTree(proof, newer.N, newer.Hash, older.N, older.Hash))
	default:
		must(errors.New("wrong use"))
	}
	fmt.Println("accepted")
}
