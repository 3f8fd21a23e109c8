// exporter would serve metrics if the CPU could run it.
package main

import (
	"log"
	"net/http"
)

func main() {
	log.Fatal(http.ListenAndServe(":9100", nil))
}
