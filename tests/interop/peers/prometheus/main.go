// Reads metrics from stdin as Prometheus does: with the parser of its scrapes, the
// one of its tools, and the linter of `promtool check metrics`. The argument is
// the media type of the text. It prints what it has read, as JSON.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/textparse"
)

type sample struct {
	Labels map[string]string `json:"labels"`
	Value  string            `json:"value"`
}

type result struct {
	Types    map[string]string `json:"types"`
	Units    map[string]string `json:"units"`
	Samples  []sample          `json:"samples"`
	Problems []string          `json:"problems"`
}

func main() {
	text, err := io.ReadAll(os.Stdin)
	if err != nil {
		fail(err)
	}
	contentType := os.Args[1]
	read := scrape(text, contentType)
	if strings.HasPrefix(contentType, "text/plain") {
		read.Problems = lint(text)
	}
	if err := json.NewEncoder(os.Stdout).Encode(read); err != nil {
		fail(err)
	}
}

// scrape has the parser that scrapes of this media type have.
func scrape(text []byte, contentType string) result {
	parser, err := textparse.New(text, contentType, labels.NewSymbolTable(), textparse.ParserOptions{})
	if err != nil {
		fail(err)
	}
	read := result{Types: map[string]string{}, Units: map[string]string{}}
	for {
		entry, err := parser.Next()
		if errors.Is(err, io.EOF) {
			return read
		}
		if err != nil {
			fail(err)
		}
		switch entry {
		case textparse.EntryType:
			name, kind := parser.Type()
			read.Types[string(name)] = string(kind)
		case textparse.EntryUnit:
			name, unit := parser.Unit()
			read.Units[string(name)] = string(unit)
		case textparse.EntrySeries:
			var set labels.Labels
			_, _, value := parser.Series()
			parser.Labels(&set)
			read.Samples = append(read.Samples, sample{set.Map(), fmt.Sprint(value)})
		}
	}
}

// lint has what `promtool check metrics` has.
func lint(text []byte) []string {
	parser := expfmt.NewTextParser(model.LegacyValidation)
	if _, err := parser.TextToMetricFamilies(bytes.NewReader(text)); err != nil {
		fail(err)
	}
	problems, err := promlint.New(bytes.NewReader(text)).Lint()
	if err != nil {
		fail(err)
	}
	var all []string
	for _, problem := range problems {
		all = append(all, problem.Metric+": "+problem.Text)
	}
	return all
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
