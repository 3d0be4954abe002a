"""Prints the events of a Sluice engine and goes on where it stopped: python3 events.py URL POSITION_FILE [FILTER]

The standard library is enough. FILTER is what stands in the address: type=Operational.*&pipeline=door
"""
import http.client
import os
import sys
import time
import urllib.request

url, file, *filters = sys.argv[1:]
position = open(file).read().strip() if os.path.exists(file) else "0"


def follow():
    """Yields name, data and number of each event, until the connection ends."""
    headers = {"Accept": "text/event-stream", "Last-Event-ID": position}
    if "SLUICE_TOKEN" in os.environ:
        headers["Authorization"] = "Bearer " + os.environ["SLUICE_TOKEN"]
    request = urllib.request.Request(url + "/events?" + "".join(filters), headers=headers)
    # The stream has a sign of life every 30 s.
    with urllib.request.urlopen(request, timeout=90) as lines:
        fields = {}
        for line in lines:
            name, _, value = line.decode().rstrip("\n").partition(": ")
            fields[name] = value
            if line == b"\n":
                yield fields.get("event"), fields.get("data"), fields.get("id")
                fields = {}


while True:
    try:
        for name, data, number in follow():
            if data and name != "closing":
                print("GAP" if name == "gap" else "EVENT", data, flush=True)
            if number:  # After the event has been dealt with. What was filtered out moves the position, too.
                position = number
                with open(file + ".new", "w") as new:
                    new.write(position)
                os.replace(file + ".new", file)
    except (OSError, http.client.HTTPException) as problem:
        print(f"{problem}; trying again", file=sys.stderr)
    time.sleep(1)
