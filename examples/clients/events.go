// Prints the events of a Sluice engine, each once, and goes on where it stopped: go run events.go URL POSITION_FILE [FILTER]
// The standard library is enough. FILTER is what stands in the address: type=Operational.*&pipeline=door
package main

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"strings"
	"time"
)

func follow(url, file, position string) (string, error) {
	request, err := http.NewRequest("GET", url, nil)
	if err != nil {
		return position, err
	}
	request.Header.Set("Accept", "text/event-stream")
	request.Header.Set("Last-Event-ID", position)
	if token := os.Getenv("SLUICE_TOKEN"); token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return position, err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return position, fmt.Errorf("status %s", response.Status)
	}
	fields := map[string]string{}
	lines := bufio.NewScanner(response.Body)
	lines.Buffer(nil, 8<<20) // an event is one line
	for lines.Scan() {
		if name, value, found := strings.Cut(lines.Text(), ": "); found {
			fields[name] = value
		}
		if lines.Text() != "" {
			continue
		}
		if data := fields["data"]; data != "" && fields["event"] == "gap" {
			fmt.Println("GAP", data)
		} else if data != "" && fields["event"] == "" {
			fmt.Println("EVENT", data)
		}
		if id := fields["id"]; id != "" { // after the event has been dealt with
			if err := os.WriteFile(file+".new", []byte(id), 0o644); err != nil {
				return position, err
			}
			if err := os.Rename(file+".new", file); err != nil {
				return position, err
			}
			position = id
		}
		fields = map[string]string{}
	}
	return position, lines.Err()
}

func main() {
	url, file, position := os.Args[1]+"/events", os.Args[2], "0"
	if len(os.Args) > 3 {
		url += "?" + os.Args[3]
	}
	if stored, err := os.ReadFile(file); err == nil {
		position = strings.TrimSpace(string(stored))
	}
	for {
		var err error
		if position, err = follow(url, file, position); err != nil {
			fmt.Fprintln(os.Stderr, err, "; trying again")
		}
		time.Sleep(time.Second)
	}
}
